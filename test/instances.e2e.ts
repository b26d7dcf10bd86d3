import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { SearchBusy } from '../src/posts/posts.errors.js';
import type { Limit } from '../src/common/limits/limit.js';
import { Limits } from '../src/common/limits/limits.js';
import { Housekeeping } from '../src/jobs/housekeeping.js';
import { Jobs } from '../src/jobs/jobs.js';
import { IndexPlaces } from '../src/posts/search/index-places.js';
import { startApp, type TestApp } from './support/app.js';
import { Client } from './support/client.js';
import { aBoard, anAccount, next, PASSWORD } from './support/factories.js';
import { hasRedis, RedisServer } from './support/redis.js';
import { keepTimeLimits } from './support/time-limits.js';
import { readRow, readRows } from './support/rows.js';

keepTimeLimits();

const withRedis = hasRedis() ? describe : describe.skip;

/** Two instances on one database. */
let a: TestApp;
let b: TestApp;

async function startBoth(env: Record<string, string> = {}): Promise<void> {
  a = await startApp({ env });
  b = await startApp({ env, keepData: true });
}

async function stopBoth(): Promise<void> {
  for (const { app } of [a, b]) await app.close();
}

/** The same account at the other instance. */
const at = (t: TestApp, who: Client) =>
  new Client(t.fastify, t.contract, who.accessToken, who.refreshToken, who.id, who.username, who.nickname);

describe('a session that ends at one instance', () => {
  beforeAll(() => startBoth());
  afterAll(stopBoth);

  it.each([
    ['log-out', (one: Client) => one.post('/auth/logout'), 204],
    ['log-out everywhere', (one: Client) => one.post('/auth/logout-all'), 204],
    [
      'a new password',
      (one: Client) => one.put('/accounts/me/password', { currentPassword: PASSWORD, newPassword: 'other-horse-42' }),
      200,
    ],
    ['leaving', (one: Client) => one.delete('/accounts/me', { password: PASSWORD, content: 'keep' }), 204],
  ])('by %s ends at the other one at once', async (name, end, status) => {
    const here = await anAccount(a);
    const { body } = await b.anyone.post('/auth/login', { username: here.username, password: PASSWORD });
    const second = new Client(b.fastify, b.contract, body.accessToken, body.refreshToken, here.id);
    for (const one of [at(b, here), second]) expect((await one.get('/accounts/me')).status).toBe(200);
    expect((await end(here)).status).toBe(status);
    expect((await at(b, here).get('/accounts/me')).status).toBe(401);
    expect((await b.anyone.post('/auth/refresh', { refreshToken: here.refreshToken })).status).toBe(401);
    // Other sessions stay, if only this one was ended.
    expect((await second.get('/accounts/me')).status).toBe(name === 'log-out' ? 200 : 401);
  });
});

describe('an Idempotency-Key', () => {
  beforeAll(() => startBoth());
  afterAll(stopBoth);

  it('sent to both at once makes one post, and both give the same answer afterwards', async () => {
    const author = await anAccount(a);
    const board = await aBoard(a);
    const key = { 'idempotency-key': `both-${next()}` };
    const body = { title: '한 번만', content: '두 인스턴스에 보냈다' };
    const send = (t: TestApp) => at(t, author).post(`/boards/${board.id}/posts`, body, key);
    const answers = await Promise.all([send(a), send(b), send(a), send(b)]);
    for (const { status } of answers) expect([201, 409]).toContain(status);
    const first = answers.find(({ status }) => status === 201)!;
    for (const t of [a, b]) {
      const again = await send(t);
      expect(again).toMatchObject({ status: 201, body: { id: first.body.id } });
      expect(again.headers['idempotency-replayed']).toBe('true');
    }
    const count = await readRow<{ n: number }>(a.database, 'SELECT COUNT(*) AS n FROM posts WHERE board_id = ?', [
      board.id,
    ]);
    expect(count!.n).toBe(1);
  });
});

describe('a job', () => {
  const names = () => a.app.get(Housekeeping).jobs.map(({ name }) => name);
  const both = async () => (await Promise.all([a, b].map(({ app }) => app.get(Jobs).runDue()))).flat();
  const makeDue = () => a.database.transaction((tx) => tx.run('UPDATE jobs SET due_at = NOW(3) - INTERVAL 1 SECOND'));

  beforeAll(() => startBoth());
  afterAll(stopBoth);
  beforeEach(async () => {
    await both();
    await makeDue();
  });

  it('runs for the first time within a minute, and not all jobs at once', async () => {
    await a.database.transaction((tx) => tx.run('DELETE FROM jobs'));
    expect(await both()).toEqual([]);
    const rows = await readRows<{ seconds: number }>(
      a.database,
      'SELECT TIMESTAMPDIFF(MICROSECOND, NOW(3), due_at) / 1e6 AS seconds FROM jobs',
    );
    expect(rows).toHaveLength(names().length);
    for (const { seconds } of rows) expect(Number(seconds)).toBeLessThanOrEqual(60);
    expect(new Set(rows.map(({ seconds }) => seconds)).size).toBeGreaterThan(1);
  });

  it('runs once when it is due at both, ten times in a row', async () => {
    for (let round = 0; round < 10; round++) {
      await makeDue();
      expect((await both()).sort()).toEqual(names().sort());
      expect(await both()).toEqual([]);
    }
    // Each run is by one instance; the other one knows it or did not look.
    const records = [a, b].flatMap(({ app }) => [...app.get(Jobs).records.values()]);
    const sum = (of: 'done' | 'failed' | 'elsewhere') => records.reduce((all, record) => all + record[of], 0);
    expect(sum('failed')).toBe(0);
    expect(sum('done')).toBeGreaterThanOrEqual(10 * names().length);
    expect(sum('elsewhere')).toBeLessThanOrEqual(sum('done'));
  });

  it('that died with its instance does not block the next run', async () => {
    // As after a crash during the run.
    await a.database.transaction((tx) =>
      tx.run('UPDATE jobs SET last_run_at = NOW(3), last_ended_at = NULL, due_at = NOW(3) + INTERVAL 1 SECOND'),
    );
    expect(await both()).toEqual([]);
    await sleep(1_100);
    expect((await b.app.get(Jobs).runDue()).sort()).toEqual(names().sort());
  });

  it('that failed stops no other, and is retried within a minute', async () => {
    const failing = a.app.get(Housekeeping).jobs.find(({ name }) => name === 'forget-sessions')!;
    const spy = jest.spyOn(failing, 'run').mockRejectedValue(new Error('not today'));
    expect((await a.app.get(Jobs).runDue()).sort()).toEqual(names().sort());
    spy.mockRestore();
    const due = await readRows<{ name: string; seconds: number; ended: number }>(
      a.database,
      `SELECT name, TIMESTAMPDIFF(SECOND, NOW(3), due_at) AS seconds, last_ended_at >= last_run_at AS ended FROM jobs
        WHERE name LIKE 'forget-%' ORDER BY name`,
    );
    expect(due.map(({ name, ended }) => [name, ended === 1])).toEqual([
      ['forget-idempotency-keys', true],
      ['forget-sessions', false],
    ]);
    expect(Number(due[0].seconds)).toBeGreaterThan(500);
    expect(Number(due[1].seconds)).toBeLessThanOrEqual(60);
  });
});

describe('the full-text index', () => {
  beforeAll(() => startBoth());
  afterAll(stopBoth);

  it('allows two simultaneous searches over all instances; a third is refused as busy', async () => {
    let inside = 0;
    let most = 0;
    const search = (t: TestApp, milliseconds: number) =>
      new IndexPlaces(t.database).in(async () => {
        most = Math.max(most, ++inside);
        await sleep(milliseconds);
        inside--;
      });
    await Promise.all([search(a, 100), search(b, 100), search(a, 50), search(b, 50), search(a, 50)]);
    expect(most).toBe(2);
    const long = [search(a, 2_500), search(b, 2_500)];
    await sleep(200);
    await expect(search(b, 0)).rejects.toThrow(SearchBusy);
    await Promise.all(long);
  });
});

withRedis('with a Redis server', () => {
  let redis: RedisServer;
  let instances = 0;
  const TEN: Limit = { name: 'instances', points: 10, seconds: 600, by: ['account'] };

  beforeAll(async () => {
    redis = await RedisServer.start();
    await startBoth({ REDIS_URL: redis.url, RATE_LIMITS: 'on' });
  });
  // On a busy machine Redis is slower than an instance's limit.
  beforeEach(untilShared);
  afterAll(async () => {
    await stopBoth();
    await redis?.kill();
  });

  /** Whether the key had a point left. */
  async function spend(t: TestApp, key: string): Promise<{ passed: boolean }> {
    return { passed: await t.app.get(Limits).trySpend(TEN, key) };
  }
  const passedOf = async (key: string, count: number): Promise<number> =>
    (await Promise.all(Array.from({ length: count }, (_, i) => spend(i % 2 ? a : b, key)))).filter(
      ({ passed }) => passed,
    ).length;

  /** Both count together if 10 of 20 simultaneous tries pass. */
  async function untilShared(): Promise<void> {
    const began = performance.now();
    while ((await passedOf(`probe-${instances++}`, 20)) !== 10) {
      if (performance.now() - began > 60_000) throw new Error('They do not count together.');
      await sleep(100);
    }
  }

  it('failed log-ins are counted together, also simultaneous ones', async () => {
    const wrong = (t: TestApp) =>
      t.anyone.post('/auth/login', { username: 'nobody_at_all', password: 'not-the-password-1' });
    const answers = await Promise.all(Array.from({ length: 14 }, (_, i) => wrong(i % 2 ? a : b)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(4);
  });

  it('a success at one instance resets them at the other', async () => {
    const { username } = await anAccount(a);
    const login = (t: TestApp, password: string) => t.anyone.post('/auth/login', { username, password });
    // Ten of everybody at this address, and ten of the owner's device.
    for (let i = 0; i < 19; i++) await login(i % 2 ? a : b, 'not-the-password-1');
    expect((await login(a, PASSWORD)).status).toBe(200);
    for (let i = 0; i < 10; i++) expect((await login(b, 'not-the-password-1')).status).toBe(401);
  });

  it('frozen: refused clients stay refused, and counting continues', async () => {
    expect(await passedOf('refused', 12)).toBe(10);
    expect(await passedOf('half', 6)).toBe(6);
    // An instance only knows answers that it got itself: now this one has them.
    expect(await spend(a, 'refused')).toMatchObject({ passed: false });
    expect(await spend(a, 'half')).toMatchObject({ passed: true });
    redis.freeze();
    const first = await spend(a, 'refused');
    const rest = await Promise.all(Array.from({ length: 50 }, () => spend(a, 'refused')));
    // It continues from the shared count: three were left.
    const left = await Promise.all(Array.from({ length: 10 }, () => spend(a, 'half')));
    const login = await a.anyone.post('/auth/login', { username: 'nobody_here', password: 'not-the-password-1' });
    redis.thaw();
    expect(first).toMatchObject({ passed: false });
    expect(rest.filter(({ passed }) => passed)).toEqual([]);
    expect(left.filter(({ passed }) => passed)).toHaveLength(3);
    expect(login.status).toBe(401);
    await untilShared();
  });

  it.each<[string, (admin: Redis, begins: boolean) => Promise<unknown>]>([
    [
      'a replica',
      (admin, begins) => (begins ? admin.replicaof('127.0.0.1', '1') : admin.replicaof('NO', 'ONE' as never)),
    ],
    ['without memory', (admin, begins) => admin.config('SET', 'maxmemory', begins ? '1' : '0')],
  ])('%s: it answers, but each instance counts alone until it accepts writes again', async (_, change) => {
    const admin = new Redis(redis.url);
    await change(admin, true);
    const key = `no-writes-${instances++}`;
    await spend(a, key);
    const until = performance.now() + 2_500;
    const together: (boolean | null)[] = [];
    for (; performance.now() < until; await sleep(50)) together.push(a.app.get(Limits).together);
    const passed = await Promise.all(Array.from({ length: 20 }, () => spend(a, key)));
    await change(admin, false);
    admin.disconnect();
    expect(together).not.toContain(true);
    expect(passed.filter((one) => one.passed)).toHaveLength(9);
    await untilShared();
  });

  it('killed: each counts alone, and together again with the restarted, empty one', async () => {
    await redis.kill();
    await sleep(100);
    const times = await Promise.all(Array.from({ length: 30 }, (_, i) => spend(i % 2 ? a : b, 'killed')));
    // Ten at each, and no more.
    expect(times.filter(({ passed }) => passed)).toHaveLength(20);
    await redis.restart();
    await untilShared();
  });
});
