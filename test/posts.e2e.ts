import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aBoard, aComment, anAccount, aPost, aStaffAccount, aStudent, next } from './support/factories.js';
import { settled } from './support/settled.js';

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

  it('refuses accounts without write access, and hides a staff board', async () => {
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

  it('refuses bad input, and names each key', async () => {
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

  it.each([
    ['nothing', undefined, ['#/content', '#/title']],
    ['a list', [], ['#']],
    ['no content', { title: '제목' }, ['#/content']],
    ['white space only', { title: ' \n', content: '\t' }, ['#/content', '#/title']],
    ['too much content', { title: '제목', content: '가'.repeat(20_001) }, ['#/content']],
    ['a text as tags', { title: '제목', content: '내용', tags: 'os' }, ['#/tags']],
    ['numbers as tags', { title: '제목', content: '내용', tags: [1, null] }, ['#/tags']],
    ['tags with white space', { title: '제목', content: '내용', tags: ['a\tb'] }, ['#/tags/0']],
    ['a directory as tag', { title: '제목', content: '내용', tags: ['ok', '..'] }, ['#/tags/1']],
    ['1 as flag', { title: '제목', content: '내용', anonymous: 1 }, ['#/anonymous']],
    ['another author', { title: '제목', content: '내용', authorId: 1 }, ['#/authorId']],
    ['a prototype', '{"title":"a","content":"b","__proto__":{"admin":true}}', []],
    ['half a character', '{"title":"\\ud83d","content":"b"}', ['#/title']],
    ['NUL', { title: 'a\0b', content: 'b' }, ['#/title']],
  ])('refuses %s', async (_, body, pointers) => {
    const board = await aBoard(t, { owner: await aStaffAccount(t) });
    const answer = await minsu.post(`/boards/${board.id}/posts`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((one: any) => one.pointer).sort()).toEqual(pointers);
  });

  it('accepts the maximum lengths', async () => {
    const post = await aPost(t, { author: minsu, title: '😀'.repeat(100), content: '😀'.repeat(20_000) });
    expect(post.title).toBe('😀'.repeat(100));
    expect(post.content).toBe('😀'.repeat(20_000));
  });

  it('keeps code and markup unchanged', async () => {
    const content = `<script>alert(1)</script>\n'; DROP TABLE posts; -- \\ % _ \u202e`;
    const post = await aPost(t, { author: minsu, title: "Robert'); --", content });
    expect((await t.anyone.get(`/posts/${post.id}`)).body).toMatchObject({ title: "Robert'); --", content });
  });

  it('refuses anonymity if the board forbids it', async () => {
    const board = await aBoard(t, { allowAnonymous: false });
    const body = { title: '제목', content: '내용', anonymous: true };
    const answer = await minsu.post(`/boards/${board.id}/posts`, body);
    expect(answer).toMatchObject({ status: 403, body: { code: 'ANONYMITY_NOT_ALLOWED' } });
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
      author: { kind: 'account', id: minsu.id, nickname: '민수' },
      tags: ['중간고사', 'os', '운영 체제'],
      tagCount: 3,
      mine: true,
      liked: false,
      editedAt: null,
      comments: null,
    });
    expect((await t.anyone.get(`/boards/${board.id}`)).body.postCount).toBe(1);
  });

  it('accepts 500 tags', async () => {
    const tags = Array.from({ length: 500 }, (_, i) => `태그${i}`);
    const post = await aPost(t, { author: minsu, tags });
    const read = await t.anyone.get(`/posts/${post.id}`);
    expect(read.body.tags).toEqual(tags);
    const [item] = (await t.anyone.get(`/boards/${post.boardId}/posts`)).body.items;
    expect(item).toMatchObject({ tags: tags.slice(0, 10), tagCount: 500 });
  });

  it('does not reveal the author of an anonymous post', async () => {
    const post = await aPost(t, { author: minsu, anonymous: true });
    const read = await jiwoo.get(`/posts/${post.id}`);
    expect(read.body.author).toEqual({
      kind: 'anonymous',
      anonymous: true,
      label: '익명',
      number: null,
      isPostAuthor: true,
    });
    expect(read.body.mine).toBe(false);
    const byAuthor = await jiwoo.all(`/posts?author=${minsu.id}`);
    expect(byAuthor.map(({ id }) => id)).not.toContain(post.id);
    expect((await minsu.get(`/posts/${post.id}`)).body.mine).toBe(true);
  });
});

describe('GET /posts/:id', () => {
  it('follows the board’s access: the answer has the reason, or is 404', async () => {
    const [student, admin] = [await aStudent(t), await aStaffAccount(t)];
    const inBoard = async (owner: Client, readAccess: string) =>
      (await aPost(t, { author: owner, board: await aBoard(t, { owner, readAccess }) })).id;
    const [members, verified, staff] = [
      await inBoard(student, 'members'),
      await inBoard(student, 'verified'),
      await inBoard(admin, 'staff'),
    ];
    const code = async (viewer: Client, id: number) => (await viewer.get(`/posts/${id}`)).body.code ?? 'read';
    expect(await Promise.all([members, verified, staff].map((id) => code(t.anyone, id)))).toEqual([
      'MEMBERS_ONLY',
      'VERIFICATION_REQUIRED',
      'POST_NOT_FOUND',
    ]);
    expect(await Promise.all([members, verified, staff].map((id) => code(jiwoo, id)))).toEqual([
      'read',
      'VERIFICATION_REQUIRED',
      'POST_NOT_FOUND',
    ]);
    expect(await code(student, verified)).toBe('read');
    expect(await code(admin, staff)).toBe('read');
  });

  it.each(['0', '01', '1e3', '0x10', '1abc', '-1', '9007199254740993', "1' OR '1'='1"])(
    'refuses the id %s',
    async (id) => {
      expect((await t.anyone.get(`/posts/${encodeURIComponent(id)}`)).body.code).toBe('INVALID_ID');
    },
  );

  it.each(['comments=0', 'comments=101', 'comments=x', 'comments=1&comments=2', 'with=comments'])(
    'refuses ?%s',
    async (query) => {
      const post = await aPost(t, { author: minsu });
      expect((await t.anyone.get(`/posts/${post.id}?${query}`)).body.code).toBe('INVALID_INPUT');
    },
  );

  it('is 404 for an unknown id of any size', async () => {
    for (const id of [999_999, 4_294_967_296, Number.MAX_SAFE_INTEGER]) {
      expect((await minsu.get(`/posts/${id}`)).body.code).toBe('POST_NOT_FOUND');
    }
  });

  it('counts an account’s first view once, also of ten simultaneous ones, and no other view', async () => {
    const post = await aPost(t, { author: minsu });
    await Promise.all(Array.from({ length: 10 }, () => jiwoo.get(`/posts/${post.id}`)));
    await t.anyone.get(`/posts/${post.id}`);
    await settled(t);
    expect((await jiwoo.get(`/posts/${post.id}`)).body.viewCount).toBe(1);
    await minsu.get(`/posts/${post.id}`);
    await settled(t);
    expect((await t.anyone.get(`/posts/${post.id}`)).body.viewCount).toBe(2);
  });

  it('includes the first comments on request', async () => {
    const post = await aPost(t);
    const root = await aComment(t, { post, author: minsu });
    await aComment(t, { post, author: jiwoo, parentId: root.id });
    const { body } = await t.anyone.get(`/posts/${post.id}?comments=10`);
    expect(body.commentCount).toBe(2);
    expect(body.comments).toMatchObject({
      items: [{ id: root.id, replyCount: 1, replies: { items: [{ parentId: root.id }] } }],
    });
    expect(body.comments).toEqual((await t.anyone.get(`/posts/${post.id}/comments?limit=10`)).body);
    expect((await t.anyone.get(`/posts/${post.id}`)).body.comments).toBeNull();
  });

  it('continues in the list of comments with the cursor', async () => {
    const post = await aPost(t);
    for (let i = 0; i < 3; i++) await aComment(t, { post });
    const { comments } = (await t.anyone.get(`/posts/${post.id}?comments=2`)).body;
    const rest = await t.anyone.get(`/posts/${post.id}/comments?cursor=${comments.nextCursor}`);
    expect([comments.items.length, rest.body.items.length]).toEqual([2, 1]);
  });

  it('answers 304 until anything in the answer changes', async () => {
    const post = await aPost(t, { author: minsu });
    const read = (etag: string) => t.anyone.get(`/posts/${post.id}`, { 'if-none-match': etag });
    const { etag } = (await read('')).headers;
    expect((await read(etag)).status).toBe(304);
    expect((await read(`W/${etag}`)).status).toBe(304);
    expect((await read(`"other", ${etag}`)).status).toBe(304);
    await jiwoo.put(`/posts/${post.id}/like`);
    expect((await read(etag)).status).toBe(200);
  });
});

describe('PATCH /posts/:id', () => {
  it('needs the account of the author', async () => {
    const post = await aPost(t, { author: minsu });
    const admin = await aStaffAccount(t);
    expect((await t.anyone.patch(`/posts/${post.id}`, { title: '새' })).status).toBe(401);
    expect((await jiwoo.patch(`/posts/${post.id}`, { title: '새' })).body.code).toBe('NOT_POST_AUTHOR');
    expect((await admin.patch(`/posts/${post.id}`, { title: '새' })).body.code).toBe('NOT_POST_AUTHOR');
    expect((await minsu.patch('/posts/999999', { title: '새' })).body.code).toBe('POST_NOT_FOUND');
  });

  it.each([
    [{ title: null }, '#/title'],
    [{ title: '  ' }, '#/title'],
    [{ content: '' }, '#/content'],
    [{ content: '가'.repeat(20_001) }, '#/content'],
    [{ tags: 'os' }, '#/tags'],
    [{ tags: [1] }, '#/tags'],
    [{ tags: ['a/b'] }, '#/tags/0'],
    [{ anonymous: true }, '#/anonymous'],
    [{ boardId: 1 }, '#/boardId'],
    [{ likeCount: 99 }, '#/likeCount'],
  ])('refuses %j', async (changes, pointer) => {
    const post = await aPost(t, { author: minsu });
    const { status, body } = await minsu.patch(`/posts/${post.id}`, changes);
    expect({ status, pointers: body.errors.map((one: any) => one.pointer) }).toEqual({
      status: 400,
      pointers: [pointer],
    });
  });

  it('changes the given keys, replaces all tags, clears them with null, and returns the time', async () => {
    const post = await aPost(t, { author: minsu, title: '하나', content: '내용', tags: ['a', 'b'] });
    const path = `/posts/${post.id}`;
    const edited = await minsu.patch(path, { title: '둘' });
    expect(edited.body).toEqual({ ...post, title: '둘', editedAt: expect.any(String) });
    expect((await minsu.patch(path, { content: '다른 내용' })).body).toMatchObject({
      content: '다른 내용',
      excerpt: '다른 내용',
      tags: ['a', 'b'],
    });
    expect((await minsu.patch(path, { tags: ['c', '#B', 'b'] })).body).toMatchObject({ tags: ['c', 'b'], tagCount: 2 });
    expect((await minsu.patch(path, { tags: null })).body).toMatchObject({ tags: [], tagCount: 0 });
  });

  it('edits only the version in If-Match; likes, views and edits without a change make no version', async () => {
    const post = await aPost(t, { author: minsu, tags: ['a'] });
    const path = `/posts/${post.id}`;
    const { etag } = (await minsu.get(path)).headers;
    await jiwoo.put(`${path}/like`);
    const same = await minsu.patch(path, { title: post.title, tags: ['A'] }, { 'if-match': etag });
    expect(same.body.editedAt).toBeNull();
    expect((await minsu.patch(path, { title: '둘' }, { 'if-match': etag })).status).toBe(200);
    expect((await minsu.patch(path, { title: '셋' }, { 'if-match': etag })).body.code).toBe('EDIT_CONFLICT');
    expect((await minsu.delete(path, undefined, { 'if-match': etag })).body.code).toBe('EDIT_CONFLICT');
    expect((await minsu.get(path)).body.title).toBe('둘');
  });

  it('accepts one of ten simultaneous edits of a version', async () => {
    const post = await aPost(t, { author: minsu });
    const match = { 'if-match': (await minsu.get(`/posts/${post.id}`)).headers.etag };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) => minsu.patch(`/posts/${post.id}`, { title: `판 ${i}` }, match)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)]);
  });

  it('keeps the place in the list', async () => {
    const board = await aBoard(t);
    const older = await aPost(t, { board, author: minsu });
    const newer = await aPost(t, { board });
    await minsu.patch(`/posts/${older.id}`, { title: '고침' });
    const { items } = (await t.anyone.get(`/boards/${board.id}/posts`)).body;
    expect(items.map(({ id }: any) => id)).toEqual([newer.id, older.id]);
  });
});

describe('DELETE /posts/:id', () => {
  it('needs the account of the author', async () => {
    const post = await aPost(t, { author: minsu });
    expect((await t.anyone.delete(`/posts/${post.id}`)).status).toBe(401);
    expect((await jiwoo.delete(`/posts/${post.id}`)).body.code).toBe('NOT_POST_AUTHOR');
    expect((await minsu.delete('/posts/999999')).body.code).toBe('POST_NOT_FOUND');
  });

  it('leaves 410 for viewers who could read it, 404 or 403 for others, and removes it from all lists', async () => {
    const student = await aStudent(t);
    const board = await aBoard(t, { owner: student, readAccess: 'members' });
    const tag = `지울글${next()}`;
    const post = await aPost(t, { author: minsu, board, tags: [tag], title: tag });
    await jiwoo.put(`/posts/${post.id}/like`);
    await jiwoo.put(`/posts/${post.id}/scrap`);
    const comment = await aComment(t, { post, author: jiwoo });
    expect((await minsu.delete(`/posts/${post.id}`)).status).toBe(204);
    for (const viewer of [minsu, jiwoo]) expect((await viewer.get(`/posts/${post.id}`)).body.code).toBe('POST_DELETED');
    expect((await t.anyone.get(`/posts/${post.id}`)).body.code).toBe('MEMBERS_ONLY');
    expect((await minsu.delete(`/posts/${post.id}`)).body.code).toBe('POST_DELETED');
    expect((await jiwoo.get(`/comments/${comment.id}`)).body.code).toBe('POST_DELETED');
    for (const list of [
      `/boards/${board.id}/posts`,
      `/tags/${tag}/posts`,
      `/posts?q=${tag}`,
      '/posts',
      '/accounts/me/likes',
      '/accounts/me/scraps',
    ]) {
      expect((await jiwoo.all(list)).map(({ id }) => id)).not.toContain(post.id);
    }
    expect((await minsu.all('/accounts/me/posts')).map(({ id }) => id)).not.toContain(post.id);
    expect((await jiwoo.all('/accounts/me/comments')).map(({ id }) => id)).not.toContain(comment.id);
    expect((await jiwoo.get(`/boards/${board.id}`)).body.postCount).toBe(0);
  });

  it('allows an author to delete, but not edit, a post that she may not read any more', async () => {
    const student = await aStudent(t);
    const board = await aBoard(t, { owner: student });
    const post = await aPost(t, { board, author: minsu });
    await student.patch(`/boards/${board.id}`, { readAccess: 'verified' });
    expect((await minsu.patch(`/posts/${post.id}`, { title: '새' })).body.code).toBe('VERIFICATION_REQUIRED');
    expect((await minsu.delete(`/posts/${post.id}`)).status).toBe(204);
    expect((await student.get(`/posts/${post.id}`)).status).toBe(410);
  });
});

describe('PUT and DELETE /posts/:id/like', () => {
  it('need an account that may read the post, and is not its author', async () => {
    const student = await aStudent(t);
    const post = await aPost(t, {
      author: student,
      board: await aBoard(t, { owner: student, readAccess: 'verified' }),
    });
    expect((await t.anyone.put(`/posts/${post.id}/like`)).status).toBe(401);
    expect((await minsu.put(`/posts/${post.id}/like`)).body.code).toBe('VERIFICATION_REQUIRED');
    expect((await student.put(`/posts/${post.id}/like`)).body.code).toBe('OWN_POST');
    expect((await minsu.put('/posts/999999/like')).body.code).toBe('POST_NOT_FOUND');
    expect((await minsu.put('/posts/1/like', { count: 5 })).body.errors[0].pointer).toBe('#/count');
  });

  it('count once, also if repeated', async () => {
    const post = await aPost(t, { author: minsu });
    const like = `/posts/${post.id}/like`;
    const state = async () => {
      const { likeCount, liked } = (await jiwoo.get(`/posts/${post.id}`)).body;
      return { likeCount, liked };
    };
    const put = await Promise.all(Array.from({ length: 8 }, () => jiwoo.put(like)));
    expect(new Set(put.map(({ status }) => status))).toEqual(new Set([204]));
    expect(await state()).toEqual({ likeCount: 1, liked: true });
    expect((await jiwoo.all('/accounts/me/likes'))[0]).toMatchObject({ id: post.id, liked: true });
    const taken = await Promise.all(Array.from({ length: 8 }, () => jiwoo.delete(like)));
    expect(new Set(taken.map(({ status }) => status))).toEqual(new Set([204]));
    expect(await state()).toEqual({ likeCount: 0, liked: false });
  });

  it('make a post hot once, at the board’s threshold, permanently', async () => {
    const board = await aBoard(t);
    const post = await aPost(t, { board, author: minsu });
    await t.database.transaction((tx) => tx.run('UPDATE boards SET hot_threshold = 3 WHERE id = ?', [board.id]));
    const people = await Promise.all(Array.from({ length: 4 }, () => anAccount(t)));
    const hotAt = async () => (await t.anyone.get(`/posts/${post.id}`)).body.hotAt;
    for (const one of people.slice(0, 2)) await one.put(`/posts/${post.id}/like`);
    expect(await hotAt()).toBeNull();
    await people[2].put(`/posts/${post.id}/like`);
    const since = await hotAt();
    expect(since).not.toBeNull();
    t.clock.advance(60);
    await people[0].delete(`/posts/${post.id}/like`);
    expect(await hotAt()).toBe(since);
    for (const one of people) await one.put(`/posts/${post.id}/like`);
    expect(await hotAt()).toBe(since);
    const hot = await t.anyone.get(`/boards/${board.id}/posts?sort=hot`);
    expect(hot.body.items.map(({ id }: any) => id)).toEqual([post.id]);
  });
});

describe('PUT and DELETE /posts/:id/scrap', () => {
  it('need an account that may read the post', async () => {
    const student = await aStudent(t);
    const post = await aPost(t, {
      author: student,
      board: await aBoard(t, { owner: student, readAccess: 'verified' }),
    });
    expect((await t.anyone.put(`/posts/${post.id}/scrap`)).status).toBe(401);
    expect((await minsu.put(`/posts/${post.id}/scrap`)).body.code).toBe('VERIFICATION_REQUIRED');
    expect((await minsu.put('/posts/999999/scrap')).body.code).toBe('POST_NOT_FOUND');
  });

  it('keep a post once, the last kept first, visible for the own account only', async () => {
    const reader = await anAccount(t);
    const [one, two] = [await aPost(t, { author: reader }), await aPost(t)];
    for (const post of [two, one, two]) expect((await reader.put(`/posts/${post.id}/scrap`)).status).toBe(204);
    expect((await reader.all('/accounts/me/scraps', 1)).map(({ id }) => id)).toEqual([one.id, two.id]);
    expect((await reader.get(`/posts/${one.id}`)).body.scrapped).toBe(true);
    expect((await minsu.get(`/posts/${one.id}`)).body.scrapped).toBe(false);
    for (let i = 0; i < 2; i++) expect((await reader.delete(`/posts/${one.id}/scrap`)).status).toBe(204);
    expect((await reader.all('/accounts/me/scraps')).map(({ id }) => id)).toEqual([two.id]);
  });
});
