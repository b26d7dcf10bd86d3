import { LecturesQueries } from '../dist/catalogue/lectures/lectures.queries.js';
import { matching } from '../dist/catalogue/search/lecture-filter.js';
import { LectureSearchService } from '../dist/catalogue/search/lecture-search.service.js';
import { SemesterLectures } from '../dist/catalogue/search/semester-lectures.js';
import { SemestersQueries } from '../dist/catalogue/semesters/semesters.queries.js';
import { Clock } from '../dist/common/clock.js';
import { Cursors } from '../dist/common/cursor.js';
import { connectTo, createSchema, OneConnection } from './lib/database.mjs';
import { queriesByKind } from './lib/lecture-queries.mjs';
import { insertLectures } from './lib/lecture-rows.mjs';
import { printTable, timesInTurn } from './lib/measure.mjs';

/**
 * `node bench/lectures.mjs 20000`: recreates the database madang_bench_lectures_20000 with 20,000 lectures in one
 * semester. It searches with every kind of query, and scans the same texts in MySQL to compare. With `search` after the
 * number it uses the existing database.
 */
const LECTURES = Number(process.argv[2] ?? 20_000);
const STEP = process.argv[3];
const NAME = `madang_bench_lectures_${LECTURES}`;
const SEMESTER = 1;
const BATCH = 1_000;
/** Repetitions of each query. */
const ROUNDS = 2;
const LIMIT = 20;

if (STEP === undefined) await seed();
await search();

async function seed() {
  const started = performance.now();
  await createSchema(NAME);
  const connection = await connectTo(NAME);
  await insertLectures(connection, SEMESTER, LECTURES);
  await connection.end();
  console.log(`${LECTURES} lectures after ${seconds(started)} s`);
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
  for (const [kind, queries] of Object.entries(await queriesByKind(LECTURES, pageOf))) {
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

/** Duration of the first search of a process, and the memory that it keeps. */
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
  await connection.execute('DROP TABLE IF EXISTS scan');
  await connection.execute(`CREATE TABLE scan (id int UNSIGNED PRIMARY KEY, title varchar(200), text varchar(1500))
    COLLATE utf8mb4_0900_bin`);
  for (let at = 0; at < all.length; at += BATCH) {
    const texts = ({ id, title, initials, others }) => [id, title, [title, initials, others].join('\n')];
    await connection.connection.query('INSERT INTO scan VALUES ?', [all.slice(at, at + BATCH).map(texts)]);
  }
  const words = ['경영', '컴퓨터', '뷁뷁', '실습', '세미나'];
  const inMySql = (word) => () =>
    connection.execute(
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
