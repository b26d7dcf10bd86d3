import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../scripts/lib/ports.mjs';
import { ended } from '../scripts/lib/processes.mjs';

// node .ci/clean-start.mjs FOLDER — clones HEAD, runs `npm ci && npm start`, logs in, stops it, as a newcomer would.

const READY_LIMIT = 240_000;
const STOP_LIMIT = 60_000;

const folder = process.argv[2];
await succeed('git', ['clone', '--quiet', '.', folder]);
// The previous step has fetched the same packages.
await succeed('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: folder });

const port = await freePort();
const server = `http://127.0.0.1:${port}`;
const began = performance.now();
const npmStart = spawn('npm', ['start'], {
  cwd: folder,
  env: { ...process.env, PORT: String(port) },
  stdio: ['ignore', 'pipe', 'inherit'],
});
// npm ends first. The programs that it started keep its output open until they have ended too.
const end = ended(npmStart, 'close');
let said = '';
npmStart.stdout.setEncoding('utf8').on('data', (text) => {
  said += text;
  process.stdout.write(text);
});

try {
  await Promise.race([untilReady(), end.then((code) => fail(`npm start ended with code ${code}`))]);
  const took = ((performance.now() - began) / 1000).toFixed(1);
  for (const path of ['/', '/docs', '/openapi.json']) await expectStatus(200, path);
  const who = await logIn();
  await stop();
  console.log(`note: ready ${took} s after npm start, ${who}`);
} finally {
  if (npmStart.exitCode === null && npmStart.signalCode === null) npmStart.kill('SIGTERM');
}

async function untilReady() {
  const deadline = Date.now() + READY_LIMIT;
  // Another server on this port could be ready too: wait for the line of ours.
  while (!said.includes('Madang is ready')) {
    if (Date.now() > deadline) fail(`not ready within ${READY_LIMIT / 1000} s`);
    await sleep(100);
  }
  await expectStatus(200, '/health/ready');
}

/** Logs in with the demo account that `npm start` printed, if any. */
async function logIn() {
  const [, username, password] = /log in as (\S+) with (\S+)/.exec(said) ?? [];
  if (!username) return 'no demo account was printed';
  const answer = await expectStatus(200, '/api/v1/auth/login', { username, password });
  const { accessToken } = await answer.json();
  await expectStatus(200, '/api/v1/accounts/me', undefined, { authorization: `Bearer ${accessToken}` });
  return `logged in as ${username}`;
}

async function stop() {
  npmStart.kill('SIGTERM');
  const late = sleep(STOP_LIMIT, 'late', { ref: false });
  if ((await Promise.race([end, late])) === 'late') fail(`did not stop within ${STOP_LIMIT / 1000} s`);
  const answers = await fetch(`${server}/health/live`).then(
    () => true,
    () => false,
  );
  if (answers) fail('still answers after npm start has ended');
}

async function expectStatus(status, path, body, headers = {}) {
  const answer = await fetch(server + path, {
    method: body ? 'POST' : 'GET',
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }), connection: 'close' },
    body: body && JSON.stringify(body),
  });
  if (answer.status !== status) fail(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

async function succeed(command, args, options = {}) {
  const code = await ended(spawn(command, args, { stdio: 'inherit', ...options }));
  if (code !== 0) fail(`${command} ${args[0]} ended with code ${code}`);
}

/** @returns {never} */
function fail(message) {
  throw new Error(message);
}
