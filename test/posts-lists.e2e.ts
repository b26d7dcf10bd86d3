import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aBoard, aComment, anAccount, aPost, aStudent, next } from './support/factories.js';
import { settled } from './support/settled.js';
import { statementsOf } from './support/statements.js';

let t: TestApp;
let reader: Client;
beforeAll(async () => {
  t = await startApp();
  reader = await anAccount(t);
});

const ids = (answer: { body: any }): number[] => answer.body.items.map(({ id }: any) => id);
const run = (sql: string, parameters: any[] = []) => t.database.transaction((tx) => tx.run(sql, parameters));

/** Writes `n` posts one after the other. Returns their ids, the newest first. */
async function posts(n: number, given: Parameters<typeof aPost>[1]): Promise<number[]> {
  const written: number[] = [];
  for (let i = 0; i < n; i++) written.unshift((await aPost(t, given)).id);
  return written;
}

describe('GET /boards/:id/posts', () => {
  it('lists the board’s posts, the newest first, without their content', async () => {
    const board = await aBoard(t);
    const written = await posts(3, { board });
    const answer = await t.anyone.get(`/boards/${board.id}/posts`);
    expect(ids(answer)).toEqual(written);
    expect(answer.body.items[0]).not.toHaveProperty('content');
  });

  it('gives the reason if the viewer may not read them', async () => {
    const student = await aStudent(t);
    const board = await aBoard(t, { owner: student, readAccess: 'verified' });
    for (const list of [`/boards/${board.id}/posts`, `/posts?board=${board.id}`, `/posts?board=${board.id}&q=글`]) {
      expect((await t.anyone.get(list)).body.code).toBe('VERIFICATION_REQUIRED');
      expect((await reader.get(list)).body.code).toBe('VERIFICATION_REQUIRED');
      expect((await student.get(list)).status).toBe(200);
    }
    expect((await reader.get('/boards/999999/posts')).body.code).toBe('BOARD_NOT_FOUND');
    expect((await reader.get('/posts?board=999999')).body.code).toBe('BOARD_NOT_FOUND');
    expect((await reader.get('/boards/999999/posts?tag=os')).body.code).toBe('BOARD_NOT_FOUND');
  });

  it.each(['sort=likes', 'sort=hot&tag=os', 'q=a', 'tag='])('refuses ?%s', async (query) => {
    const board = await aBoard(t, { owner: await anAccount(t) });
    expect((await t.anyone.get(`/boards/${board.id}/posts?${query}`)).status).toBe(400);
  });
});

describe('GET /posts', () => {
  const bad: [query: string, code: string][] = [
    ['sort=created_at', 'INVALID_INPUT'],
    ['sort=latest;DROP TABLE posts', 'INVALID_INPUT'],
    ['sort=(SELECT SLEEP(5))', 'INVALID_INPUT'],
    ['sort=LATEST', 'INVALID_INPUT'],
    ['sort[]=latest', 'INVALID_INPUT'],
    ['sort=latest&sort=hot', 'INVALID_INPUT'],
    ['limit=0', 'INVALID_INPUT'],
    ['limit=101', 'INVALID_INPUT'],
    ['limit=-1', 'INVALID_INPUT'],
    ['limit=2.5', 'INVALID_INPUT'],
    ['limit=1e1', 'INVALID_INPUT'],
    ['limit=', 'INVALID_INPUT'],
    ['board=1 OR 1=1', 'INVALID_INPUT'],
    ['board=0', 'INVALID_INPUT'],
    ['board=9007199254740993', 'INVALID_INPUT'],
    ['author=민수', 'INVALID_INPUT'],
    ['author=01', 'INVALID_INPUT'],
    ['tag=', 'INVALID_INPUT'],
    [`tag=${'a'.repeat(61)}`, 'INVALID_INPUT'],
    ['q=', 'INVALID_INPUT'],
    ['q=   ', 'INVALID_INPUT'],
    [`q=${'가'.repeat(101)}`, 'INVALID_INPUT'],
    ['from=2026-02-30', 'INVALID_INPUT'],
    ['from=2026-2-3', 'INVALID_INPUT'],
    ['from=20260203', 'INVALID_INPUT'],
    ['to=2026-03-02T00:00:00Z', 'INVALID_INPUT'],
    ["to=2026-03-02' OR '1", 'INVALID_INPUT'],
    ['from=2026-03-03&to=2026-03-02', 'INVALID_INPUT'],
    ['offset=20', 'INVALID_INPUT'],
    ['__proto__=1', 'INVALID_INPUT'],
    ['constructor=1', 'INVALID_INPUT'],
    ['cursor=', 'INVALID_INPUT'],
    ['cursor=abc', 'INVALID_CURSOR'],
    ['cursor=[1]', 'INVALID_CURSOR'],
    [`cursor=${'A'.repeat(300)}`, 'INVALID_CURSOR'],
    [`cursor=${'A'.repeat(10_240)}`, 'INVALID_INPUT'],
    ['sort=hot&tag=os', 'FILTERS_DO_NOT_COMBINE'],
    ['sort=likes&author=1', 'FILTERS_DO_NOT_COMBINE'],
    ['sort=likes&from=2026-01-01', 'FILTERS_DO_NOT_COMBINE'],
    ['sort=hot&q=a', 'FILTERS_DO_NOT_COMBINE'],
    ['tag=os&author=1', 'FILTERS_DO_NOT_COMBINE'],
    ['tag=os&q=a', 'FILTERS_DO_NOT_COMBINE'],
    ['q=a&to=2026-01-01', 'FILTERS_DO_NOT_COMBINE'],
  ];

  it.each(bad)('refuses ?%.60s', async (query, code) => {
    const { status, body } = await reader.get(`/posts?${encodeURI(query)}`);
    expect({ status, code: body.code }).toEqual({ status: 400, code });
  });

  it.each([
    '%',
    '_',
    '\\',
    '"',
    "'",
    '+',
    '-가',
    '*',
    '(가',
    '~나다',
    '>가나',
    '@distance',
    '%%',
    '가% 나_',
    '\\%',
    '😀😀',
    '""',
    '" "',
  ])('treats %s in q as letters', async (q) => {
    const mark = `표시${next()}`;
    const board = await aBoard(t, { owner: await anAccount(t) });
    const [, hit] = await Promise.all([
      aPost(t, { board, title: mark, content: '아무것도' }),
      aPost(t, { board, title: `${q} ${mark}`, content: q }),
    ]);
    const answer = await t.anyone.get(`/posts?board=${board.id}&q=${encodeURIComponent(q)}`);
    expect({ status: answer.status, ids: ids(answer) }).toEqual({ status: 200, ids: [hit.id] });
  });

  it('combines the documented filters', async () => {
    const board = await aBoard(t);
    const author = await anAccount(t);
    const tag = `함께${next()}`;
    const post = await aPost(t, { board, author, tags: [tag], title: '함께 찾는 글' });
    const today = new Date(t.clock.now().getTime() + 9 * 3_600_000).toISOString().slice(0, 10);
    const days = `from=${today}&to=${today}`;
    for (const query of [
      `board=${board.id}&tag=${tag}`,
      `board=${board.id}&tag=${tag}&${days}`,
      `board=${board.id}&author=${author.id}`,
      `board=${board.id}&author=${author.id}&${days}`,
      `board=${board.id}&author=${author.id}&q=찾는`,
      `board=${board.id}&${days}`,
      `board=${board.id}&sort=likes`,
      `tag=${tag}&${days}`,
      `author=${author.id}&${days}`,
      `author=${author.id}&q=찾는`,
    ]) {
      expect([query, ids(await reader.get(`/posts?${query}`))]).toEqual([query, [post.id]]);
      expect([query, ids(await t.anyone.get(`/posts?${query}`))]).toEqual([query, [post.id]]);
    }
  });

  it('uses days of the campus: both inclusive, from midnight to midnight in its zone', async () => {
    const author = await anAccount(t);
    const board = await aBoard(t);
    const at = async (time: string) => {
      const { id } = await aPost(t, { author, board });
      await run('UPDATE posts SET created_at = ? WHERE id = ?', [new Date(time), id]);
      return id;
    };
    const before = await at('2024-03-01T14:59:59.999Z');
    const first = await at('2024-03-01T15:00:00.000Z');
    const last = await at('2024-03-03T14:59:59.999Z');
    const after = await at('2024-03-03T15:00:00.000Z');
    const between = async (query: string) => ids(await t.anyone.get(`/posts?author=${author.id}&${query}`));
    expect(await between('from=2024-03-02&to=2024-03-03')).toEqual([last, first]);
    expect(await between('from=2024-03-02&to=2024-03-02')).toEqual([first]);
    expect(await between('from=2024-03-02')).toEqual([after, last, first]);
    expect(await between('to=2024-03-01')).toEqual([before]);
    expect(await between('to=2024-03-03')).toEqual([last, first, before]);
  });

  it('has each post once under `latest` while others write and delete between the pages', async () => {
    const board = await aBoard(t);
    const author = await anAccount(t);
    const written = await posts(7, { board, author });
    const [newest, , third, fourth] = written;
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page = await t.anyone.get(`/posts?board=${board.id}&limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...ids(page));
      cursor = page.body.nextCursor;
      await aPost(t, { board, author });
      if (seen.length === 2) await author.delete(`/posts/${newest}`);
      if (seen.length === 2) await author.delete(`/posts/${fourth}`);
    } while (cursor);
    expect(seen).toEqual(written.filter((id) => id !== fourth));
    expect(seen).toContain(third);
  });

  it('has each post once under `hot` while others become hot and lose likes between the pages', async () => {
    const board = await aBoard(t);
    await run('UPDATE boards SET hot_threshold = 1 WHERE id = ?', [board.id]);
    const written = await posts(6, { board });
    const heat = (id: number) => {
      t.clock.advance(1);
      return reader.put(`/posts/${id}/like`);
    };
    const hot = [written[4], written[0], written[2], written[3], written[1]];
    for (const id of [...hot].reverse()) await heat(id);
    const first = await t.anyone.get(`/posts?board=${board.id}&sort=hot&limit=2`);
    expect(ids(first)).toEqual(hot.slice(0, 2));
    await heat(written[5]);
    await reader.delete(`/posts/${hot[3]}/like`);
    const rest = await t.anyone.get(`/posts?board=${board.id}&sort=hot&cursor=${first.body.nextCursor}`);
    expect(ids(rest)).toEqual(hot.slice(2));
  });

  it('orders by likes, then by age', async () => {
    const board = await aBoard(t);
    const [three, two, one] = await posts(3, { board });
    await reader.put(`/posts/${one}/like`);
    expect((await t.anyone.all(`/posts?board=${board.id}&sort=likes`, 1)).map(({ id }) => id)).toEqual([
      one,
      three,
      two,
    ]);
  });

  it('accepts a cursor only for the list that made it', async () => {
    const board = await aBoard(t);
    const tag = `커서${next()}`;
    const author = await anAccount(t);
    await posts(3, { board, author, tags: [tag] });
    const lists = [
      '/posts?sort=latest',
      '/posts?sort=likes',
      `/posts?board=${board.id}`,
      `/posts?board=${board.id}&sort=likes`,
      `/posts?tag=${tag}`,
      `/posts?board=${board.id}&tag=${tag}`,
      `/posts?author=${author.id}`,
      '/posts?q=글',
      '/posts?from=2020-01-01',
      '/posts?to=2099-01-01',
      `/boards/${board.id}/posts?sort=latest`,
      `/boards/${board.id}/posts?tag=${tag}`,
      `/tags/${tag}/posts?`,
    ];
    const cursors = await Promise.all(
      lists.map(async (list) => (await t.anyone.get(`${list}&limit=1`)).body.nextCursor as string),
    );
    for (const [i, list] of lists.entries()) {
      for (const [j, cursor] of cursors.entries()) {
        const { status, body } = await t.anyone.get(`${list}&cursor=${cursor}`);
        expect([list, lists[j], body.code ?? status]).toEqual([list, lists[j], i === j ? 200 : 'INVALID_CURSOR']);
      }
    }
    const [cursor] = cursors;
    const altered = `${cursor.slice(0, -2)}${cursor.endsWith('A') ? 'BB' : 'AA'}`;
    expect((await t.anyone.get(`/posts?sort=latest&cursor=${altered}`)).body.code).toBe('INVALID_CURSOR');
  });
});

describe('a list of posts', () => {
  /** The cost of each list with one row and with fifty. */
  async function costs(viewer: Client, list: (board: number) => string): Promise<number[]> {
    const counts: number[] = [];
    for (const board of [small, large]) {
      const { statements, result } = await statementsOf(() => viewer.get(list(board)));
      expect(result.body.items).toHaveLength(board === small ? 1 : 50);
      counts.push(statements.length);
    }
    return counts;
  }

  let small: number;
  let large: number;
  let author: Client;
  beforeAll(async () => {
    author = await anAccount(t);
    [small, large] = [(await aBoard(t)).id, (await aBoard(t)).id];
    for (let i = 0; i < 51; i++) {
      const board = { id: i === 0 ? small : large };
      const { id } = await aPost(t, { board, author, tags: [`비용${board.id}`, 'b', 'c'] });
      await aComment(t, { post: { id }, author: reader });
      await author.put(`/posts/${id}/scrap`);
    }
    await run('UPDATE posts SET hot_at = created_at');
  });

  it.each([
    ['of a board', (board: number) => `/boards/${board}/posts?limit=100`],
    ['of a board by hot', (board: number) => `/boards/${board}/posts?sort=hot&limit=100`],
    ['of a board and tag', (board: number) => `/boards/${board}/posts?tag=비용${board}&limit=100`],
    ['by board and likes', (board: number) => `/posts?board=${board}&sort=likes&limit=100`],
    ['by board, tag and day', (board: number) => `/posts?board=${board}&tag=비용${board}&from=2020-01-01&limit=100`],
    ['by board and author', (board: number) => `/posts?board=${board}&author=${author.id}&limit=100`],
    ['of a tag', (board: number) => `/tags/비용${board}/posts?limit=100`],
  ])('%s needs at most two statements, one for the session and one for the flags', async (_, list) => {
    const [one, many] = await costs(t.anyone, list);
    expect(one).toBe(many);
    expect(many).toBeLessThanOrEqual(2);
    expect(await costs(reader, list)).toEqual([one + 2, many + 2]);
  });

  it.each([
    ['/accounts/me/posts', 1],
    ['/accounts/me/comments', 1],
    ['/accounts/me/scraps', 2],
    ['/accounts/me/likes', 2],
  ])('%s needs %d, and one for the session', async (list, count) => {
    const viewer = list.endsWith('comments') ? reader : author;
    const { statements } = await statementsOf(() => viewer.get(`${list}?limit=100`));
    expect(statements).toHaveLength(count + 1);
  });
});

describe('a post with its first comments', () => {
  it.each([1, 50])('needs three statements with %i comments, and one for the session', async (n) => {
    const post = await aPost(t);
    for (let i = 0; i < n; i++) {
      const root = await aComment(t, { post, author: reader });
      await aComment(t, { post, author: reader, parentId: root.id });
    }
    const read = (viewer: Client) => statementsOf(() => viewer.get(`/posts/${post.id}?comments=100`));
    const { statements, result } = await read(t.anyone);
    expect(result.body.comments.items).toHaveLength(n);
    expect(statements).toHaveLength(3);
    await reader.get(`/posts/${post.id}`);
    await settled(t);
    expect((await read(reader)).statements).toHaveLength(4);
    expect((await statementsOf(() => t.anyone.get(`/posts/${post.id}/comments`))).statements).toHaveLength(3);
  });
});
