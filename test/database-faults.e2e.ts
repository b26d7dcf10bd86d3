import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OF_REQUEST } from '../src/database/budget.js';
import { LongConnection } from '../src/database/long-connection.js';
import { Pool } from '../src/database/pool.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { checkCounters } from './support/counters.js';
import { plainly, testDatabase } from './support/database.js';
import { aBoard, anAccount, aPost } from './support/factories.js';
import { Proxy } from './support/proxy.js';
import { keepTimeLimits } from './support/time-limits.js';
import { readRow, readRows } from './support/rows.js';

keepTimeLimits();

let proxy: Proxy;
/** Creates data, without the proxy. */
let t: TestApp;
let me: Client;

beforeAll(async () => {
  const { host, port } = testDatabase();
  proxy = await Proxy.start(host, port);
  t = await startApp();
  me = await anAccount(t);
});
afterAll(() => proxy.stop());

/** An application that connects to the database through the proxy. */
function behindProxy(poolSize: number): Promise<TestApp> {
  return startApp({
    keepData: true,
    database: { ...testDatabase(), host: '127.0.0.1', port: proxy.port },
    env: { DB_POOL_SIZE: String(poolSize) },
  });
}

describe('a database that does not answer', () => {
  it('leaves no request without an answer, if nothing is prepared yet', async () => {
    const fresh = await behindProxy(4);
    // Connections exist, but no statement for the coming requests.
    await Promise.all(Array.from({ length: 4 }, () => readRows(fresh.database, 'DO SLEEP(0.2)')));
    proxy.freeze();
    const answers = await Promise.all(Array.from({ length: 12 }, () => fresh.anyone.get('/boards')));
    proxy.thaw();
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(fresh.database.usage.inUseCount).toBe(0);
    expect((await fresh.anyone.get('/boards')).status).toBe(200);
    await fresh.app.close();
  });

  it('leaves no request without an answer, if there is no connection', async () => {
    const fresh = await behindProxy(4);
    proxy.freeze();
    const answers = await Promise.all(Array.from({ length: 12 }, () => fresh.anyone.get('/boards')));
    proxy.thaw();
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    await until(async () => (await fresh.anyone.get('/boards')).status === 200);
    await fresh.app.close();
  });

  it('does not fail requests after its connections were cut', async () => {
    const app = await behindProxy(4);
    await Promise.all(Array.from({ length: 4 }, () => readRows(app.database, 'DO SLEEP(0.1)')));
    proxy.cut();
    await until(() => app.database.usage.idleCount === 0);
    expect((await app.anyone.get('/boards')).status).toBe(200);
    await app.app.close();
  });
});

describe('a transaction of a lost host', () => {
  it('ends with its session 90 seconds later, and an import’s after 10 minutes', async () => {
    const row = await readRow(t.database, 'SELECT @@wait_timeout AS seconds');
    const long = await LongConnection.open(testDatabase());
    const longRow = await readRow(long, 'SELECT @@wait_timeout AS seconds');
    long.close();
    expect([row, longRow]).toEqual([{ seconds: 90 }, { seconds: 600 }]);
  });

  it('is ended when it takes too long, and its locks are released', async () => {
    const board = await aBoard(t, { owner: me });
    const app = await startApp({ keepData: true });
    const { transaction } = OF_REQUEST;
    OF_REQUEST.transaction = 200;
    const work = app.database.transaction(async (tx) => {
      await tx.run('UPDATE boards SET version = version + 1 WHERE id = ?', [board.id]);
      await sleep(400);
      await tx.run('UPDATE boards SET version = version + 1 WHERE id = ?', [board.id]);
    });
    await expect(work).rejects.toMatchObject({ code: 'TRANSACTION_TOO_LONG' });
    OF_REQUEST.transaction = transaction;
    expect(app.database.usage).toMatchObject({ overdue: 1, inUseCount: 0 });
    expect((await me.patch(`/boards/${board.id}`, { name: '새 이름' })).status).toBe(200);
    expect((await me.get(`/boards/${board.id}`)).headers.etag).toMatch(/^"v2-/);
    await app.app.close();
  });
});

describe('an import with a lost connection', () => {
  it('stops', async () => {
    const long = await LongConnection.open(testDatabase());
    const { id } = (await readRow<{ id: number }>(long, 'SELECT CONNECTION_ID() AS id'))!;
    await plainly(`KILL ${id}`);
    await expect(long.run('DO 1')).rejects.toBeDefined();
    await expect(long.run('DO 1')).rejects.toBeDefined();
    long.close();
  });
});

describe('a connection that cannot be set up', () => {
  it('is not used with the settings of the server', async () => {
    // MySQL accepts whole milliseconds only.
    const pool = new Pool(testDatabase(), { ...OF_REQUEST, statement: 3_000.5 });
    await expect(pool.execute('DO 1', [])).rejects.toMatchObject({ errno: 1232 });
    expect(pool.usage).toMatchObject({ opened: 1, inUseCount: 0, idleCount: 0 });
    await pool.end();
  });
});

describe('a connection that breaks twice', () => {
  it('is closed at the first error, and the second one does not end the process', async () => {
    const app = await startApp({ keepData: true });
    await readRows(app.database, 'DO 1');
    const [connection] = app.database.usage.connections;
    expect(() => {
      connection.emit('error', new Error('first'));
      connection.emit('error', new Error('second'));
    }).not.toThrow();
    expect(app.database.usage.inUseCount).toBe(0);
    expect((await app.anyone.get('/boards')).status).toBe(200);
    await app.app.close();
  });
});

describe('one row that all writers wait for', () => {
  it('does not block reads or readiness', async () => {
    const board = await aBoard(t, { owner: me });
    const app = await startApp({ keepData: true, env: { DB_POOL_SIZE: '4' } });
    let free!: () => void;
    const held = new Promise<void>((resolve) => (free = resolve));
    const locked = t.database.transaction(async (tx) => {
      await readRow(tx, 'SELECT id FROM boards WHERE id = ? FOR UPDATE', [board.id]);
      await held;
    });
    const writers = Array.from({ length: 8 }, () =>
      app.database
        .transaction((tx) => readRow(tx, 'SELECT id FROM boards WHERE id = ? FOR UPDATE', [board.id]))
        .catch((error: Error) => error),
    );
    await until(() => app.database.usage.inUseCount === 3);
    const reads = await Promise.all(Array.from({ length: 20 }, () => app.anyone.get(`/boards/${board.id}`)));
    expect(reads.map(({ status }) => status)).toEqual(reads.map(() => 200));
    expect(app.database.usage.inUseCount).toBe(3);
    free();
    await Promise.all([locked, ...writers]);
    await app.app.close();
  });

  it('a busy pool is ready', async () => {
    const app = await startApp({ keepData: true, env: { DB_POOL_SIZE: '2' } });
    const busy = [1, 2].map(() => readRows(app.database, 'DO SLEEP(1)'));
    await until(() => app.database.usage.inUseCount === 2);
    expect((await app.anyone.get('//health/ready')).status).toBe(200);
    await Promise.all(busy);
    await app.app.close();
  });
});

describe('an error of MySQL', () => {
  /** Fails with the error number in the board's name. */
  const TRIGGER = `CREATE TRIGGER boards_fault BEFORE INSERT ON boards FOR EACH ROW
    IF NEW.name REGEXP '^[0-9]{4}$' THEN
      SET @number = CAST(NEW.name AS UNSIGNED);
      SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = @number;
    END IF`;

  beforeAll(() => plainly(TRIGGER));
  afterAll(() => plainly('DROP TRIGGER boards_fault'));

  const fail = (number: number) => me.post('/boards', { name: String(number) });

  const away = [1037, 1038, 1040, 1041, 1044, 1045, 1129, 1130, 1135, 1203, 1205, 1226, 1317, 1461, 3024, 3168];

  it.each(away)('%i is 503, and says that nothing was stored', async (number) => {
    const answer = await fail(number);
    expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    expect(answer.body.detail).toMatch(/the change was undone/);
    expect(answer.headers['retry-after']).toBe('2');
  });

  it.each([1021, 1026, 1114, 1878])('%i, no room left, is 507', async (number) => {
    expect(await fail(number)).toMatchObject({ status: 507, body: { code: 'INSUFFICIENT_STORAGE' } });
  });

  it.each([1290, 1792, 1836, 3100, 3101, 3102])('%i, read-only after a failover, closes the connection', async (n) => {
    const { opened } = t.database.usage;
    expect((await fail(n)).status).toBe(503);
    await Promise.all(Array.from({ length: 40 }, () => readRows(t.database, 'DO 1')));
    expect(t.database.usage.opened).toBeGreaterThan(opened);
  });

  it('is an internal error otherwise', async () => {
    expect((await fail(1644)).status).toBe(500);
  });
});

describe('an effect that fails after the commit', () => {
  it('does not repeat the work, also if it fails with a deadlock', async () => {
    const board = await aBoard(t, { owner: me });
    const deadlock = Object.assign(new Error('from elsewhere'), { errno: 1213, sqlState: '40001' });
    const work = t.database.transaction(async (tx) => {
      await tx.run('UPDATE boards SET description = CONCAT(description, ?) WHERE id = ?', ['x', board.id]);
      tx.afterCommit(() => Promise.reject(deadlock));
    });
    await expect(work).rejects.toBe(deadlock);
    expect((await me.get(`/boards/${board.id}`)).body.description).toMatch(/^[^x]*x$/);
  });
});

describe('a lock that cannot be released', () => {
  it('keeps a committed transaction with its effects, and closes the connection', async () => {
    const board = await aBoard(t, { owner: me });
    const effects: string[] = [];
    const result = await t.database.transaction(async (tx) => {
      await tx.run('UPDATE boards SET description = ? WHERE id = ?', ['바뀐 설명', board.id]);
      tx.afterCommit(() => void effects.push('committed'));
      tx.beforeRelease(() => Promise.reject(new Error('RELEASE_LOCK failed')));
      return 'done';
    });
    expect([result, effects]).toEqual(['done', ['committed']]);
    expect((await me.get(`/boards/${board.id}`)).body.description).toBe('바뀐 설명');
    expect(t.database.usage.inUseCount).toBe(0);
  });
});

it('leaves every stored counter equal to its rows', async () => {
  await aPost(t, { author: me, board: await aBoard(t, { owner: me }) });
  await expect(checkCounters(t)).resolves.toBeUndefined();
});

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error('It did not come true.');
    await sleep(20);
  }
}
