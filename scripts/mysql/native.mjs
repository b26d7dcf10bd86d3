import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, portProblem } from '../lib/ports.mjs';
import { ProgramFailed, identityOf, run } from '../lib/processes.mjs';
import { greeting, olderSeries } from './handshake.mjs';
import { serverOptions } from './options.mjs';

// A server as a process of this machine.

/** @typedef {{source: string, mysqld: string, client?: string, version: string}} Program */
/** @typedef {{durable: boolean, port?: number, log: (line: string) => void, signal?: AbortSignal}} StartOptions */

const START_LIMIT = 120_000; // includes recovery after a crash
const STOP_LIMIT = 30_000;
const LONGEST_SOCKET_PATH = 100; // the kernel allows 107 bytes, macOS 103

/**
 * Starts the server and waits until it answers. Initialises its data first if there are none.
 *
 * @param {import('./home.mjs').Home} home
 * @param {Program} program
 * @param {StartOptions} options
 * @returns {Promise<import('./home.mjs').ServerRecord>}
 */
export async function start(home, program, options) {
  const { version: writtenBy } = home.about;
  if (writtenBy && olderSeries(program.version, writtenBy)) {
    throw new Error(
      `is MySQL ${program.version}, but the data were written by ${writtenBy}, and MySQL does not go back`,
    );
  }
  if (!existsSync(home.path('data'))) await initialise(home, program, options);
  // As root it would work once, and leave files that the owner cannot open.
  const { uid } = statSync(home.path('data'));
  if (process.getuid && process.getuid() !== uid) throw new Error(`the data belong to user ${uid}: start as that user`);

  const port = await choosePort(home, options.port);
  let record;
  try {
    record = await launch(home, program, port, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    // Between our check of the port and the server's start, another process may have taken it.
    if (options.port || !(await portProblem(port, '127.0.0.1'))) throw error;
    record = await launch(home, program, await freePort(), options);
  }
  home.about = { ...home.about, version: program.version };
  return record;
}

/** Builds the data under another name. So a folder named `data` is always complete, and is never removed. */
async function initialise(home, program, { durable, log, signal }) {
  clearHalfDone(home);
  const folder = mkdtempSync(home.path('data.new-'));
  log(`preparing a new database in ${home.folder}`);
  const options = [...serverOptions(durable), ...userOption(), `--datadir=${folder}`];
  try {
    await run(program.mysqld, ['--no-defaults', '--initialize-insecure', ...options], {
      signal,
      grace: 0, // its result is deleted anyway
      onStart: (pid) => home.write('initialising', identityOf(pid) ?? ''),
    });
    renameSync(folder, home.path('data'));
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    throw new Error(`could not initialise the data: ${errorsIn(error.output)}`);
  } finally {
    clearHalfDone(home);
  }
}

/** Ends an initialisation whose parent was killed. It would otherwise run beside the next one. */
function clearHalfDone(home) {
  const identity = home.read('initialising');
  const pid = Number(identity?.split(' ').pop());
  if (pid && identityOf(pid) === identity) process.kill(pid, 'SIGKILL');
  home.remove('initialising');
  for (const name of readdirSync(home.folder)) if (name.startsWith('data.new-')) home.remove(name);
}

async function choosePort(home, wanted) {
  if (wanted) {
    if (await portProblem(wanted, '127.0.0.1')) throw new Error(`port ${wanted} is taken`);
    return wanted;
  }
  const last = home.lastPort;
  return last && !(await portProblem(last, '127.0.0.1')) ? last : freePort();
}

async function launch(home, program, port, { durable, signal }) {
  signal?.throwIfAborted();
  writeInitFile(home);
  const socketDir = mkdtempSync(join(shortTmpdir(), 'madang-mysql-'));
  // Keeps the previous log, which may show why a new start is necessary.
  if (existsSync(home.path('mysqld.log'))) renameSync(home.path('mysqld.log'), home.path('mysqld.log.1'));
  const log = openSync(home.path('mysqld.log'), 'a', 0o600);
  const options = [
    ...serverOptions(durable),
    ...userOption(),
    `--datadir=${home.path('data')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    `--socket=${socketDir}/mysqld.sock`,
    `--pid-file=${socketDir}/mysqld.pid`,
    `--init-file=${home.path('init.sql')}`,
  ];
  // In its own session: a Ctrl-C in the terminal must not stop the database before the app.
  const child = spawn(program.mysqld, ['--no-defaults', ...options], { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const record = {
    source: `MySQL ${program.version}, ${program.source}`,
    port,
    pid: child.pid,
    identity: child.pid ? identityOf(child.pid) : undefined,
    datadir: home.path('data'),
    socketDir,
    client: program.client,
  };
  const failure = new Promise((resolve) => child.once('error', resolve));
  if (!child.pid) throw await failure;
  home.server = record;
  child.unref();
  try {
    await untilReady(home, record, signal);
  } catch (error) {
    await stop(home, record);
    throw error;
  }
  return record;
}

/** The server runs it before it listens, so setting the password needs none. One statement a line. */
function writeInitFile(home) {
  const password = home.password();
  const lines = [`ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`];
  // Without name resolution a TCP connection comes from 127.0.0.1, never from localhost.
  lines.push(`CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '${password}';`);
  lines.push(`ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '${password}';`);
  lines.push(`GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;`);
  home.write('init.sql', lines.join('\n'));
}

/** mysqld runs as root only with this option. */
function userOption() {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** A checkout may have a long path, but a socket's path must be short. */
function shortTmpdir() {
  return `${tmpdir()}/madang-mysql-XXXXXX/mysqld.sock`.length < LONGEST_SOCKET_PATH ? tmpdir() : '/tmp';
}

/**
 * Waits until a server answers, also one that a dead process has started.
 *
 * @param {import('./home.mjs').Home} home
 * @param {import('./home.mjs').ServerRecord} record
 * @param {AbortSignal} [signal]
 */
export async function untilReady(home, record, signal) {
  const deadline = Date.now() + START_LIMIT;
  while (!(await greeting(record.port))) {
    signal?.throwIfAborted();
    if (!isRunning(home, record)) throw new Error(`ended while starting: ${errorsIn(home.read('mysqld.log') ?? '')}`);
    if (Date.now() > deadline) throw new Error(`did not answer within ${START_LIMIT / 1000} s`);
    await sleep(50);
  }
}

/** Whether exactly this process runs for these data. A copied folder contains the record of another server. */
export function isRunning(home, { pid, identity, datadir }) {
  return Boolean(identity) && datadir === home.path('data') && identityOf(pid) === identity;
}

/**
 * Stops the server. Kills it after a timeout; its redo log repairs the data at the next start.
 *
 * @param {import('./home.mjs').Home} home
 * @param {import('./home.mjs').ServerRecord} record
 */
export async function stop(home, record) {
  const deadline = Date.now() + STOP_LIMIT;
  signalServer(home, record, 'SIGTERM');
  while (isRunning(home, record)) {
    if (Date.now() > deadline) signalServer(home, record, 'SIGKILL');
    await sleep(30);
  }
  if (basename(record.socketDir ?? '').startsWith('madang-mysql-')) {
    rmSync(record.socketDir, { recursive: true, force: true });
  }
  home.server = undefined;
}

function signalServer(home, record, signal) {
  try {
    if (isRunning(home, record)) process.kill(record.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // it ended just before the signal
  }
}

/** Resolves when the server has ended. Does not keep the process alive. */
export async function gone(home, record) {
  while (isRunning(home, record)) await sleep(500, undefined, { ref: false });
}

/**
 * The command of the mysql client for this server.
 *
 * @param {import('./home.mjs').Home} home
 * @param {import('./home.mjs').ServerRecord} record
 * @param {string[]} args
 */
export function clientCommand(home, record, args) {
  const address = ['--host=127.0.0.1', `--port=${record.port}`, '--user=root', '--default-character-set=utf8mb4'];
  return {
    command: record.client ?? 'mysql',
    args: ['--no-defaults', ...address, ...args],
    env: { ...process.env, MYSQL_PWD: home.password() },
  };
}

/** The errors at the end of a server's log, in one line. */
function errorsIn(log) {
  const errors = log.split('\n').filter((line) => line.includes('[ERROR]'));
  const words = (errors.length ? errors : log.split('\n').filter(Boolean).slice(-1)).map((line) =>
    line.replace(/^.*\[ERROR\]\s*(\[MY-\d+\]\s*)?(\[\w+\]\s*)?/, ''),
  );
  return words.slice(0, 3).join(' · ') || 'it left no message';
}
