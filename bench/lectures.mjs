import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { LecturesQueries } from '../dist/catalogue/lectures/lectures.queries.js';
import { matching } from '../dist/catalogue/search/lecture-filter.js';
import { LectureSearchService } from '../dist/catalogue/search/lecture-search.service.js';
import { initialsOf } from '../dist/catalogue/search/search-text.js';
import { SemesterLectures } from '../dist/catalogue/search/semester-lectures.js';
import { SemestersQueries } from '../dist/catalogue/semesters/semesters.queries.js';
import { Clock } from '../dist/common/clock.js';
import { Cursors } from '../dist/common/cursor.js';
import { migrationOptions } from '../dist/database/data-source-options.js';
import { Migrator } from '../dist/database/migrating/migrator.js';
import { lectures } from './lib/catalogue.mjs';
import { configOf, connectTo, OneConnection } from './lib/database.mjs';
import { printTable, timesInTurn } from './lib/measure.mjs';
import { seededRandom } from './lib/random.mjs';

/**
 * `node bench/lectures.mjs 20000`: makes the database madang_bench_lectures_20000 anew with so many lectures in one
 * semester, searches by every kind of query, and scans the same texts in MySQL to compare. With `search` behind the
 * number it makes nothing.
 */
const LECTURES = Number(process.argv[2] ?? 20_000);
const STEP = process.argv[3];
const NAME = `madang_bench_lectures_${LECTURES}`;
const SEMESTER = 1;
const BATCH = 1_000;
/** Different queries of each kind; each is asked as often as ROUNDS says. */
const QUERIES = 12;
const ROUNDS = 2;
const LIMIT = 20;
const SEED = 7;

if (STEP === undefined) await seed();
await search();

async function seed() {
  const started = performance.now();
  const { host, port, user, password } = configOf(NAME);
  const server = await createConnection({ host, port, user, password });
  await server.query('DROP DATABASE IF EXISTS ??', [NAME]);
  await server.query('CREATE DATABASE ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci', [NAME]);
  await server.end();
  const dataSource = await new DataSource(migrationOptions(configOf(NAME))).initialize();
  await Migrator.alone(dataSource, {}, (migrator) => migrator.run());
  await dataSource.destroy();
  const connection = await connectTo(NAME);
  await connection.query('SET SESSION foreign_key_checks = 0, unique_checks = 0');
  await connection.query(
    `INSERT INTO semesters (id, year, term, starts_on, ends_on, time_zone, holidays)
    VALUES (?, 2026, 2, '2026-09-01', '2026-12-21', 'Asia/Seoul', '[]')`,
    [SEMESTER],
  );
  const batch = [];
  for (const lecture of lectures(LECTURES)) {
    batch.push(lecture);
    if (batch.length === BATCH) await insert(connection, batch.splice(0));
  }
  await insert(connection, batch);
  await connection.query('ANALYZE TABLE lectures, lecture_meetings, subjects');
  await connection.end();
  console.log(`${LECTURES} lectures after ${seconds(started)} s`);
}

async function insert(connection, batch) {
  if (batch.length === 0) return;
  const subjects = new Map(batch.map((one) => [one.subjectId, one]));
  const now = new Date();
  await connection.beginTransaction();
  await connection.query(
    `INSERT IGNORE INTO subjects (id, code, code_key, catalogue_key, name, department, credits, category, source, created_at)
     VALUES ?`,
    [
      [...subjects.values()].map(({ subjectId: id, code, title, department, credits, category }) => [
        id,
        code,
        code.toLowerCase(),
        String(id),
        title,
        department,
        credits,
        category,
        'catalogue',
        now,
      ]),
    ],
  );
  await connection.query(
    `INSERT INTO lectures (id, semester_id, subject_id, section, catalogue_section, title, professors, credits, source,
       note, created_at) VALUES ?`,
    [
      batch.map(({ id, subjectId, section, title, professors, credits }) => [
        id,
        SEMESTER,
        subjectId,
        section,
        section,
        title,
        JSON.stringify(professors),
        credits,
        'catalogue',
        id % 5 ? null : '수강 대상은 학과 사무실에 문의하세요.',
        now,
      ]),
    ],
  );
  const meetings = batch.flatMap(({ id, meetings }) =>
    meetings.map(({ day, start, end, room, weeks }, position) => [id, position, day, start, end, room, weeks]),
  );
  await connection.query('INSERT INTO lecture_meetings (lecture_id, position, day, start, end, room, weeks) VALUES ?', [
    meetings,
  ]);
  await connection.commit();
}

async function search() {
  const connection = await OneConnection.open(NAME);
  const counting = {
    statements: 0,
    select: (...query) => (counting.statements++, connection.select(...query)),
    selectOne: (...query) => (counting.statements++, connection.selectOne(...query)),
  };
  const semesterLectures = new SemesterLectures(counting);
  const all = await firstRead(semesterLectures);
  const cursors = new Cursors({ jwtSecrets: ['benchmark-benchmark-benchmark-benchmark'] });
  const service = new LectureSearchService(
    semesterLectures,
    new LecturesQueries(counting),
    new SemestersQueries(counting),
    cursors,
    new Clock(),
    { campusTimeZone: 'Asia/Seoul' },
  );
  const pageOf = ({ busy, cursor, ...query }) =>
    service.page({ limit: LIMIT, cursor, ...query }, busy && { semesterId: SEMESTER, ...busy });
  const table = [];
  let slowest = 0;
  for (const [kind, queries] of Object.entries(await kinds(pageOf))) {
    const costs = [];
    for (const query of queries) {
      counting.statements = 0;
      const { items } = await pageOf(query);
      costs.push({ found: items.length, statements: counting.statements });
    }
    const works = queries.map((query) => () => pageOf(query));
    const times = (await timesInTurn(ROUNDS, works)).flat();
    slowest = Math.max(slowest, quantile(times, 0.95));
    table.push([kind, queries.length, ...summary(costs), ...[0.5, 0.95, 1].map((share) => ms(quantile(times, share)))]);
  }
  console.log(`Search among ${LECTURES} lectures of one semester: a page of ${LIMIT}, ${ROUNDS} times each query`);
  printTable(['kind', 'queries', 'found', 'statements', 'median', 'p95', 'slowest'], table);
  console.log(`p95 of the slowest kind: ${ms(slowest)}`);
  await compare(connection, semesterLectures, all);
  await connection.close();
}

/** What the first search of a process waits for, and what stays in memory. */
async function firstRead(semesterLectures) {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  const all = await semesterLectures.of(SEMESTER);
  const took = performance.now() - started;
  globalThis.gc?.();
  const memory = Math.round((process.memoryUsage().heapUsed - before) / 2 ** 20);
  console.log(`first read of ${all.length} lectures: ${ms(took)}, ${memory} MB (with --expose-gc: what stays)`);
  return all;
}

/** The parts of a search, and the same scan in MySQL: of a narrow table, in the order of its key, ranked by title. */
async function compare(connection, semesterLectures, all) {
  await connection.rows('DROP TABLE IF EXISTS scan');
  await connection.rows(`CREATE TABLE scan (id int UNSIGNED PRIMARY KEY, title varchar(200), text varchar(1500))
    COLLATE utf8mb4_0900_bin`);
  for (let at = 0; at < all.length; at += BATCH) {
    const texts = ({ id, title, initials, others }) => [id, title, [title, initials, others].join('\n')];
    await connection.connection.query('INSERT INTO scan VALUES ?', [all.slice(at, at + BATCH).map(texts)]);
  }
  const words = ['경영', '컴퓨터', '뷁뷁', '실습', '세미나'];
  const inMySql = (word) => () =>
    connection.rows(
      `SELECT id, CASE WHEN title = ? THEN 0 WHEN title LIKE ? THEN 1 WHEN title LIKE ? THEN 2 WHEN text LIKE ? THEN 3
              ELSE 4 END AS place
         FROM scan WHERE text LIKE ? OR title LIKE ? ORDER BY place, id LIMIT 21`,
      [word, `${word}%`, `%${word}%`, `%${word}%`, `%${word}%`, `%${[...word].join('%')}%`],
    );
  const inMemory = (word) => () => {
    const rankOf = matching({ q: word, untimed: true });
    return all.filter((lecture) => rankOf(lecture) !== -1).length;
  };
  const table = [];
  for (const [part, works] of [
    ['asking whether anything has changed', [() => semesterLectures.of(SEMESTER)]],
    ['scan in memory', words.map(inMemory)],
    ['scan in MySQL', words.map(inMySql)],
  ]) {
    const times = (await timesInTurn(5 * ROUNDS, works)).flat();
    table.push([part, ...[0.5, 0.95, 1].map((share) => ms(quantile(times, share)))]);
  }
  printTable(['part', 'median', 'p95', 'slowest'], table);
}

function summary(costs) {
  const all = (name) => costs.map((cost) => cost[name]);
  const mean = (numbers) => Math.round(numbers.reduce((a, b) => a + b, 0) / numbers.length);
  return [mean(all('found')), Math.max(...all('statements'))];
}

/** Queries by kind, of words that are there and of some that are not. */
async function kinds(pageOf) {
  const random = seededRandom(SEED);
  const all = [...lectures(LECTURES)];
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

/** Filters by time, and by timetables of some kinds. */
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

function quantile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

function ms(time) {
  return `${time.toFixed(1)} ms`;
}

function seconds(started) {
  return ((performance.now() - started) / 1000).toFixed(1);
}
