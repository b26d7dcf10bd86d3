import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { LecturesQueries } from '../dist/catalogue/lectures/lectures.queries.js';
import { LectureFinder } from '../dist/catalogue/search/lecture-finder.js';
import { LectureSearchService } from '../dist/catalogue/search/lecture-search.service.js';
import { SearchIndex } from '../dist/catalogue/search/search-index.js';
import { initialsOf } from '../dist/catalogue/search/search-text.js';
import { TermLists } from '../dist/catalogue/search/term-lists.js';
import { SemestersQueries } from '../dist/catalogue/semesters/semesters.queries.js';
import { Clock } from '../dist/common/clock.js';
import { Cursors } from '../dist/common/cursor.js';
import { ListKey } from '../dist/common/pages.js';
import { dataSourceOptions, migrationOptions } from '../dist/database/data-source-options.js';
import { Database } from '../dist/database/database.js';
import { Migrator } from '../dist/database/migrating/migrator.js';
import { lectures } from './lib/catalogue.mjs';
import { configOf, connectTo, OneConnection } from './lib/database.mjs';
import { printTable, timesInTurn } from './lib/measure.mjs';
import { seededRandom } from './lib/random.mjs';

/**
 * `node bench/lectures.mjs 200000`: makes the database madang_bench_lectures_200000 anew with so many lectures in one
 * semester, builds the search index, and searches by every kind of query. With `build` or `search` behind the number
 * it does only that.
 */
const LECTURES = Number(process.argv[2] ?? 200_000);
const STEP = process.argv[3];
const NAME = `madang_bench_lectures_${LECTURES}`;
const SEMESTER = 1;
const BATCH = 1_000;
/** Different queries of each kind; each is asked three times. */
const QUERIES = 40;
const ROUNDS = 3;
const LIMIT = 20;
const SEED = 7;

if (STEP === undefined) {
  await seed();
  // In a process of its own, whose memory tells what a build takes.
  spawnSync(process.execPath, [fileURLToPath(import.meta.url), String(LECTURES), 'build'], { stdio: 'inherit' });
}
if (STEP === 'build') await build();
else await search();

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
       days, earliest, latest, search_text, note, created_at) VALUES ?`,
    [
      batch.map(({ id, subjectId, section, title, professors, credits, meetings, searchText }) => [
        id,
        SEMESTER,
        subjectId,
        section,
        section,
        title,
        JSON.stringify(professors),
        credits,
        'catalogue',
        meetings.reduce((mask, { day }) => mask | (1 << day), 0),
        meetings.length ? Math.min(...meetings.map(({ start }) => start)) : null,
        meetings.length ? Math.max(...meetings.map(({ end }) => end)) : null,
        searchText,
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

async function build() {
  const dataSource = await new DataSource(dataSourceOptions(configOf(NAME))).initialize();
  const index = new SearchIndex(new Database(dataSource));
  for (const which of ['first build', 'build with nothing new']) {
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 5);
    const started = performance.now();
    await index.rebuild(SEMESTER);
    clearInterval(watch);
    console.log(`${which}: ${seconds(started)} s, ${Math.round((most - before) / 2 ** 20)} MB more at the most`);
  }
  const [row] = await new Database(dataSource).rows(
    'SELECT COUNT(*) AS terms, SUM(lectures) AS entries, SUM(LENGTH(lecture_ids)) AS bytes FROM lecture_terms',
  );
  console.log(`${row.terms} terms, ${row.entries} entries, ${Math.round(row.bytes / 2 ** 10)} KB`);
  await dataSource.destroy();
}

async function search() {
  const connection = await OneConnection.open(NAME);
  const counting = {
    statements: 0,
    rows: (...statement) => (counting.statements++, connection.rows(...statement)),
    row: (...statement) => (counting.statements++, connection.row(...statement)),
  };
  const upkeep = { tooManyUnknown: () => undefined };
  const finder = new LectureFinder(counting, new TermLists(counting), upkeep);
  const cursors = new Cursors({ jwtSecrets: ['benchmark-benchmark-benchmark-benchmark'] });
  const config = { campusTimeZone: 'Asia/Seoul' };
  const service = new LectureSearchService(
    finder,
    new LecturesQueries(counting),
    new SemestersQueries(counting),
    cursors,
    new Clock(),
    config,
  );
  const pageOf = ({ busy, after, ...query }) => {
    const cursor = after && cursorAt(cursors, query, after);
    return service.page({ limit: LIMIT, cursor, ...query }, busy && { semesterId: SEMESTER, ...busy });
  };
  const table = [];
  for (const [kind, queries] of Object.entries(kinds())) {
    const costs = [];
    for (const query of queries) {
      counting.statements = 0;
      const { result, walked, keys } = await connection.countReads(() => pageOf(query));
      costs.push({ found: result.items.length, statements: counting.statements, walked, keys });
    }
    const times = await timesOf(queries.map((query) => () => pageOf(query)));
    table.push([kind, queries.length, ...summary(costs), ...times]);
  }
  console.log(`Search among ${LECTURES} lectures of one semester: a page of ${LIMIT}, ${ROUNDS} times each query`);
  printTable(
    ['kind', 'queries', 'found', 'statements', 'walked', 'at most', 'look-ups', 'median', 'p95', 'slowest'],
    table,
  );
  await connection.close();
}

function summary(costs) {
  const all = (name) => costs.map((cost) => cost[name]);
  const mean = (numbers) => Math.round(numbers.reduce((a, b) => a + b, 0) / numbers.length);
  return [
    mean(all('found')),
    Math.max(...all('statements')),
    mean(all('walked')),
    Math.max(...all('walked')),
    mean(all('keys')),
  ];
}

/** Of all the works, each done some times: median, 95th percentile and the slowest. */
async function timesOf(works) {
  const times = (await timesInTurn(ROUNDS, works)).flat();
  return [0.5, 0.95, 1].map((share) => `${quantile(times, share).toFixed(1)} ms`);
}

/** Queries by kind, of words that are there and of some that are not. */
function kinds() {
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
    'words of titles, a later page': some(({ id, title }) => ({ q: title.slice(0, 2), after: id })),
    'nothing such, a later page': some(({ id }) => ({ q: '뷁뷁', after: id })),
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
    'one day': [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day })),
    'one day, early': [0, 1, 2, 3, 4].map((day) => ({ day, to: 630 })),
    'after ten in the evening': [{ from: 1320 }, { from: 1290 }, { from: 1200 }, { from: 1410 }],
    'within an hour': [
      { from: 540, to: 600 },
      { from: 600, to: 660 },
      { from: 780, to: 840 },
      { day: 2, from: 900, to: 960 },
    ],
  };
}

/** As the page before would have said. */
function cursorAt(cursors, query, after) {
  return new ListKey(cursors, '/lectures', { ...query, semester: SEMESTER }).cursor(after);
}

function quantile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

function seconds(started) {
  return ((performance.now() - started) / 1000).toFixed(1);
}
