import { initialsOf } from '../../dist/catalogue/search/search-text.js';
import { lectures } from './catalogue.mjs';
import { seededRandom } from './random.mjs';

/** The number of different queries of each kind. */
const QUERIES = 12;
const SEED = 7;

/**
 * Queries by kind, with existing words and some unknown ones.
 *
 * @param {number} count of lectures, as made by `lectures`
 * @param {(query: object) => Promise<{nextCursor: string | null}>} pageOf
 */
export async function queriesByKind(count, pageOf) {
  const random = seededRandom(SEED);
  const all = [...lectures(count)];
  const some = (make) => Array.from({ length: QUERIES }, () => make(all[Math.floor(random() * all.length)]));
  const counts = new Map();
  for (const { title } of all) counts.set(title, (counts.get(title) ?? 0) + 1);
  const rare = all.filter(({ title }) => counts.get(title) <= 3);
  const rareOnes = Array.from({ length: QUERIES }, () => rare[Math.floor(random() * rare.length)]);
  const q = (words) => words.map((word) => ({ q: word }));
  const shuffled = (text) => Array.from(text).reverse().join('');
  const initials = (lecture, length) => initialsOf(lecture.title.replace(/[^가-힣]/g, '')).slice(0, length);
  const everyOther = (title) =>
    Array.from(title.replaceAll(' ', ''))
      .filter((_, i) => i % 2 === 0)
      .join('');
  const second = async (queries) => {
    const pages = [];
    for (const query of queries) {
      const { nextCursor } = await pageOf(query);
      if (nextCursor) pages.push({ ...query, cursor: nextCursor });
    }
    return pages;
  };
  return {
    'no filter': [{}],
    'rare title': q(rareOnes.map(({ title }) => title.replaceAll(' ', ''))),
    'word of some titles': q(
      '운영체제 양자역학 블록체인 번역 비평 미학 논리 독일어 지질 토목 판화 수영 외교 면역 골프'.split(' '),
    ),
    'word of many titles': q('경영 컴퓨터 영어 개론 실습 세미나 공학 한국 사회 통계'.split(' ')),
    'two words of titles': q(some(({ title }) => `${title.slice(0, 2)} ${title.slice(-2)}`)),
    'professor and title': q(some(({ professors, title }) => `${professors[0] ?? '김민서'} ${title.slice(0, 2)}`)),
    'nothing such': q('뷁뷁 쀍쒧 zzzz 꿻 한뷁 qx9q 가뷁공 ZZQ99999 훅뷁'.split(' ')),
    'nothing, of common letters': q(some(({ title }) => shuffled(title.replace(/[^가-힣]/g, '').slice(0, 4)) + '대')),
    'beginning of a code': q(some(({ code }) => code.slice(0, 3 + Math.floor(random() * 3)))),
    'whole code': q(some(({ code }) => code)),
    'name of a professor': q(some(({ professors }) => professors[0] ?? '홍길동')),
    'department and a word': q(some(({ department, title }) => `${department.split(' ')[1]} ${title.slice(-2)}`)),
    room: q(some(({ meetings }) => meetings[0]?.room.replace(' ', '') ?? '과학관101')),
    'one letter': q('경 영 김 학 개 a 2 뷁 ㅋ ㅎ 론 골'.split(' ')),
    'initials, rare': q(rareOnes.map((lecture) => initials(lecture, 9))),
    'initials, four': q(some((lecture) => initials(lecture, 4))),
    'initials, frequent': q('ㄱㄹ ㅅㅅ ㄱㅇ ㅎㄱ ㅅㅎ ㄱㅎ ㅇㅇ'.split(' ')),
    'initials, none': q('ㅃㅉㄲ ㅋㅋㅋㅋㅋ ㅎㅎㅎㅎ ㄸㄸ ㅍㅍㅍ ㅌㅋㅌㅋ'.split(' ')),
    'syllables and initials': q(some(({ title }) => title.slice(0, 1) + initialsOf(title.slice(1, 3)))),
    'letters in order, of two words': q(some(({ title }) => `${title.slice(0, 1)}${title.slice(-2, -1)}`)),
    'letters in order, every other': q(some(({ title }) => everyOther(title))),
    'letters in wrong order': q(some(({ title }) => everyOther(shuffled(title.replace(/[^가-힣]/g, ''))))),
    ...times(q),
    professor: some(({ professors }) => ({ professor: professors[0] ?? '김' })),
    'department, category, credits': some(({ department, category, credits }) => ({ department, category, credits })),
    'words of titles, the second page': await second(some(({ title }) => ({ q: title.slice(0, 2) }))),
    'abbreviated department': q('정통 미컴 컴공 국문 운체 자구'.split(' ')),
  };
}

/** Filters by time, and by different timetables. */
function times(q) {
  const random = seededRandom(SEED + 1);
  const timetables = (slots) =>
    Array.from({ length: QUERIES / 2 }, () => ({ busy: { slots: slots(), lectureIds: [] } }));
  const typical = () =>
    Array.from({ length: 6 }, () => {
      const [day, start] = [Math.floor(random() * 3), 540 + 90 * Math.floor(random() * 6)];
      return [day, day + 2].map((one) => ({ day: one, start, end: start + 75, weeks: null }));
    }).flat();
  const week = (from, to, days = 5) =>
    Array.from({ length: days }, (_, day) => ({ day, start: from, end: to, weeks: null }));
  const nearly = () => {
    const free = { day: Math.floor(random() * 5), start: 540 + 30 * Math.floor(random() * 16) };
    return week(480, 1320, 6).flatMap((one) =>
      one.day !== free.day
        ? [one]
        : [
            { ...one, end: free.start },
            { ...one, start: free.start + 90 },
          ],
    );
  };
  const lunch = () => week(540 + 30 * Math.floor(random() * 4), 1080, 5);
  const words = q('경영 컴퓨터 영어 개론 운영체제 양자역학'.split(' '));
  const cells = (length) =>
    Array.from({ length }, () => {
      const start = 480 + 30 * Math.floor(random() * 28);
      return { day: Math.floor(random() * 5), start, end: start + 30 };
    });
  const withoutUntimed = (list) => list.map((one) => ({ ...one, includeUntimed: false }));
  return {
    'fits an empty timetable': timetables(() => []),
    'fits 18 credits': timetables(typical),
    'fits 18 credits, and a word': timetables(typical).map((one, i) => ({ ...one, ...words[i % words.length] })),
    'fits evenings only, no untimed': withoutUntimed(timetables(lunch)),
    'fits a nearly full week': timetables(nearly),
    'the same, no untimed': withoutUntimed(timetables(nearly)),
    'fits a full week': timetables(() => week(0, 1440, 7)),
    'the same, no untimed ': withoutUntimed(timetables(() => week(0, 1440, 7))),
    'fits a week full but for some weeks': timetables(() =>
      week(480, 1380, 6).map((one) => ({ ...one, weeks: 0b1111111 })),
    ),
    'one day': [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day: [day] })),
    'one day, early': [0, 1, 2, 3, 4].map((day) => ({ day: [day], to: 630 })),
    'two days': [0, 1, 2].map((day) => ({ day: [day, day + 2] })),
    'many cells': [15, 60, 150].map((length) => ({ cells: cells(length) })),
    'after ten in the evening': [{ from: 1320 }, { from: 1290 }, { from: 1200 }, { from: 1410 }],
    'within an hour': [
      { from: 540, to: 600 },
      { from: 600, to: 660 },
      { from: 780, to: 840 },
      { day: [2], from: 900, to: 960 },
    ],
  };
}
