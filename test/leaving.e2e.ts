import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
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
import { settled } from './support/settled.js';

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

/** Somebody who has done everything that leaves a row behind. */
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

/** Columns in which an account may stand, and how many rows of it each holds. */
async function rowsNaming(id: number): Promise<Record<string, number>> {
  const columns = await t.database.rows<{ tableName: string; columnName: string }>(
    `SELECT table_name AS tableName, column_name AS columnName FROM information_schema.columns
      WHERE table_schema = DATABASE()
        AND column_name REGEXP '(^|_)(account|author|owner|user|member|sender|recipient|friend)_id$'`,
  );
  const counts: Record<string, number> = {};
  for (const { tableName, columnName } of columns) {
    const row = await t.database.row<{ n: number }>(`SELECT COUNT(*) AS n FROM ${tableName} WHERE ${columnName} = ?`, [
      id,
    ]);
    counts[`${tableName}.${columnName}`] = row!.n;
  }
  return counts;
}

/** When so many transactions on this database wait for a lock. */
async function lockedOut(transactions: number): Promise<void> {
  const waiting = () =>
    t.database.rows(
      `SELECT 1 FROM information_schema.innodb_trx x JOIN information_schema.processlist p ON p.id = x.trx_mysql_thread_id
        WHERE x.trx_state = 'LOCK WAIT' AND p.db = DATABASE()`,
    );
  // InnoDB tells what it knew a tenth of a second ago, as long as it is asked more often than that.
  while ((await waiting()).length < transactions) await sleep(150);
}

/** Tables of which any row holds the text. */
async function tablesHolding(text: string): Promise<string[]> {
  const tables = await t.database.rows<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  const holding: string[] = [];
  for (const { name } of tables) {
    const rows = (await t.database.manager.query(`SELECT * FROM ${name}`)) as unknown[];
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

  it('with `keep` leaves what was written, without saying by whom', async () => {
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
      likeCount: 0,
      commentCount: 5,
      viewCount: 0,
    });
  });

  it('with `remove` deletes what was written as its author would', async () => {
    const { minsu, board, tag, named, anonymous, others, root, reply, own, answer, liked } = await aBusyAccount();
    expect((await leave(minsu, 'remove')).status).toBe(204);
    for (const { id } of [named, anonymous])
      expect((await t.anyone.get(`/posts/${id}`)).body.code).toBe('POST_DELETED');
    expect((await t.anyone.get(`/comments/${own.id}`)).body.code).toBe('POST_DELETED');
    expect((await t.anyone.get(`/comments/${answer.id}`)).body.code).toBe('COMMENT_DELETED');
    expect((await t.anyone.get(`/tags/${tag}`)).status).toBe(404);
    const thread = (await t.anyone.get(`/posts/${others.id}?comments=100`)).body;
    expect(thread).toMatchObject({ commentCount: 2, likeCount: 0, viewCount: 0 });
    expect(thread.comments.items).toMatchObject([
      {
        id: root.id,
        state: 'deleted',
        author: null,
        content: null,
        replyCount: 1,
        replies: { items: [{ id: reply.id }] },
      },
      { id: liked.id, state: 'visible', likeCount: 0 },
    ]);
    expect((await t.anyone.get(`/boards/${board.id}`)).body).toMatchObject({ postCount: 1, owner: GONE });
  });

  it.each(['keep', 'remove'] as const)('with `%s` leaves no row that names the account', async (content) => {
    const { minsu } = await aBusyAccount();
    const before = await rowsNaming(minsu.id);
    const empty = Object.keys(before).filter((column) => before[column] === 0);
    // Columns that this account does not fill; a new one either belongs here or into `aBusyAccount`.
    expect(empty.sort()).toEqual(['mail_codes.account_id', 'school_addresses.account_id']);
    expect(await tablesHolding(minsu.nickname)).toEqual(expect.arrayContaining(['accounts', 'idempotency_keys']));
    await leave(minsu, content);
    expect(Object.entries(await rowsNaming(minsu.id)).filter(([, n]) => n > 0)).toEqual([]);
    for (const word of [minsu.nickname, minsu.username]) expect(await tablesHolding(word)).toEqual([]);
    expect((await minsu.get('/accounts/me')).status).toBe(401);
  });

  it.each<[string, string, (by: Client, post: any) => Promise<Answer>]>([
    [
      'a post',
      'boards',
      (by, { boardId }) =>
        by.post(
          `/boards/${boardId}/posts`,
          { title: '막차', content: '내용', tags: ['막차'] },
          { 'idempotency-key': `last-${next()}` },
        ),
    ],
    ['a comment', 'posts', (by, { id }) => by.post(`/posts/${id}/comments`, { content: '막차', anonymous: true })],
    ['a like', 'posts', (by, { id }) => by.put(`/posts/${id}/like`)],
    ['a view', 'posts', (by, { id }) => by.get(`/posts/${id}`)],
  ])('waits for %s that is just being written, and lets go of it too', async (_, table, write) => {
    const minsu = await anAccount(t);
    const post = await aPost(t, { author: jiwoo });
    let answers: Promise<Answer>[] = [];
    await t.database.transaction(async (tx) => {
      await tx.row(`SELECT id FROM ${table} WHERE id = ? FOR UPDATE`, [table === 'boards' ? post.boardId : post.id]);
      const written = write(minsu, post);
      await lockedOut(1);
      answers = [written, leave(minsu, 'remove')];
      await lockedOut(2);
    });
    for (const { status } of await Promise.all(answers)) expect(status).toBeLessThan(300);
    await settled(t);
    expect(Object.entries(await rowsNaming(minsu.id)).filter(([, n]) => n > 0)).toEqual([]);
    const { body } = await t.anyone.get(`/posts/${post.id}`);
    expect(body).toMatchObject({ likeCount: 0, commentCount: 0, viewCount: 0 });
  });

  it('lets nothing in afterwards', async () => {
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

  it.each(['keep', 'remove'] as const)(
    'finishes `%s` by a job of another instance when the process died in between',
    async (content) => {
      const { minsu, named, others } = await aBusyAccount();
      const holders = t.app.get(PersonalData).all;
      const posts = holders.find(({ name }) => name === 'posts')!;
      const died = jest.spyOn(posts, 'letGo').mockRejectedValueOnce(new Error('killed'));
      await leave(minsu, content);
      died.mockRestore();
      // Comments are let go of, posts are not; and nobody can log in any more.
      expect((await rowsNaming(minsu.id))['posts.author_id']).toBe(2);
      const login = await t.anyone.post('/auth/login', { username: minsu.username, password: PASSWORD });
      expect(login.status).toBe(401);
      await t.database.transaction((tx) =>
        tx.run('UPDATE accounts SET leaving_at = leaving_at - INTERVAL 5 MINUTE WHERE id = ?', [minsu.id]),
      );
      const second = await startApp({ keepData: true });
      const job = second.app.get(Housekeeping).jobs.find(({ name }) => name === 'finish-leaving')!;
      await second.app.get(Jobs).run(job);
      expect(await t.database.row('SELECT 1 FROM accounts WHERE id = ?', [minsu.id])).toBeUndefined();
      expect(Object.entries(await rowsNaming(minsu.id)).filter(([, n]) => n > 0)).toEqual([]);
      const { status } = await second.anyone.get(`/posts/${named.id}`);
      expect(status).toBe(content === 'keep' ? 200 : 410);
      expect((await second.anyone.get(`/posts/${others.id}`)).body.likeCount).toBe(0);
    },
  );
});
