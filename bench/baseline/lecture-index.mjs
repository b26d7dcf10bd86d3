const STATE = `SELECT COUNT(*) AS lectures, SUM(id * 4096e0 + version) AS sum
  FROM lectures FORCE INDEX (lectures_versions) WHERE semester_id = ?`;
const ALL = `SELECT l.id, l.title, l.professors, l.place, c.code, c.department,
    (SELECT JSON_ARRAYAGG(JSON_ARRAY(m.day, m.start, m.end, m.weeks, m.room))
       FROM lecture_meetings m WHERE m.lecture_id = l.id) AS meetings
  FROM lectures l JOIN subjects c ON c.id = l.subject_id WHERE l.semester_id = ? AND l.cancelled = 0 ORDER BY l.id`;
const INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const ENDING = /(학과|학부|과|부|학|전공|계열|대학)$/;

/**
 * A semester's lectures in memory, scanned for each search: LIKE in MySQL finds no initial consonants and no
 * abbreviations. Each search asks whether a lecture has changed, as Madang's does.
 */
export class LectureIndex {
  kept = new Map();

  constructor(pool) {
    this.pool = pool;
  }

  async of(semesterId) {
    const [[state]] = await this.pool.execute(STATE, [semesterId]);
    const kept = this.kept.get(semesterId);
    if (kept && kept.state.lectures === state.lectures && kept.state.sum === state.sum) return kept.byId;
    const [rows] = await this.pool.execute(ALL, [semesterId]);
    const byId = new Map(rows.map((row) => [row.id, searched(row)]));
    this.kept.set(semesterId, { state, byId });
    return byId;
  }

  /** Ids and ranks of lectures that match and fit, in the order of the list. */
  find(lectures, q, { lectureIds, own }) {
    const taken = [...own, ...lectureIds.flatMap((id) => lectures.get(id)?.slots ?? [])];
    const mine = new Set(lectureIds);
    const whole = fold(q);
    const words = [...new Set(q.split(/\s+/).map(fold).filter(Boolean))].map((word) => [word, Array.from(word)]);
    const found = [];
    for (const lecture of lectures.values()) {
      const rank = rankOf(lecture, words, whole);
      if (rank === -1 || mine.has(lecture.id)) continue;
      if (lecture.slots.some((slot) => taken.some((other) => overlap(slot, other)))) continue;
      found.push({ rank, id: lecture.id });
    }
    return found.sort((a, b) => a.rank - b.rank);
  }
}

function searched({ id, title, professors, place, code, department, meetings }) {
  const folded = fold(title);
  const rooms = (meetings ?? []).map(([, , , , room]) => room ?? '');
  return {
    ...{ id, title: folded, initials: folded.replace(/[가-힣]/g, initialOf) },
    others: [code, department ?? '', ...professors, place ?? '', ...rooms].map(fold).join('\n'),
    stems: (department ?? '')
      .split(/[\s·,/()&]+/)
      .map((part) => fold(part).replace(ENDING, ''))
      .filter((stem) => stem.length > 2),
    slots: (meetings ?? []).map(([day, start, end, weeks]) => ({ day, start, end, weeks })),
  };
}

/** Ranks: the title, its beginning, within it, elsewhere, its letters in order, the abbreviation of the department. -1: no match. */
function rankOf(lecture, words, whole) {
  if (words.length === 0) return 0;
  let rank = 2;
  for (const [word, letters] of words) {
    const one = rankOfWord(lecture, word, letters);
    if (one === -1) return -1;
    if (one > rank) rank = one;
  }
  if (lecture.title.startsWith(whole)) return lecture.title === whole ? 0 : 1;
  return rank;
}

function rankOfWord({ title, others, initials, stems }, word, letters) {
  if (title.includes(word)) return 2;
  if (others.includes(word)) return 3;
  if (!/[가-힣]/.test(word)) return initials.includes(word) ? 4 : -1;
  if (inOrder(letters, title)) return 4;
  const isAbbreviation = letters.length > 1 && word !== '전공' && /^[가-힣]+$/.test(word);
  return isAbbreviation && stems.some((stem) => stem[0] === letters[0] && inOrder(letters, stem)) ? 5 : -1;
}

function inOrder(letters, text) {
  let at = 0;
  for (const letter of letters) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function overlap(a, b) {
  if (a.day !== b.day || a.start >= b.end || a.end <= b.start) return false;
  return a.weeks === null || b.weeks === null || (a.weeks & b.weeks) !== 0;
}

function fold(text) {
  return text.replace(/\s/g, '').normalize('NFC').toLowerCase();
}

function initialOf(syllable) {
  return INITIALS[Math.floor((syllable.charCodeAt(0) - 0xac00) / 588)];
}
