import { CommentsQueries } from '../dist/comments/comments.queries.js';
import { MAX_ROW_ID } from '../dist/common/ids.js';
import { firstPosition, fromReactions, pickMine, pickPage } from '../dist/posts/post-listing.js';
import { PostsQueries } from '../dist/posts/posts.queries.js';
import { TagsService } from '../dist/tags/tags.service.js';
import { databaseOf, OneConnection } from './lib/database.mjs';
import { inTurn, printTable } from './lib/measure.mjs';

/**
 * `node bench/lists.mjs 2000 200000`: entries that each list reads, and times, with few posts and with many. Measures
 * the first page and page 500, or the last one of a shorter list. See README.md.
 */
const [FEW, MANY] = (process.argv.length > 3 ? process.argv.slice(2) : [2_000, 200_000]).map(Number);
const PAGE = 20;
const LIMIT = PAGE + 1;
const DEEP = 500;
const ROUNDS = 41;
const ME = 1;
const LEVELS = ['nobody', 'member', 'student', 'staff'];

const viewer = (level) => (level === 0 ? null : { id: ME, level });
const from = new Date(Date.UTC(2024, 8, 1));
const until = new Date(Date.UTC(2025, 8, 1));

const LISTS = [
  ...['latest', 'hot', 'likes'].map((sort) => posts(`biggest board, ${sort}`, { sort, board: 1 }, 1)),
  ...['latest', 'hot', 'likes'].map((sort) => posts(`quiet board, ${sort}`, { sort, board: 2 }, 0)),
  posts('small board, latest', { board: 4 }, 0),
  ...LEVELS.flatMap((_, level) =>
    ['latest', 'hot', 'likes'].map((sort) => posts(`all boards, ${sort}`, { sort }, level)),
  ),
  posts('tag', { tag: 1 }, 2),
  posts('tag in a board', { tag: 1, board: 1 }, 2),
  posts('author', { author: ME }, 2),
  posts('author in a board', { author: ME, board: 1 }, 2),
  posts('from and to', { from, until }, 2),
  posts('from and to, quiet board', { from, until, board: 2 }, 2),
  {
    name: 'mine',
    level: 2,
    pick: ([before = MAX_ROW_ID], limit) => pickMine(ME, before, limit),
    page: (database, [before]) => new PostsQueries(database).pageOfMine(viewer(2), before, LIMIT),
    after: (row) => [row.id],
  },
  ...['post_likes', 'post_scraps'].map((table) => ({
    name: `my ${table.slice(5)}`,
    level: 2,
    pick: ([before = MAX_ROW_ID], limit) => {
      const { sql, parameters } = fromReactions(table, ME, before, limit);
      return { sql: `SELECT x.post_id AS id, x.id AS k ${sql}`, parameters };
    },
    page: (database, [before]) => new PostsQueries(database).pageOfReactions(viewer(2), table, before, LIMIT),
    after: (row) => [row.k],
  })),
  comments('comments of a post', (queries, { post }, after) => queries.thread(viewer(2), post, after, LIMIT)),
  comments('replies to a comment', (queries, { root }, after) => queries.replies(viewer(2), root, after, LIMIT)),
  tags('tags, popular', 'popular'),
  tags('tags, by name', 'name'),
];

function posts(name, filters, level) {
  const listing = { sort: 'latest', ...filters };
  const first = firstPosition(listing.sort);
  return {
    name,
    level,
    pick: (position, limit) => pickPage(listing, level, position.length > 0 ? position : first, limit),
    page: (database, position) =>
      new PostsQueries(database).page(level, listing, position.length > 0 ? position : null, LIMIT),
    after: ({ id, k }) => (listing.sort === 'latest' ? [id] : [Number(k), id]),
  };
}

/** Lists without a pick: read page by page, to at most a tenth of the depth. */
function comments(name, read) {
  return {
    name,
    level: 2,
    page: async (database, [after = 0]) => read(new CommentsQueries(database), await longestThread(database), after),
    after: (row) => [row.id],
  };
}

function tags(name, sort) {
  const asTheyAre = { decode: (_, position) => position ?? null, encode: (_, position) => position };
  return {
    name,
    level: 0,
    page: async (database, position) => {
      const cursor = position.length > 0 ? position : undefined;
      const { items, nextCursor } = await new TagsService(database, asTheyAre).list({ sort, limit: PAGE, cursor });
      return Object.assign(items, { next: nextCursor });
    },
  };
}

const threads = new Map();

async function longestThread(database) {
  if (!threads.has(database)) {
    const [post] = await database.execute('SELECT MAX(id) AS id FROM posts');
    const [root] = await database.execute('SELECT MIN(id) AS id FROM comments WHERE post_id = ?', [post.id]);
    threads.set(database, { post: post.id, root: root.id });
  }
  return threads.get(database);
}

/** The position before page 500, or before the last full page. */
async function deepPosition(database, list) {
  if (!list.pick) return walkedPosition(database, list);
  const { sql, parameters } = list.pick([], (DEEP - 1) * PAGE + LIMIT);
  const rows = await database.execute(sql, parameters);
  const pages = Math.min(DEEP - 1, Math.max(0, Math.floor((rows.length - 1) / PAGE) - 1));
  return pages === 0 ? [] : list.after(rows[pages * PAGE - 1]);
}

async function walkedPosition(database, list) {
  let position = [];
  for (let page = 1; page < DEEP / 10; page++) {
    const rows = await list.page(database, position);
    const next = list.after ? rows.length === LIMIT && list.after(rows[PAGE - 1]) : rows.next;
    if (!next) break;
    position = next;
  }
  return position;
}

/** Index entries and pages that the pick reads. Reading the picked rows costs the same everywhere. */
async function readsOf(database, list, position) {
  const { sql, parameters } = list.pick?.(position, LIMIT) ?? {};
  const work = () => (list.pick ? database.execute(sql, parameters) : list.page(database, position));
  const picked = await database.countReads(work);
  return { walked: picked.walked, pages: picked.pages };
}

const [few, many] = [await OneConnection.open(databaseOf(FEW)), await OneConnection.open(databaseOf(MANY))];
const table = [];
for (const list of LISTS) {
  await longestThread(few);
  await longestThread(many);
  const deep = await deepPosition(many, list);
  const reads = [await readsOf(few, list, []), await readsOf(many, list, []), await readsOf(many, list, deep)];
  const times = await inTurn(ROUNDS, [
    () => list.page(few, []),
    () => list.page(many, []),
    () => list.page(many, deep),
  ]);
  const ratio = (values, i) => (values[i] / values[0]).toFixed(2);
  const pages = reads.map((read) => read.pages);
  table.push([
    list.name,
    LEVELS[list.level],
    ...reads.map((read) => read.walked),
    ...pages,
    ratio(times, 1),
    ratio(times, 2),
    `${times[1].toFixed(1)} ms`,
  ]);
}
console.log(
  `Pages of ${PAGE}: index rows the pick walks, pages it touches, with ${FEW} posts (first page) and ${MANY} (first, deep)`,
);
printTable(['list', 'viewer', 'few', 'many', 'deep', 'pages few', 'many', 'deep', 'time ×', 'deep ×', 'time'], table);
await few.close();
await many.close();
