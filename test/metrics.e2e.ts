import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Background } from '../src/common/background.js';
import { Housekeeping } from '../src/jobs/housekeeping.js';
import { Jobs } from '../src/jobs/jobs.js';
import { startApp, type TestApp } from './support/app.js';
import { testDatabase } from './support/database.js';
import { parseExposition, valueOf, type Exposed } from './support/exposition.js';
import { aBoard, aComment, anAccount, aPost, aSemester, aStaffAccount } from './support/factories.js';
import { form, plainFile, plainLectures } from './support/imports.js';
import { settled } from './support/settled.js';
import { statementsOf } from './support/statements.js';
import { keepTimeLimits } from './support/time-limits.js';
import { readRow, readRows } from './support/rows.js';

keepTimeLimits();

async function metricsOf({ fastify }: TestApp): Promise<Exposed> {
  return parseExposition((await fastify.inject('/metrics')).payload);
}

/** Waits until a metric has a value, because other connections are asynchronous. */
async function until(t: TestApp, value: number, name: string, labels: Record<string, string> = {}): Promise<void> {
  for (const deadline = performance.now() + 60_000; ; await sleep(10)) {
    const now = valueOf(await metricsOf(t), name, labels);
    if (now === value) return;
    if (performance.now() > deadline) throw new Error(`${name} is ${now} and not ${value}`);
  }
}

const COUNT = 'madang_http_request_duration_seconds_count';

describe('GET /metrics', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startApp();
  });

  it('is in Prometheus’ format, each name with its unit', async () => {
    const answer = await t.fastify.inject('/metrics');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    });
    const { types } = parseExposition(answer.payload);
    expect(types.size).toBeGreaterThan(30);
    for (const [name, type] of types) {
      expect(name).toMatch(/^(madang|process|nodejs)_/);
      expect({ name, total: name.endsWith('_total') }).toEqual({ name, total: type === 'counter' });
    }
  });

  it('needs neither MySQL nor a token', async () => {
    const { statements, result } = await statementsOf(() =>
      t.fastify.inject({ url: '/metrics', headers: { authorization: 'Bearer nonsense' } }),
    );
    expect({ statements, status: result.statusCode }).toEqual({ statements: [], status: 200 });
    const alone = await startApp({ keepData: true, database: { ...testDatabase(), port: 1 } });
    expect((await alone.fastify.inject('/metrics')).statusCode).toBe(200);
    expect((await alone.fastify.inject('/health/ready')).statusCode).toBe(503);
  });

  it.each(['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'x-real-ip', 'via'])(
    'is 404 through a proxy, detected by %s',
    async (name) => {
      const answer = await t.fastify.inject({ url: '/metrics', headers: { [name]: '203.0.113.7' } });
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ code: 'ROUTE_NOT_FOUND' });
      expect(answer.payload).not.toContain('madang_');
    },
  );

  it('accepts GET only, and is not in the document', async () => {
    expect((await t.fastify.inject({ method: 'POST', url: '/metrics' })).statusCode).toBe(405);
    expect((await t.fastify.inject('/openapi.json')).json().paths).not.toHaveProperty('/metrics');
  });

  it('counts one application: another one in the process counts separately', async () => {
    const other = await startApp({ keepData: true });
    await other.anyone.get('/boards');
    const labels = { method: 'GET', route: '/api/v1/boards', status: '2xx' };
    expect(valueOf(await metricsOf(other), COUNT, labels)).toBe(1);
    expect(valueOf(await metricsOf(t), COUNT, labels)).toBe(0);
  });
});

describe('requests', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startApp();
  });

  it('are counted by the pattern of their route, with their duration', async () => {
    const board = await aBoard(t);
    for (let i = 0; i < 5; i++) await t.anyone.get(`/boards/${board.id}`);
    await t.anyone.get('/boards/999999');
    const metrics = await metricsOf(t);
    const labels = { method: 'GET', route: '/api/v1/boards/:id' };
    expect(valueOf(metrics, COUNT, { ...labels, status: '2xx' })).toBe(5);
    expect(valueOf(metrics, COUNT, { ...labels, status: '4xx' })).toBe(1);
    const buckets = metrics.samples.filter(
      (sample) =>
        sample.name.endsWith('_bucket') && sample.labels.route === labels.route && sample.labels.status === '2xx',
    );
    const counts = buckets.map(({ value }) => value);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(buckets.at(-1)).toMatchObject({ value: 5, labels: { le: '+Inf' } });
    expect(valueOf(metrics, 'madang_problems_total', { code: 'BOARD_NOT_FOUND' })).toBe(1);
  });

  it('to unknown addresses are one series, with any method', async () => {
    const before = (await metricsOf(t)).samples.length;
    for (let i = 0; i < 30; i++) await t.anyone.get(`/nothing/${i}/here`);
    for (let i = 0; i < 30; i++) await t.fastify.inject(`/elsewhere-${i}?q=${i}`);
    for (const method of ['PROPFIND', 'MKCOL', 'SEARCH'] as const) {
      await t.fastify.inject({ method: method as 'GET', url: '/nothing' });
    }
    const metrics = await metricsOf(t);
    expect(valueOf(metrics, COUNT, { method: 'GET', route: 'unmatched', status: '4xx' })).toBe(60);
    expect(valueOf(metrics, COUNT, { method: 'other', route: 'unmatched', status: '4xx' })).toBe(3);
    // Two series of 13 lines, that of /metrics itself, and the code of the problem.
    expect(metrics.samples.length - before).toBeLessThanOrEqual(3 * 13 + 1);
  });

  it('with an invalid address are counted too', async () => {
    const other = await startApp({ keepData: true });
    await other.fastify.inject('/api/v1/boards?q=%ff');
    await other.fastify.inject('/api/v1/boards/%zz');
    const metrics = await metricsOf(other);
    expect(valueOf(metrics, COUNT, { method: 'GET', route: '/api/v1/boards', status: '4xx' })).toBe(1);
    expect(valueOf(metrics, COUNT, { method: 'GET', route: 'unmatched', status: '4xx' })).toBe(1);
    expect(valueOf(metrics, 'madang_problems_total', { code: 'MALFORMED_REQUEST' })).toBe(2);
    expect(valueOf(metrics, 'madang_http_requests_in_progress')).toBe(1);
  });

  it('that the client aborted are counted too, and none stays in progress', async () => {
    const listening = await startApp({ keepData: true });
    await listening.app.listen(0, '127.0.0.1');
    const { port } = listening.app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
    );
    // This one and the one that reads the metrics.
    await until(listening, 2, 'madang_http_requests_in_progress');
    socket.destroy();
    await until(listening, 1, COUNT, { method: 'POST', route: '/api/v1/auth/login', status: 'aborted' });
    expect(valueOf(await metricsOf(listening), 'madang_http_requests_in_progress')).toBe(1);
  });
});

describe('the event loop', () => {
  const lagOf = async (t: TestApp, which: string) =>
    valueOf(await metricsOf(t), `nodejs_eventloop_lag_${which}_seconds`);

  /** Whether one of fifty readings is below: on a busy machine one is enough. */
  async function isEver(below: number, read: () => Promise<number>): Promise<boolean> {
    for (let i = 0; i < 50; i++) {
      await sleep(100);
      if ((await read()) < below) return true;
    }
    return false;
  }

  it('has no lag when idle', async () => {
    const t = await startApp({ keepData: true });
    // If counted from read to read, it would never be under their 10 ms.
    expect(await isEver(0.005, () => lagOf(t, 'p50'))).toBe(true);
  });

  it('has the lag of a blocking function', async () => {
    const t = await startApp({ keepData: true });
    await lagOf(t, 'max');
    await sleep(50);
    for (const end = performance.now() + 300; performance.now() < end;);
    await sleep(50);
    expect(await lagOf(t, 'max')).toBeGreaterThan(0.25);
    // Reported once.
    expect(await isEver(0.25, () => lagOf(t, 'max'))).toBe(true);
  });
});

describe('the pool', () => {
  const IN_USE: [string, Record<string, string>] = ['madang_db_pool_connections', { state: 'in_use' }];
  const IDLE: [string, Record<string, string>] = ['madang_db_pool_connections', { state: 'idle' }];

  it('shows connections in use and idle, waiting callers and failed waits', async () => {
    const t = await startApp({ env: { DB_POOL_SIZE: '2' } });
    await settled(t);
    expect(valueOf(await metricsOf(t), ...IN_USE)).toBe(0);
    let letGo!: () => void;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const transaction = t.database.transaction(() => held);
    const read = readRows(t.database, 'DO SLEEP(2)');
    await until(t, 2, ...IN_USE);
    const third = readRow(t.database, 'SELECT 1');
    await until(t, 1, 'madang_db_pool_waiting');
    await expect(third).rejects.toMatchObject({ code: 'POOL_EXHAUSTED' });
    const fourth = t.database.transaction((tx) => readRow(tx, 'SELECT 1'));
    await until(t, 1, 'madang_db_pool_waiting');
    letGo();
    await Promise.all([transaction, read, fourth]);
    await until(t, 2, ...IDLE);
    const metrics = await metricsOf(t);
    expect(valueOf(metrics, ...IN_USE)).toBe(0);
    expect(valueOf(metrics, 'madang_db_pool_waiting')).toBe(0);
    expect(valueOf(metrics, 'madang_db_pool_connections_limit')).toBe(2);
    expect(valueOf(metrics, 'madang_db_pool_failures_total', { reason: 'exhausted' })).toBe(1);
    expect(valueOf(metrics, 'madang_db_pool_wait_seconds_sum')).toBeGreaterThan(0.9);
  });

  it('counts a timed-out statement or a broken connection, and removes both', async () => {
    const t = await startApp({ env: { DB_POOL_SIZE: '3' } });
    await settled(t);
    await expect(readRows(t.database, 'DO SLEEP(6)')).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT' });
    await expect(t.database.transaction((tx) => readRows(tx, 'KILL CONNECTION_ID()'))).rejects.toBeDefined();
    await until(t, 0, ...IN_USE);
    const metrics = await metricsOf(t);
    expect(valueOf(metrics, 'madang_db_statement_timeouts_total')).toBe(1);
    const opened = valueOf(metrics, 'madang_db_pool_connections_opened_total');
    expect(valueOf(metrics, ...IDLE)).toBeLessThanOrEqual(opened - 2);
  });

  it('counts transactions that were restarted after a deadlock', async () => {
    const t = await startApp();
    const boards = [await aBoard(t), await aBoard(t)].map(({ id }) => id as number);
    const held = new Set<number>();
    const crossed = (first: number, second: number) =>
      t.database.transaction(async (tx) => {
        await tx.run('UPDATE boards SET version = version + 1 WHERE id = ?', [first]);
        held.add(first);
        while (held.size < 2) await sleep(5);
        await tx.run('UPDATE boards SET version = version + 1 WHERE id = ?', [second]);
      });
    await Promise.all([crossed(boards[0], boards[1]), crossed(boards[1], boards[0])]);
    expect(valueOf(await metricsOf(t), 'madang_db_deadlock_retries_total')).toBe(1);
  });
});

describe('events beside the requests', () => {
  it('limits: their decisions, and whether all instances count together', async () => {
    const t = await startApp({ env: { RATE_LIMITS: 'on', REDIS_URL: 'redis://127.0.0.1:1' } });
    const author = await anAccount(t);
    const board = await aBoard(t, { owner: author });
    await aPost(t, { author, board });
    expect((await author.post(`/boards/${board.id}/posts`, { title: '또', content: '글' })).status).toBe(429);
    const metrics = await metricsOf(t);
    const decisions = (outcome: string) => valueOf(metrics, 'madang_limit_decisions_total', { limit: 'post', outcome });
    expect([decisions('allowed'), decisions('refused')]).toEqual([1, 1]);
    expect(valueOf(metrics, 'madang_limits_shared')).toBe(0);
    expect(valueOf(metrics, 'madang_limits_alone_total')).toBeGreaterThanOrEqual(2);
    expect(valueOf(metrics, 'madang_problems_total', { code: 'TOO_MANY_REQUESTS' })).toBe(1);
    // Without Redis the metric is absent.
    const { samples, types } = await metricsOf(await startApp({ keepData: true }));
    expect(types.has('madang_limits_shared')).toBe(true);
    expect(samples.filter(({ name }) => name === 'madang_limits_shared')).toEqual([]);
  });

  it('replayed answers', async () => {
    const t = await startApp();
    const account = await anAccount(t);
    for (let i = 0; i < 3; i++) await account.post('/boards', { name: '게시판' }, { 'idempotency-key': 'once' });
    expect(valueOf(await metricsOf(t), 'madang_idempotency_replays_total')).toBe(2);
  });

  it('jobs: runs, their outcome, and the last success', async () => {
    const t = await startApp();
    const jobs = t.app.get(Jobs);
    const job = t.app.get(Housekeeping).jobs[0];
    const of = async (outcome: string) =>
      valueOf(await metricsOf(t), 'madang_job_runs_total', { task: job.name, outcome });
    const lastSuccess = async () =>
      valueOf(await metricsOf(t), 'madang_job_last_success_timestamp_seconds', { task: job.name });
    expect([await of('done'), await lastSuccess()]).toEqual([0, 0]);
    await jobs.run(job);
    const succeeded = await lastSuccess();
    expect(succeeded).toBeGreaterThan(Date.now() / 1000 - 10);
    await jobs.run({ ...job, run: () => Promise.reject(new Error('It failed.')) });
    expect([await of('done'), await of('failed'), await of('elsewhere')]).toEqual([1, 1, 0]);
    expect(await lastSuccess()).toBe(succeeded);
  });

  it('work after the answer, successful or not', async () => {
    const t = await startApp();
    await settled(t);
    const background = t.app.get(Background);
    let letGo!: () => void;
    const work = background.run('view', () => new Promise<void>((resolve) => (letGo = resolve)));
    expect(valueOf(await metricsOf(t), 'madang_background_in_progress')).toBe(1);
    letGo();
    await work;
    await background.run('view', () => Promise.reject(new Error('It failed.')));
    const metrics = await metricsOf(t);
    expect(valueOf(metrics, 'madang_background_in_progress')).toBe(0);
    for (const outcome of ['done', 'failed']) {
      expect(valueOf(metrics, 'madang_background_total', { kind: 'view', outcome })).toBe(1);
    }
  });

  it('imports of catalogues', async () => {
    const t = await startApp();
    const admin = await aStaffAccount(t);
    const semester = await aSemester(t, { admin });
    for (const file of [plainFile(plainLectures(3)), plainFile([])]) {
      const [body, headers] = form({ semester: String(semester.id) }, file);
      expect((await admin.post('/catalogue/imports', body, headers)).status).toBe(202);
    }
    await settled(t);
    const metrics = await metricsOf(t);
    const of = (outcome: string) => valueOf(metrics, 'madang_catalogue_imports_total', { outcome });
    expect([of('done'), of('refused'), of('failed')]).toEqual([1, 1, 0]);
    expect(valueOf(metrics, 'madang_catalogue_imports_in_progress')).toBe(0);
  });
});

it('no label identifies a person, a place or a text', async () => {
  const t = await startApp({ env: { RATE_LIMITS: 'on', LOG_LEVEL: 'silent' } });
  const author = await anAccount(t, { username: 'hunter2secret' });
  const post = await aPost(t, { author, anonymous: true, tags: ['중간고사'] });
  await aComment(t, { post });
  await author.get(`/posts/${post.id}`);
  await t.anyone.get('/posts?q=중간고사&author=7');
  await t.anyone.post('/auth/login', { username: 'hunter2secret', password: 'wrong-wrong-wrong' });
  await author.delete('/accounts/me', { password: 'correct-horse-42', content: 'keep' });
  await settled(t);
  const { samples } = await metricsOf(t);
  const values = new Set(
    samples.flatMap(({ labels }) =>
      Object.entries(labels)
        .filter(([name]) => !['le', 'version'].includes(name))
        .map(([, value]) => value),
    ),
  );
  expect(values.size).toBeGreaterThan(30);
  // Words, patterns of routes and classes of status; no number but that of the API's version.
  const words =
    /^([a-z]+([ _-][a-z]+)*|[A-Z]+(_[A-Z]+)*|[2-5]xx|\/?(:?[a-z.A-Z-]+|api\/v1)(\/(:?[a-zA-Z.-]+|v1))*|\/)$/;
  expect([...values].filter((value) => !words.test(value) && !value.startsWith('/api/v1/'))).toEqual([]);
  expect([...values].filter((value) => /\d/.test(value.replace(/^\/api\/v1/, '').replace(/^[2-5]xx$/, '')))).toEqual(
    [],
  );
});
