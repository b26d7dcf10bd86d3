import { PostsQueries } from '../dist/posts/posts.queries.js';
import { SearchService } from '../dist/posts/search/search.service.js';
import { databaseOf, OneConnection } from './lib/database.mjs';
import { median, printTable, timesInTurn } from './lib/measure.mjs';

/** `node bench/search.mjs 200000`: durations of searches for rare, frequent and old words. See README.md. */
const POSTS = Number(process.argv[2] ?? 200_000);
const LIMIT = 21;
const ROUNDS = 7;
const viewer = (level) => (level === 0 ? null : { id: 1, level });

const CASES = [
  { name: 'rare (1 in 20,000)', q: '양자얽힘' },
  { name: 'rare (1 in 1,000)', q: '분실물' },
  { name: 'medium (1 in 200)', q: '운영체제' },
  { name: 'medium, page 10', q: '운영체제', page: 10 },
  { name: 'medium (1 in 100)', q: '족보' },
  { name: 'frequent (1 in 20)', q: '중간고사' },
  { name: 'frequent (1 in 20), page 100', q: '중간고사', page: 100 },
  { name: 'very frequent (1 in 5)', q: '시험' },
  { name: 'very frequent, page 500', q: '시험', page: 500 },
  { name: 'ending, in two of three', q: '습니다' },
  { name: 'none', q: '뷁뷁뷁' },
  { name: 'none, of frequent pairs', q: '습니다습니다' },
  { name: 'only long ago (1 in 100)', q: '확진자' },
  { name: 'only long ago (1 in 10)', q: '수강정정' },
  { name: 'two words, both frequent', q: '시험 중간고사' },
  { name: 'two words, one rare', q: '시험 분실물' },
  { name: 'two words, never together', q: '확진자 양자얽힘' },
  { name: 'punctuation', q: 'C++' },
  { name: 'English', q: 'gpa' },
  { name: 'one syllable: titles begin', q: '뷁' },
  { name: 'one syllable, no title', q: '시' },
  { name: 'only quotes', q: '"""' },
  { name: 'rare, big board', q: '분실물', board: 1 },
  { name: 'rare, quiet board', q: '분실물', board: 2 },
  { name: 'frequent, quiet board', q: '중간고사', board: 2 },
  { name: 'rare, small board', q: '분실물', board: 5 },
  { name: 'frequent, small board', q: '중간고사', board: 5 },
  { name: 'only long ago, small board', q: '수강정정', board: 3 },
  { name: 'rare, busiest author', q: '분실물', author: 1 },
  { name: 'frequent, busiest author', q: '중간고사', author: 1 },
  { name: 'rare, nobody in particular', q: '분실물', level: 0 },
  { name: 'frequent, nobody in particular', q: '중간고사', level: 0 },
  { name: 'frequent, staff', q: '중간고사', level: 3 },
];

const database = await OneConnection.open(databaseOf(POSTS));
const search = new SearchService(database, new PostsQueries(database));

async function pageOf({ q, level = 2, board, author }, position) {
  return search.page(viewer(level), q, { board, author }, position, LIMIT);
}

/** Reads on to the page, as a scrolling user does, or to the last full one. */
async function positionOf({ page = 1, ...one }) {
  let position = null;
  for (let n = 1; n < page; n++) {
    const rows = await pageOf(one, position);
    if (rows.length < LIMIT) break;
    position = [rows[LIMIT - 2].id];
  }
  return position;
}

const table = [];
for (const one of CASES) {
  const position = await positionOf(one);
  const { result, walked, keys } = await database.countReads(() => pageOf(one, position));
  const [times] = await timesInTurn(ROUNDS, [() => pageOf(one, position)]);
  const [best, middle] = [Math.min(...times), median(times)].map((time) => `${time.toFixed(1)} ms`);
  table.push([one.name, one.q, result.length, walked, keys, best, middle]);
}
console.log(`Search among ${POSTS} posts: one page of 20, ${ROUNDS} times, rows walked and key look-ups`);
printTable(['case', 'words', 'found', 'walked', 'look-ups', 'best', 'median'], table);
console.log(`median of the cases: ${median(table.map((row) => parseFloat(row.at(-1)))).toFixed(1)} ms`);
await database.close();
await manyAtOnce();

/** Eight slow searches at once, on a connection each: how many the queue allows, and their duration. */
async function manyAtOnce() {
  const connections = await Promise.all(Array.from({ length: 8 }, () => OneConnection.open(databaseOf(POSTS))));
  let turn = 0;
  const pool = {
    select: (...query) => connections[turn++ % connections.length].select(...query),
    selectOne: (...query) => connections[turn++ % connections.length].selectOne(...query),
    transaction: (work) => connections[turn++ % connections.length].transaction(work),
    pointRead: () => undefined,
  };
  const service = new SearchService(pool, new PostsQueries(pool));
  const started = performance.now();
  const answers = await Promise.allSettled(connections.map(() => service.page(viewer(2), '수강정정', {}, null, LIMIT)));
  const refused = answers.filter(({ status }) => status === 'rejected').length;
  console.log(`eight at once, only long ago: ${(performance.now() - started).toFixed(0)} ms, ${refused} refused`);
  await Promise.all(connections.map((connection) => connection.close()));
}
