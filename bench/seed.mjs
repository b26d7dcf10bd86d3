import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { excerptOf } from '../dist/posts/excerpt.js';
import { connectTo, createSchema, databaseOf } from './lib/database.mjs';
import { insertLectures } from './lib/lecture-rows.mjs';
import { seededRandom, zipf } from './lib/random.mjs';
import { Sink } from './lib/sink.mjs';
import { textMaker } from './lib/text.mjs';
import { addTimetables, LECTURES, SEMESTER } from './lib/timetable-rows.mjs';

/**
 * `node bench/seed.mjs 200000` recreates the database madang_bench_200000 and fills it unevenly. There is a big board
 * without new posts; closed boards are busier than open ones. A few authors write most; most posts have no like. Also
 * 10,000 timetables in a semester of 3,000 lectures.
 */
const TAGS = 3_000;
const FIRST_DAY = Date.UTC(2024, 2, 1);
const LAST_DAY = Date.UTC(2026, 2, 1);

/** Share of the posts by age: `early` in the older half, `late` in the newer one. Access as in ACCESS. */
export const BOARDS = [
  { name: '자유', access: 1, early: 0.5, late: 0.85 }, // two thirds of all posts, for members: busier than all open boards
  { name: '새내기', access: 0, early: 0.35, late: 0 }, // big, open, and without posts in the newer half
  { name: '정보', access: 0, early: 0.05, late: 0.05 },
  { name: '장터', access: 0, early: 0.03, late: 0.03 },
  { name: '졸업생', access: 2, early: 0.015, late: 0.015 },
  { name: '운영', access: 3, early: 0.005, late: 0.005 },
  ...Array.from({ length: 14 }, (_, i) => ({
    name: `모임 ${i + 1}`,
    access: i % 2,
    early: 0.05 / 14,
    late: 0.05 / 14,
  })),
];

/** Raise it after a change of the rows: `npm run bench` then seeds its databases again. */
export const SEED_VERSION = 2;

/** The account whose own lists are measured. It has written, liked and kept the most. */
export const ME = 1;

/** 50,000 accounts for 200,000 posts. Each has one session, whose id is the account's. */
export const accountsOf = (posts) => Math.max(1_000, Math.floor(posts / 4));

export async function seed(posts, log = console.log) {
  const started = performance.now();
  const name = databaseOf(posts);
  await createSchema(name);
  const connection = await connectTo(name);
  await connection.query('SET SESSION foreign_key_checks = 0, unique_checks = 0, innodb_ft_enable_stopword = OFF');
  // Building the index once takes a fifth of the time of inserting into it.
  await connection.query('ALTER TABLE posts DROP INDEX posts_text');
  const sink = new Sink(connection);
  const world = { posts, accounts: accountsOf(posts), random: seededRandom(20_260_301), sink };
  await addAccounts(world);
  await addBoards(world);
  const threads = await addPosts(world);
  await addComments(world, threads);
  await insertLectures(connection, SEMESTER, LECTURES);
  await addTimetables(sink, world.accounts);
  await sink.flush();
  log(`${name}: rows after ${seconds(started)} s`);
  await finish(connection);
  await connection.end();
  log(`${name}: indexes and statistics after ${seconds(started)} s`);
}

async function addAccounts({ accounts, sink }) {
  const now = new Date();
  for (let id = 1; id <= accounts; id++) {
    await sink.add('accounts', {
      id,
      username: `user${id}`,
      username_key: `user${id}`,
      nickname: `학생${id}`,
      password_hash: '',
      pepper_version: 1,
      created_at: new Date(FIRST_DAY),
    });
    await sink.add('sessions', {
      id,
      account_id: id,
      refresh_hash: Buffer.alloc(32),
      rotated_at: now,
      expires_at: new Date(now.getTime() + 90 * 86_400_000),
      user_agent: 'bench',
      address: '127.0.0.1',
      created_at: now,
    });
  }
}

async function addBoards({ sink }) {
  for (const [i, { name, access }] of BOARDS.entries()) {
    await sink.add('boards', {
      id: i + 1,
      slug: `board-${i + 1}`,
      name,
      description: '',
      allow_anonymous: 1,
      read_access: access,
      write_access: Math.max(1, access),
      hot_threshold: 10,
      used: 1,
      created_at: new Date(FIRST_DAY),
    });
  }
}

/** @returns the number of comments of each post, by id */
async function addPosts({ posts, accounts, random, sink }) {
  const { post: text, words } = textMaker(random);
  const author = zipf(
    Array.from({ length: accounts }, (_, i) => i + 1),
    random,
  );
  const tagNames = await addTags({ random, sink, words });
  const tag = zipf(
    tagNames.map((_, i) => i + 1),
    random,
  );
  const threads = [0];
  for (let id = 1; id <= posts; id++) {
    const age = id / posts;
    const board = boardAt(age, random());
    const reactions = random() < 0.6 ? 0 : Math.floor(3.3 / (random() + 0.02));
    const tags = new Set(Array.from({ length: random() < 0.2 ? 0 : Math.ceil(random() * 7) }, tag));
    const comments = id === posts ? Math.min(posts, 12_000) : commentsOn(random);
    const post = {
      ...rowOfPost(id, age, board, author(), random() < 0.5, reactions, text(age)),
      tag_count: tags.size,
      comment_count: comments,
    };
    await sink.add('posts', post);
    for (const [position, tagId] of [...tags].entries()) {
      await sink.add('post_tags', { post_id: id, tag_id: tagId, position, board_id: board, audience: post.audience });
    }
    if (tags.size > 0) {
      const names = [...tags].map((tagId) => tagNames[tagId - 1]).join('\n');
      await sink.add('post_tag_names', { post_id: id, version: 1, names });
    }
    await addReactions(sink, post, accounts, random);
    threads.push(comments);
  }
  return threads;
}

/** 5 on average: one post in 70 has more than 50 top-level comments. */
function commentsOn(random) {
  return random() < 0.014 ? 110 + Math.floor(random() * 60) : Math.floor(random() * 7);
}

async function addTags({ random, sink, words }) {
  const names = new Set();
  while (names.size < TAGS) names.add(words(1).replace('?', '').toLowerCase() + (random() < 0.2 ? names.size : ''));
  for (const [i, name] of [...names].entries()) await sink.add('tags', { id: i + 1, name });
  return [...names];
}

function boardAt(age, chance) {
  let sum = 0;
  return 1 + BOARDS.findIndex(({ early, late }) => chance < (sum += age <= 0.5 ? early : late) + 1e-9);
}

function rowOfPost(id, age, board, author, anonymous, likes, { title, content }) {
  const created = new Date(FIRST_DAY + age * (LAST_DAY - FIRST_DAY));
  return {
    id,
    board_id: board,
    author_id: author,
    public_author_id: anonymous ? null : author,
    anonymous,
    title,
    content,
    excerpt: excerptOf(content),
    audience: BOARDS[board - 1].access,
    like_count: likes,
    hot_at: likes >= 10 ? new Date(created.getTime() + 3_600_000) : null,
    created_at: created,
  };
}

/** Likes of ME, and as many others as the counter says. */
async function addReactions(sink, post, accounts, random) {
  const first = Math.floor(random() * (accounts - 200)) + 2;
  for (let i = 0; i < post.like_count; i++) {
    const account = i === 0 && post.author_id !== ME ? ME : first + i;
    await sink.add('post_likes', { post_id: post.id, account_id: account, created_at: post.created_at });
  }
  if (random() < 0.2) await sink.add('post_scraps', { post_id: post.id, account_id: ME, created_at: post.created_at });
}

/** The newest post has the longest thread; half of its comments reply to the first one. */
async function addComments({ accounts, random, sink }, threads) {
  const { words } = textMaker(random);
  let id = 0;
  for (let post = 1; post < threads.length; post++) {
    const root = id + 1;
    for (let i = 0; i < threads[post]; i++) {
      const author = random() < 0.1 ? ME : 1 + Math.floor(random() * accounts);
      await sink.add('comments', {
        id: ++id,
        post_id: post,
        root_id: i % 2 === 1 ? root : 0,
        author_id: author,
        public_author_id: author,
        content: words(6),
        reply_count: i === 0 ? Math.floor(threads[post] / 2) : 0,
        created_at: new Date(LAST_DAY),
      });
    }
  }
}

async function finish(connection) {
  await connection.query('CREATE FULLTEXT INDEX posts_text ON posts (title, content) WITH PARSER ngram');
  await connection.query(
    'UPDATE boards b SET post_count = (SELECT COUNT(*) FROM posts p WHERE p.board_id = b.id AND p.listed = 1)',
  );
  await connection.query(
    `UPDATE tags t JOIN (SELECT tag_id, COUNT(*) AS n FROM post_tags WHERE audience = 0 GROUP BY tag_id) u
         ON u.tag_id = t.id SET t.post_count = u.n`,
  );
  await connection.query(
    `ANALYZE TABLE posts, post_tags, post_tag_names, tags, post_likes, post_scraps, comments, boards, accounts, sessions,
       timetables, primary_timetables, timetable_entries`,
  );
}

const seconds = (started) => ((performance.now() - started) / 1000).toFixed(0);

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const posts of process.argv.slice(2).map(Number)) await seed(posts);
}
