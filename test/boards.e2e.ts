import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aBoard, anAccount, aPost, aStaffAccount, aStudent, next } from './support/factories.js';
import { settled } from './support/settled.js';

let t: TestApp;
let minsu: Client;
let jiwoo: Client;
let student: Client;
let admin: Client;
beforeAll(async () => {
  t = await startApp();
  [minsu, jiwoo, student, admin] = await Promise.all([
    anAccount(t, { nickname: '민수' }),
    anAccount(t),
    aStudent(t),
    aStaffAccount(t),
  ]);
});

const ids = (answer: { body: any }): number[] => answer.body.items.map(({ id }: any) => id);

describe('POST /boards', () => {
  it('needs an account', async () => {
    expect(await t.anyone.post('/boards', { name: '자유' })).toMatchObject({
      status: 401,
      body: { code: 'TOKEN_MISSING' },
    });
  });

  it('does not accept an access level that the account does not have', async () => {
    const open = (by: Client, access: object) => by.post('/boards', { name: '비밀', ...access });
    for (const access of [{ readAccess: 'verified' }, { writeAccess: 'verified' }, { writeAccess: 'staff' }]) {
      expect(await open(minsu, access)).toMatchObject({ status: 403, body: { code: 'ACCESS_NOT_HELD' } });
    }
    expect((await open(student, { readAccess: 'verified' })).status).toBe(201);
    expect((await open(student, { readAccess: 'staff' })).status).toBe(403);
    expect((await open(admin, { readAccess: 'staff' })).status).toBe(201);
  });

  it.each([
    ['no name', {}, '#/name'],
    ['an empty name', { name: ' ' }, '#/name'],
    ['a long name', { name: '가'.repeat(51) }, '#/name'],
    ['a number as name', { name: 7 }, '#/name'],
    ['null as name', { name: null }, '#/name'],
    ['a slug with capitals', { name: 'a', slug: 'Free' }, '#/slug'],
    ['a slug with two hyphens', { name: 'a', slug: 'a--b' }, '#/slug'],
    ['a slug that is a path', { name: 'a', slug: '../x' }, '#/slug'],
    ['a Korean slug', { name: 'a', slug: '자유' }, '#/slug'],
    ['a long description', { name: 'a', description: 'x'.repeat(501) }, '#/description'],
    ['a word as flag', { name: 'a', allowAnonymous: 'true' }, '#/allowAnonymous'],
    ['unknown access', { name: 'a', readAccess: 'friends' }, '#/readAccess'],
    ['writing for everyone', { name: 'a', writeAccess: 'everyone' }, '#/writeAccess'],
    ['an owner', { name: 'a', ownerId: 1 }, '#/ownerId'],
    ['the post count', { name: 'a', postCount: 5 }, '#/postCount'],
  ])('refuses %s', async (_, body, pointer) => {
    const { status, body: problem } = await minsu.post('/boards', body);
    expect(status).toBe(400);
    expect(problem.errors.map((one: any) => one.pointer)).toEqual([pointer]);
  });

  it('refuses wider access for writing than for reading', async () => {
    const { status, body } = await student.post('/boards', {
      name: 'a',
      readAccess: 'verified',
      writeAccess: 'members',
    });
    expect({ status, code: body.errors[0].code }).toEqual({ status: 400, code: 'WIDER_THAN_READ_ACCESS' });
  });

  it('opens a board with sensible defaults', async () => {
    const { status, body, headers } = await minsu.post('/boards', { name: ' 자유게시판 ' });
    expect(status).toBe(201);
    expect(headers.location).toBe(`/api/v1/boards/${body.id}`);
    expect(body).toEqual({
      id: body.id,
      slug: `board-${body.id}`,
      name: '자유게시판',
      description: '',
      allowAnonymous: true,
      readAccess: 'everyone',
      writeAccess: 'members',
      archived: false,
      postCount: 0,
      owner: { kind: 'account', id: minsu.id, nickname: '민수' },
      createdAt: expect.any(String),
    });
    const { raw } = await t.anyone.get(`/boards/${body.id}`);
    expect(raw.json()).toEqual(body);
  });

  it('makes writing as restricted as reading by default', async () => {
    expect((await aBoard(t, { owner: student, readAccess: 'verified' })).writeAccess).toBe('verified');
  });

  it('accepts a slug once', async () => {
    await aBoard(t, { slug: 'market' });
    expect(await minsu.post('/boards', { name: '장터', slug: 'market' })).toMatchObject({
      status: 409,
      body: { code: 'SLUG_TAKEN' },
    });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => admin.post('/boards', { name: '하나', slug: 'only-one' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
  });

  it('reserves slugs for later boards', async () => {
    const { id } = await aBoard(t);
    for (const slug of [`board-${id + 1}`, 'board-1']) {
      expect((await jiwoo.post('/boards', { name: '선점', slug })).body.code).toBe('SLUG_TAKEN');
    }
    await aBoard(t, { owner: jiwoo, slug: `new-${minsu.id}` });
    await aBoard(t, { owner: minsu });
  });

  it('lets one account open twenty, also with simultaneous requests', async () => {
    const one = await anAccount(t);
    const answers = await Promise.all(
      Array.from({ length: 25 }, (_, i) => one.post('/boards', { name: `게시판 ${i}` })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.filter(({ body }) => body.code === 'TOO_MANY_BOARDS')).toHaveLength(5);
  });
});

describe('GET /boards', () => {
  it('shows staff boards to staff only, and the others to all', async () => {
    const staff = await aBoard(t, { owner: admin, readAccess: 'staff' });
    const verified = await aBoard(t, { owner: student, readAccess: 'verified' });
    for (const viewer of [t.anyone, minsu, student]) {
      const seen = (await viewer.all('/boards')).map(({ id }) => id);
      expect(seen).toContain(verified.id);
      expect(seen).not.toContain(staff.id);
      expect((await viewer.get(`/boards/${staff.id}`)).status).toBe(404);
    }
    const moderator = await aStaffAccount(t, 'moderator');
    expect((await moderator.all('/boards')).map(({ id }) => id)).toContain(staff.id);
  });

  it('finds part of a name or slug, and treats wildcards as letters', async () => {
    const found = await aBoard(t, { name: '컴퓨터공학과 자유', slug: 'cs-free' });
    expect(ids(await t.anyone.get('/boards?q=공학'))).toEqual([found.id]);
    expect(ids(await t.anyone.get('/boards?q=CS-FR'))).toEqual([found.id]);
    const percent = await aBoard(t, { name: '100% 할인_정보' });
    expect(ids(await t.anyone.get('/boards?q=%25'))).toEqual([percent.id]);
    expect(ids(await t.anyone.get('/boards?q=_'))).toEqual([percent.id]);
    expect(ids(await t.anyone.get('/boards?q=%5C'))).toEqual([]);
    expect(ids(await t.anyone.get('/boards?q=😀'))).toEqual([]);
  });

  it('pages without gaps and duplicates while boards are opened', async () => {
    const word = `쪽${next()}`;
    const opened = [];
    for (let i = 0; i < 5; i++) opened.push((await aBoard(t, { name: `${word} ${i}` })).id);
    const first = await t.anyone.get(`/boards?q=${word}&limit=2`);
    opened.push((await aBoard(t, { name: `${word} 나중` })).id);
    const seen = ids(first);
    for (let cursor = first.body.nextCursor; cursor;) {
      const page = await t.anyone.get(`/boards?q=${word}&limit=2&cursor=${cursor}`);
      seen.push(...ids(page));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(opened);
    expect((await t.anyone.get(`/boards?q=other&cursor=${first.body.nextCursor}`)).body.code).toBe('INVALID_CURSOR');
    expect((await t.anyone.get(`/boards?cursor=${first.body.nextCursor}`)).body.code).toBe('INVALID_CURSOR');
  });

  it('answers 304 if the client has the same version', async () => {
    const { headers } = await t.anyone.get('/boards');
    expect((await t.anyone.get('/boards', { 'if-none-match': headers.etag })).status).toBe(304);
    await aBoard(t);
    expect((await t.anyone.get('/boards?limit=100', { 'if-none-match': headers.etag })).status).toBe(200);
  });
});

describe('GET /boards/:id', () => {
  it('is 404 for an unknown id and 400 for an invalid one', async () => {
    expect((await t.anyone.get('/boards/999999')).body.code).toBe('BOARD_NOT_FOUND');
    expect((await t.anyone.get('/boards/9007199254740991')).body.code).toBe('BOARD_NOT_FOUND');
    for (const id of ['0', '01', '-1', '1e3', '0x10', '1abc', '1.0', '9007199254740993', '%EC%9E%90']) {
      expect((await t.anyone.get(`/boards/${id}`)).body.code).toBe('INVALID_ID');
    }
    expect((await t.anyone.get('/boards/1?fields=id')).body.errors[0]).toMatchObject({ pointer: '?fields' });
  });
});

describe('PATCH /boards/:id', () => {
  it('needs the account of the owner or of an admin', async () => {
    const board = await aBoard(t, { owner: minsu });
    expect((await t.anyone.patch(`/boards/${board.id}`, { name: '새' })).status).toBe(401);
    expect((await jiwoo.patch(`/boards/${board.id}`, { name: '새' })).body.code).toBe('NOT_BOARD_OWNER');
    const moderator = await aStaffAccount(t, 'moderator');
    expect((await moderator.patch(`/boards/${board.id}`, { name: '새' })).body.code).toBe('NOT_BOARD_OWNER');
    expect((await admin.patch(`/boards/${board.id}`, { name: '관리' })).body.name).toBe('관리');
    const hidden = await aBoard(t, { owner: admin, readAccess: 'staff' });
    expect((await jiwoo.patch(`/boards/${hidden.id}`, { name: '새' })).body.code).toBe('BOARD_NOT_FOUND');
    expect((await jiwoo.patch('/boards/999999', { name: '새' })).body.code).toBe('BOARD_NOT_FOUND');
  });

  it.each([
    [{ name: null }, '#/name'],
    [{ slug: null }, '#/slug'],
    [{ archived: 1 }, '#/archived'],
    [{ owner: 1 }, '#/owner'],
    [{ readAccess: 2 }, '#/readAccess'],
  ])('refuses %j', async (body, pointer) => {
    const board = await aBoard(t, { owner: admin });
    const answer = await admin.patch(`/boards/${board.id}`, body);
    expect(answer.body.errors.map((one: any) => one.pointer)).toEqual([pointer]);
  });

  it('changes the given keys, clears with null, and keeps the rest', async () => {
    const board = await aBoard(t, { owner: admin, description: '설명' });
    const { body } = await admin.patch(`/boards/${board.id}`, { name: '새 이름', slug: `renamed-${board.id}` });
    expect(body).toEqual({ ...board, name: '새 이름', slug: `renamed-${board.id}` });
    expect((await admin.patch(`/boards/${board.id}`, { description: null })).body.description).toBe('');
    expect((await admin.patch(`/boards/${board.id}`, { slug: `board-${board.id}` })).body.slug).toBe(board.slug);
    await aBoard(t, { slug: 'taken-slug' });
    expect((await admin.patch(`/boards/${board.id}`, { slug: 'taken-slug' })).body.code).toBe('SLUG_TAKEN');
    expect((await admin.patch(`/boards/${board.id}`, { slug: 'board-99999' })).body.code).toBe('SLUG_TAKEN');
  });

  it('edits only the version in If-Match; an edit without a change makes no version', async () => {
    const board = await aBoard(t, { owner: minsu });
    const { headers } = await t.anyone.get(`/boards/${board.id}`);
    const same = await minsu.patch(`/boards/${board.id}`, { name: board.name });
    expect(same.headers.etag).toBe(headers.etag);
    await aPost(t, { board });
    const match = { 'if-match': headers.etag };
    expect((await minsu.patch(`/boards/${board.id}`, { name: '둘' }, match)).status).toBe(200);
    expect((await minsu.patch(`/boards/${board.id}`, { name: '셋' }, match)).body.code).toBe('EDIT_CONFLICT');
    expect((await minsu.delete(`/boards/${board.id}`, undefined, match)).body.code).toBe('EDIT_CONFLICT');
    for (const tag of ['"v1"', 'v2', '""', 'nonsense']) {
      expect((await minsu.patch(`/boards/${board.id}`, { name: '넷' }, { 'if-match': tag })).status).toBe(412);
    }
    expect((await minsu.patch(`/boards/${board.id}`, { name: '다섯' }, { 'if-match': '*' })).status).toBe(200);
  });

  it("changes the access of an empty board freely, within the owner's level", async () => {
    const board = await aBoard(t, { owner: student, readAccess: 'verified' });
    const path = `/boards/${board.id}`;
    expect((await student.patch(path, { readAccess: 'everyone', writeAccess: 'members' })).body).toMatchObject({
      readAccess: 'everyone',
      writeAccess: 'members',
    });
    expect((await student.patch(path, { readAccess: 'staff' })).body.code).toBe('ACCESS_NOT_HELD');
    expect((await student.patch(path, { readAccess: 'verified' })).body.writeAccess).toBe('verified');
    expect((await student.patch(path, { writeAccess: 'members' })).body.errors[0].code).toBe('WIDER_THAN_READ_ACCESS');
  });

  it('only restricts a board that had posts, also after they were deleted', async () => {
    const board = await aBoard(t, { owner: student, readAccess: 'members' });
    const post = await aPost(t, { board });
    await student.patch(`/boards/${board.id}`, { writeAccess: 'verified' });
    for (const looser of [{ readAccess: 'everyone' }, { writeAccess: 'members' }]) {
      expect((await student.patch(`/boards/${board.id}`, looser)).body.code).toBe('ACCESS_ONLY_TIGHTENED');
    }
    await t.database.transaction((tx) =>
      tx.run("UPDATE posts SET state = 'deleted', listed = 0 WHERE id = ?", [post.id]),
    );
    expect((await student.patch(`/boards/${board.id}`, { readAccess: 'everyone' })).status).toBe(409);
    expect((await student.patch(`/boards/${board.id}`, { readAccess: 'verified' })).body.readAccess).toBe('verified');
  });

  it('removes the posts from all lists over all boards at once; the counts of tags follow', async () => {
    const board = await aBoard(t, { owner: student });
    const author = await anAccount(t);
    const tag = `조이기${next()}`;
    const post = await aPost(t, { board, author, tags: [tag], title: `조인다${next()} 게시판` });
    const lists = [
      '/posts?limit=100',
      `/posts?tag=${tag}`,
      `/posts?author=${author.id}`,
      `/posts?q=${post.title.split(' ')[0]}`,
      `/tags/${tag}/posts`,
      '/posts?sort=likes&limit=100',
    ];
    for (const list of lists) expect(ids(await jiwoo.get(list))).toContain(post.id);
    await t.anyone.get(`/tags/${tag}`).then(({ body }) => expect(body.postCount).toBe(1));
    expect((await student.patch(`/boards/${board.id}`, { readAccess: 'verified' })).status).toBe(200);
    for (const list of lists) {
      expect(ids(await t.anyone.get(list))).not.toContain(post.id);
      expect(ids(await jiwoo.get(list))).not.toContain(post.id);
      expect(ids(await student.get(list))).toContain(post.id);
    }
    expect((await jiwoo.get(`/posts/${post.id}`)).body.code).toBe('VERIFICATION_REQUIRED');
    expect((await jiwoo.get(`/posts?board=${board.id}`)).body.code).toBe('VERIFICATION_REQUIRED');
    await settled(t);
    expect((await t.anyone.get(`/tags/${tag}`)).status).toBe(404);
    for (const list of lists) expect(ids(await student.get(list))).toContain(post.id);
  });
});

describe('DELETE /boards/:id', () => {
  it('needs the account of the owner or of an admin', async () => {
    const board = await aBoard(t, { owner: minsu });
    expect((await t.anyone.delete(`/boards/${board.id}`)).status).toBe(401);
    expect((await jiwoo.delete(`/boards/${board.id}`)).body.code).toBe('NOT_BOARD_OWNER');
    expect((await admin.delete(`/boards/${board.id}`)).status).toBe(204);
  });

  it('deletes an empty board', async () => {
    const board = await aBoard(t, { owner: admin, slug: 'short-lived' });
    expect((await admin.delete(`/boards/${board.id}`)).status).toBe(204);
    expect((await t.anyone.get(`/boards/${board.id}`)).status).toBe(404);
    expect((await admin.delete(`/boards/${board.id}`)).status).toBe(404);
    await aBoard(t, { slug: 'short-lived' });
  });

  it('archives one with posts: they can be read and liked, and nothing new is written', async () => {
    const board = await aBoard(t, { owner: admin });
    const post = await aPost(t, { board, author: minsu });
    expect((await admin.delete(`/boards/${board.id}`)).status).toBe(204);
    expect((await t.anyone.get(`/boards/${board.id}`)).body.archived).toBe(true);
    expect(ids(await t.anyone.get(`/boards/${board.id}/posts`))).toEqual([post.id]);
    expect((await jiwoo.put(`/posts/${post.id}/like`)).status).toBe(204);
    const write = await minsu.post(`/boards/${board.id}/posts`, { title: '늦은 글', content: '내용' });
    expect(write).toMatchObject({ status: 409, body: { code: 'BOARD_ARCHIVED' } });
    expect((await jiwoo.post(`/posts/${post.id}/comments`, { content: '늦은 댓글' })).body.code).toBe('BOARD_ARCHIVED');
    expect((await admin.delete(`/boards/${board.id}`)).status).toBe(204);
    expect((await admin.patch(`/boards/${board.id}`, { archived: false })).body.archived).toBe(false);
    await aPost(t, { board });
  });

  it('never deletes a board while a post is being written', async () => {
    for (let round = 0; round < 5; round++) {
      const board = await aBoard(t, { owner: await anAccount(t) });
      const [drop, write] = await Promise.all([
        admin.delete(`/boards/${board.id}`),
        minsu.post(`/boards/${board.id}/posts`, { title: '동시에', content: '내용' }),
      ]);
      expect(drop.status).toBe(204);
      const after = await t.anyone.get(`/boards/${board.id}`);
      if (write.status === 201) expect(after.body).toMatchObject({ archived: true, postCount: 1 });
      else expect([write.body.code, after.status]).toEqual(['BOARD_NOT_FOUND', 404]);
    }
  });
});
