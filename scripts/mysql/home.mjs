import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { identityOf } from '../lib/processes.mjs';

/**
 * A running server. Written as soon as it is started. So later processes find it, even if we are killed before it is
 * ready.
 *
 * @typedef {object} ServerRecord
 * @property {string} source the origin of the program, for people
 * @property {number} port
 * @property {number} [pid] a server on this machine
 * @property {string} [identity] of that process, see identityOf
 * @property {string} [datadir]
 * @property {string} [socketDir]
 * @property {string} [client] path of the mysql client of the same package
 * @property {string} [container] a server in Docker
 * @property {string} [volume] the volume with its data
 */

/**
 * The folder of one local server and its data, readable by the owner only.
 *
 *   data/          MySQL's own files; gets this name after initialisation, so it is always complete
 *   data.new-…/     an initialisation in progress, or an interrupted one
 *   initialising   its process (identityOf)
 *   about.json     the version that last wrote the data, and the Docker volume if there is one
 *   password       of root
 *   port           the port of the last start, used again if it is free
 *   server.json    the running server (ServerRecord)
 *   users/         one file for each process that uses it; the last one stops it
 *   mysqld.log (and .1, of the previous start), init.sql, lock
 */
export class Home {
  /** @param {string} folder */
  constructor(folder) {
    mkdirSync(dirname(folder), { recursive: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A canonical name, because it is compared with the arguments of running servers.
    this.folder = realpathSync(folder);
  }

  /** @param {string} name */
  path(name) {
    return join(this.folder, name);
  }

  /** @param {string} name @returns {string | undefined} */
  read(name) {
    try {
      return readFileSync(this.path(name), 'utf8').trim();
    } catch (error) {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Atomic, also at a power loss. @param {string} name @param {string} text */
  write(name, text) {
    writeFileSync(this.path(`${name}.new`), `${text}\n`, { mode: 0o600, flush: true });
    renameSync(this.path(`${name}.new`), this.path(name));
  }

  /** @param {string} name */
  remove(name) {
    rmSync(this.path(name), { recursive: true, force: true, maxRetries: 5 });
  }

  /** The root password, created at the first call. Its characters need no quoting. */
  password() {
    if (!this.read('password')) this.write('password', randomBytes(24).toString('base64url'));
    return this.read('password');
  }

  /** @returns {number | undefined} */
  get lastPort() {
    return Number(this.read('port')) || undefined;
  }

  /** @returns {{version?: string, volume?: string}} */
  get about() {
    return JSON.parse(this.read('about.json') ?? '{}');
  }

  set about(about) {
    this.write('about.json', JSON.stringify(about));
  }

  /** @returns {ServerRecord | undefined} */
  get server() {
    const text = this.read('server.json');
    return text ? JSON.parse(text) : undefined;
  }

  set server(record) {
    if (record) {
      this.write('server.json', JSON.stringify(record));
      this.write('port', String(record.port));
    } else {
      this.remove('server.json');
    }
  }

  /** Records that this process uses the server. @returns {() => void} removes the record */
  enter() {
    const note = `${process.pid}-${randomBytes(4).toString('hex')}`;
    mkdirSync(this.path('users'), { recursive: true, mode: 0o700 });
    this.write(`users/${note}`, identityOf(process.pid) ?? '');
    return () => this.remove(`users/${note}`);
  }

  /** The number of processes that use the server. Removes records of dead processes. */
  countUsers() {
    mkdirSync(this.path('users'), { recursive: true, mode: 0o700 });
    let users = 0;
    for (const note of readdirSync(this.path('users'))) {
      const identity = identityOf(Number.parseInt(note, 10));
      if (identity && this.read(`users/${note}`) === identity) users++;
      else this.remove(`users/${note}`);
    }
    return users;
  }
}
