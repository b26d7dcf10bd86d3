import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withLock } from '../lib/lock.mjs';
import { ended } from '../lib/processes.mjs';
import * as docker from './docker.mjs';
import { Home } from './home.mjs';
import * as native from './native.mjs';
import { debianProgram, installedProgram } from './programs.mjs';

// A private MySQL server, so that a checkout needs no installed one. For development and tests; production uses
// DATABASE_URL or DB_HOST.
//
//   node scripts/mysql/local.mjs client …   the mysql client on the server of `npm start`
//   node scripts/mysql/local.mjs status     whether it runs, and its address
//   node scripts/mysql/local.mjs stop       stops it, even if processes use it

/**
 * @typedef {object} LocalMysql
 * @property {string} host
 * @property {number} port
 * @property {string} user has all rights
 * @property {string} password
 * @property {string} source the origin of the server, for people
 * @property {boolean} startedHere false if it was already running
 * @property {() => Promise<void>} stop ends our use; the last user stops the server
 * @property {() => Promise<void>} gone resolves when the server has died
 */

/** No server could be started. The message lists all attempts, and possible solutions. */
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
 * It adopts a running server for these data, also after a crash of its starter. Several processes may use one server.
 * It is stopped when the last of them calls `stop()`.
 *
 * @param {object} options
 * @param {string} options.dataDir
 * @param {boolean} options.durable false for tests: faster, but a crash of the machine loses the data. The server ends
 *   with its last user, also if that one is killed
 * @param {number} [options.port] chosen by default, the same again if possible
 * @param {(line: string) => void} [options.log] gets a line about each long step
 * @param {AbortSignal} [options.signal] aborts; rejects after everything has ended
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

/** When this process dies, the kernel closes the pipe to the watcher, and the watcher stops the server. */
function watch(home) {
  const script = fileURLToPath(new URL('stop-unused.mjs', import.meta.url));
  const command = 'cat >/dev/null; exec "$0" "$1" "$2"';
  const watcher = spawn('sh', ['-c', command, process.execPath, script, home.folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.once('error', () => {}); // Without sh, the next start stops or adopts the server.
  watcher.unref();
  watcher.stdin?.unref();
  // Kills the whole group, because `cat` would stay.
  return () => watcher.pid && process.kill(-watcher.pid, 'SIGKILL');
}

/** Stops the server for these data if no process uses it. @param {string} dataDir */
export async function stopUnused(dataDir) {
  if (!existsSync(dataDir)) return;
  const home = new Home(dataDir);
  await withLock(home.path('lock'), async () => {
    if (home.server) await stopUnlessUsed(home, home.server, () => {});
  });
}

const kindOf = (record) => (record.container ? docker : native);

/** The running server for these data, if any. Removes traces of a dead one. */
async function adopt(home, signal) {
  const record = home.server;
  if (!record) return undefined;
  const kind = kindOf(record);
  try {
    // It may be starting. It may also be stopping: then this throws soon.
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
 * Ways to a server, the most reliable first. Data stay with the way that created them: a container does not open files
 * of the host, nor the host a Docker volume. Otherwise a second start could silently begin with an empty database.
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

/** `known` is needed if somebody has deleted the folder, and the record with it, while the server runs. */
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
