import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aBoard, anAccount, aPost, aStudent, next } from './support/factories.js';
import { readRow } from './support/rows.js';

let t: TestApp;
let minsu: Client;
let student: Client;
beforeAll(async () => {
  t = await startApp();
  [minsu, student] = await Promise.all([anAccount(t), aStudent(t)]);
});

const names = (answer: { body: any }): string[] => answer.body.items.map(({ name }: any) => name);
const ids = (answer: { body: any }): number[] => answer.body.items.map(({ id }: any) => id);
const seg = encodeURIComponent;

describe('GET /tags', () => {
  it.each([
    ['sort=new', '?sort'],
    ['sort=name%20DESC', '?sort'],
    ['sort=1;DROP%20TABLE%20tags', '?sort'],
    ['limit=0', '?limit'],
    ['limit=101', '?limit'],
    ['limit=1e1', '?limit'],
    ['prefix=', '?prefix'],
    [`prefix=${'a'.repeat(51)}`, '?prefix'],
    ['prefx=a', '?prefx'],
    ['prefix=a&prefix=b', '?prefix'],
  ])('refuses ?%s', async (query, pointer) => {
    const { status, body } = await t.anyone.get(`/tags?${query}`);
    expect({ status, pointers: body.errors.map((one: any) => one.pointer) }).toEqual({
      status: 400,
      pointers: [pointer],
    });
  });

  it.each(['x', '%', 'AAAA', 'a'.repeat(10_240), '../../etc/passwd', "' OR 1=1 --"])(
    'refuses the cursor %.20s',
    async (cursor) => {
      expect((await t.anyone.get(`/tags?cursor=${seg(cursor)}`)).status).toBe(400);
    },
  );

  it('completes a prefix, the most used first, each with its count', async () => {
    const board = await aBoard(t);
    const author = await anAccount(t);
    for (const tags of [['자동완성', '자동차'], ['자동차'], ['자전거']]) await aPost(t, { board, author, tags });
    expect((await t.anyone.get('/tags?prefix=자동')).body.items).toEqual([
      { name: '자동차', postCount: 2 },
      { name: '자동완성', postCount: 1 },
    ]);
    expect(names(await t.anyone.get('/tags?prefix=자동&sort=name'))).toEqual(['자동완성', '자동차']);
    expect(names(await t.anyone.get(`/tags?prefix=${seg('#자동')}`))).toHaveLength(2);
    expect(names(await t.anyone.get(`/tags?prefix=${seg('#')}&limit=100`))).toContain('자전거');
    expect(names(await t.anyone.get('/tags?prefix=없는태그'))).toEqual([]);
  });

  it('treats wildcards as letters and ignores case', async () => {
    const mark = `mark${next()}`;
    await aPost(t, { author: minsu, tags: [`${mark}%x`, `${mark}_y`, `${mark}zz`, `${mark}\\w`] });
    const found = async (prefix: string) => names(await t.anyone.get(`/tags?prefix=${seg(prefix)}`));
    expect(await found(`${mark}%`)).toEqual([`${mark}%x`]);
    expect(await found(`${mark}_`)).toEqual([`${mark}_y`]);
    expect(await found(`${mark}\\`)).toEqual([`${mark}\\w`]);
    expect(await found(mark.toUpperCase())).toHaveLength(4);
  });

  it('hides words that only closed boards use', async () => {
    const tag = `비밀${next()}`;
    const board = await aBoard(t, { owner: student, readAccess: 'verified' });
    const post = await aPost(t, { board, author: student, tags: [tag] });
    for (const viewer of [t.anyone, minsu, student]) {
      expect(names(await viewer.get(`/tags?prefix=${tag}`))).toEqual([]);
      expect((await viewer.get(`/tags/${tag}`)).body.code).toBe('TAG_NOT_FOUND');
    }
    expect(ids(await minsu.get(`/tags/${tag}/posts`))).toEqual([]);
    expect(ids(await student.get(`/tags/${tag}/posts`))).toEqual([post.id]);
  });

  it('pages by name without gaps and duplicates while tags are added', async () => {
    const mark = `쪽${next()}`;
    const board = await aBoard(t);
    const write = (tags: string[]) => aPost(t, { board, tags });
    await write(['나', '다', '라', '마', '바'].map((letter) => `${mark}${letter}`));
    const first = await t.anyone.get(`/tags?prefix=${mark}&sort=name&limit=2`);
    await write([`${mark}가`, `${mark}하`, `${mark}라라`]);
    const rest = await t.anyone.get(`/tags?prefix=${mark}&sort=name&cursor=${first.body.nextCursor}`);
    expect([...names(first), ...names(rest)].map((name) => name.slice(mark.length))).toEqual([
      '나',
      '다',
      '라',
      '라라',
      '마',
      '바',
      '하',
    ]);
    const elsewhere = [`prefix=${mark}`, `prefix=${mark}&sort=popular`, 'sort=name', `prefix=${mark}나&sort=name`];
    for (const query of elsewhere) {
      expect((await t.anyone.get(`/tags?${query}&cursor=${first.body.nextCursor}`)).body.code).toBe('INVALID_CURSOR');
    }
  });

  it('pages by count', async () => {
    const mark = `인기${next()}`;
    const board = await aBoard(t);
    const author = await anAccount(t);
    for (let i = 0; i < 4; i++)
      await aPost(t, { board, author, tags: Array.from({ length: i + 2 }, (_, n) => `${mark}${n}`) });
    const counts = (await t.anyone.all(`/tags?prefix=${mark}`, 2)).map(({ name, postCount }) => [name, postCount]);
    expect(counts).toEqual([
      [`${mark}1`, 4],
      [`${mark}0`, 4],
      [`${mark}2`, 3],
      [`${mark}3`, 2],
      [`${mark}4`, 1],
    ]);
  });
});

describe('GET /tags/:name', () => {
  it('finds every spelling of the word', async () => {
    const tag = `os${next()}`;
    await aPost(t, { tags: [`#${tag.toUpperCase()}`] });
    for (const spelling of [tag, tag.toUpperCase(), `#${tag}`, ` ${tag} `]) {
      expect((await t.anyone.get(`/tags/${seg(spelling)}`)).body).toEqual({ name: tag, postCount: 1 });
    }
  });

  it.each(['없는 태그', 'a/b', '..%2F..', 'x'.repeat(200), "' OR 1=1", '%'])('is 404 for %.20s', async (name) => {
    expect((await t.anyone.get(`/tags/${seg(name)}`)).body.code).toBe('TAG_NOT_FOUND');
  });

  it('counts new, changed and deleted posts', async () => {
    const [a, b] = [`세기${next()}`, `세기${next()}`];
    const count = async (tag: string) => (await t.anyone.get(`/tags/${tag}`)).body.postCount;
    const one = await aPost(t, { author: minsu, tags: [a, b] });
    const two = await aPost(t, { author: minsu, tags: [a] });
    expect([await count(a), await count(b)]).toEqual([2, 1]);
    await minsu.patch(`/posts/${one.id}`, { tags: [b] });
    expect([await count(a), await count(b)]).toEqual([1, 1]);
    await minsu.patch(`/posts/${one.id}`, { tags: [b, a] });
    expect([await count(a), await count(b)]).toEqual([2, 1]);
    await minsu.delete(`/posts/${one.id}`);
    await minsu.patch(`/posts/${two.id}`, { tags: null });
    expect([await count(a), await count(b)]).toEqual([undefined, undefined]);
  });
});

describe('GET /tags/:name/posts', () => {
  it('lists the readable posts with the tag, the newest first', async () => {
    const tag = `목록${next()}`;
    const [open, closed] = await Promise.all([aBoard(t), aBoard(t, { owner: student, readAccess: 'members' })]);
    const posts = [];
    for (const board of [open, closed, open]) posts.unshift(await aPost(t, { board, tags: [tag] }));
    const [newest, inClosed, oldest] = posts.map(({ id }) => id);
    expect(ids(await minsu.get(`/tags/${tag}/posts`))).toEqual([newest, inClosed, oldest]);
    expect(ids(await t.anyone.get(`/tags/${tag}/posts`))).toEqual([newest, oldest]);
    expect((await t.anyone.all(`/tags/${tag}/posts`, 1)).map(({ id }) => id)).toEqual([newest, oldest]);
    expect(ids(await minsu.get(`/boards/${closed.id}/posts?tag=${tag}`))).toEqual([inClosed]);
  });

  it('is empty for an unused word', async () => {
    expect((await t.anyone.get('/tags/아무도/posts')).body).toEqual({ items: [], nextCursor: null });
    expect((await t.anyone.get('/tags/a%2Fb/posts')).body).toEqual({ items: [], nextCursor: null });
  });
});

describe("the stored names of a post's tags", () => {
  const stored = async (id: number) =>
    (await readRow<{ version: number; names: string }>(
      t.database,
      'SELECT version, names FROM post_tag_names WHERE post_id = ?',
      [id],
    )) ?? null;
  const shown = async (board: { id: number }, id: number) => [
    (await minsu.get(`/posts/${id}`)).body.tags,
    (await minsu.get(`/boards/${board.id}/posts`)).body.items[0].tags,
  ];

  it('are shown in lists and posts, without reading the tags', async () => {
    const board = await aBoard(t);
    const { id } = await aPost(t, { author: minsu, board, tags: ['둘', '하나'] });
    await t.database.transaction((tx) => tx.run('UPDATE post_tag_names SET names = ? WHERE post_id = ?', ['옆', id]));
    expect(await shown(board, id)).toEqual([['옆'], ['옆']]);
  });

  it('follow each edit', async () => {
    const board = await aBoard(t);
    const { id } = await aPost(t, { author: minsu, board, tags: ['둘', '하나'] });
    expect(await stored(id)).toEqual({ version: 1, names: '둘\n하나' });
    await minsu.patch(`/posts/${id}`, { title: '다른 제목' });
    expect(await stored(id)).toEqual({ version: 2, names: '둘\n하나' });
    await minsu.patch(`/posts/${id}`, { tags: ['하나', '둘', '셋'] });
    expect(await stored(id)).toEqual({ version: 3, names: '하나\n둘\n셋' });
    expect(await shown(board, id)).toEqual([
      ['하나', '둘', '셋'],
      ['하나', '둘', '셋'],
    ]);
    await minsu.patch(`/posts/${id}`, { tags: null });
    expect([await stored(id), ...(await shown(board, id))]).toEqual([null, [], []]);
    await minsu.patch(`/posts/${id}`, { tags: ['넷'] });
    expect(await shown(board, id)).toEqual([['넷'], ['넷']]);
    await minsu.delete(`/posts/${id}`);
    expect(await stored(id)).toBeNull();
  });

  it('are ignored after an edit by a release without this table', async () => {
    const board = await aBoard(t);
    const { id } = await aPost(t, { author: minsu, board, tags: ['둘', '하나'] });
    await t.database.transaction(async (tx) => {
      await tx.run('UPDATE posts SET version = version + 1, tag_count = 1 WHERE id = ?', [id]);
      await tx.run('DELETE FROM post_tags WHERE post_id = ? AND position = 1', [id]);
    });
    expect(await shown(board, id)).toEqual([['둘'], ['둘']]);
    await minsu.patch(`/posts/${id}`, { title: '다른 제목' });
    expect(await shown(board, id)).toEqual([['둘'], ['둘']]);
  });
});
