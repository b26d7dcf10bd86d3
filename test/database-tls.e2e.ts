import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnection, type Connection } from 'mysql2/promise';
import { startMysql } from '../scripts/mysql/local.mjs';
import type { DatabaseConfig } from '../src/config/database-config.js';
import { LongConnection } from '../src/database/long-connection.js';
import { startApp } from './support/app.js';
import { compiled, databaseEnv, run } from './support/program.js';
import { readRow } from './support/rows.js';

/** Its own server, which gets different certificates. */
let mysql: Awaited<ReturnType<typeof startMysql>>;
let admin: Connection;
const folder = mkdtempSync(join(tmpdir(), 'madang-tls-'));
const path = (name: string) => join(folder, name);

const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function makeAuthority(name: string): void {
  openssl('req', '-x509', ...NEW_KEY, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`);
}

function makeCertificate(name: string, authority: string, host: string): void {
  openssl('req', ...NEW_KEY, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${host}`);
  writeFileSync(path(`${name}.ext`), `subjectAltName=DNS:${host}\n`);
  const signer = ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial'];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-extfile', `${name}.ext`, '-out', `${name}.pem`);
}

async function present(name: string): Promise<void> {
  await admin.query('SET GLOBAL ssl_ca = ?, GLOBAL ssl_cert = ?, GLOBAL ssl_key = ?', [
    path('ours.pem'),
    path(`${name}.pem`),
    path(`${name}.key`),
  ]);
  await admin.query('ALTER INSTANCE RELOAD TLS');
}

const database = (tls?: DatabaseConfig['tls']): DatabaseConfig => ({
  ...{ host: 'localhost', port: mysql.port, user: mysql.user, password: mysql.password },
  ...{ name: 'madang_tls', poolSize: 4, tls },
});
const ourCa = () => ({ ca: readFileSync(path('ours.pem'), 'utf8') });
/** As an operator sets it. */
const env = (ca: string | undefined) => ({
  ...databaseEnv(database()),
  DB_TLS: 'verify',
  ...(ca && { DB_CA_FILE: path(ca) }),
});

beforeAll(async () => {
  await compiled();
  mysql = await startMysql({ dataDir: path('mysql'), durable: false });
  admin = await createConnection({ host: '127.0.0.1', port: mysql.port, user: mysql.user, password: mysql.password });
  makeAuthority('ours');
  makeAuthority('theirs');
  makeCertificate('right', 'ours', 'localhost');
  makeCertificate('other-name', 'ours', 'db.internal');
  await present('right');
});

afterAll(async () => {
  await admin?.end();
  await mysql?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Empty if the asking connection is not encrypted. */
const CIPHER = `SELECT variable_value AS cipher FROM performance_schema.session_status WHERE variable_name = 'Ssl_cipher'`;

describe('with the CA of the server', () => {
  it('all connections are encrypted', async () => {
    expect(await run('dist/cli/migrate.js', [], env('ours.pem'))).toMatchObject({ code: 0 });
    const t = await startApp({ database: database(ourCa()), keepData: true });
    // Several at once, so that the later ones resume the session of the first.
    const pooled = await Promise.all(Array.from({ length: 8 }, () => readRow<{ cipher: string }>(t.database, CIPHER)));
    const long = await LongConnection.open(database(ourCa()));
    const { cipher } = (await readRow<{ cipher: string }>(long, CIPHER))!;
    await long.close();
    for (const one of [cipher, ...pooled.map((row) => row!.cipher)]) expect(one).toMatch(/^TLS_/);
    expect((await t.anyone.get('//health/ready')).status).toBe(200);
  });

  it('with TLS off none is encrypted, so the test above does not see a default of the driver', async () => {
    const plain = await LongConnection.open(database());
    const row = await readRow<{ cipher: string }>(plain, CIPHER);
    await plain.close();
    expect(row).toEqual({ cipher: '' });
  });
});

const PROGRAMS: [file: string, args: string[]][] = [
  ['dist/main.js', []],
  ['dist/cli/migrate.js', []],
  ['dist/cli/schema.js', []],
  ['dist/cli/repair.js', []],
  ['dist/cli/demo.js', []],
  ['dist/cli/admin.js', ['list']],
  ['dist/cli/catalogue.js', ['semester', '2026-autumn']],
];

const REFUSALS: [name: string, prepare: () => Promise<unknown>, ca: string | undefined, words: RegExp][] = [
  [
    'a server whose certificate another CA signed',
    () => present('right'),
    'theirs.pem',
    /is not trusted: .*certificate.*DB_CA_FILE must hold the CA that signed its certificate/,
  ],
  [
    'a server with a CA that Node does not know, without DB_CA_FILE',
    () => present('right'),
    undefined,
    /is not trusted: .*certificate.*DB_CA_FILE must hold/,
  ],
  [
    'a certificate of the right CA for another name',
    () => present('other-name'),
    'ours.pem',
    /is not trusted: its certificate is made out to another name \(.*db\.internal.*\) DB_HOST must be the name/,
  ],
  [
    'a server without TLS',
    async () => {
      await admin.query("SET GLOBAL tls_version = ''");
      // A certificate that cannot be loaded switches TLS off.
      await admin.query('ALTER INSTANCE RELOAD TLS NO ROLLBACK ON ERROR');
    },
    'ours.pem',
    /speaks no TLS, and DB_TLS=verify insists on it/,
  ],
];

describe.each(REFUSALS)('%s', (_, prepare, ca, words) => {
  beforeAll(prepare);

  // All programs if the certificate is wrong; otherwise those with their own way to connect.
  it.each(ca === 'theirs.pem' ? PROGRAMS : PROGRAMS.slice(0, 2))(
    'is refused by %s, at once and with a message',
    async (file, args) => {
      const ended = await run(file, args, env(ca));
      expect(ended.output).toMatch(words);
      expect(ended.output).toContain(`MySQL at localhost:${mysql.port}`);
      expect(ended.output).not.toContain(mysql.password);
      expect(ended.output).not.toMatch(/^ {4}at /m);
      expect(ended.code).toBeGreaterThan(0);
    },
  );
});
