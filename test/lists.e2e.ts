import { MAX_ROW_ID } from '../src/common/ids.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommentsQueries } from '../src/comments/comments.queries.js';
import type { Cursors } from '../src/common/cursor.js';
import type { Viewer } from '../src/common/viewer.js';
import type { Database } from '../src/database/database.js';
import {
  firstPosition,
  fromReactions,
  pickMine,
  pickPage,
  positionOf,
  type IdPick,
  type PostListing,
} from '../src/posts/post-listing.js';
import type { Sort } from '../src/posts/posts.dto.js';
import { TagsService } from '../src/tags/tags.service.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { anAccount, aStaffAccount, aStudent } from './support/factories.js';
import { insertRows, Reads } from './support/reads.js';
import { readRows } from './support/rows.js';

const POSTS = 3_000;
const LIMIT = 21;
/** Allowed reads of a pick besides its page. */
const ALLOWANCE = 5;
const [EVERYONE, MEMBERS, STUDENTS, STAFF] = [0, 1, 2, 3];
/** By id: open, closed and busier than the open ones, open and without posts in the newer half, small ones. */
const BOARDS = [
  { id: 1, audience: MEMBERS },
  { id: 2, audience: EVERYONE },
  { id: 3, audience: EVERYONE },
  { id: 4, audience: STUDENTS },
  { id: 5, audience: STAFF },
];
const [BUSY, QUIET] = [1, 2];
const FIRST = Date.UTC(2026, 0, 1);
const EVERY = 10 * 60_000;

let t: TestApp;
let reads: Reads;
let author: Client;
let clients: Client[];

const timeOf = (id: number) => new Date(FIRST + id * EVERY);
const sqlTime = (time: Date) => time.toISOString().slice(0, -1);

function boardOf(id: number): number {
  if (id % 60 === 0) return 5;
  if (id % 20 === 0) return 4;
  if (id % 10 === 0) return 3;
  return id < POSTS / 2 && id % 5 < 3 ? QUIET : BUSY;
}

/** Most posts have no like; posts became hot a hundred at a time. */
function aRow(id: number) {
  const likes = id % 3 === 0 ? 10 + (id % 7) : 0;
  const board = boardOf(id);
  return {
    id,
    board_id: board,
    author_id: author.id,
    public_author_id: id % 2 === 0 ? author.id : null,
    anonymous: id % 2,
    title: `글 ${id}`,
    content: `내용 ${id}`,
    excerpt: `내용 ${id}`,
    audience: BOARDS[board - 1].audience,
    tag_count: 1,
    like_count: likes,
    hot_at: likes > 0 ? sqlTime(timeOf(Math.floor(id / 100) * 100)) : null,
    created_at: sqlTime(timeOf(id)),
  };
}

async function seed(): Promise<void> {
  const now = sqlTime(new Date());
  const boards = BOARDS.map(({ id, audience }) => ({
    id,
    slug: `board-${id}`,
    name: `게시판 ${id}`,
    description: '',
    allow_anonymous: 1,
    read_access: audience,
    write_access: Math.max(1, audience),
    hot_threshold: 10,
    used: 1,
    created_at: now,
  }));
  const ids = Array.from({ length: POSTS }, (_, i) => i + 1);
  const rows = ids.map(aRow);
  const reactions = ids.map((id) => ({ post_id: id, account_id: author.id, created_at: now }));
  const tagged = rows.map(({ id, board_id, audience }) => ({
    post_id: id,
    tag_id: 1,
    position: 0,
    board_id,
    audience,
  }));
  const comments = ids.map((id) => ({
    id,
    post_id: 1,
    root_id: id > 1 && id % 2 === 1 ? 1 : 0,
    author_id: author.id,
    public_author_id: author.id,
    content: `댓글 ${id}`,
    created_at: now,
  }));
  // Every other tag is a word that only closed boards use.
  const tags = ids.map((id) => ({ id, name: `tag${String(id).padStart(5, '0')}`, post_count: id % 2 ? id % 50 : 0 }));
  // With few accounts MySQL would read them all instead of looking one up.
  const accounts = ids.slice(0, 500).map((id) => ({
    id: 1_000 + id,
    username: `many${id}`,
    username_key: `many${id}`,
    nickname: `학생${id}`,
    password_hash: '',
    pepper_version: 1,
    created_at: now,
  }));
  await insertRows(t.database, 'accounts', accounts);
  await insertRows(t.database, 'boards', boards);
  await insertRows(t.database, 'posts', rows);
  await insertRows(t.database, 'tags', tags);
  await insertRows(t.database, 'post_tags', tagged);
  await insertRows(t.database, 'post_likes', reactions);
  await insertRows(t.database, 'post_scraps', reactions);
  await insertRows(t.database, 'comments', comments);
}

beforeAll(async () => {
  t = await startApp();
  author = await aStudent(t);
  clients = [t.anyone, await anAccount(t), author, await aStaffAccount(t)];
  await seed();
  reads = await Reads.open();
  await readRows(reads, 'ANALYZE TABLE accounts, posts, post_tags, tags, comments, post_likes, post_scraps');
});

afterAll(() => reads.close());

interface List {
  name: string;
  index: string;
  /** The number of merged ranges. */
  ranges?: number;
  pick: (from: number[] | null, limit: number) => IdPick;
  positionOf: (row: { id: number; k: number | Date }) => number[];
}

function postList(name: string, index: string, level: number, filters: Partial<PostListing>, ranges = 1): List {
  const listing: PostListing = { sort: 'latest', ...filters };
  return {
    name,
    index,
    ranges,
    pick: (from, limit) => pickPage(listing, level, from ?? firstPosition(listing.sort), limit),
    positionOf: ({ id, k }) => positionOf({ id, hotAt: new Date(k), likeCount: Number(k) }, listing.sort),
  };
}

const SORTS: Sort[] = ['latest', 'hot', 'likes'];
const day = (id: number) => timeOf(id);

function reactionList(table: 'post_likes' | 'post_scraps'): List {
  return {
    name: table,
    index: `${table}_mine`,
    pick: (from, limit) => {
      const { sql, parameters } = fromReactions(table, author.id, from?.[0] ?? MAX_ROW_ID, limit);
      return { sql: `SELECT x.post_id AS id, x.id AS k ${sql}`, parameters };
    },
    positionOf: ({ k }) => [Number(k)],
  };
}

const listsOfPosts = (): List[] => [
  ...SORTS.flatMap((sort) => [
    postList(`busy board, ${sort}`, `posts_board_${sort}`, MEMBERS, { sort, board: BUSY }),
    postList(`quiet board, ${sort}`, `posts_board_${sort}`, EVERYONE, { sort, board: QUIET }),
    ...[EVERYONE, MEMBERS, STUDENTS, STAFF].map((level) =>
      postList(`all boards, ${sort}, level ${level}`, `posts_all_${sort}`, level, { sort }, level + 1),
    ),
  ]),
  ...[EVERYONE, STAFF].flatMap((level) => [
    postList(`tag, level ${level}`, 'post_tags_all', level, { tag: 1 }, level + 1),
    postList(`author, level ${level}`, 'posts_by_author', level, { author: author.id }, level + 1),
  ]),
  postList('tag in a board', 'post_tags_board', EVERYONE, { tag: 1, board: QUIET }),
  postList('author in a board', 'posts_board_author', EVERYONE, { author: author.id, board: QUIET }),
  postList('days', 'posts_all_latest', EVERYONE, { from: day(500), until: day(2_000) }),
  postList('days of a quiet board', 'posts_board_latest', EVERYONE, {
    board: QUIET,
    from: day(100),
    until: day(2_900),
  }),
  postList('days of a tag', 'post_tags_all', EVERYONE, { tag: 1, from: day(500), until: day(2_000) }),
  {
    name: 'mine',
    index: 'posts_mine',
    pick: (from, limit) => pickMine(author.id, from?.[0] ?? MAX_ROW_ID, limit),
    positionOf: ({ id }) => [id],
  },
  reactionList('post_likes'),
  reactionList('post_scraps'),
];

describe('the reads of a list', () => {
  it('are one page and no more, on the first page and on a deep one', async () => {
    for (const list of listsOfPosts()) {
      const { sql, parameters } = list.pick(null, POSTS);
      const rows = await readRows<{ id: number; k: number }>(reads, sql, parameters);
      expect([list.name, rows.length >= 2 * LIMIT]).toEqual([list.name, true]);
      for (const from of [null, list.positionOf(rows[rows.length - LIMIT])]) {
        const page = list.pick(from, LIMIT);
        const walked = await reads.walkedBy(() => readRows(reads, page.sql, page.parameters));
        const bound = (list.ranges ?? 1) * (LIMIT + ALLOWANCE);
        if (walked > bound) throw new Error(`${list.name} from ${from} walks ${walked} entries, more than ${bound}`);
      }
    }
  });

  it('come in order from an index', async () => {
    for (const list of listsOfPosts()) {
      for (const from of [null, list.positionOf({ id: 700, k: 700 })]) {
        const { sql, parameters } = list.pick(from, LIMIT);
        const ranges = (await reads.explain(sql, parameters)).filter(({ table }) => table === 'x');
        expect([list.name, ranges.length]).toEqual([list.name, list.ranges ?? 1]);
        for (const { key, Extra } of ranges) {
          expect([list.name, key]).toEqual([list.name, list.index]);
          expect([list.name, Extra ?? '']).toEqual([list.name, expect.not.stringMatching(/filesort|temporary/)]);
        }
      }
    }
  });

  const viewer = { id: 1, level: STUDENTS } as Viewer;

  it('are one page and no more in threads', async () => {
    const queries = new CommentsQueries(reads as unknown as Database);
    for (const after of [0, 2_500]) {
      expect(await reads.walkedBy(() => queries.thread(viewer, 1, after, LIMIT))).toBeLessThanOrEqual(
        LIMIT + ALLOWANCE,
      );
      expect(await reads.walkedBy(() => queries.replies(viewer, 1, after, LIMIT))).toBeLessThanOrEqual(
        LIMIT + ALLOWANCE,
      );
    }
    expect(await reads.walkedBy(() => queries.firstReplies(viewer, [1, 2, 4], 3))).toBeLessThanOrEqual(3 + ALLOWANCE);
    const before = (id: number) => reads.walkedBy(() => queries.mine({ ...viewer!, id: author.id }, id, LIMIT));
    expect(await before(MAX_ROW_ID)).toBeLessThanOrEqual(LIMIT + ALLOWANCE);
    expect(await before(500)).toBeLessThanOrEqual(LIMIT + ALLOWANCE);
  });

  it('are one page and no more among tags, also with many hidden words between', async () => {
    const asTheyAre = { decode: (_: string, at: unknown) => at ?? null, encode: (_: string, at: unknown) => at };
    const service = new TagsService(reads as unknown as Database, asTheyAre as unknown as Cursors);
    for (const [sort, deep] of [
      ['name', ['tag02000']],
      ['popular', [25, 1_500]],
    ] as const) {
      for (const cursor of [undefined, deep]) {
        const query = { sort, limit: LIMIT - 1, cursor: cursor as unknown as string };
        const walked = await reads.walkedBy(() => service.list(query));
        expect([sort, walked <= LIMIT + ALLOWANCE]).toEqual([sort, true]);
      }
    }
  });
});

describe('paging through a whole list', () => {
  const readableBy = (level: number) => (row: { audience: number }) => row.audience <= level;
  const rows = () => Array.from({ length: POSTS }, (_, i) => aRow(i + 1));
  const ORDER: Record<Sort, (row: ReturnType<typeof aRow>) => (string | number)[]> = {
    latest: ({ id }) => [id],
    hot: ({ hot_at, id }) => [hot_at!, id],
    likes: ({ like_count, id }) => [like_count, id],
  };

  function expected(sort: Sort, among: (row: ReturnType<typeof aRow>) => boolean): number[] {
    const listed = rows().filter((row) => among(row) && (sort !== 'hot' || row.hot_at !== null));
    const key = ORDER[sort];
    const compare = (a: (string | number)[], b: (string | number)[]) => {
      const i = a.findIndex((value, n) => value !== b[n]);
      return i < 0 ? 0 : a[i] < b[i] ? 1 : -1;
    };
    return listed.sort((a, b) => compare(key(a), key(b))).map(({ id }) => id);
  }

  const idsOf = async (client: Client, path: string, limit = 100) =>
    (await client.all(path, limit)).map((post: { id: number }) => post.id);

  it.each(SORTS)('shows each post once and in order: %s', async (sort) => {
    expect(await idsOf(clients[MEMBERS], `/posts?board=${BUSY}&sort=${sort}`)).toEqual(
      expected(sort, (row) => row.board_id === BUSY),
    );
    for (const level of [EVERYONE, STAFF]) {
      expect(await idsOf(clients[level], `/posts?sort=${sort}`)).toEqual(expected(sort, readableBy(level)));
    }
  });

  it('shows each post of a tag, an author, some days and my reactions once and in order', async () => {
    const student = clients[STUDENTS];
    expect(await idsOf(student, '/posts?tag=tag00001')).toEqual(expected('latest', readableBy(STUDENTS)));
    expect(await idsOf(student, '/accounts/me/likes')).toEqual(expected('latest', readableBy(STUDENTS)));
    expect(await idsOf(student, '/accounts/me/posts')).toEqual(expected('latest', () => true));
    expect(await idsOf(t.anyone, `/posts?author=${author.id}&board=${QUIET}`)).toEqual(
      expected('latest', (row) => row.board_id === QUIET && row.public_author_id !== null),
    );
    // Days are Korean: each begins at 15:00 UTC of the previous day.
    const [from, until] = ['2026-01-03T15:00:00.000', '2026-01-06T15:00:00.000'];
    expect(await idsOf(t.anyone, '/posts?from=2026-01-04&to=2026-01-06', 7)).toEqual(
      expected('latest', (row) => readableBy(EVERYONE)(row) && row.created_at >= from && row.created_at < until),
    );
  });

  it('continues after a board was closed whose posts are still in the lists of all boards', async () => {
    await setAccess(QUIET, STAFF);
    const open = expected('latest', (row) => row.board_id === 3);
    expect(await idsOf(t.anyone, '/posts', 10)).toEqual(open);
    const first = await clients[STUDENTS].get('/accounts/me/likes?limit=50');
    expect(first.body.items).toHaveLength(50);
    const { body } = await t.anyone.get('/posts?tag=tag00001&limit=5');
    expect(body.items.map(({ id }: { id: number }) => id)).toEqual(open.slice(0, 5));
    await setAccess(QUIET, EVERYONE);
  });

  const setAccess = (board: number, access: number) =>
    t.database.transaction((tx) => tx.run('UPDATE boards SET read_access = ? WHERE id = ?', [access, board]));
});
