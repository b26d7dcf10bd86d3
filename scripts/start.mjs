import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BuildFailed, build } from './build.mjs';
import { lanAddress, localEnvironment } from './lib/local-environment.mjs';
import { withLock } from './lib/lock.mjs';
import { portProblem } from './lib/ports.mjs';
import { ProgramFailed, endGroup, ended, run } from './lib/processes.mjs';
import { NoMysql, startMysql } from './mysql/local.mjs';

// `npm start`: from a fresh checkout to a running API. Ctrl-C stops everything.
//
// Database and build start side by side; then migrations, demo data, the app. Everything that is started is stored in
// `running` at once, and `bringDown` ends it on every exit. `giveUp` aborts a step in progress.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DATA_DIR = join(ROOT, '.data/mysql');
const SECRETS = join(ROOT, '.data/secrets.env');
const READY_LIMIT = 60_000;
const STOP_MARGIN = 10_000; // the app stops at the latest 5 s after the delay and the drain
const PORT_PATIENCE = 5_000; // an app whose start.mjs was killed soon frees its port
const DEATHS_ALLOWED = 3; // crashes of MySQL in ten minutes

/** The message explains the failure, so no stack is printed. */
class StartFailed extends Error {
  /** @param {string} message @param {number} [code] of our exit */
  constructor(message, code = 1) {
    super(message);
    this.code = code;
  }
}

/** A signal has stopped us. */
class Stopped extends Error {}

const giveUp = new AbortController();

/**
 * @type {{
 *   mysql?: import('./mysql/local.mjs').LocalMysql,
 *   mysqlRestart?: Promise<void>,
 *   app?: import('node:child_process').ChildProcess,
 *   appEnd?: Promise<number>,
 * }}
 */
const running = {};

async function main() {
  stopOnSignals();
  let code;
  try {
    requireNode();
    readEnvFile();
    await withLock(join(ROOT, '.data/start.lock'), bringUp, {
      signal: giveUp.signal,
      onWait: () => say('… another npm start is under way in this folder, waiting for it'),
    });
    code = await untilTheEnd();
  } catch (error) {
    code = explain(error);
  }
  const clean = await bringDown();
  return code || (clean ? 0 : 1);
}

/**
 * The first signal stops everything; further ones have no effect. On Ctrl-C we get two signals: from the terminal and
 * from npm.
 */
function stopOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (!giveUp.signal.aborted) say(`stopping (${signal})`);
      giveUp.abort(new Stopped());
    });
  }
  // After the terminal or pipe is closed, writing fails. That must not end us before everything is stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new StartFailed(`Node ${process.versions.node} is too old for this server: 20.19 is needed, 24 is best.`);
}

/** Variables of `.env` that the real environment does not set. */
function readEnvFile() {
  const file = join(ROOT, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

async function bringUp() {
  const began = performance.now();
  const lan = isForLan(process.argv.slice(2));
  if (process.env.NODE_ENV !== 'production')
    Object.assign(process.env, localEnvironment(process.env, { lan, file: SECRETS }));
  const port = await portToServe();
  if (lan && lanAddress()) process.env.PUBLIC_URL ||= `http://${lanAddress()}:${port}`;
  const [database] = await together(
    step('database', provideDatabase, ({ note }) => note),
    step(
      'build',
      () => build({ signal: giveUp.signal }),
      (built) => (built ? 'src/ to dist/' : 'up to date'),
    ),
  );
  const env = { ...process.env, ...database.env };
  await step('migrations', () => runCli('migrate', env));
  const accounts = process.env.NODE_ENV === 'production' ? [] : await step('demo data', () => provideDemo(env));
  await step('app', () => startApp(port, env));
  announce(port, accounts, lan, performance.now() - began);
}

/** @param {string[]} args */
function isForLan(args) {
  const unknown = args.find((arg) => arg !== '--lan');
  if (unknown) throw new StartFailed(`"${unknown}" is no option: npm start, or npm start -- --lan`, 2);
  return args.includes('--lan');
}

/** The app's port. Waits until it is free. */
async function portToServe() {
  const port = Number(process.env.PORT || 3000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new StartFailed(`PORT must be a number from 1 to 65535, but is "${process.env.PORT}".`);
  }
  const deadline = Date.now() + PORT_PATIENCE;
  const host = process.env.HOST;
  let problem = await portProblem(port, host);
  if (problem === 'EADDRINUSE') say(`… port ${port} is taken, waiting ${seconds(PORT_PATIENCE)} for it`);
  for (; problem; problem = await portProblem(port, host)) {
    giveUp.signal.throwIfAborted();
    if (problem === 'EACCES') throw new StartFailed(`Port ${port} is not ours to use (${problem}). Set another PORT.`);
    if (Date.now() > deadline) {
      throw new StartFailed(`Port ${port} is taken by another program. Stop that one, or set another PORT.`);
    }
    await sleep(200);
  }
  return port;
}

/** Waits for all steps. The first failure aborts the others and is thrown. */
async function together(...steps) {
  const results = await Promise.all(steps.map((work) => work.catch((error) => giveUp.abort(error))));
  giveUp.signal.throwIfAborted();
  return results;
}

/**
 * Runs one step and prints its duration in one line.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @param {(result: T) => string} [note]
 * @returns {Promise<T>}
 */
async function step(name, work, note = () => '') {
  giveUp.signal.throwIfAborted();
  const began = performance.now();
  const result = await work();
  say(`${name.padEnd(11)} ${seconds(performance.now() - began).padStart(7)}  ${note(result)}`.trimEnd());
  return result;
}

/** The database of the environment, or a private one. */
async function provideDatabase() {
  if (process.env.DATABASE_URL || process.env.DB_HOST) return { env: {}, note: 'as the environment says' };
  running.mysql = await startMysql({
    dataDir: DATA_DIR,
    durable: true,
    log: (line) => say(`… ${line}`),
    signal: giveUp.signal,
  });
  const { host, port, user, password, source, startedHere } = running.mysql;
  const name = process.env.DB_NAME || 'madang';
  return {
    env: { DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASSWORD: password, DB_NAME: name, DB_TLS: 'off' },
    note: `${source}, ${startedHere ? 'started' : 'already running'} on ${host}:${port}`,
  };
}

/** @returns {Promise<string>} its output */
async function runCli(name, env) {
  try {
    return await run(process.execPath, [join('dist/cli', `${name}.js`)], { cwd: ROOT, env, signal: giveUp.signal });
  } catch (error) {
    if (error instanceof ProgramFailed) throw new StartFailed(`dist/cli/${name}.js failed:\n${error.output.trim()}`);
    throw error;
  }
}

/**
 * The demo fills only an empty database. Its last line has the log-ins.
 *
 * @returns {Promise<{username: string, password: string}[]>}
 */
async function provideDemo(env) {
  const lastLine = (await runCli('demo', env)).trim().split('\n').pop();
  try {
    return JSON.parse(lastLine).demo.accounts;
  } catch {
    return [];
  }
}

async function startApp(port, env) {
  // In its own session the app does not get the terminal's Ctrl-C, so that only we stop it. The channel shows the app
  // that we are gone (see follow-parent.mjs).
  const follow = new URL('lib/follow-parent.mjs', import.meta.url).href;
  running.app = spawn(process.execPath, ['--max-semi-space-size=8', '--import', follow, 'dist/main.js'], {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  running.appEnd = ended(running.app);
  await Promise.race([untilReady(port), running.appEnd.then(diedEarly)]);
}

async function untilReady(port) {
  const url = `http://127.0.0.1:${port}/health/ready`;
  const deadline = Date.now() + READY_LIMIT;
  for (let answer = await statusOf(url); answer !== 200; answer = await statusOf(url)) {
    giveUp.signal.throwIfAborted();
    if (Date.now() > deadline) {
      throw new StartFailed(`The app was not ready within ${seconds(READY_LIMIT)}: ${url} answers ${answer}.`);
    }
    await sleep(100);
  }
}

/** The status of one GET. The connection is not kept, so that the app need not wait for it when it stops. */
function statusOf(url) {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve('nothing'));
    request.once('close', () => resolve('nothing'));
  });
}

function diedEarly(code) {
  giveUp.signal.throwIfAborted();
  throw new StartFailed(`The app ended with code ${code} before it was ready; its last words are above.`, code || 1);
}

function announce(port, accounts, lan, took) {
  say('');
  say(`Madang is ready, ${seconds(took)} after the start.`);
  say(`  API   http://127.0.0.1:${port}`);
  say(`  Docs  http://127.0.0.1:${port}/docs`);
  if (lan) say(`  LAN   ${process.env.PUBLIC_URL ?? 'this machine has no address in a network'}, to everybody in it`);
  for (const { username, password } of accounts) say(`  Demo  log in as ${username} with ${password}`);
  say('  Ctrl-C stops it.');
  say('');
}

/** Resolves with the app's exit code when it ends; rejects when we are stopped. */
function untilTheEnd() {
  const asked = new Promise((_, reject) => {
    const { signal } = giveUp;
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const appEnd = running.appEnd.then((code) => {
    giveUp.signal.throwIfAborted();
    say(`The app has ended by itself with code ${code}.`);
    return code;
  });
  return Promise.race([asked, appEnd, reviveMysql()]);
}

/** The app survives a short outage of the database, so our own MySQL is restarted after a crash. */
async function reviveMysql() {
  if (!running.mysql) return new Promise(() => {});
  const deaths = [];
  for (;;) {
    await running.mysql.gone();
    giveUp.signal.throwIfAborted();
    deaths.push(Date.now());
    if (deaths.filter((time) => time > Date.now() - 600_000).length > DEATHS_ALLOWED) {
      throw new StartFailed('MySQL keeps dying. Its log is .data/mysql/mysqld.log');
    }
    say('MySQL has died, starting it again');
    running.mysqlRestart = restartMysql();
    await running.mysqlRestart;
  }
}

async function restartMysql() {
  const { port, stop } = running.mysql;
  await stop();
  // On the same port: the app cannot change it.
  running.mysql = await startMysql({ dataDir: DATA_DIR, durable: true, port, signal: giveUp.signal });
  if (running.mysql.port !== port) throw new StartFailed(`MySQL came back on another port than ${port}.`);
}

/** Prints the error, if there is one, and returns the exit code. */
function explain(error) {
  if (error instanceof Stopped) return 0;
  // Errors of the operating system (no permission, no space) are clear without a stack.
  const isExplained = error.syscall || [StartFailed, BuildFailed, NoMysql].some((kind) => error instanceof kind);
  console.error(isExplained ? error.message : error);
  return error.code > 0 ? error.code : 1;
}

/**
 * Stops the app first, because it needs its database for requests in progress.
 *
 * @returns {Promise<boolean>} whether everything stopped without an error
 */
async function bringDown() {
  giveUp.abort(new Stopped());
  const began = performance.now();
  const { app, mysqlRestart } = running;
  const limit =
    (Number(process.env.SHUTDOWN_DELAY || 0) + Number(process.env.DRAIN_SECONDS || 20)) * 1_000 + STOP_MARGIN;
  const obedient = app ? await endGroup(app, limit) : true;
  if (!obedient) say(`the app did not stop within ${seconds(limit)} and was killed`);
  await mysqlRestart?.catch(() => {});
  try {
    await running.mysql?.stop();
  } catch (error) {
    console.error('MySQL could not be stopped:', error);
    return false;
  }
  if (app || running.mysql) say(`stopped after ${seconds(performance.now() - began)}`);
  return obedient;
}

/** @param {string} line */
function say(line) {
  console.log(line);
}

/** @param {number} milliseconds */
function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

process.exit(await main());
