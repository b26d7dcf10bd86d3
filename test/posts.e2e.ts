import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aBoard, aComment, anAccount, aPost, aStaffAccount, aStudent } from './support/factories.js';

let t: TestApp;
let minsu: Client;
let jiwoo: Client;
beforeAll(async () => {
  t = await startApp();
  minsu = await anAccount(t, { nickname: '민수' });
  jiwoo = await anAccount(t, { nickname: '지우' });
});

describe('POST /boards/:id/posts', () => {
  it('needs an account', async () => {
    const board = await aBoard(t);
    const { status, body } = await t.anyone.post(`/boards/${board.id}/posts`, { title: '제목', content: '내용' });
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'TOKEN_MISSING' });
  });

  it('refuses those who may not write there, and hides a staff board', async () => {
    const admin = await aStaffAccount(t);
    const verified = await aBoard(t, { owner: await aStudent(t), readAccess: 'verified' });
    const staff = await aBoard(t, { owner: admin, readAccess: 'staff' });
    const notice = await aBoard(t, { owner: admin, writeAccess: 'staff' });
    const write = (board: { id: number }) =>
      minsu.post(`/boards/${board.id}/posts`, { title: '제목', content: '내용' });
    expect((await write(verified)).body.code).toBe('VERIFICATION_REQUIRED');
    expect((await write(staff)).body.code).toBe('BOARD_NOT_FOUND');
    expect((await write(notice)).body.code).toBe('STAFF_ONLY');
    expect((await write({ id: 999_999 })).body.code).toBe('BOARD_NOT_FOUND');
  });

  it('refuses bad input, naming each key', async () => {
    const board = await aBoard(t);
    const { status, body } = await minsu.post(`/boards/${board.id}/posts`, {
      title: '가'.repeat(101),
      content: 5,
      tags: ['a/b'],
      anonymus: true,
    });
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer, code }: any) => `${pointer} ${code}`).sort()).toEqual([
      '#/anonymus UNKNOWN_KEY',
      '#/content NOT_A_STRING',
      '#/title WRONG_LENGTH',
    ]);
    const bad = await minsu.post(`/boards/${board.id}/posts`, { title: '제목', content: '내용', tags: ['ok', 'a/b'] });
    expect(bad.body.errors[0]).toMatchObject({ pointer: '#/tags/1', code: 'NOT_A_TAG' });
  });

  it('writes a post with its tags, counted and in order', async () => {
    const board = await aBoard(t);
    const { status, body, headers } = await minsu.post(`/boards/${board.id}/posts`, {
      title: ' 중간고사 족보 구해요 ',
      content: '운영체제\n중간고사',
      tags: ['#중간고사', 'OS', 'os', '운영 체제'],
    });
    expect(status).toBe(201);
    expect(headers.location).toBe(`/api/v1/posts/${body.id}`);
    expect(headers.etag).toMatch(/^"v1-[\w-]{16}"$/);
    expect(body).toMatchObject({
      boardId: board.id,
      title: '중간고사 족보 구해요',
      content: '운영체제\n중간고사',
      excerpt: '운영체제 중간고사',
      author: { id: minsu.id, nickname: '민수' },
      tags: ['중간고사', 'os', '운영 체제'],
      tagCount: 3,
      mine: true,
      liked: false,
      editedAt: null,
      comments: null,
    });
    expect((await t.anyone.get(`/boards/${board.id}`)).body.postCount).toBe(1);
  });

  it('takes 500 tags', async () => {
    const tags = Array.from({ length: 500 }, (_, i) => `태그${i}`);
    const post = await aPost(t, { author: minsu, tags });
    const read = await t.anyone.get(`/posts/${post.id}`);
    expect(read.body.tags).toEqual(tags);
    const [item] = (await t.anyone.get(`/boards/${post.boardId}/posts`)).body.items;
    expect(item).toMatchObject({ tags: tags.slice(0, 10), tagCount: 500 });
  });

  it('tells nobody who wrote an anonymous post', async () => {
    const post = await aPost(t, { author: minsu, anonymous: true });
    const read = await jiwoo.get(`/posts/${post.id}`);
    expect(read.body.author).toEqual({ anonymous: true, label: '익명', number: null, isPostAuthor: true });
    expect(read.body.mine).toBe(false);
    const byAuthor = await jiwoo.all(`/posts?author=${minsu.id}`);
    expect(byAuthor.map(({ id }) => id)).not.toContain(post.id);
    expect((await minsu.get(`/posts/${post.id}`)).body.mine).toBe(true);
  });

  it('gets the first answer again with the same Idempotency-Key', async () => {
    const board = await aBoard(t);
    const body = { title: '한 번만', content: '두 번 눌렀다', tags: ['a'] };
    const key = { 'idempotency-key': 'press-1' };
    const first = await minsu.post(`/boards/${board.id}/posts`, body, key);
    const again = await minsu.post(`/boards/${board.id}/posts`, body, key);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers).toMatchObject({ etag: first.headers.etag, 'idempotency-replayed': 'true' });
    const other = await minsu.post(`/boards/${board.id}/posts`, { ...body, title: '다른 글' }, key);
    expect(other).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    expect((await t.anyone.get(`/boards/${board.id}/posts`)).body.items).toHaveLength(1);
  });
});

describe('GET /posts/:id', () => {
  it('puts the first comments in when asked', async () => {
    const post = await aPost(t);
    const root = await aComment(t, { post, author: minsu });
    await aComment(t, { post, author: jiwoo, parentId: root.id });
    const { body } = await t.anyone.get(`/posts/${post.id}?comments=10`);
    expect(body.commentCount).toBe(2);
    expect(body.comments).toMatchObject({
      items: [{ id: root.id, replyCount: 1, replies: { items: [{ parentId: root.id }] } }],
    });
  });
});

describe('DELETE /posts/:id', () => {
  it('leaves 410 to those who could read it', async () => {
    const post = await aPost(t, { author: minsu, tags: ['지울글'] });
    expect((await jiwoo.delete(`/posts/${post.id}`)).body.code).toBe('NOT_POST_AUTHOR');
    expect((await minsu.delete(`/posts/${post.id}`)).status).toBe(204);
    expect((await t.anyone.get(`/posts/${post.id}`)).body.code).toBe('POST_DELETED');
    expect((await minsu.delete(`/posts/${post.id}`)).status).toBe(410);
    expect((await t.anyone.get('/tags/지울글')).status).toBe(404);
    expect((await t.anyone.get(`/boards/${post.boardId}`)).body.postCount).toBe(0);
  });
});

describe('likes', () => {
  it('sixty at once are sixty, and make the post hot at the threshold', async () => {
    const people = await Promise.all(Array.from({ length: 60 }, () => anAccount(t)));
    const post = await aPost(t, { author: minsu });
    const answers = await Promise.all(people.map((one) => one.put(`/posts/${post.id}/like`)));
    expect(answers.map(({ status }) => status)).toEqual(Array(60).fill(204));
    const { body } = await t.anyone.get(`/posts/${post.id}`);
    expect(body.likeCount).toBe(60);
    expect(body.hotAt).not.toBeNull();
    const hot = await t.anyone.get(`/boards/${post.boardId}/posts?sort=hot`);
    expect(hot.body.items.map(({ id }: any) => id)).toEqual([post.id]);
  });
});

describe('GET /posts', () => {
  it('finds Korean in the middle of a word', async () => {
    const post = await aPost(t, { title: '경영대운영체제학회', content: '모집합니다' });
    const { body } = await t.anyone.get('/posts?q=운영');
    expect(body.items.map(({ id }: any) => id)).toContain(post.id);
  });

  for (const query of [
    'sort=latest',
    'sort=hot',
    'sort=likes',
    'from=2026-01-01&to=2026-12-31',
    'tag=os',
    'q=족보',
    'author=1',
    'q=족',
  ]) {
    it(`answers ?${query}`, async () => {
      expect(await t.anyone.get(`/posts?${query}`)).toMatchObject({ status: 200 });
      expect(await minsu.get(`/posts?${query}`)).toMatchObject({ status: 200 });
    });
  }
});
