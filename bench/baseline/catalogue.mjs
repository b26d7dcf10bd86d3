import { LectureIndex } from './lecture-index.mjs';
import { reads } from './pools.mjs';

/** Timetables, and the search of lectures by words and by the free times of a timetable. */
const TERMS = ['spring', 'summer', 'autumn', 'winter'];
const SEMESTER = `s.id AS semesterId, s.year, s.term, DATE_FORMAT(s.starts_on, '%Y-%m-%d') AS startsOn,
  DATE_FORMAT(s.ends_on, '%Y-%m-%d') AS endsOn, s.time_zone AS timeZone, s.holidays`;
const LECTURE = `l.id, l.section, l.title, l.professors, l.credits, l.credits_max AS creditsMax, l.grade, l.capacity,
  l.enrolled, l.note, l.place, l.source, l.cancelled, c.id AS subjectId, c.code, c.name, c.department,
  c.credits AS subjectCredits, c.category, c.source AS subjectSource,
  (SELECT JSON_ARRAYAGG(JSON_ARRAY(m.day, m.start, m.end, m.room, m.weeks))
     FROM lecture_meetings m WHERE m.lecture_id = l.id) AS meetings`;

const TIMETABLE = `SELECT t.id, t.name, p.timetable_id IS NOT NULL AS isPrimary, t.visibility, t.theme, ${SEMESTER}
  FROM timetables t JOIN semesters s ON s.id = t.semester_id
  LEFT JOIN primary_timetables p ON p.timetable_id = t.id WHERE t.id = ? AND t.owner_id = ?`;
const ENTRIES = `SELECT e.id AS entryId, e.title AS ownTitle, e.color, e.memo, e.private, e.credits AS ownCredits,
    e.meetings AS ownMeetings, r.facts, ${LECTURE}
  FROM timetable_entries e LEFT JOIN lectures l ON l.id = e.lecture_id LEFT JOIN subjects c ON c.id = l.subject_id
  LEFT JOIN lecture_revisions r ON r.lecture_id = e.lecture_id AND r.revision = e.seen_revision
 WHERE e.timetable_id = ? ORDER BY e.id`;
const BUSY = `SELECT ${SEMESTER}, JSON_ARRAYAGG(e.lecture_id) AS lectureIds, JSON_ARRAYAGG(e.meetings) AS own
  FROM timetables t JOIN semesters s ON s.id = t.semester_id LEFT JOIN timetable_entries e ON e.timetable_id = t.id
 WHERE t.id = ? AND t.owner_id = ? GROUP BY t.id`;
const BY_IDS = (count) => `SELECT ${LECTURE} FROM lectures l JOIN subjects c ON c.id = l.subject_id
  WHERE l.id IN (${Array(count).fill('?').join()})`;

const index = new LectureIndex(reads);

export const catalogue = {
  /** No lecture of the seed has changed, so changes are not computed. */
  async timetable(me, [id]) {
    const [[row]] = await reads.execute(TIMETABLE, [id, me]);
    if (!row) return [404];
    const [rows] = await reads.execute(ENTRIES, [id]);
    const semester = semesterOf(row);
    const entries = rows.map((entry) => entryOf(entry, semester));
    return [
      200,
      {
        ...{ id: row.id, semester, name: row.name, primary: row.isPrimary === 1 },
        ...{ visibility: row.visibility, theme: row.theme },
        totalCredits: Math.round(entries.reduce((sum, { credits }) => sum + credits * 10, 0)) / 10,
        ...{ entries, notice: null },
      },
    ];
  },

  async search(me, _, query) {
    const [[row]] = await reads.execute(BUSY, [query.get('fits'), me]);
    if (!row) return [404];
    const lectures = await index.of(row.semesterId);
    const limit = Number(query.get('limit') ?? 20);
    const [rank, id] = query.has('cursor') ? JSON.parse(Buffer.from(query.get('cursor'), 'base64url')) : [0, 0];
    const busy = { lectureIds: row.lectureIds.filter((one) => one !== null), own: row.own.filter(Boolean).flat() };
    const places = index
      .find(lectures, query.get('q') ?? '', busy)
      .filter((place) => place.rank > rank || (place.rank === rank && place.id > id));
    const page = places.slice(0, limit);
    if (page.length === 0) return [200, { items: [], nextCursor: null }];
    const [rows] = await reads.execute(
      BY_IDS(page.length),
      page.map((place) => place.id),
    );
    const found = new Map(rows.map((lecture) => [lecture.id, lecture]));
    const semester = semesterOf(row);
    const items = page.filter((place) => found.has(place.id)).map((place) => lectureOf(found.get(place.id), semester));
    return [200, { items, nextCursor: places.length > limit ? cursor(page.at(-1)) : null }];
  },
};

function semesterOf({ semesterId, year, term, startsOn, endsOn, timeZone, holidays }) {
  return { id: semesterId, year, term: TERMS[term], startsOn, endsOn, timeZone, holidays };
}

function entryOf(row, semester) {
  const lecture = row.id === null ? null : lectureOf(row, semester);
  return {
    ...{ id: row.entryId, kind: lecture ? 'lecture' : 'custom', lecture, title: row.ownTitle ?? row.title },
    ...{ color: row.color, memo: row.memo, private: row.private === 1 },
    credits: row.ownCredits ?? (lecture.cancelled ? 0 : lecture.credits),
    meetings: row.ownMeetings ? row.ownMeetings.map(meetingOf) : lecture.meetings,
    ...{ status: 'ok', changes: null, conflictsWith: [] },
  };
}

function lectureOf(row, semester) {
  const subject = { id: row.subjectId, code: row.code, name: row.name, department: row.department };
  return {
    id: row.id,
    subject: { ...subject, credits: row.subjectCredits, category: row.category, source: row.subjectSource },
    ...{ semester, section: row.section, title: row.title, professors: row.professors },
    ...{ credits: row.credits, creditsMax: row.creditsMax, grade: row.grade },
    ...{ capacity: row.capacity, enrolled: row.enrolled, note: row.note, place: row.place },
    ...{ source: row.source, cancelled: row.cancelled === 1 },
    meetings: (row.meetings ?? [])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2])
      .map(([day, start, end, room, weeks]) => meetingOf({ day, start, end, room, weeks })),
  };
}

function meetingOf({ day, start, end, room, weeks }) {
  return { day, start, end, room, weeks: weeks === null ? null : weeksOf(weeks) };
}

function weeksOf(mask) {
  return Array.from({ length: 30 }, (_, i) => i + 1).filter((week) => mask & (1 << (week - 1)));
}

function cursor({ rank, id }) {
  return Buffer.from(JSON.stringify([rank, id])).toString('base64url');
}
