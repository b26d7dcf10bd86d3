import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withLock } from '../lib/lock.mjs';
import { ended } from '../lib/processes.mjs';
import * as docker from './docker.mjs';
import { Home } from './home.mjs';
import * as native from './native.mjs';
import { debianProgram, installedProgram } from './programs.mjs';

// A MySQL server of the project's own, so that a checkout needs nothing installed. For development and tests; what
// serves real people is given by DATABASE_URL or DB_HOST.
//
//   node scripts/mysql/local.mjs client …   the mysql client on the server of `npm start`
//   node scripts/mysql/local.mjs status     whether it runs, and where
//   node scripts/mysql/local.mjs stop       stops it, whoever uses it

/**
 * @typedef {object} LocalMysql
 * @property {string} host
 * @property {number} port
 * @property {string} user has all rights
 * @property {string} password
 * @property {string} source where the server is from, for people
 * @property {boolean} startedHere false when it was running already
 * @property {() => Promise<void>} stop leaves the server; the last of its users to leave stops it
 * @property {() => Promise<void>} gone resolves when the server has died
 */

/** No server could be had. The message lists what was tried, and every way out. */
export class NoMysql extends Error {
  /** @param {string[]} attempts */
  constructor(attempts) {
    super(
      [
        'No MySQL server could be started here:',
        ...attempts.map((attempt) => `  - ${attempt}`),
        'Any one of these helps:',
        '  - a server of your own: set DATABASE_URL=mysql://user:password@host:3306/madang, or DB_HOST, DB_PORT,',
        '    DB_USER, DB_PASSWORD and DB_NAME, in the environment or in .env',
        '  - install MySQL 8.4 or newer (not MariaDB), so that mysqld is on the PATH',
        '  - install and start Docker',
        '  - on Debian: install debian-archive-keyring, and let the apt sources name a Debian mirror',
      ].join('\n'),
    );
  }
}

/**
 * Finds or starts a MySQL server with its data in `dataDir`, and waits until it answers on a loopback port.
 *
 * A running server for these data is adopted, however it was left behind. Several processes may use one server: it is
 * stopped when the last of them calls `stop()`.
 *
 * @param {object} options
 * @param {string} options.dataDir
 * @param {boolean} options.durable false for tests: faster, nothing survives a crash of the machine, and the server ends
 *   with its last user, also when that one is killed
 * @param {number} [options.port] picked when left out, the same again where possible
 * @param {(line: string) => void} [options.log] hears of what takes long
 * @param {AbortSignal} [options.signal] gives up; rejects when nothing is left running
 * @returns {Promise<LocalMysql>}
 */
export async function startMysql({ dataDir, durable, port, log = () => {}, signal }) {
  const home = new Home(dataDir);
  const onWait = () => log('another process is starting or stopping this MySQL, waiting for it');
  const unwatch = durable ? () => {} : watch(home);
  const { record, startedHere, leave } = await withLock(
    home.path('lock'),
    async () => {
      const running = await adopt(home, signal);
      const record = running ?? (await startSomehow(home, { durable, port, log, signal }));
      return { record, startedHere: !running, leave: home.enter() };
    },
    { signal, onWait },
  );

  /** @type {Promise<void> | undefined} */
  let stopped;
  return {
    host: '127.0.0.1',
    port: record.port,
    user: 'root',
    password: home.password(),
    source: record.source,
    startedHere,
    stop: () => (stopped ??= withLock(home.path('lock'), () => stopUnlessUsed(home, record, leave)).finally(unwatch)),
    gone: () => kindOf(record).gone(home, record),
  };
}

/** When this process dies, the kernel closes the pipe to the watcher, which then stops the server. */
function watch(home) {
  const script = fileURLToPath(new URL('stop-unused.mjs', import.meta.url));
  const command = 'cat >/dev/null; exec "$0" "$1" "$2"';
  const watcher = spawn('sh', ['-c', command, process.execPath, script, home.folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.once('error', () => {}); // A machine without sh: the next start stops or adopts the server.
  watcher.unref();
  watcher.stdin?.unref();
  // The whole group: `cat` would stay.
  return () => watcher.pid && process.kill(-watcher.pid, 'SIGKILL');
}

/** Stops the server for these data when the processes that used it are gone. @param {string} dataDir */
export async function stopUnused(dataDir) {
  if (!existsSync(dataDir)) return;
  const home = new Home(dataDir);
  await withLock(home.path('lock'), async () => {
    if (home.server) await stopUnlessUsed(home, home.server, () => {});
  });
}

const kindOf = (record) => (record.container ? docker : native);

/** The server that is running for these data, if any; the traces of one that has died are cleared away. */
async function adopt(home, signal) {
  const record = home.server;
  if (!record) return undefined;
  const kind = kindOf(record);
  try {
    // It may still be starting, or be stopping: then it is soon gone, and this throws.
    if (await kind.isRunning(home, record)) {
      await kind.untilReady(home, record, signal);
      return record;
    }
  } catch {
    signal?.throwIfAborted();
  }
  await kind.stop(home, record);
  return undefined;
}

/**
 * The ways to a server, the surest first. Data stay where they were made: files are not opened from a container, nor a
 * Docker volume from outside. Otherwise a second start could silently begin with an empty database.
 */
const WAYS = [
  {
    name: 'Debian packages',
    keepsIn: 'files',
    start: async (home, options) => native.start(home, await debianProgram(home, options), options),
  },
  {
    name: 'a mysqld on the PATH',
    keepsIn: 'files',
    start: async (home, options) => native.start(home, await installedProgram(), options),
  },
  { name: 'Docker', keepsIn: 'volume', start: docker.start },
];

async function startSomehow(home, options) {
  const attempts = [];
  for (const way of WAYS) {
    const { kept, where } = keptData(home);
    if (kept && kept !== way.keepsIn) {
      attempts.push(`${way.name}: not tried, because the data are in ${where}`);
      continue;
    }
    try {
      return await way.start(home, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      attempts.push(`${way.name}: ${error.message}`);
    }
  }
  throw new NoMysql(attempts);
}

function keptData(home) {
  const { volume } = home.about;
  if (volume) return { kept: 'volume', where: `the Docker volume ${volume}` };
  return existsSync(home.path('data')) ? { kept: 'files', where: home.path('data') } : {};
}

/** `known` is for the case that somebody has removed the folder, and the record with it, below the running server. */
async function stopUnlessUsed(home, known, leave) {
  leave();
  const record = home.server ?? known;
  if (home.countUsers() === 0) await kindOf(record).stop(home, record);
}

// ---------------------------------------------------------------------------------------------------------------------

const PROJECT_DATA = fileURLToPath(new URL('../../.data/mysql', import.meta.url));

const COMMANDS = {
  async client(home, record, args) {
    const database = `--database=${process.env.DB_NAME || 'madang'}`;
    const { command, args: all, env } = kindOf(record).clientCommand(home, record, [database, ...args]);
    return ended(spawn(command, all, { env, stdio: 'inherit' }));
  },
  async status(home, record) {
    console.log(`running on 127.0.0.1:${record.port} (${record.source}), data in ${home.folder}`);
    return 0;
  },
  async stop(home, record) {
    await withLock(home.path('lock'), () => kindOf(record).stop(home, record));
    console.log('stopped');
    return 0;
  },
};

async function main([name, ...args]) {
  const command = COMMANDS[name];
  if (!command) {
    console.error('usage: node scripts/mysql/local.mjs client […] | status | stop');
    return 2;
  }
  const home = existsSync(PROJECT_DATA) ? new Home(PROJECT_DATA) : undefined;
  const record = home?.server;
  if (!record || !(await kindOf(record).isRunning(home, record))) {
    console.error('MySQL is not running here; npm start starts it');
    return 3;
  }
  return command(home, record, args);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
