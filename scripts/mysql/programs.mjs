import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProgramFailed, run } from '../lib/processes.mjs';
import { olderSeries, versionIn } from './handshake.mjs';

// Sources of a mysqld for this machine.

const OLDEST = '8.4.0'; // the migrations are tested from this series on
const DEBIAN_SH = fileURLToPath(new URL('debian.sh', import.meta.url));
// Servers are often installed outside a user's PATH.
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/usr/local/mysql/bin', '/opt/homebrew/bin'];

/**
 * Unpacks Debian's MySQL into a cache folder, unless it exists already.
 *
 * @param {import('./home.mjs').Home} home
 * @param {import('./native.mjs').StartOptions} options
 * @returns {Promise<import('./native.mjs').Program>}
 */
export async function debianProgram(home, { log, signal }) {
  if (process.platform !== 'linux') throw new Error('they are for Linux');
  const env = { ...process.env, MADANG_MYSQL_PREFIX: cacheFolder(home) };
  try {
    const folder = (await run('bash', [DEBIAN_SH], { env, signal, onProgress: log })).trim();
    return await describe('from Debian packages', join(folder, 'mysqld'));
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error('there is no bash to unpack them');
    if (error instanceof ProgramFailed) throw new Error(error.output.trim().split('\n').pop() || error.message);
    throw error;
  }
}

/** All checkouts of a user share it. Without a writable home it is beside the data. */
function cacheFolder(home) {
  if (process.env.MADANG_MYSQL_PREFIX) return process.env.MADANG_MYSQL_PREFIX;
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'madang', 'mysql');
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    return folder;
  } catch {
    return home.path('program');
  }
}

/**
 * An installed MySQL server of this machine.
 *
 * @returns {Promise<import('./native.mjs').Program>}
 */
export async function installedProgram() {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...USUAL_FOLDERS];
  const found = [...new Set(folders)].map((folder) => join(folder, 'mysqld')).filter(executable);
  if (!found.length) throw new Error('there is none');
  const reasons = [];
  for (const mysqld of found) {
    try {
      return await describe(`installed as ${mysqld}`, mysqld);
    } catch (error) {
      reasons.push(`${mysqld} ${error.message}`);
    }
  }
  throw new Error(reasons.join(', '));
}

async function describe(source, mysqld) {
  const words = await run(mysqld, ['--version']);
  const version = versionIn(words.slice(words.indexOf(' Ver ')));
  if (!version) throw new Error('is not MySQL');
  if (olderSeries(version, OLDEST)) throw new Error(`is MySQL ${version}, older than ${OLDEST}`);
  const client = join(dirname(mysqld), 'mysql');
  return { source, mysqld, version, client: executable(client) ? client : undefined };
}

function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
