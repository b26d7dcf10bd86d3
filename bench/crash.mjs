import { setTimeout as sleep } from 'node:timers/promises';
import { aCampus, call, Server, succeed } from './lib/server.mjs';
import { seededRandom } from './lib/random.mjs';

/**
 * `node bench/crash.mjs [kills]`: kill -9 of the server, 20 times, while writers never pause: posts with tags,
 * comments, likes, entries of timetables. A request without an answer is repeated with the same Idempotency-Key.
 * Afterwards every acknowledged write must exist exactly once, and every counter must be right.
 */

const KILLS = Number(process.argv[2] ?? 20);
const WRITERS = 16;
/** Milliseconds of work between two kills; a random part of at most the same length is added. */
const WORK = 1_000;
const MORE = 1_000;
const ENTRIES_A_TIMETABLE = 30;
/** The maximum of milliseconds before the next try, after the server is up. */
const PAUSE = 100;

const random = seededRandom(20_261_122);
/** Acknowledged writes. */
const written = { posts: new Map(), comments: new Map(), likes: new Map(), entries: new Map() };
const seen = { answers: 0, retries: 0, replayed: 0, unexpected: new Map() };
const flow = { stops: false, up: Promise.resolve() };
let sequence = 0;

/** Repeats a request until the answer is final. */
async function settle(method, path, options) {
  for (;;) {
    const { status, body, headers } = await call(server.api, method, path, options);
    // 409: for the database, the first request with this key is still running.
    const isOpen = status === 0 || status === 503 || body?.code === 'IDEMPOTENCY_KEY_IN_USE';
    if (!isOpen) {
      seen.answers++;
      if (headers.get('idempotency-replayed')) seen.replayed++;
      if (status < 300) return body;
      const what = `${method} ${path.replace(/\d+/g, ':id')}: ${status} ${body?.code}`;
      seen.unexpected.set(what, (seen.unexpected.get(what) ?? 0) + 1);
      return null;
    }
    seen.retries++;
    await sleep(random() * PAUSE);
    await flow.up;
  }
}

const key = () => `crash-${++sequence}`;
const pick = (list) => list[Math.floor(random() * list.length)];

/** The writes of one member, equally many of each kind, until the end. */
async function write(member, board, semester) {
  const { token } = member;
  const mine = { token, timetable: null, entries: 0 };
  const kinds = [
    () => writePost(token, board),
    () => writeComment(token),
    () => like(member),
    () => writeEntry(mine, semester),
  ];
  await writePost(token, board);
  for (; !flow.stops; await pick(kinds)());
}

async function writePost(token, board) {
  const title = `글 ${++sequence}`;
  const tags = [pick(['중간고사', '기말고사', '족보', '동아리']), pick(['질문', '후기', '모집'])];
  const body = { title, content: '내용', tags };
  const post = await settle('POST', `/boards/${board}/posts`, { token, key: key(), body });
  if (post) written.posts.set(post.id, { title, tags, author: post.author.id });
}

const aPost = (fits = () => true) => pick([...written.posts].slice(-50).filter(([, post]) => fits(post)))?.[0];

async function writeComment(token) {
  const content = `댓글 ${++sequence}`;
  const comment = await settle('POST', `/posts/${aPost()}/comments`, { token, key: key(), body: { content } });
  if (comment) written.comments.set(comment.id, content);
}

async function like({ id, token }) {
  const post = aPost(({ author }) => author !== id);
  if (!post) return;
  const isLiked = random() < 0.8;
  const done = await settle(isLiked ? 'PUT' : 'DELETE', `/posts/${post}/like`, { token });
  if (done !== null) written.likes.set(`${post} ${id}`, isLiked);
}

async function writeEntry(mine, semester) {
  const { token } = mine;
  if (mine.entries++ % ENTRIES_A_TIMETABLE === 0) {
    const body = { semesterId: semester, name: `시간표 ${++sequence}` };
    mine.timetable = await settle('POST', '/timetables', { token, key: key(), body });
  }
  const title = `일정 ${++sequence}`;
  const body = { custom: { title, meetings: [] } };
  const entry = await settle('POST', `/timetables/${mine.timetable.id}/entries`, { token, key: key(), body });
  if (entry) written.entries.set(title, mine.timetable.id);
}

const server = await Server.start();
try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  await server.stop();
}

/** Returns whether every check has passed. */
async function main() {
  const campus = await aCampus(server.api, WRITERS);
  await server.cli('catalogue', 'semester', '2026-autumn', '--starts', '2026-09-01', '--ends', '2026-12-21');
  const { items } = await succeed(call(server.api, 'GET', '/semesters'));
  const began = performance.now();
  const writers = Promise.all(campus.accounts.map((account) => write(account, campus.board.id, items[0].id)));
  const starts = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(WORK + random() * MORE);
    flow.up = server.killApp().then(() => server.startApp());
    starts.push(await flow.up);
  }
  await sleep(WORK);
  flow.stops = true;
  await writers;
  const seconds = (performance.now() - began) / 1000;
  const faults = await check();
  const repair = await server.cli('repair').catch((error) => error.output);
  report({ seconds, starts, faults, repair });
  return faults.length === 0 && seen.unexpected.size === 0 && repair.includes('Every counter is right');
}

/** Compares acknowledged writes with stored rows; one line for each difference. */
async function check() {
  const connection = await server.connect();
  const rows = async (sql) => (await connection.query(sql))[0];
  const wrong = [];
  const compare = (what, expected, found) => {
    const [is, should] = [JSON.stringify(found), JSON.stringify(expected)];
    if (is !== should) wrong.push(`${what}: ${is} instead of ${should}`);
  };
  const posts = await rows(
    `SELECT p.id, p.title, JSON_ARRAYAGG(t.name) AS tags FROM posts p JOIN post_tags pt ON pt.post_id = p.id
       JOIN tags t ON t.id = pt.tag_id GROUP BY p.id`,
  );
  compare('posts', written.posts.size, posts.length);
  for (const { id, title, tags } of posts) {
    compare(`post ${id}`, written.posts.get(id)?.title, title);
    compare(`tags of ${id}`, written.posts.get(id)?.tags.toSorted(), tags.toSorted());
  }
  const comments = await rows('SELECT id, content FROM comments');
  compare('comments', written.comments.size, comments.length);
  for (const { id, content } of comments) compare(`comment ${id}`, written.comments.get(id), content);
  const likes = new Set(
    (await rows('SELECT post_id, account_id FROM post_likes')).map((l) => `${l.post_id} ${l.account_id}`),
  );
  for (const [pair, isLiked] of written.likes) compare(`like ${pair}`, isLiked, likes.has(pair));
  compare('likes', [...written.likes.values()].filter(Boolean).length, likes.size);
  const entries = await rows('SELECT timetable_id, title FROM timetable_entries');
  compare('entries', written.entries.size, entries.length);
  for (const { timetable_id: id, title } of entries) compare(`entry ${title}`, written.entries.get(title), id);
  await connection.end();
  return wrong;
}

function report({ seconds, starts, faults, repair }) {
  const { posts, comments, likes, entries } = written;
  console.log(
    `${KILLS} kills in ${seconds.toFixed(0)} s, ${WRITERS} writers, ${(seen.answers / seconds).toFixed(0)} answers a second`,
  );
  console.log(
    `acknowledged: ${posts.size} posts, ${comments.size} comments, ${entries.size} entries, ${likes.size} likes set or taken back`,
  );
  console.log(
    `tries again: ${seen.retries}; had been done before the crash and were answered as at first: ${seen.replayed}`,
  );
  console.log(`ready after a start: ${Math.round(Math.min(...starts))} to ${Math.round(Math.max(...starts))} ms`);
  console.log(`lost, doubled or other than acknowledged: ${faults.length}`);
  for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
  for (const [what, count] of seen.unexpected) console.log(`unexpected: ${count} × ${what}`);
  console.log(`repair: ${repair.trim()}`);
}
