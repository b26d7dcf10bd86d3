import { beforeAll, describe, expect, it } from '@jest/globals';
import { Limits } from '../src/common/limits/limits.js';
import { POSTS } from '../src/posts/posts.service.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aBoard, aComment, anAccount, aPost, next } from './support/factories.js';

let t: TestApp;
let minsu: Client;
let jiwoo: Client;
beforeAll(async () => {
  t = await startApp();
  [minsu, jiwoo] = await Promise.all([anAccount(t), anAccount(t)]);
});

const aKey = () => ({ 'idempotency-key': `key-${next()}` });
const count = async (table: string): Promise<number> =>
  (await t.database.row<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`))!.n;

/** Every route that creates, with a body that it takes. */
const creations: [route: string, table: string, prepare: () => Promise<{ path: string; body: object }>][] = [
  ['POST /boards', 'boards', async () => ({ path: '/boards', body: { name: `게시판 ${next()}` } })],
  [
    'POST /boards/:id/posts',
    'posts',
    async () => ({
      path: `/boards/${(await aBoard(t)).id}/posts`,
      body: { title: '한 번만', content: '두 번 눌렀다', tags: ['a'], anonymous: true },
    }),
  ],
  [
    'POST /posts/:id/comments',
    'comments',
    async () => ({ path: `/posts/${(await aPost(t)).id}/comments`, body: { content: '한 번만', anonymous: true } }),
  ],
];

describe.each(creations)('%s with an Idempotency-Key', (_, table, prepare) => {
  it('does once what is sent again, and says so', async () => {
    const { path, body } = await prepare();
    const key = aKey();
    const first = await minsu.post(path, body, key);
    const before = await count(table);
    const again = await minsu.post(path, body, key);
    expect(again.status).toBe(201);
    expect(again.raw.payload).toBe(first.raw.payload);
    for (const name of ['etag', 'location', 'content-type']) expect(again.headers[name]).toBe(first.headers[name]);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await count(table)).toBe(before);
  });

  it('refuses another body', async () => {
    const { path, body } = await prepare();
    const key = aKey();
    await minsu.post(path, body, key);
    const other = Object.fromEntries(
      Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? `${value}!` : value]),
    );
    expect(await minsu.post(path, other, key)).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  it('does once what comes twenty times at once: the others hear 409 at once, or the answer', async () => {
    const { path, body } = await prepare();
    const key = aKey();
    const before = await count(table);
    const answers = await Promise.all(Array.from({ length: 20 }, () => minsu.post(path, body, key)));
    const done = answers.filter(({ status }) => status === 201);
    expect(done.filter(({ headers }) => !headers['idempotency-replayed'])).toHaveLength(1);
    expect(new Set(done.map(({ body: { id } }) => id)).size).toBe(1);
    const refused = answers.filter(({ status }) => status !== 201);
    for (const one of refused) {
      expect(one).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_IN_USE' } });
      expect(one.headers['retry-after']).toBe('1');
    }
    expect(await count(table)).toBe(before + 1);
  });
});

describe('An Idempotency-Key', () => {
  it.each(['', 'x'.repeat(256)])('has 1 to 255 characters', async (key) => {
    const answer = await minsu.post('/boards', { name: 'a' }, { 'idempotency-key': key });
    expect({ status: answer.status, pointer: answer.body.errors[0].pointer }).toEqual({
      status: 400,
      pointer: 'Idempotency-Key',
    });
  });

  it('is another account’s own, and another route’s own', async () => {
    const key = aKey();
    const body = { title: '같은 열쇠', content: '내용' };
    const [one, two] = [await aBoard(t), await aBoard(t)];
    const posts = [
      await minsu.post(`/boards/${one.id}/posts`, body, key),
      await jiwoo.post(`/boards/${one.id}/posts`, body, key),
      await minsu.post(`/boards/${two.id}/posts`, body, key),
    ];
    expect(posts.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(posts.map(({ body: { id } }) => id)).size).toBe(3);
    expect(posts[1].body.author.id).toBe(jiwoo.id);
  });

  it('stores no failure: what went wrong may be put right under the same key', async () => {
    const board = await aBoard(t, { allowAnonymous: false });
    const key = aKey();
    const write = (body: object) =>
      minsu.post(`/boards/${board.id}/posts`, { title: '제목', content: '내용', ...body }, key);
    expect((await write({ title: '' })).status).toBe(400);
    expect((await write({ anonymous: true })).body.code).toBe('ANONYMITY_NOT_ALLOWED');
    expect(await count(`idempotency_keys WHERE account_id = ${minsu.id} AND answer LIKE '%제목%'`)).toBe(0);
    const right = await write({});
    expect(right.status).toBe(201);
    expect(right.headers).not.toHaveProperty('idempotency-replayed');
  });

  it('hears 409 at once while the first request waits for a lock', async () => {
    const board = await aBoard(t);
    const key = aKey();
    const write = () => minsu.post(`/boards/${board.id}/posts`, { title: '제목', content: '내용' }, key);
    let first: ReturnType<typeof write> | undefined;
    await t.database.transaction(async (tx) => {
      await tx.row('SELECT id FROM boards WHERE id = ? FOR UPDATE', [board.id]);
      first = write();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const second = await Promise.race([
        write(),
        new Promise<null>((resolve) => setTimeout(() => resolve(null), 1_000)),
      ]);
      expect(second).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_IN_USE' } });
    });
    const { id } = (await first!).body;
    const third = await write();
    expect(third).toMatchObject({ status: 201, body: { id } });
  });

  it('is forgotten after a day', async () => {
    const board = await aBoard(t);
    const key = aKey();
    const write = () => minsu.post(`/boards/${board.id}/posts`, { title: '하루', content: '내용' }, key);
    const first = await write();
    await t.database.transaction((tx) =>
      tx.run('UPDATE idempotency_keys SET created_at = ? WHERE account_id = ?', [t.clock.in(-86_401), minsu.id]),
    );
    const second = await write();
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('still answers the same after the thing was edited and deleted', async () => {
    const key = aKey();
    const { id } = await aPost(t, { author: minsu });
    const write = () => minsu.post(`/posts/${id}/comments`, { content: '처음' }, key);
    const first = await write();
    await minsu.patch(`/comments/${first.body.id}`, { content: '고침' });
    await minsu.delete(`/comments/${first.body.id}`);
    expect((await write()).raw.payload).toBe(first.raw.payload);
    await aComment(t, { post: { id }, author: minsu });
  });
});

describe('Limits on writing', () => {
  let limited: TestApp;
  let board: { id: number };
  beforeAll(async () => {
    board = await aBoard(t);
    limited = await startApp({ keepData: true, env: { RATE_LIMITS: 'on' } });
  });

  const write = (by: Client, body: object = {}, headers = {}) =>
    by.post(`/boards/${board.id}/posts`, { title: `글 ${next()}`, content: '내용', ...body }, headers);

  it('let an account write a post every fifteen seconds and say when the next may come', async () => {
    const [one, two] = [await anAccount(limited), await anAccount(limited)];
    expect((await write(one)).status).toBe(201);
    const refused = await write(one);
    expect(refused).toMatchObject({ status: 429, body: { code: 'TOO_MANY_REQUESTS' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(15);
    expect((await write(two)).status).toBe(201);
  });

  it('let a comment through every five seconds', async () => {
    const one = await anAccount(limited);
    const post = await aPost(t, { board });
    const comment = (content: string) => one.post(`/posts/${post.id}/comments`, { content });
    expect((await comment('하나')).status).toBe(201);
    const refused = await comment('둘');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(5);
  });

  it('refuse the same text within five minutes, and count no post for it', async () => {
    const one = await anAccount(limited);
    const newPoint = () => limited.app.get(Limits).reset(POSTS, one.id);
    const body = { title: '광고', content: '싸게 팝니다' };
    expect((await write(one, body)).status).toBe(201);
    await newPoint();
    const refused = await write(one, body);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(240);
    expect((await write(one, { ...body, content: '비싸게 팝니다' })).status).toBe(201);
    expect((await write(await anAccount(limited), body)).status).toBe(201);
  });

  it('give a point back when the write failed', async () => {
    const one = await anAccount(limited);
    expect((await write(one, { anonymous: 'yes' })).status).toBe(400);
    const closed = await aBoard(t, { allowAnonymous: false });
    const body = { title: '제목', content: '내용' };
    expect((await one.post(`/boards/${closed.id}/posts`, { ...body, anonymous: true })).status).toBe(403);
    expect((await one.post('/boards/999999/posts', body)).status).toBe(404);
    expect((await one.post(`/boards/${closed.id}/posts`, body)).status).toBe(201);
  });

  it('replay an answer without counting it', async () => {
    const one = await anAccount(limited);
    const key = aKey();
    const body = { title: '다시', content: '보낸 글' };
    const first = await write(one, body, key);
    for (let i = 0; i < 3; i++) expect((await write(one, body, key)).body).toEqual(first.body);
    expect((await write(one)).status).toBe(429);
  });

  it('let one of ten at once through', async () => {
    const one = await anAccount(limited);
    const answers = await Promise.all(Array.from({ length: 10 }, () => write(one)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(429)]);
  });
});
