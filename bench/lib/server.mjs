import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { freePort } from '../../scripts/lib/ports.mjs';
import { run } from '../../scripts/lib/processes.mjs';
import { startMysql } from '../../scripts/mysql/local.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_WITHIN = 30_000;

/** Its own durable MySQL with the built server. A benchmark may kill both. */
export class Server {
  folder = mkdtempSync(join(tmpdir(), 'madang-bench-'));
  /** Every start of the database, also of a killed one. It stops when all have been stopped. */
  starts = [];

  /** @param {Record<string, string>} env further variables */
  static async start(env = {}) {
    const server = new Server();
    server.more = env;
    try {
      server.port = await freePort();
      await server.startDatabase();
      await server.cli('migrate');
      await server.startApp();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get api() {
    return `http://127.0.0.1:${this.port}/api/v1`;
  }

  get env() {
    const { host, port, user, password } = this.mysql;
    return {
      ...{
        PATH: process.env.PATH,
        NODE_ENV: 'development',
        LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal',
        RATE_LIMITS: 'off',
        LOAD_SHEDDING: 'off',
      },
      ...{ HOST: '127.0.0.1', PORT: String(this.port), MAIL_DIRECTORY: join(this.folder, 'mail') },
      ...{ DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASSWORD: password, DB_NAME: 'madang' },
      ...this.more,
    };
  }

  async startDatabase() {
    const dataDir = join(this.folder, 'mysql');
    this.mysql = await startMysql({ dataDir, durable: true, port: this.mysql?.port });
    this.starts.push(this.mysql);
    const connection = await this.connect('mysql');
    const [[{ file }]] = await connection.query('SELECT @@pid_file AS file');
    await connection.end();
    this.databasePid = Number(readFileSync(file, 'utf8'));
  }

  connect(database = 'madang') {
    const { host, port, user, password } = this.mysql;
    return createConnection({ host, port, user, password, database, timezone: 'Z' });
  }

  /** @returns {Promise<string>} its output */
  cli(name, ...args) {
    return run(process.execPath, [join(ROOT, 'dist/cli', `${name}.js`), ...args], { env: this.env });
  }

  /** Starts the app and waits until it is ready. Returns the milliseconds. */
  async startApp() {
    const began = performance.now();
    this.app = spawn(process.execPath, [join(ROOT, 'dist/main.js')], {
      env: this.env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    while (!(await this.isReady())) {
      if (performance.now() - began > READY_WITHIN) throw new Error('The app does not become ready.');
      await sleep(20);
    }
    return performance.now() - began;
  }

  async isReady() {
    const url = `http://127.0.0.1:${this.port}/health/ready`;
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined))?.status === 200;
  }

  async killApp() {
    const gone = once(this.app, 'exit');
    this.app.kill('SIGKILL');
    await gone;
  }

  async stop() {
    if (this.app && this.app.exitCode === null && this.app.signalCode === null) {
      const gone = once(this.app, 'exit');
      this.app.kill('SIGTERM');
      await gone;
    }
    for (const start of this.starts) await start.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * One call of the API. Without an answer, after at most 15 s, it returns an `error`.
 *
 * @returns {Promise<{status: number, body: any, headers: Headers | undefined, took: number, error?: string}>}
 */
export async function call(api, method, path, { token, key, body } = {}) {
  const began = performance.now();
  try {
    const answer = await fetch(`${api}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(key && { 'idempotency-key': key }),
        ...(body && { 'content-type': 'application/json' }),
      },
      signal: AbortSignal.timeout(15_000),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json');
    const took = performance.now() - began;
    return { status: answer.status, headers: answer.headers, body: isJson && text ? JSON.parse(text) : text, took };
  } catch (error) {
    const { name, cause } = error;
    return { status: 0, headers: undefined, body: null, took: performance.now() - began, error: cause?.code ?? name };
  }
}

/** Members with tokens, and a board of the first one. */
export async function aCampus(api, members) {
  const accounts = [];
  for (let i = 0; i < members; i++) {
    const body = { username: `member${i}_bench`, password: 'maeil-achim-9si', nickname: `학생${i}` };
    const answer = await succeed(call(api, 'POST', '/auth/register', { body }));
    accounts.push({ id: answer.account.id, token: answer.accessToken });
  }
  const [{ token }] = accounts;
  const board = await succeed(call(api, 'POST', '/boards', { token, body: { name: '자유게시판', slug: 'free' } }));
  return { accounts, board };
}

/** The body of a successful answer. */
export async function succeed(answer) {
  const { status, body, error } = await answer;
  if (status >= 200 && status < 300) return body;
  throw new Error(`${error ?? status} ${JSON.stringify(body)}`);
}
