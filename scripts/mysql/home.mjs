import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { identityOf } from '../lib/processes.mjs';

/**
 * What is known about a running server. Written the moment it is started, so that whoever comes later finds it, even
 * if we are killed before it is ready.
 *
 * @typedef {object} ServerRecord
 * @property {string} source where the program is from, for people
 * @property {number} port
 * @property {number} [pid] a server on this machine
 * @property {string} [identity] of that process, see identityOf
 * @property {string} [datadir]
 * @property {string} [socketDir]
 * @property {string} [client] path of the mysql client that came along
 * @property {string} [container] a server in Docker
 * @property {string} [volume] where that one keeps its data
 */

/**
 * The folder of one local server: its data and all that belongs to them, for the owner's eyes only.
 *
 *   data/          MySQL's own files; the folder gets this name once it is initialised, so what bears it is good
 *   data.new-…/     an initialisation under way, or one that was cut short
 *   initialising   the process of that (identityOf)
 *   about.json     which version wrote the data last, and the Docker volume when they are kept in one
 *   password       of root
 *   port           the port of the last start, taken again when it is free
 *   server.json    the running server (ServerRecord)
 *   users/         one file for each process that uses it; the last one to leave stops it
 *   mysqld.log (and .1, of the start before), init.sql, lock
 */
export class Home {
  /** @param {string} folder */
  constructor(folder) {
    mkdirSync(dirname(folder), { recursive: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // One name for one folder: it is compared with the arguments of running servers.
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

  /** Written whole or not at all, also when the power goes. @param {string} name @param {string} text */
  write(name, text) {
    writeFileSync(this.path(`${name}.new`), `${text}\n`, { mode: 0o600, flush: true });
    renameSync(this.path(`${name}.new`), this.path(name));
  }

  /** @param {string} name */
  remove(name) {
    rmSync(this.path(name), { recursive: true, force: true, maxRetries: 5 });
  }

  /** The root password, made up at the first call. Its letters need no quoting anywhere. */
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

  /** Notes that this process uses the server. @returns {() => void} takes the note back */
  enter() {
    const note = `${process.pid}-${randomBytes(4).toString('hex')}`;
    mkdirSync(this.path('users'), { recursive: true, mode: 0o700 });
    this.write(`users/${note}`, identityOf(process.pid) ?? '');
    return () => this.remove(`users/${note}`);
  }

  /** How many processes use the server. Notes of those that died without taking theirs back are cleared away. */
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
