import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FriendsQueries } from '../src/friends/friends.queries.js';
import { FriendsService } from '../src/friends/friends.service.js';
import type { Database } from '../src/database/database.js';
import { plainly } from './support/database.js';
import { startApp, type TestApp } from './support/app.js';
import { Client, type Answer } from './support/client.js';
import { anAccount, next, PASSWORD } from './support/factories.js';
import { insertRows, Reads } from './support/reads.js';
import { settled } from './support/settled.js';
import { statementsOf } from './support/statements.js';
import { readRows } from './support/rows.js';

let t: TestApp;
let minsu: Client;
let jiwoo: Client;
beforeAll(async () => {
  t = await startApp();
  [minsu, jiwoo] = [await anAccount(t, { nickname: '민수' }), await anAccount(t, { nickname: '지우' })];
});

const ask = (from: Client, to: Client) => from.post('/friend-requests', { username: to.username });

/** The id of a pending request. */
async function asked(from: Client, to: Client): Promise<number> {
  const { status, body } = await ask(from, to);
  expect({ status, body }).toMatchObject({ status: 201, body: { state: 'pending' } });
  return body.id;
}

async function befriend(a: Client, b: Client): Promise<void> {
  await asked(a, b);
  expect((await ask(b, a)).body.state).toBe('accepted');
}

async function rowsOf(...people: Client[]): Promise<{ befriended: number }[]> {
  const ids = people.map(({ id }) => id).join(',');
  return readRows(
    t.database,
    `SELECT befriended_at IS NOT NULL AS befriended FROM friendships WHERE low_id IN (${ids}) AND high_id IN (${ids})`,
  );
}

const pair = () => Promise.all([anAccount(t), anAccount(t)]);
/** One after the other, because each registration hashes a password. */
async function pairsOf(count: number): Promise<[Client, Client][]> {
  const pairs: [Client, Client][] = [];
  while (pairs.length < count) pairs.push(...(await Promise.all([pair(), pair(), pair(), pair()])));
  return pairs;
}
const friendsOf = async (one: Client) => (await one.all('/friends')).map(({ account }) => account.id);
const sorted = (answers: Answer[]) => answers.map(({ status }) => status).sort();

describe('POST /friend-requests', () => {
  it('needs a token', async () => {
    expect((await t.anyone.post('/friend-requests', { username: minsu.username })).status).toBe(401);
  });

  it.each([[{}], [{ username: 7 }], [{ username: '' }], [{ username: 'a'.repeat(21) }], [{ accountId: 1 }]])(
    'refuses %j',
    async (body) => {
      expect((await minsu.post('/friend-requests', body)).body.code).toBe('INVALID_INPUT');
    },
  );

  it.each(['nobody_at_all', '민수', '%', "a' OR 1"])('finds no account with the name %s', async (username) => {
    expect((await minsu.post('/friend-requests', { username })).body.code).toBe('ACCOUNT_NOT_FOUND');
  });

  it('does not find an account that has left', async () => {
    const gone = await anAccount(t);
    await t.database.transaction((tx) =>
      tx.run("UPDATE accounts SET leaving_at = NOW(3), leaving_content = 'keep' WHERE id = ?", [gone.id]),
    );
    expect((await ask(minsu, gone)).body.code).toBe('ACCOUNT_NOT_FOUND');
  });

  it('refuses the own account', async () => {
    const username = minsu.username.toUpperCase();
    expect((await minsu.post('/friend-requests', { username })).body).toMatchObject({
      status: 409,
      code: 'FRIEND_IS_SELF',
    });
  });

  it("shows the sender only the typed name, and the recipient the sender's profile", async () => {
    const [a, b] = await pair();
    const username = b.username.toUpperCase();
    const { status, body, headers } = await a.post('/friend-requests', { username });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(Number),
      direction: 'outgoing',
      state: 'pending',
      username: b.username,
      account: null,
      createdAt: expect.any(String),
    });
    expect(headers.location).toBe(`/api/v1/friend-requests/${body.id}`);
    expect((await a.get(headers.location.slice('/api/v1'.length))).body).toEqual(body);
    expect((await a.get('/friend-requests?direction=outgoing')).body).toEqual({ items: [body], nextCursor: null });
    expect((await a.get('/friend-requests')).body.items).toEqual([]);
    const incoming = {
      ...body,
      direction: 'incoming',
      username: a.username,
      account: { id: a.id, nickname: a.nickname },
    };
    expect((await b.get('/friend-requests')).body.items).toEqual([incoming]);
    expect((await b.get('/friend-requests?direction=outgoing')).body.items).toEqual([]);
    expect((await a.get('/friends')).body.items).toEqual([]);
    expect((await b.get('/friends')).body.items).toEqual([]);
  });

  it('refuses a second request, and a request to a friend', async () => {
    const [a, b] = await pair();
    const id = await asked(a, b);
    expect((await ask(a, b)).body).toMatchObject({ status: 409, code: 'FRIEND_REQUEST_EXISTS' });
    await b.post(`/friend-requests/${id}/accept`);
    for (const answer of [await ask(a, b), await ask(b, a)]) {
      expect(answer.body).toMatchObject({ status: 409, code: 'ALREADY_FRIENDS' });
    }
  });

  it('makes two accounts friends if both send a request', async () => {
    const [a, b] = await pair();
    const id = await asked(a, b);
    const { status, body, headers } = await ask(b, a);
    expect(status).toBe(201);
    expect(body).toMatchObject({ id, direction: 'incoming', state: 'accepted', username: a.username });
    expect(body.account).toEqual({ id: a.id, nickname: a.nickname });
    expect(headers.location).toBe(`/api/v1/friends/${a.id}`);
    expect((await b.get(`/friends/${a.id}`)).body).toEqual({ account: body.account, since: expect.any(String) });
    expect(await friendsOf(a)).toEqual([b.id]);
    for (const one of [a, b]) {
      expect((await one.get('/friend-requests')).body.items).toEqual([]);
      expect((await one.get('/friend-requests?direction=outgoing')).body.items).toEqual([]);
    }
    expect((await a.get(`/friend-requests/${id}`)).body).toMatchObject({
      direction: 'outgoing',
      state: 'accepted',
      account: { id: b.id, nickname: b.nickname },
    });
  });

  it('runs once for a key, and stores no name for the retry', async () => {
    const [a, b] = await pair();
    const key = { 'idempotency-key': `ask-${next()}` };
    const first = await a.post('/friend-requests', { username: b.username }, key);
    const again = await a.post('/friend-requests', { username: b.username }, key);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    const stored = await readRows(t.database, 'SELECT answer FROM idempotency_keys WHERE account_id = ?', [a.id]);
    expect(JSON.stringify(stored)).not.toContain(b.username);
  });

  it('does not tell a retry that the friendship has ended since', async () => {
    const [a, b] = await pair();
    await ask(b, a);
    const key = { 'idempotency-key': `ask-${next()}` };
    const first = await a.post('/friend-requests', { username: b.username }, key);
    expect(first.body).toMatchObject({ state: 'accepted', account: { id: b.id, nickname: b.nickname } });
    expect((await a.post('/friend-requests', { username: b.username }, key)).body).toEqual(first.body);
    await b.delete(`/friends/${a.id}`);
    const again = await a.post('/friend-requests', { username: b.username }, key);
    expect(again).toMatchObject({ status: 410, body: { code: 'IDEMPOTENCY_RESULT_DELETED' } });
    expect(again.raw.payload).not.toContain(b.nickname);
  });

  it('allows 100 pending requests at most', async () => {
    const a = await anAccount(t);
    const { ids } = await crowdOf(a, 100, () => ({ befriended_at: null }));
    const one = await anAccount(t);
    expect((await ask(a, one)).body).toMatchObject({ status: 409, code: 'TOO_MANY_FRIEND_REQUESTS' });
    await a.delete(`/friend-requests/${(await a.get('/friend-requests?direction=outgoing')).body.items[0].id}`);
    expect((await ask(a, one)).status).toBe(201);
    expect(ids).toHaveLength(100);
  });

  it('counts requests per hour, and per recipient and day, including cancelled ones', async () => {
    const limited = await startApp({ env: { RATE_LIMITS: 'on' }, keepData: true });
    const on = (one: Client) => new Client(limited.fastify, t.contract, one.accessToken);
    const [a, b] = await pair();
    for (let i = 0; i < 3; i++) {
      const { status, body } = await on(a).post('/friend-requests', { username: b.username });
      expect(status).toBe(201);
      await a.delete(`/friend-requests/${body.id}`);
    }
    const { status, headers } = await on(a).post('/friend-requests', { username: b.username });
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(3600);
    // The fourth one counted too; requests to unknown names also count.
    for (let i = 4; i < 30; i++) {
      expect((await on(a).post('/friend-requests', { username: `no_such_${i}` })).status).toBe(404);
    }
    expect((await on(a).post('/friend-requests', { username: 'no_such_31' })).status).toBe(429);
    expect((await on(b).post('/friend-requests', { username: a.username })).status).toBe(201);
  });

  it('counts a request once, also if a deadlock restarts its transaction', async () => {
    const limited = await startApp({ env: { RATE_LIMITS: 'on' }, keepData: true });
    const [a, b] = await pair();
    const { ids } = await crowdOf(b, 31, () => ({ befriended_at: null }));
    const on = new Client(limited.fastify, t.contract, a.accessToken);
    const ask = (id: number) => on.post('/friend-requests', { username: `u${id}` });
    // A rolled-back insert uses up an id, so every second insert succeeds.
    await plainly(
      `CREATE TRIGGER friendships_deadlock AFTER INSERT ON friendships FOR EACH ROW
        IF NEW.id % 2 = 1 THEN SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213; END IF`,
    );
    const { deadlockRetries } = limited.database;
    try {
      for (const id of ids.slice(0, 30)) expect((await ask(id)).status).toBe(201);
    } finally {
      await plainly('DROP TRIGGER friendships_deadlock');
    }
    expect(limited.database.deadlockRetries - deadlockRetries).toBeGreaterThanOrEqual(29);
    expect((await ask(ids[30])).status).toBe(429);
  });
});

describe('a friend request', () => {
  it('needs a token', async () => {
    const id = await asked(...(await pair()));
    expect((await t.anyone.get('/friend-requests')).status).toBe(401);
    expect((await t.anyone.get(`/friend-requests/${id}`)).status).toBe(401);
    expect((await t.anyone.post(`/friend-requests/${id}/accept`)).status).toBe(401);
    expect((await t.anyone.post(`/friend-requests/${id}/decline`)).status).toBe(401);
    expect((await t.anyone.delete(`/friend-requests/${id}`)).status).toBe(401);
  });

  it('of others is 404 for every method', async () => {
    const [a, b] = await pair();
    const id = await asked(a, b);
    for (const strange of [id, 4_000_000_000, Number.MAX_SAFE_INTEGER]) {
      const answers = [
        await minsu.get(`/friend-requests/${strange}`),
        await minsu.post(`/friend-requests/${strange}/accept`),
        await minsu.post(`/friend-requests/${strange}/decline`),
        await minsu.delete(`/friend-requests/${strange}`),
      ];
      for (const { body } of answers) expect(body).toMatchObject({ status: 404, code: 'FRIEND_REQUEST_NOT_FOUND' });
    }
    expect((await b.get('/friend-requests')).body.items).toHaveLength(1);
  });

  it('is answered by its recipient and cancelled by its sender only', async () => {
    const [a, b] = await pair();
    const id = await asked(a, b);
    expect((await a.post(`/friend-requests/${id}/accept`)).status).toBe(404);
    expect((await a.post(`/friend-requests/${id}/decline`)).status).toBe(404);
    expect((await b.delete(`/friend-requests/${id}`)).status).toBe(404);
    expect((await a.delete(`/friend-requests/${id}`)).status).toBe(204);
    expect((await a.delete(`/friend-requests/${id}`)).status).toBe(404);
    expect((await b.post(`/friend-requests/${id}/accept`)).status).toBe(404);
    expect(await rowsOf(a, b)).toEqual([]);
  });

  it('can be accepted twice with the same answer; then it cannot be declined or cancelled', async () => {
    const [a, b] = await pair();
    const id = await asked(a, b);
    const { status, body } = await b.post(`/friend-requests/${id}/accept`);
    expect(status).toBe(200);
    expect(body).toEqual({ account: { id: a.id, nickname: a.nickname }, since: expect.any(String) });
    expect((await b.post(`/friend-requests/${id}/accept`)).body).toEqual(body);
    expect((await b.post(`/friend-requests/${id}/decline`)).status).toBe(404);
    expect((await a.delete(`/friend-requests/${id}`)).status).toBe(404);
    expect(await friendsOf(a)).toEqual([b.id]);
    expect((await a.get('/friends')).body.items).toEqual([
      { account: { id: b.id, nickname: b.nickname }, since: body.since },
    ]);
  });

  it('can be sent again after it was declined', async () => {
    const [a, b] = await pair();
    const id = await asked(a, b);
    expect((await b.post(`/friend-requests/${id}/decline`)).status).toBe(204);
    expect((await b.post(`/friend-requests/${id}/decline`)).status).toBe(404);
    expect((await a.get(`/friend-requests/${id}`)).status).toBe(404);
    expect(await rowsOf(a, b)).toEqual([]);
    await asked(a, b);
  });

  it('of an account that leaves is deleted', async () => {
    const [a, b] = await pair();
    const id = await asked(a, b);
    await a.delete('/accounts/me', { password: PASSWORD, content: 'keep' });
    await settled(t);
    expect((await b.get('/friend-requests')).body.items).toEqual([]);
    expect((await b.post(`/friend-requests/${id}/accept`)).status).toBe(404);
  });

  it('makes no friend for an account with 1,000 friends', async () => {
    const a = await anAccount(t);
    await crowdOf(a, 1_000, (i) => ({ befriended_at: '2026-03-02 01:00:00.000', sender: i % 2 === 0 }));
    const b = await anAccount(t);
    const id = await asked(a, b);
    expect((await b.post(`/friend-requests/${id}/accept`)).body).toMatchObject({
      status: 409,
      code: 'TOO_MANY_FRIENDS',
    });
    expect((await ask(b, a)).body.code).toBe('TOO_MANY_FRIENDS');
    await a.delete(`/friends/${(await friendsOf(a))[0]}`);
    expect((await b.post(`/friend-requests/${id}/accept`)).status).toBe(200);
  });
});

describe('/friends', () => {
  it('needs a token', async () => {
    for (const path of ['/friends', `/friends/${minsu.id}`]) expect((await t.anyone.get(path)).status).toBe(401);
    expect((await t.anyone.delete(`/friends/${minsu.id}`)).status).toBe(401);
  });

  it('is the same 404 for strangers, oneself, unknown accounts and pending requests', async () => {
    const [a, b] = await pair();
    await asked(a, b);
    const ids = [a.id, b.id, minsu.id, 4_000_000_000, Number.MAX_SAFE_INTEGER];
    for (const id of ids) {
      expect((await a.get(`/friends/${id}`)).body).toMatchObject({ status: 404, code: 'FRIEND_NOT_FOUND' });
      expect((await a.delete(`/friends/${id}`)).body).toMatchObject({ status: 404, code: 'FRIEND_NOT_FOUND' });
    }
    expect((await b.get('/friend-requests')).body.items).toHaveLength(1);
  });

  it.each([true, false])('end by either side (by the sender: %s), and the next read is 404', async (sender) => {
    const [a, b] = await pair();
    await befriend(a, b);
    const { headers } = await b.get(`/friends/${a.id}`);
    expect((await b.get(`/friends/${a.id}`, { 'if-none-match': headers.etag })).status).toBe(304);
    expect((await (sender ? a.delete(`/friends/${b.id}`) : b.delete(`/friends/${a.id}`))).status).toBe(204);
    expect((await b.get(`/friends/${a.id}`, { 'if-none-match': headers.etag })).status).toBe(404);
    expect(await friendsOf(a)).toEqual([]);
    expect((await a.delete(`/friends/${b.id}`)).status).toBe(404);
    await asked(b, a);
  });

  it('come newest first, and without duplicates while new ones are added', async () => {
    const a = await anAccount(t);
    const people: Client[] = [];
    for (let i = 0; i < 6; i++) {
      const one = await anAccount(t);
      await (i % 2 ? befriend(a, one) : befriend(one, a));
      people.unshift(one);
    }
    const first = (await a.get('/friends?limit=4')).body;
    await befriend(a, await anAccount(t));
    const second = (await a.get(`/friends?limit=4&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items].map(({ account }) => account.id)).toEqual(people.map(({ id }) => id));
    expect(second.nextCursor).toBeNull();
    const [other] = people;
    expect((await other.get(`/friends?cursor=${first.nextCursor}`)).body.code).toBe('INVALID_CURSOR');
  });

  it('are deleted with a leaving member, and are in the export', async () => {
    const [a, b] = await pair();
    const c = await anAccount(t);
    await befriend(a, b);
    await asked(c, a);
    const { friends } = (await a.get('/accounts/me/export')).body;
    expect(friends).toMatchObject({
      asked: [{ accountId: b.id, since: expect.any(String) }],
      askedBy: [{ accountId: c.id, since: null }],
    });
    await b.delete('/accounts/me', { password: PASSWORD, content: 'keep' });
    expect((await a.get(`/friends/${b.id}`)).status).toBe(404);
    await settled(t);
    expect(await rowsOf(a, b)).toEqual([]);
    expect(await friendsOf(a)).toEqual([]);
  });

  it('hide a member who is about to leave at once', async () => {
    const [a, b] = await pair();
    await befriend(a, b);
    await t.database.transaction((tx) => tx.run('UPDATE accounts SET leaving_at = NOW(3) WHERE id = ?', [b.id]));
    expect(await friendsOf(a)).toEqual([]);
    const friends = t.app.get(FriendsService);
    expect(await friends.areFriends(a.id, b.id)).toBe(false);
    expect(await friends.friendsAmong(a.id, [b.id])).toEqual(new Set());
  });

  it('are distinguished from strangers in one statement', async () => {
    const [a, b] = await pair();
    await befriend(a, b);
    await befriend(jiwoo, a);
    await asked(a, minsu);
    const friends = t.app.get(FriendsService);
    const ids = [minsu.id, b.id, a.id, jiwoo.id, Number.MAX_SAFE_INTEGER];
    const among = await statementsOf(() => friends.friendsAmong(a.id, ids));
    expect(among.statements).toHaveLength(1);
    expect([...among.result].sort()).toEqual([b.id, jiwoo.id].sort());
    const one = await statementsOf(() => Promise.all([b, minsu, a].map(({ id }) => friends.areFriends(a.id, id))));
    expect(one.statements).toHaveLength(3);
    expect(one.result).toEqual([true, false, false]);
  });
});

/** Rows with `count` generated accounts; `sender` decides whether `one` sent the request. */
async function crowdOf(one: Client, count: number, row: (i: number) => Record<string, unknown>) {
  const from = 1_000_000 + next() * 10_000;
  const ids = Array.from({ length: count }, (_, i) => from + i);
  await insertRows(
    t.database,
    'accounts',
    ids.map((id) => ({
      id,
      username: `u${id}`,
      username_key: `u${id}`,
      nickname: `학생${id}`,
      password_hash: '',
      pepper_version: 1,
      created_at: '2026-03-01 00:00:00.000',
    })),
  );
  const rows = ids.map((id, i) => {
    const { sender = true, befriended_at } = row(i) as { sender?: boolean; befriended_at: string | null };
    const [sender_id, recipient_id] = sender ? [one.id, id] : [id, one.id];
    return { sender_id, recipient_id, low_id: one.id, high_id: id, befriended_at, created_at: '2026-03-01 00:00:00' };
  });
  await insertRows(t.database, 'friendships', rows);
  return { ids };
}

describe('lists of many', () => {
  let reads: Reads;
  let popular: Client;
  beforeAll(async () => {
    popular = await anAccount(t);
    const at = (i: number) => new Date(Date.UTC(2026, 2, 2) + Math.floor(i / 7) * 1000).toISOString().slice(0, -1);
    await crowdOf(popular, 900, (i) => ({ befriended_at: at(i), sender: i % 3 === 0 }));
    await crowdOf(popular, 900, () => ({ befriended_at: null, sender: false }));
    reads = await Reads.open();
  });
  afterAll(() => reads.close());

  it('shows each friend once, page by page', async () => {
    const items = await popular.all('/friends', 37);
    expect(new Set(items.map(({ account }) => account.id)).size).toBe(900);
    expect(items.map(({ since }) => since)).toEqual(
      items
        .map(({ since }) => since)
        .sort()
        .reverse(),
    );
    expect(await popular.all('/friend-requests', 97)).toHaveLength(900);
  });

  it('read one page and no more, both the first and a deep one', async () => {
    const queries = new FriendsQueries(reads as unknown as Database);
    const first = await queries.friends(popular.id, new Date('9999-01-01'), 1, 21);
    const deep = (await queries.friends(popular.id, new Date('9999-01-01'), 1, 800)).at(-1)!;
    for (const [before, id] of [
      [first[0].befriendedAt, first[0].id],
      [deep.befriendedAt, deep.id],
    ] as const) {
      expect(await reads.walkedBy(() => queries.friends(popular.id, before, id, 21))).toBeLessThanOrEqual(2 * 21 + 5);
    }
    const requests = (await queries.requests(popular.id, 'incoming', 2 ** 32 - 1, 850)).at(-1)!;
    for (const before of [2 ** 32 - 1, requests.id]) {
      const work = () => queries.requests(popular.id, 'incoming', before, 21);
      expect(await reads.walkedBy(work)).toBeLessThanOrEqual(21 + 5);
    }
    const ids = (await queries.friends(popular.id, new Date('9999-01-01'), 1, 19)).map(({ accountId }) => accountId);
    expect(await reads.walkedBy(() => queries.friendsAmong(popular.id, ids))).toBeLessThanOrEqual(5);
    expect(await reads.walkedBy(() => queries.friend(popular.id, ids[0]))).toBe(0);
  });
});

describe('simultaneous requests', () => {
  let pairs: [Client, Client][];
  beforeAll(async () => {
    pairs = await pairsOf(40);
  });
  const states = async () =>
    (await Promise.all(pairs.map((both) => rowsOf(...both)))).map((rows) => rows.map((row) => row.befriended));
  const clear = () => t.database.transaction((tx) => tx.run('DELETE FROM friendships'));

  it('forty crossed requests are forty friendships', async () => {
    const answers = await Promise.all(pairs.flatMap(([a, b]) => [ask(a, b), ask(b, a)]));
    expect(answers.map(({ status }) => status)).toEqual(Array(80).fill(201));
    expect(answers.filter(({ body }) => body.state === 'accepted')).toHaveLength(40);
    expect(await states()).toEqual(Array(40).fill([1]));
    await clear();
  });

  it('forty times the same request twice is one', async () => {
    for (const answers of await Promise.all(pairs.map(([a, b]) => Promise.all([ask(a, b), ask(a, b)])))) {
      expect(sorted(answers)).toEqual([201, 409]);
    }
    expect(await states()).toEqual(Array(40).fill([0]));
    await clear();
  });

  it('everybody to everybody: as many friendships as pairs', async () => {
    const people = pairs.flat().slice(0, 10);
    const answers = await Promise.all(
      people.flatMap((one) => people.filter((other) => other !== one).map((other) => ask(one, other))),
    );
    expect(new Set(sorted(answers))).toEqual(new Set([201]));
    expect(await rowsOf(...people)).toEqual(Array(45).fill({ befriended: 1 }));
    await clear();
  });

  it('accepting and cancelling: exactly one succeeds, and the state matches', async () => {
    const outcomes = await Promise.all(
      pairs.map(async ([a, b]) => {
        const id = await asked(a, b);
        return Promise.all([b.post(`/friend-requests/${id}/accept`), a.delete(`/friend-requests/${id}`)]);
      }),
    );
    for (const [accept, cancel] of outcomes) {
      expect([
        [200, 404],
        [404, 204],
      ]).toContainEqual([accept.status, cancel.status]);
    }
    const accepted = outcomes.map(([{ status }]) => (status === 200 ? [1] : []));
    expect(await states()).toEqual(accepted);
    await clear();
  });

  it('two accepts are one friendship with one date', async () => {
    const outcomes = await Promise.all(
      pairs.map(async ([a, b]) => {
        const id = await asked(a, b);
        return Promise.all([b.post(`/friend-requests/${id}/accept`), b.post(`/friend-requests/${id}/accept`)]);
      }),
    );
    for (const [one, two] of outcomes) {
      expect([one.status, two.status]).toEqual([200, 200]);
      expect(one.body).toEqual(two.body);
    }
    expect(await states()).toEqual(Array(40).fill([1]));
    await clear();
  });

  it('accepting and ending: friends or nothing, never a request', async () => {
    const outcomes = await Promise.all(
      pairs.map(async ([a, b]) => {
        const id = await asked(a, b);
        return Promise.all([b.post(`/friend-requests/${id}/accept`), a.delete(`/friends/${b.id}`)]);
      }),
    );
    for (const [accept, end] of outcomes) {
      expect(accept.status).toBe(200);
      expect([204, 404]).toContain(end.status);
    }
    expect(await states()).toEqual(outcomes.map(([, { status }]) => (status === 204 ? [] : [1])));
    await clear();
  });

  it('a request to an account that leaves adds no row', async () => {
    const people = await pairsOf(12);
    const answers = await Promise.all(
      people.flatMap(([a, b]) => [
        ask(a, b),
        ask(b, a),
        b.delete('/accounts/me', { password: PASSWORD, content: 'keep' }),
      ]),
    );
    for (const { status } of answers) expect([201, 204, 401, 404]).toContain(status);
    await settled(t);
    for (const both of people) expect(await rowsOf(...both)).toEqual([]);
  });
});
