import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PersonalData } from '../src/accounts/leaving/personal-data.js';
import { Housekeeping } from '../src/jobs/housekeeping.js';
import { Jobs } from '../src/jobs/jobs.js';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { checkCounters } from './support/counters.js';
import {
  aBoard,
  aComment,
  aLecture,
  anAccount,
  aPost,
  aSemester,
  aTimetable,
  next,
  PASSWORD,
} from './support/factories.js';
import { lockedOut } from './support/locked-out.js';
import { settled } from './support/settled.js';
import { readRow, readRows } from './support/rows.js';

const GONE = { kind: 'deleted', deleted: true, label: '(알 수 없음)' };

let t: TestApp;
let jiwoo: Client;
beforeAll(async () => {
  t = await startApp();
  jiwoo = await anAccount(t, { nickname: '지우' });
});
afterEach(async () => {
  await settled(t);
  await checkCounters(t);
});

const leave = (by: Client, content: 'keep' | 'remove') => by.delete('/accounts/me', { password: PASSWORD, content });

/** All scheduled items are due, or one. */
async function makeDue(itemId?: number): Promise<void> {
  const one = itemId === undefined ? '' : ` WHERE item_id = ${itemId}`;
  await t.database.transaction((tx) => tx.run(`UPDATE delayed_removals SET due_at = ?${one}`, [t.clock.in(-1)]));
}

const job = (name: string, app = t) => app.app.get(Housekeeping).jobs.find((one) => one.name === name)!;

async function removeDue(app = t): Promise<void> {
  for (const name of ['remove-posts', 'remove-comments']) await app.app.get(Jobs).run(job(name, app));
}

/** An account that has rows in every table. */
async function aBusyAccount() {
  const minsu = await anAccount(t, { username: `leaver${next()}`, nickname: `떠날이${next()}` });
  const board = await aBoard(t, { owner: minsu });
  const tag = `떠남${next()}`;
  const named = await aPost(t, { author: minsu, board, tags: [tag] });
  const anonymous = await aPost(t, { author: minsu, board, anonymous: true });
  const others = await aPost(t, { author: jiwoo, board });
  const key = { 'idempotency-key': `leaving-${next()}` };
  await minsu.post(`/posts/${others.id}/comments`, { content: '열쇠와 함께' }, key);
  const root = await aComment(t, { post: others, author: minsu, anonymous: true });
  const reply = await aComment(t, { post: others, author: jiwoo, parentId: root.id });
  const own = await aComment(t, { post: anonymous, author: minsu, anonymous: true });
  const answer = await aComment(t, { post: others, author: minsu, parentId: reply.id });
  const liked = await aComment(t, { post: others, author: jiwoo });
  await minsu.put(`/posts/${others.id}/like`);
  await minsu.put(`/posts/${others.id}/scrap`);
  await minsu.put(`/comments/${liked.id}/like`);
  await minsu.get(`/posts/${others.id}`);
  await jiwoo.put(`/posts/${named.id}/like`);
  await minsu.post('/friend-requests', { username: jiwoo.username });
  const asking = await anAccount(t);
  await asking.post('/friend-requests', { username: minsu.username }, key);
  const semester = await aSemester(t);
  await aLecture(t, { owner: minsu, semester });
  await aTimetable(minsu, semester);
  await settled(t);
  return { minsu, board, tag, named, anonymous, others, root, reply, own, answer, liked };
}

/** Columns with an account's id, and their number of rows. */
async function rowsNaming(id: number): Promise<Record<string, number>> {
  const columns = await readRows<{ tableName: string; columnName: string }>(
    t.database,
    `SELECT table_name AS tableName, column_name AS columnName FROM information_schema.columns
      WHERE table_schema = DATABASE()
        AND column_name REGEXP '(^|_)(account|author|owner|user|member|sender|recipient|friend)_id$'`,
  );
  const counts: Record<string, number> = {};
  for (const { tableName, columnName } of columns) {
    const row = await readRow<{ n: number }>(
      t.database,
      `SELECT COUNT(*) AS n FROM ${tableName} WHERE ${columnName} = ?`,
      [id],
    );
    counts[`${tableName}.${columnName}`] = row!.n;
  }
  return counts;
}

/** Tables with a row that contains the text. */
async function tablesHolding(text: string): Promise<string[]> {
  const tables = await readRows<{ name: string }>(
    t.database,
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  const holding: string[] = [];
  for (const { name } of tables) {
    const rows = await readRows(t.database, `SELECT * FROM ${name}`);
    if (JSON.stringify(rows).includes(text)) holding.push(name);
  }
  return holding;
}

describe('DELETE /accounts/me', () => {
  it.each([[{ content: 'keep' }], [{ password: PASSWORD }], [{ password: PASSWORD, content: 'both' }]])(
    'refuses %j',
    async (body) => {
      expect((await jiwoo.delete('/accounts/me', body)).status).toBe(400);
    },
  );

  it('with `keep` keeps the texts, without their author', async () => {
    const { minsu, board, tag, named, anonymous, others, root, own, answer } = await aBusyAccount();
    const before = {
      anonymous: (await t.anyone.get(`/posts/${anonymous.id}?comments=100`)).raw.payload,
      own: (await t.anyone.get(`/comments/${own.id}`)).raw.payload,
      root: (await t.anyone.get(`/comments/${root.id}`)).body.author,
    };
    expect((await leave(minsu, 'keep')).status).toBe(204);
    const kept = (await t.anyone.get(`/posts/${named.id}`)).body;
    expect(kept).toEqual({ ...named, author: GONE, mine: false, likeCount: 1 });
    expect((await t.anyone.get(`/boards/${board.id}`)).body.owner).toEqual(GONE);
    const list = (await t.anyone.get(`/tags/${tag}/posts`)).body.items;
    expect(list).toMatchObject([{ id: named.id, author: GONE }]);
    expect((await t.anyone.get(`/posts?author=${minsu.id}`)).body.items).toEqual([]);
    expect((await jiwoo.get(`/accounts/${minsu.id}`)).status).toBe(404);
    expect((await t.anyone.get(`/comments/${answer.id}`)).body).toMatchObject({
      author: GONE,
      content: answer.content,
    });
    expect((await t.anyone.get(`/posts/${anonymous.id}?comments=100`)).raw.payload).toBe(before.anonymous);
    expect((await t.anyone.get(`/comments/${own.id}`)).raw.payload).toBe(before.own);
    expect((await t.anyone.get(`/comments/${root.id}`)).body.author).toEqual(before.root);
    expect((await t.anyone.get(`/posts/${others.id}`)).body).toMatchObject({
      likeCount: 1,
      commentCount: 5,
      viewCount: 1,
    });
  });

  it('with `remove` deletes texts with a name at once, and anonymous ones at their times', async () => {
    const { minsu, board, tag, named, anonymous, others, root, reply, own, answer, liked } = await aBusyAccount();
    const bodyOf = async (path: string) => (await t.anyone.get(path)).raw.payload;
    const before = [await bodyOf(`/posts/${anonymous.id}?comments=100`), await bodyOf(`/comments/${own.id}`)];
    expect((await leave(minsu, 'remove')).status).toBe(204);
    await settled(t);
    expect((await t.anyone.get(`/posts/${named.id}`)).body.code).toBe('POST_DELETED');
    expect((await t.anyone.get(`/comments/${answer.id}`)).body.code).toBe('COMMENT_DELETED');
    expect((await t.anyone.get(`/tags/${tag}`)).status).toBe(404);
    // Anonymous texts do not show that anybody leaves.
    expect([await bodyOf(`/posts/${anonymous.id}?comments=100`), await bodyOf(`/comments/${own.id}`)]).toEqual(before);
    expect((await t.anyone.get(`/boards/${board.id}`)).body).toMatchObject({ postCount: 2, owner: GONE });
    await makeDue();
    await removeDue();
    expect((await t.anyone.get(`/posts/${anonymous.id}`)).body.code).toBe('POST_DELETED');
    expect((await t.anyone.get(`/comments/${own.id}`)).body.code).toBe('POST_DELETED');
    const thread = (await t.anyone.get(`/posts/${others.id}?comments=100`)).body;
    expect(thread).toMatchObject({ commentCount: 2, likeCount: 1, viewCount: 1 });
    expect(thread.comments.items).toMatchObject([
      {
        id: root.id,
        state: 'deleted',
        author: null,
        content: null,
        replyCount: 1,
        replies: { items: [{ id: reply.id }] },
      },
      { id: liked.id, state: 'visible', likeCount: 1 },
    ]);
    expect((await t.anyone.get(`/boards/${board.id}`)).body).toMatchObject({ postCount: 1, owner: GONE });
  });

  it.each(['keep', 'remove'] as const)('with `%s` leaves no row that names the account', async (content) => {
    const { minsu } = await aBusyAccount();
    const before = await rowsNaming(minsu.id);
    const empty = Object.keys(before).filter((column) => before[column] === 0);
    // Columns that this account does not fill. Add a new one here or to `aBusyAccount`.
    expect(empty.sort()).toEqual(['mail_codes.account_id', 'school_addresses.account_id']);
    expect(await tablesHolding(minsu.nickname)).toEqual(expect.arrayContaining(['accounts', 'idempotency_keys']));
    await leave(minsu, content);
    expect(Object.entries(await rowsNaming(minsu.id)).filter(([, n]) => n > 0)).toEqual([]);
    for (const word of [minsu.nickname, minsu.username]) expect(await tablesHolding(word)).toEqual([]);
    expect((await minsu.get('/accounts/me')).status).toBe(401);
  });

  it.each<[string, string, object, (by: Client, post: any) => Promise<Answer>]>([
    [
      'a post',
      'boards',
      {},
      (by, { boardId }) =>
        by.post(
          `/boards/${boardId}/posts`,
          { title: '막차', content: '내용', tags: ['막차'] },
          { 'idempotency-key': `last-${next()}` },
        ),
    ],
    ['a comment', 'posts', {}, (by, { id }) => by.post(`/posts/${id}/comments`, { content: '막차', anonymous: true })],
    ['a like', 'posts', { likeCount: 1 }, (by, { id }) => by.put(`/posts/${id}/like`)],
    ['a view', 'posts', { viewCount: 1 }, (by, { id }) => by.get(`/posts/${id}`)],
  ])('waits for %s that is being written, and removes it too', async (_, table, kept, write) => {
    const minsu = await anAccount(t);
    const post = await aPost(t, { author: jiwoo });
    let answers: Promise<Answer>[] = [];
    await t.database.transaction(async (tx) => {
      await readRow(tx, `SELECT id FROM ${table} WHERE id = ? FOR UPDATE`, [
        table === 'boards' ? post.boardId : post.id,
      ]);
      const written = write(minsu, post);
      await lockedOut(t, 1);
      answers = [written, leave(minsu, 'remove')];
      await lockedOut(t, 2);
    });
    for (const { status } of await Promise.all(answers)) expect(status).toBeLessThan(300);
    await settled(t);
    expect(Object.entries(await rowsNaming(minsu.id)).filter(([, n]) => n > 0)).toEqual([]);
    await makeDue();
    await removeDue();
    const { body } = await t.anyone.get(`/posts/${post.id}`);
    expect(body).toMatchObject({ ...{ likeCount: 0, commentCount: 0, viewCount: 0 }, ...kept });
  });

  it('refuses writes afterwards', async () => {
    const post = await aPost(t, { author: jiwoo });
    const minsu = await anAccount(t);
    const board = await aBoard(t, { owner: minsu });
    const acts = Array.from({ length: 12 }, (_, i) => [
      () => minsu.post(`/boards/${board.id}/posts`, { title: `글 ${i}`, content: '내용', tags: ['막차'] }),
      () => minsu.post(`/posts/${post.id}/comments`, { content: `댓글 ${i}`, anonymous: true }),
      () => minsu.put(`/posts/${post.id}/like`),
      () => minsu.put(`/posts/${post.id}/scrap`),
      () => minsu.get(`/posts/${post.id}`),
      () => minsu.post('/boards', { name: `막차 ${i}` }),
    ]).flat();
    const [gone, ...answers] = await Promise.all([leave(minsu, 'remove'), ...acts.map((act) => act())]);
    expect(gone.status).toBe(204);
    for (const { status } of answers) expect([200, 201, 204, 401, 409]).toContain(status);
    await settled(t);
    expect(Object.entries(await rowsNaming(minsu.id)).filter(([, n]) => n > 0)).toEqual([]);
  });

  it.each(['keep', 'remove'] as const)('finishes `%s` in a job of another instance after a crash', async (content) => {
    const { minsu, named, others } = await aBusyAccount();
    const holders = t.app.get(PersonalData).all;
    const posts = holders.find(({ name }) => name === 'posts')!;
    const died = jest.spyOn(posts, 'release').mockRejectedValueOnce(new Error('killed'));
    await leave(minsu, content);
    died.mockRestore();
    // Comments are being removed, posts are not, and log-ins are refused.
    expect((await rowsNaming(minsu.id))['posts.author_id']).toBe(2);
    const login = await t.anyone.post('/auth/login', { username: minsu.username, password: PASSWORD });
    expect(login.status).toBe(401);
    await t.database.transaction((tx) =>
      tx.run('UPDATE accounts SET leaving_at = leaving_at - INTERVAL 5 MINUTE WHERE id = ?', [minsu.id]),
    );
    const second = await startApp({ keepData: true });
    const job = second.app.get(Housekeeping).jobs.find(({ name }) => name === 'finish-leaving')!;
    await second.app.get(Jobs).run(job);
    expect(await readRow(t.database, 'SELECT 1 FROM accounts WHERE id = ?', [minsu.id])).toBeUndefined();
    expect(Object.entries(await rowsNaming(minsu.id)).filter(([, n]) => n > 0)).toEqual([]);
    const { status } = await second.anyone.get(`/posts/${named.id}`);
    expect(status).toBe(content === 'keep' ? 200 : 410);
    expect((await second.anyone.get(`/posts/${others.id}`)).body.likeCount).toBe(1);
  });
});

describe('Anonymous texts of an account that left with `remove`', () => {
  const statuses = async (posts: { id: number }[]) =>
    Promise.all(posts.map(async ({ id }) => (await t.anyone.get(`/posts/${id}`)).status));
  const scheduled = () =>
    readRows<{ itemId: number; dueAt: Date }>(
      t.database,
      "SELECT item_id AS itemId, due_at AS dueAt FROM delayed_removals WHERE holder = 'posts' ORDER BY due_at",
    );

  beforeEach(async () => {
    await makeDue();
    await removeDue();
  });

  async function leftBehind(count: number): Promise<any[]> {
    const [minsu, board] = [await anAccount(t), await aBoard(t)];
    const posts: any[] = [];
    for (let i = 0; i < count; i++) posts.push(await aPost(t, { author: minsu, board, anonymous: true }));
    await leave(minsu, 'remove');
    await settled(t);
    return posts;
  }

  it('are deleted one by one, each at its own time within 72 hours, also by another instance', async () => {
    const posts = await leftBehind(6);
    const rows = await scheduled();
    expect(rows.map(({ itemId }) => itemId).sort()).toEqual(posts.map(({ id }) => id).sort());
    const times = rows.map(({ dueAt }) => dueAt.getTime());
    expect(new Set(times).size).toBe(6);
    expect(times[5]).toBeLessThanOrEqual(t.clock.in(72 * 3600).getTime());
    // Six random times within 15 minutes of 72 hours: once in a hundred billion runs.
    expect(times[5] - times[0]).toBeGreaterThan(900_000);
    const second = await startApp({ keepData: true });
    for (const [i, { itemId }] of rows.entries()) {
      await makeDue(itemId);
      await removeDue(second);
      expect((await statuses(posts)).filter((status) => status === 410)).toHaveLength(i + 1);
      expect((await t.anyone.get(`/posts/${itemId}`)).status).toBe(410);
    }
    expect(await scheduled()).toEqual([]);
  });

  it('are deleted also if hidden; hidden ones with a name are deleted at once', async () => {
    const [minsu, board] = [await anAccount(t), await aBoard(t)];
    const [named, anonymous, thread] = [
      await aPost(t, { author: minsu, board }),
      await aPost(t, { author: minsu, board, anonymous: true }),
      await aPost(t, { author: jiwoo, board }),
    ];
    const [said, whispered] = [
      await aComment(t, { post: thread, author: minsu }),
      await aComment(t, { post: thread, author: minsu, anonymous: true }),
    ];
    await t.database.transaction(async (tx) => {
      await tx.run("UPDATE posts SET state = 'hidden', listed = 0 WHERE id IN (?, ?)", [named.id, anonymous.id]);
      await tx.run('UPDATE boards SET post_count = post_count - 2 WHERE id = ?', [board.id]);
      await tx.run("UPDATE comments SET state = 'hidden' WHERE id IN (?, ?)", [said.id, whispered.id]);
    });
    const states = async () =>
      readRows(
        t.database,
        `SELECT state, content FROM posts WHERE id IN (?, ?) UNION ALL SELECT state, content FROM comments WHERE id IN (?, ?)`,
        [named.id, anonymous.id, said.id, whispered.id],
      );
    const [deleted, hidden] = [{ state: 'deleted', content: '' }, expect.objectContaining({ state: 'hidden' })];
    await leave(minsu, 'remove');
    await settled(t);
    expect(await states()).toEqual([deleted, hidden, deleted, hidden]);
    await checkCounters(t);
    await makeDue();
    await removeDue();
    expect(await states()).toEqual([deleted, deleted, deleted, deleted]);
  });

  it('do not wait for an item that cannot be deleted; it is retried later', async () => {
    const posts = await leftBehind(3);
    await makeDue();
    const [first] = await scheduled();
    const holder = t.app.get(PersonalData).named('posts');
    const fails = jest.spyOn(holder, 'removeItem').mockRejectedValueOnce(new Error('cannot be deleted'));
    await removeDue();
    expect((await statuses(posts)).sort()).toEqual([200, 410, 410]);
    expect((await scheduled()).map(({ itemId }) => itemId)).toEqual([first.itemId]);
    await removeDue();
    expect((await statuses(posts)).sort()).toEqual([200, 410, 410]);
    await t.database.transaction((tx) => tx.run('UPDATE job_failures SET retry_at = NOW(3)'));
    await removeDue();
    expect(await statuses(posts)).toEqual([410, 410, 410]);
    fails.mockRestore();
  });

  it('cannot be linked to the account by any row, nor by an order of rows', async () => {
    await leftBehind(2);
    const columns = await readRows<{ name: string }>(
      t.database,
      "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'delayed_removals'",
    );
    expect(columns.map(({ name }) => name).sort()).toEqual(['due_at', 'holder', 'item_id']);
    await makeDue();
    await removeDue();
  });
});

describe('The school address of an account that left', () => {
  it.each([
    ['is forgotten', 'NULL', []],
    ['stays, without the account, as long as it is banned', 'NOW(3)', [{ accountId: null }]],
  ])('%s', async (_, bannedAt, kept) => {
    const minsu = await anAccount(t);
    const hash = Buffer.alloc(32, next());
    await t.database.transaction((tx) =>
      tx.run(
        `INSERT INTO school_addresses (hash, account_id, verified_at, banned_at) VALUES (?, ?, NOW(3), ${bannedAt})`,
        [hash, minsu.id],
      ),
    );
    await leave(minsu, 'keep');
    await settled(t);
    const rows = await readRows(t.database, 'SELECT account_id AS accountId FROM school_addresses WHERE hash = ?', [
      hash,
    ]);
    expect(rows).toEqual(kept);
  });
});
