import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import newman from 'newman';
import { freePort } from '../scripts/lib/ports.mjs';
import { endGroup, ended, run } from '../scripts/lib/processes.mjs';

// node .ci/clients.mjs EXAMPLE… — needs an empty database in DATABASE_URL. Starts the server, sends the whole Postman
// collection, then runs the example of the typed client with the given command. The server is the bundle, away from the
// installed packages, as in the image: the collection calls every route of it.

const COLLECTION = 'postman/madang.postman_collection.json';
const ADMIN = { adminUsername: 'postman_admin', adminPassword: 'maeil-achim-9si' };
const READY_LIMIT = 20_000;
const DRAIN_LIMIT = 10_000;

const folder = mkdtempSync(join(tmpdir(), 'madang-ci-clients-'));
const mails = join(folder, 'mails');
const port = await freePort();
const baseUrl = `http://127.0.0.1:${port}`;
const env = {
  ...process.env,
  PORT: String(port),
  RATE_LIMITS: 'off',
  LOG_LEVEL: 'info',
  MAIL_DIRECTORY: mails,
  SCHOOL_EMAIL_DOMAINS: 'madang.ac.kr',
  MADANG_ADMIN_PASSWORD: ADMIN.adminPassword,
};
/** The number of successful answers for each request, from the server's log: `POST /api/v1/auth/refresh`. */
const answered = new Map();
let server;
let mailbox;
try {
  mkdirSync(mails);
  cpSync('bundle', folder, { recursive: true });
  await run(process.execPath, ['dist/cli/migrate.js'], { cwd: folder, env });
  const create = ['dist/cli/admin.js', 'create', ADMIN.adminUsername, '--nickname', '운영진 하나'];
  await run(process.execPath, create, { cwd: folder, env });
  server = await startServer();
  mailbox = await startMailbox();

  const all = await collect({
    ...ADMIN,
    email: 'postman@example.com',
    schoolEmail: 'postman@madang.ac.kr',
    mailbox: `http://127.0.0.1:${mailbox.address().port}/`,
  });
  if (all.skipped.length > 0) fail(`not sent: ${all.skipped.join(', ')}`);
  const refreshed = answered.get('POST /api/v1/auth/refresh');
  // Without an admin's password and a mailbox, and with spaces in the address. Rows exist already, and every token is
  // refreshed before its use.
  const again = await collect({ baseUrl: ` ${baseUrl}/\n`, refreshBefore: '3600' });
  const refreshes = answered.get('POST /api/v1/auth/refresh') - refreshed;
  if (refreshes < again.requests / 2) fail(`only ${refreshes} refreshes for ${again.requests} requests`);

  // With a username and a password, beginning in the middle.
  const middle = { username: ADMIN.adminUsername, password: ADMIN.adminPassword };
  await collect(middle, { folder: 'Boards' });

  const began = performance.now();
  const [command, ...args] = process.argv.slice(2);
  const code = await ended(spawn(command, [...args, baseUrl], { stdio: 'inherit', env: { ...env, ...ADMIN } }));
  if (code !== 0) fail(`the example of the typed client ended with code ${code}`);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `note: ${all.requests} + ${again.requests} requests, ${all.assertions} + ${again.assertions} assertions, ` +
      `${refreshes} refreshes; typed client ${seconds} s`,
  );
} finally {
  mailbox?.close();
  if (server) await endGroup(server, DRAIN_LIMIT);
  rmSync(folder, { recursive: true, force: true });
}

async function startServer() {
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: folder,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { method, path, status, level } = JSON.parse(line);
    if (status < 400) answered.set(`${method} ${path}`, (answered.get(`${method} ${path}`) ?? 0) + 1);
    if (level >= 50) console.log(line);
  });
  const deadline = Date.now() + READY_LIMIT;
  while (!(await isReady())) {
    if (child.exitCode !== null) fail(`the server ended with code ${child.exitCode}`);
    if (Date.now() > deadline) fail(`the server was not ready within ${READY_LIMIT / 1000} s`);
    await sleep(50);
  }
  return child;
}

function isReady() {
  return fetch(`${baseUrl}/health/ready`, { headers: { connection: 'close' } }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Answers `?to=…` with the newest mail to an address. The server writes mails after its answer, so it waits. */
async function startMailbox() {
  const box = createServer(async (request, response) => {
    const to = new URL(request.url, 'http://mailbox').searchParams.get('to');
    let mail;
    for (let tries = 0; !mail && tries < 100; tries++) {
      mail = newestTo(to);
      if (!mail) await sleep(50);
    }
    response.end(mail?.text ?? '');
    // Each mail once: the next question is about the next mail.
    if (mail) rmSync(mail.file);
  });
  await new Promise((resolve) => box.listen(0, '127.0.0.1', resolve));
  return box;
}

function newestTo(address) {
  return readdirSync(mails)
    .sort()
    .reverse()
    .map((name) => ({ file: join(mails, name), text: readFileSync(join(mails, name), 'utf8') }))
    .find(({ text }) => text.startsWith(`To: ${address}\n`));
}

/** Runs the collection or one folder, in the local environment with these values. */
async function collect(filledIn, { folder: onlyFolder } = {}) {
  const environment = JSON.parse(readFileSync('postman/local.postman_environment.json', 'utf8'));
  for (const [key, value] of Object.entries({ baseUrl, ...filledIn })) {
    environment.values = [...environment.values.filter((one) => one.key !== key), { key, value, enabled: true }];
  }
  const summary = await new Promise((resolve, reject) => {
    const options = {
      collection: COLLECTION,
      folder: onlyFolder,
      environment,
      workingDir: '.',
      timeoutRequest: 10_000,
    };
    newman.run(options, (error, summary) => (error ? reject(error) : resolve(summary)));
  });
  const { executions, failures, stats } = summary.run;
  for (const { source, error } of failures) console.log(`FAIL ${source?.name}: ${error.name}: ${error.message}`);
  if (failures.length > 0) fail(`${failures.length} failures in the collection`);
  // A request of a script has an execution too, named after its item. Only sent requests have assertions.
  const sent = new Set(executions.filter(({ assertions }) => assertions?.length > 0).map(({ item }) => item.id));
  const items = [];
  summary.collection.forEachItem((item) => items.push(item));
  return {
    requests: sent.size,
    skipped: items.filter(({ id }) => !sent.has(id)).map(({ name }) => name),
    assertions: stats.assertions.total,
  };
}

/** @returns {never} */
function fail(message) {
  throw new Error(message);
}
