import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { settled } from './support/settled.js';
import type { Client } from './support/client.js';
import { aBoard, aComment, anAccount, aPost, aStaffAccount, aStudent } from './support/factories.js';

let t: TestApp;
let minsu: Client;
let jiwoo: Client;
beforeAll(async () => {
  t = await startApp();
  [minsu, jiwoo] = await Promise.all([anAccount(t, { nickname: '민수' }), anAccount(t, { nickname: '지우' })]);
});

const ANONYMOUS = { kind: 'anonymous', anonymous: true };
const ids = (answer: { body: any }): number[] => answer.body.items.map(({ id }: any) => id);
const commentCount = async (post: { id: number }) => (await t.anyone.get(`/posts/${post.id}`)).body.commentCount;

describe('POST /posts/:id/comments', () => {
  it('needs an account that may read and write in the board', async () => {
    const [student, admin] = [await aStudent(t), await aStaffAccount(t)];
    const inBoard = async (owner: Client, access: object) =>
      aPost(t, { author: owner, board: await aBoard(t, { owner, ...access }) });
    const write = async (post: { id: number }, by = minsu) =>
      (await by.post(`/posts/${post.id}/comments`, { content: '댓글' })).body.code;
    expect(await write(await aPost(t), t.anyone)).toBe('TOKEN_MISSING');
    expect(await write(await inBoard(student, { readAccess: 'verified' }))).toBe('VERIFICATION_REQUIRED');
    expect(await write(await inBoard(admin, { writeAccess: 'staff' }))).toBe('STAFF_ONLY');
    expect(await write(await inBoard(admin, { readAccess: 'staff' }))).toBe('POST_NOT_FOUND');
    expect(await write({ id: 999_999 })).toBe('POST_NOT_FOUND');
  });

  it.each([
    ['nothing', undefined, '#/content'],
    ['white space', { content: ' \n' }, '#/content'],
    ['too much', { content: '가'.repeat(2_001) }, '#/content'],
    ['a number', { content: 1 }, '#/content'],
    ['a word as parent', { content: 'a', parentId: '1' }, '#/parentId'],
    ['0 as parent', { content: 'a', parentId: 0 }, '#/parentId'],
    ['a broken number as parent', { content: 'a', parentId: 1.5 }, '#/parentId'],
    ['a word as flag', { content: 'a', anonymous: 'yes' }, '#/anonymous'],
    ['a number of one’s own', { content: 'a', number: 7 }, '#/number'],
  ])('refuses %s', async (_, body, pointer) => {
    const post = await aPost(t, { author: jiwoo });
    const answer = await minsu.post(`/posts/${post.id}/comments`, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((one: any) => one.pointer)).toEqual([pointer]);
  });

  it('refuses a parent of another thread, and anonymity if the board forbids it', async () => {
    const board = await aBoard(t, { allowAnonymous: false });
    const [one, other] = [await aPost(t, { board }), await aPost(t)];
    const elsewhere = await aComment(t, { post: other });
    const write = async (body: object) =>
      (await minsu.post(`/posts/${one.id}/comments`, { content: 'a', ...body })).body;
    expect((await write({ parentId: elsewhere.id })).code).toBe('PARENT_NOT_IN_THREAD');
    expect((await write({ parentId: 999_999 })).code).toBe('PARENT_NOT_IN_THREAD');
    expect((await write({ parentId: Number.MAX_SAFE_INTEGER })).code).toBe('PARENT_NOT_IN_THREAD');
    expect((await write({ anonymous: true })).code).toBe('ANONYMITY_NOT_ALLOWED');
    expect(await commentCount(one)).toBe(0);
  });

  it('writes a comment, and its address returns the same', async () => {
    const post = await aPost(t);
    const { status, body, headers } = await minsu.post(`/posts/${post.id}/comments`, {
      content: ' 저도요 ',
      parentId: null,
    });
    expect(status).toBe(201);
    expect(headers.location).toBe(`/api/v1/comments/${body.id}`);
    expect(body).toEqual({
      id: body.id,
      postId: post.id,
      parentId: null,
      content: '저도요',
      author: { kind: 'account', id: minsu.id, nickname: '민수' },
      likeCount: 0,
      replyCount: 0,
      replies: { items: [], nextCursor: null },
      state: 'visible',
      createdAt: expect.any(String),
      editedAt: null,
      mine: true,
      liked: false,
    });
    const read = await minsu.get(`/comments/${body.id}`);
    expect(read.body).toEqual(body);
    expect(read.headers.etag).toBe(headers.etag);
    expect(await commentCount(post)).toBe(1);
  });

  it('puts a reply to a reply below its root', async () => {
    const post = await aPost(t);
    const root = await aComment(t, { post });
    const reply = await aComment(t, { post, author: minsu, parentId: root.id });
    const second = await aComment(t, { post, author: jiwoo, parentId: reply.id });
    expect([reply.parentId, second.parentId]).toEqual([root.id, root.id]);
    const read = (await t.anyone.get(`/comments/${root.id}`)).body;
    expect(read.replyCount).toBe(2);
    expect(read.replies.items.map(({ id }: any) => id)).toEqual([reply.id, second.id]);
    expect(await commentCount(post)).toBe(3);
  });
});

describe('GET /posts/:id/comments', () => {
  it('pages the top level, oldest first, without gaps and duplicates while others write', async () => {
    const post = await aPost(t);
    const roots = [];
    for (let i = 0; i < 5; i++) roots.push((await aComment(t, { post, author: minsu })).id);
    const path = `/posts/${post.id}/comments`;
    const first = await t.anyone.get(`${path}?limit=2`);
    await aComment(t, { post, author: jiwoo, parentId: roots[3] });
    await minsu.delete(`/comments/${roots[0]}`);
    roots.push((await aComment(t, { post })).id);
    const rest = await t.anyone.get(`${path}?cursor=${first.body.nextCursor}`);
    expect([...ids(first), ...ids(rest)]).toEqual(roots);
    const other = await aPost(t);
    expect((await t.anyone.get(`/posts/${other.id}/comments?cursor=${first.body.nextCursor}`)).status).toBe(400);
    expect((await t.anyone.get(`/comments/${roots[1]}/replies?cursor=${first.body.nextCursor}`)).status).toBe(400);
    expect((await t.anyone.get(`${path}?sort=likes`)).status).toBe(400);
  });

  it('includes the first three replies of each comment, and the cursor for more', async () => {
    const post = await aPost(t);
    const [one, two] = [await aComment(t, { post }), await aComment(t, { post })];
    const replies = [];
    for (let i = 0; i < 5; i++) {
      replies.push((await aComment(t, { post, author: minsu, parentId: one.id })).id);
      if (i < 3) await aComment(t, { post, author: jiwoo, parentId: two.id });
    }
    const { items } = (await t.anyone.get(`/posts/${post.id}/comments`)).body;
    expect(items.map(({ id, replyCount }: any) => [id, replyCount])).toEqual([
      [one.id, 5],
      [two.id, 3],
    ]);
    expect(ids({ body: items[0].replies })).toEqual(replies.slice(0, 3));
    expect(items[1].replies.nextCursor).toBeNull();
    const rest = await t.anyone.get(`/comments/${one.id}/replies?cursor=${items[0].replies.nextCursor}`);
    expect(ids(rest)).toEqual(replies.slice(3));
    expect((await t.anyone.all(`/comments/${one.id}/replies`, 2)).map(({ id }) => id)).toEqual(replies);
  });

  it('is closed to viewers who may not read the post', async () => {
    const student = await aStudent(t);
    const post = await aPost(t, {
      author: student,
      board: await aBoard(t, { owner: student, readAccess: 'verified' }),
    });
    const comment = await aComment(t, { post, author: student });
    for (const path of [`/posts/${post.id}/comments`, `/comments/${comment.id}`, `/comments/${comment.id}/replies`]) {
      expect((await minsu.get(path)).body.code).toBe('VERIFICATION_REQUIRED');
      expect((await student.get(path)).status).toBe(200);
    }
    expect((await minsu.put(`/comments/${comment.id}/like`)).body.code).toBe('VERIFICATION_REQUIRED');
    expect((await minsu.patch(`/comments/${comment.id}`, { content: 'x' })).body.code).toBe('VERIFICATION_REQUIRED');
    expect((await minsu.delete(`/comments/${comment.id}`)).body.code).toBe('VERIFICATION_REQUIRED');
  });
});

describe('PATCH /comments/:id', () => {
  it('needs the account of the author', async () => {
    const comment = await aComment(t, { post: await aPost(t), author: minsu });
    expect((await t.anyone.patch(`/comments/${comment.id}`, { content: '새' })).status).toBe(401);
    expect((await jiwoo.patch(`/comments/${comment.id}`, { content: '새' })).body.code).toBe('NOT_COMMENT_AUTHOR');
    expect((await minsu.patch('/comments/999999', { content: '새' })).body.code).toBe('COMMENT_NOT_FOUND');
  });

  it.each([{ content: null }, { content: '' }, { anonymous: true }, { parentId: 1 }, { state: 'visible' }])(
    'refuses %j',
    async (changes) => {
      const comment = await aComment(t, { post: await aPost(t), author: minsu });
      expect((await minsu.patch(`/comments/${comment.id}`, changes)).body.code).toBe('INVALID_INPUT');
    },
  );

  it('answers as a read does, with replies and the time of the edit', async () => {
    const post = await aPost(t);
    const comment = await aComment(t, { post, author: minsu });
    await aComment(t, { post, author: jiwoo, parentId: comment.id });
    const edited = await minsu.patch(`/comments/${comment.id}`, { content: '고침' });
    expect(edited.body).toMatchObject({ content: '고침', editedAt: expect.any(String), replyCount: 1 });
    const read = await minsu.get(`/comments/${comment.id}`);
    expect(read.body).toEqual(edited.body);
    expect(read.headers.etag).toBe(edited.headers.etag);
  });

  it('edits only the version in If-Match; likes and replies make no version', async () => {
    const post = await aPost(t);
    const comment = await aComment(t, { post, author: minsu });
    const path = `/comments/${comment.id}`;
    const match = { 'if-match': (await minsu.get(path)).headers.etag };
    await jiwoo.put(`${path}/like`);
    await aComment(t, { post, parentId: comment.id });
    expect((await minsu.patch(path, { content: comment.content }, match)).body.editedAt).toBeNull();
    expect((await minsu.patch(path, { content: '둘' }, match)).status).toBe(200);
    expect((await minsu.patch(path, { content: '셋' }, match)).body.code).toBe('EDIT_CONFLICT');
    expect((await minsu.delete(path, undefined, match)).body.code).toBe('EDIT_CONFLICT');
  });
});

describe('DELETE /comments/:id', () => {
  it('needs the account of the author', async () => {
    const comment = await aComment(t, { post: await aPost(t, { author: jiwoo }), author: minsu });
    expect((await t.anyone.delete(`/comments/${comment.id}`)).status).toBe(401);
    expect((await jiwoo.delete(`/comments/${comment.id}`)).body.code).toBe('NOT_COMMENT_AUTHOR');
  });

  it('deletes one without replies', async () => {
    const post = await aPost(t);
    const comment = await aComment(t, { post, author: minsu });
    expect((await minsu.delete(`/comments/${comment.id}`)).status).toBe(204);
    expect((await t.anyone.get(`/posts/${post.id}/comments`)).body.items).toEqual([]);
    expect((await t.anyone.get(`/comments/${comment.id}`)).body.code).toBe('COMMENT_DELETED');
    expect((await minsu.delete(`/comments/${comment.id}`)).body.code).toBe('COMMENT_DELETED');
    expect(await commentCount(post)).toBe(0);
  });

  it('keeps a stub without author and text while there are replies, and deletes it with the last one', async () => {
    const post = await aPost(t);
    const root = await aComment(t, { post, author: minsu, anonymous: true });
    const replies = [await aComment(t, { post, parentId: root.id }), await aComment(t, { post, parentId: root.id })];
    await jiwoo.put(`/comments/${root.id}/like`);
    await minsu.delete(`/comments/${root.id}`);
    const thread = async (viewer = t.anyone) => (await viewer.get(`/posts/${post.id}/comments`)).body.items;
    expect(await thread(minsu)).toMatchObject([
      {
        id: root.id,
        state: 'deleted',
        author: null,
        content: null,
        likeCount: 0,
        mine: false,
        liked: false,
        replyCount: 2,
      },
    ]);
    expect(await commentCount(post)).toBe(2);
    expect(ids(await t.anyone.get(`/comments/${root.id}/replies`))).toEqual(replies.map(({ id }) => id));
    const late = await aComment(t, { post, author: jiwoo, parentId: root.id });
    const erase = (id: number) =>
      run('UPDATE comments SET author_id = ? WHERE id = ?', [minsu.id, id]).then(() => minsu.delete(`/comments/${id}`));
    for (const { id } of [...replies, late]) {
      expect((await thread())[0].state).toBe('deleted');
      expect((await erase(id)).status).toBe(204);
    }
    expect(await thread()).toEqual([]);
    expect((await t.anyone.get(`/comments/${root.id}/replies`)).body.code).toBe('COMMENT_DELETED');
    const tooLate = await minsu.post(`/posts/${post.id}/comments`, { content: '늦음', parentId: root.id });
    expect(tooLate).toMatchObject({ status: 410, body: { code: 'COMMENT_DELETED' } });
    expect(await commentCount(post)).toBe(0);
  });

  const run = (sql: string, parameters: any[]) => t.database.transaction((tx) => tx.run(sql, parameters));
});

describe('PUT and DELETE /comments/:id/like', () => {
  it('need an account other than the author', async () => {
    const comment = await aComment(t, { post: await aPost(t), author: minsu });
    expect((await t.anyone.put(`/comments/${comment.id}/like`)).status).toBe(401);
    expect((await minsu.put(`/comments/${comment.id}/like`)).body.code).toBe('OWN_COMMENT');
    expect((await minsu.put('/comments/999999/like')).body.code).toBe('COMMENT_NOT_FOUND');
  });

  it('count once, also if repeated', async () => {
    const comment = await aComment(t, { post: await aPost(t), author: minsu });
    const path = `/comments/${comment.id}`;
    const put = await Promise.all(Array.from({ length: 8 }, () => jiwoo.put(`${path}/like`)));
    expect(new Set(put.map(({ status }) => status))).toEqual(new Set([204]));
    expect((await jiwoo.get(path)).body).toMatchObject({ likeCount: 1, liked: true });
    expect((await minsu.get(path)).body).toMatchObject({ likeCount: 1, liked: false });
    const taken = await Promise.all(Array.from({ length: 8 }, () => jiwoo.delete(`${path}/like`)));
    expect(new Set(taken.map(({ status }) => status))).toEqual(new Set([204]));
    expect((await jiwoo.get(path)).body).toMatchObject({ likeCount: 0, liked: false });
  });
});

describe('anonymous comments', () => {
  const labels = async (post: { id: number }) =>
    (await t.anyone.all(`/posts/${post.id}/comments`)).map(({ author }) => author?.label ?? author?.nickname);

  it('are numbered by first appearance; the anonymous author of the post is 글쓴이', async () => {
    const post = await aPost(t, { author: minsu, anonymous: true });
    const third = await anAccount(t);
    for (const author of [jiwoo, minsu, third, jiwoo, minsu]) await aComment(t, { post, author, anonymous: true });
    expect(await labels(post)).toEqual(['익명1', '글쓴이', '익명2', '익명1', '글쓴이']);
    const [one, author] = await t.anyone.all(`/posts/${post.id}/comments`);
    expect(one.author).toEqual({ ...ANONYMOUS, label: '익명1', number: 1, isPostAuthor: false });
    expect(author.author).toEqual({ ...ANONYMOUS, label: '글쓴이', number: null, isPostAuthor: true });
  });

  it('give the author of a named post a number like anybody else', async () => {
    const post = await aPost(t, { author: minsu });
    for (const author of [jiwoo, minsu]) await aComment(t, { post, author, anonymous: true });
    await aComment(t, { post, author: minsu });
    expect(await labels(post)).toEqual(['익명1', '익명2', '민수']);
  });

  it('never use a number again', async () => {
    const post = await aPost(t);
    const first = await aComment(t, { post, author: minsu, anonymous: true });
    await minsu.delete(`/comments/${first.id}`);
    const leaver = await anAccount(t);
    const second = await aComment(t, { post, author: leaver, anonymous: true });
    await leaver.delete(`/comments/${second.id}`);
    await leaver.delete('/accounts/me', { password: 'correct-horse-42', content: 'remove' });
    await settled(t);
    await aComment(t, { post, author: jiwoo, anonymous: true });
    await aComment(t, { post, author: minsu, anonymous: true });
    expect(await labels(post)).toEqual(['익명3', '익명1']);
  });

  it('have thirty different numbers for thirty simultaneous authors', async () => {
    const post = await aPost(t);
    const people = await Promise.all(Array.from({ length: 30 }, () => anAccount(t)));
    const answers = await Promise.all(
      people.flatMap((one) =>
        [1, 2].map((n) => one.post(`/posts/${post.id}/comments`, { content: `댓글 ${n}`, anonymous: true })),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    const numbers = new Set(answers.map(({ body }) => body.author.number));
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    for (const [i] of people.entries()) {
      expect(answers[2 * i].body.author.number).toBe(answers[2 * i + 1].body.author.number);
    }
    expect(await commentCount(post)).toBe(60);
  });
});
