import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMysql } from '../scripts/mysql/local.mjs';
import { Readiness } from '../src/health/readiness.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aBoard, anAccount } from './support/factories.js';
import { statementsOf } from './support/statements.js';
import { keepTimeLimits } from './support/time-limits.js';
import { readRow, readRows } from './support/rows.js';

keepTimeLimits();

describe('GET /health/live', () => {
  it('uses no database', async () => {
    const t = await startApp();
    const { statements, result } = await statementsOf(() => t.anyone.get('//health/live'));
    expect(result).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(statements).toEqual([]);
  });
});

describe('GET /health/ready', () => {
  it('is 503 when the schema is behind', async () => {
    const t = await startApp();
    expect((await t.anyone.get('//health/ready')).status).toBe(200);
    const [newest] = await readRows<{ id: number; timestamp: number; name: string }>(
      t.database,
      'SELECT id, timestamp, name FROM migrations ORDER BY id DESC LIMIT 1',
    );
    await t.database.transaction((tx) => tx.run('DELETE FROM migrations WHERE id = ?', [newest.id]));
    const answer = await t.anyone.get('//health/ready');
    await t.database.transaction((tx) =>
      tx.run('INSERT INTO migrations (id, timestamp, name) VALUES (?, ?, ?)', [
        newest.id,
        newest.timestamp,
        newest.name,
      ]),
    );
    expect(answer).toMatchObject({ status: 503, body: { code: 'NOT_READY', detail: 'The schema is behind.' } });
  });

  it('is 503 while the server drains', async () => {
    const t = await startApp();
    t.app.get(Readiness).drain();
    const answer = await t.anyone.get('//health/ready');
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    expect((await t.anyone.get('//health/live')).status).toBe(200);
  });
});

/** Its own server, because it is frozen and killed. */
describe('a database that is away', () => {
  let directory: string;
  let mysql: Awaited<ReturnType<typeof startMysql>>;
  const started: (typeof mysql)[] = [];
  let t: TestApp;
  let account: Client;
  let pid: number;

  const start = async () => {
    mysql = await startMysql({ dataDir: join(directory, 'mysql'), durable: false, port: mysql?.port });
    started.push(mysql);
  };
  const database = () => ({ ...mysql, name: 'madang_faults', poolSize: 4 });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'madang-faults-'));
    await start();
    t = await startApp({ database: database() });
    account = await anAccount(t);
    const row = await readRow<{ file: string }>(t.database, 'SELECT @@pid_file AS file');
    pid = Number(readFileSync(row!.file, 'utf8'));
  });

  afterAll(async () => {
    await t.app.close().catch(() => undefined);
    for (const one of started) await one.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('frozen: every request gets 503, and the same process works again afterwards', async () => {
    const board = await aBoard(t, { owner: account });
    process.kill(pid, 'SIGSTOP');
    const answers = await Promise.all([
      t.anyone.get('/boards'),
      account.get('/accounts/me'),
      account.post(`/boards/${board.id}/posts`, { title: '언 글', content: '얼었다' }),
      ...Array.from({ length: 30 }, () => t.anyone.get(`/boards/${board.id}/posts`)),
    ]);
    const ready = await t.anyone.get('//health/ready');
    process.kill(pid, 'SIGCONT');
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    expect(answers.every(({ headers }) => Number(headers['retry-after']) > 0)).toBe(true);
    // The guard's read of the session failed, so the post was never begun.
    expect(answers[2].body.detail).toMatch(/nothing was done/);
    expect(ready.status).toBe(503);
    await servesAgain();
  });

  it('killed: 503, and the same process works again afterwards', async () => {
    process.kill(pid, 'SIGKILL');
    await sleep(300);
    expect(await t.anyone.get('/boards')).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
    await start();
    await servesAgain();
  });

  async function servesAgain(): Promise<void> {
    const deadline = performance.now() + 60_000;
    for (;;) {
      if ((await account.get('/accounts/me')).status === 200) return;
      if (performance.now() > deadline) throw new Error('The application did not recover.');
      await sleep(100);
    }
  }
});
