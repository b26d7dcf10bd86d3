import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ended, run } from '../../scripts/lib/processes.mjs';
import { greeting } from '../../scripts/mysql/handshake.mjs';

// A folder that acts as an operator's host, and a database that acts as RDS.

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const DATABASE = { container: 'madang-rehearsal-database', name: 'database.rehearsal', port: 13399 };
/** The engine's own address in the network of the replicas. The database listens there, and the load comes from there. */
const GATEWAY = '10.213.77.1';

/** Acts as ssh: after the options and the host, it gets a line for the shell there. */
const SSH = `#!/bin/sh
while case $1 in -*) true ;; *) false ;; esac; do shift 2; done
shift
exec bash -c "$*"
`;

export const ORIGIN = 'http://10.213.77.10';

/** @param {string[]} args @param {object} [options] of run */
export const docker = (args, options) => run('docker', args, options).then((text) => text.trim());

export class Host {
  /** @param {string} folder */
  constructor(folder) {
    this.home = join(folder, 'opt');
    /** The files that a workflow sends with the image. */
    this.shipped = join(folder, 'shipped');
    this.certificates = join(folder, 'certificates');
    this.password = randomBytes(18).toString('base64url');
    this.programs = join(folder, 'bin');
    for (const path of [this.home, this.shipped, this.certificates, this.programs]) mkdirSync(path);
    // The host is this machine.
    writeFileSync(join(this.programs, 'ssh'), SSH, { mode: 0o755 });
  }

  async prepare() {
    await this.startDatabase();
    for (const name of ['nginx', 'deploy'])
      cpSync(join(REPOSITORY, name), join(this.shipped, name), { recursive: true });
    // Two things differ from a real host: the project's name, and the address of the database's name.
    const compose = readFileSync(join(REPOSITORY, 'docker-compose.prod.yml'), 'utf8')
      .replace(/^name: madang$/m, 'name: madang-rehearsal')
      .replace(/^ {2}env_file:/m, `  extra_hosts: ['${DATABASE.name}:${GATEWAY}']\n$&`);
    writeFileSync(join(this.shipped, 'docker-compose.prod.yml'), compose);
    cpSync(join(this.certificates, 'ca.pem'), join(this.home, 'rds-ca.pem'));
    writeFileSync(join(this.home, 'madang.env'), this.environment(), { mode: 0o600 });
  }

  environment() {
    const secret = () => randomBytes(36).toString('base64');
    return [
      'PUBLIC_URL=https://api.rehearsal',
      `LOAD_BALANCER_NETWORKS=${GATEWAY}/32`,
      // While a container starts, two cores are overloaded.
      'LOAD_SHEDDING=off',
      'HTTP_PORT=18081',
      `DB_HOST=${DATABASE.name}`,
      `DB_PORT=${DATABASE.port}`,
      'DB_NAME=madang',
      'DB_USER=madang',
      `DB_PASSWORD=${this.password}`,
      `JWT_SECRET=${secret()}`,
      `PASSWORD_PEPPER=1:${secret()}`,
      'SMTP_URL=smtp://127.0.0.1:1',
      '',
    ].join('\n');
  }

  async startDatabase() {
    await this.makeCertificates();
    const variables = { MYSQL_ROOT_PASSWORD: this.password, MYSQL_DATABASE: 'madang', MYSQL_USER: 'madang' };
    const env = { ...process.env, ...variables, MYSQL_PASSWORD: this.password };
    const names = [...Object.keys(variables), 'MYSQL_PASSWORD'].flatMap((name) => ['--env', name]);
    const about = [
      '--detach',
      '--name',
      DATABASE.container,
      '--network',
      'host',
      '--volume',
      `${this.certificates}:/tls:ro`,
    ];
    const options = [
      `--port=${DATABASE.port}`,
      '--ssl-ca=/tls/ca.pem',
      '--ssl-cert=/tls/server.pem',
      '--ssl-key=/tls/server-key.pem',
      '--require-secure-transport=ON', // refuses connections without TLS
      '--character-set-server=utf8mb4',
      '--skip-log-bin',
      '--innodb-use-native-aio=OFF',
      '--innodb-flush-log-at-trx-commit=2', // only replicas are killed here
    ];
    await docker(['run', ...about, ...names, 'mysql:9.7', ...options], { env });
    for (const deadline = Date.now() + 90_000; !(await greeting(DATABASE.port)); await sleep(300)) {
      if (Date.now() > deadline)
        throw new Error(`no database: ${await docker(['logs', '--tail', '5', DATABASE.container])}`);
    }
  }

  /** A CA, and a server's certificate with the name that the replicas expect. */
  async makeCertificates() {
    const openssl = (...args) => run('openssl', args, { cwd: this.certificates });
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    await openssl('req', '-x509', ...key, '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-subj', '/CN=Rehearsal CA');
    const names = ['-subj', `/CN=${DATABASE.name}`, '-addext', `subjectAltName=DNS:${DATABASE.name}`];
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem'];
    await openssl('req', '-x509', ...key, ...signed, '-keyout', 'server-key.pem', '-out', 'server.pem', ...names);
    // The server in the container runs as another user.
    await run('chmod', ['644', 'server-key.pem'], { cwd: this.certificates });
  }

  /** @param {string} statement @returns {Promise<string[][]>} rows of columns, as the mysql client prints them */
  async sql(statement) {
    const env = { ...process.env, MYSQL_PWD: this.password };
    const client = [
      'mysql',
      '--default-character-set=utf8mb4',
      '--user=root',
      '--host=127.0.0.1',
      `--port=${DATABASE.port}`,
      '--batch',
      '--skip-column-names',
    ];
    const text = await docker(
      ['exec', '--env', 'MYSQL_PWD', DATABASE.container, ...client, 'madang', '-e', statement],
      { env },
    );
    return text ? text.split('\n').map((line) => line.split('\t')) : [];
  }

  /**
   * release.sh on the host.
   *
   * @param {string} action an image to release, `rollback` or `status`
   * @param {Record<string, string>} [variables]
   */
  release(action, variables) {
    return finished(this.start(action, variables));
  }

  start(what, variables) {
    const env = { ...process.env, MADANG_HOME: this.home, PULL: 'never', ...variables };
    return spawn(join(this.shipped, 'deploy/release.sh'), [what], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** The same from a workflow: ship.sh, in its own checkout. */
  async ship(words, variables) {
    const git = (...args) =>
      run('git', ['-c', 'user.name=ci', '-c', 'user.email=ci@localhost', ...args], { cwd: this.shipped });
    await git('init', '--quiet');
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '--message=A release');
    const about = { DEPLOY_HOST: 'here', DEPLOY_USER: 'deploy', DEPLOY_KNOWN_HOSTS: 'none', DEPLOY_SSH_KEY: 'none' };
    const path = `${this.programs}:${process.env.PATH}`;
    const env = { ...process.env, ...about, DEPLOY_HOME: this.home, PATH: path, PULL: 'never', ...variables };
    const script = join(this.shipped, 'deploy/ship.sh');
    return finished(spawn(script, words, { env, stdio: ['ignore', 'pipe', 'inherit'] }));
  }

  /** Id and image of the container of both replicas. */
  async replicas() {
    const names = ['app-1', 'app-2'].map((service) => `madang-rehearsal-${service}-1`);
    const format = '{{.Id}} {{.Config.Image}} {{.Image}} {{.State.Running}}';
    const lines = await docker(['inspect', '--format', format, ...names]);
    return lines.split('\n').map((line) => {
      const [container, name, image, running] = line.split(' ');
      return { container, name, image, running: running === 'true' };
    });
  }

  read(path) {
    return readFileSync(join(this.home, path), 'utf8');
  }
}

/** @returns {Promise<{code: number, said: string, seconds: number}>} */
async function finished(child) {
  const began = performance.now();
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await ended(child, 'close');
  return { code, said, seconds: (performance.now() - began) / 1000 };
}
