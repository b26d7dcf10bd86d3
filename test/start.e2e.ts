import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { freePort } from '../scripts/lib/ports.mjs';
import { greeting } from '../scripts/mysql/handshake.mjs';
import { startMysql } from '../scripts/mysql/local.mjs';
import { compiled, databaseEnv, run, start, type Running } from './support/program.js';

const folder = mkdtempSync(join(tmpdir(), 'madang-start-'));
let mysql: Awaited<ReturnType<typeof startMysql>>;
let env: Record<string, string>;

const startDatabase = async () => {
  mysql = await startMysql({ dataDir: join(folder, 'mysql'), durable: false, port: mysql?.port });
};

type Ask = (path: string, init?: RequestInit) => Promise<Response>;

async function startServer(): Promise<{ server: Running; port: number; ask: Ask }> {
  const port = await freePort();
  const server = start('dist/main.js', [], { ...env, HOST: '127.0.0.1', PORT: String(port) });
  const ask: Ask = (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
  const deadline = performance.now() + 60_000;
  while (!(await ask('/health/live').catch(() => undefined))) {
    if (performance.now() > deadline) throw new Error(`It does not listen: ${server.output()}`);
    await sleep(50);
  }
  return { server, port, ask };
}

/** Seconds until it is ready. */
async function untilReady(ask: Ask): Promise<number> {
  const began = performance.now();
  while ((await ask('/health/ready')).status !== 200) {
    if (performance.now() - began > 60_000) throw new Error('It does not become ready.');
    await sleep(50);
  }
  return (performance.now() - began) / 1000;
}

beforeAll(async () => {
  await compiled();
  await startDatabase();
  env = databaseEnv({ ...mysql, name: 'madang', poolSize: 4 });
  await run('dist/cli/migrate.js', [], env);
});

afterAll(async () => {
  await mysql?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a start without the database', () => {
  it('listens, is not ready, answers 503, and works after the database has started', async () => {
    await mysql.stop();
    const { server, port, ask } = await startServer();
    const health = () => run('dist/cli/health.js', [], { PORT: ` ${port} ` });
    const sick = await health();
    const [live, ready, boards] = await Promise.all(
      ['/health/live', '/health/ready', '/api/v1/boards'].map((path) => ask(path)),
    );
    const login = await ask('/api/v1/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'somebody', password: 'a-long-password' }),
    });
    await sleep(2_000);
    expect(server.child.exitCode).toBeNull();
    await startDatabase();
    const seconds = await untilReady(ask);
    const served = await ask('/api/v1/boards');
    const well = await health();
    server.child.kill('SIGTERM');
    const { code, output } = await server.ended;
    const gone = await health();
    expect(sick).toMatchObject({ code: 1, output: expect.stringContaining('NOT_READY') });
    expect(well).toMatchObject({ code: 0, output: '' });
    expect(gone).toMatchObject({ code: 1, output: expect.stringContaining('ECONNREFUSED') });
    expect([live.status, ready.status, boards.status, login.status, served.status]).toEqual([200, 503, 503, 503, 200]);
    expect(boards.headers.get('retry-after')).toMatch(/^[1-9]/);
    expect(boards.headers.get('content-type')).toContain('application/problem+json');
    expect(seconds).toBeLessThan(5);
    expect(output).toMatch(/does not answer \(ECONNREFUSED\)\. Not ready until it does/);
    expect(code).toBe(0);
  });

  it('can be stopped during the wait', async () => {
    await mysql.stop();
    const { server } = await startServer();
    server.child.kill('SIGTERM');
    const { code } = await server.ended;
    await startDatabase();
    expect(code).toBe(0);
  });
});

describe('a stop while the database is frozen', () => {
  it('ends too, without waiting for the database to close the connection', async () => {
    const { host, port, user, password } = mysql;
    const connection = await createConnection({ host, port, user, password });
    const [[{ file }]] = await connection.query<RowDataPacket[]>('SELECT @@pid_file AS file');
    await connection.end();
    const { server, ask } = await startServer();
    await untilReady(ask);
    const pid = Number(readFileSync(String(file), 'utf8'));
    process.kill(pid, 'SIGSTOP');
    server.child.kill('SIGTERM');
    const ended = await Promise.race([server.ended, sleep(60_000, null, { ref: false })]);
    process.kill(pid, 'SIGCONT');
    server.child.kill('SIGKILL');
    expect(ended).toMatchObject({ code: 0 });
  });
});

describe('a start with a wrong log-in', () => {
  it('ends at once, with a message and without the password', async () => {
    const ended = await run('dist/main.js', [], { ...env, DB_PASSWORD: 'wrong-hunter2' });
    expect(ended).toMatchObject({ code: 1, output: expect.stringContaining('refuses the log-in: Access denied') });
    expect(ended.output).not.toContain('hunter2');
  });

  it('ends at once for a database that does not exist', async () => {
    const ended = await run('dist/main.js', [], { ...env, DB_NAME: 'nowhere' });
    expect(ended).toMatchObject({ code: 1, output: expect.stringContaining('has no database nowhere: `migrate`') });
  });
});

describe('a MySQL for tests', () => {
  it('ends after the process that started it was killed', async () => {
    await mysql.stop();
    const script = `
      const { startMysql } = await import('./scripts/mysql/local.mjs');
      const { port } = await startMysql({ dataDir: ${JSON.stringify(join(folder, 'mysql'))}, durable: false });
      console.log(port);
      setInterval(() => {}, 1000);`;
    const user = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(user.stdout, 'data')) as [Buffer];
    const port = Number(said);
    expect(await greeting(port)).toBeDefined();
    user.kill('SIGKILL');
    while ((await greeting(port)) !== undefined) await sleep(100);
  });
});
