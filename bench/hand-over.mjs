import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../scripts/lib/ports.mjs';
import { aCampus, call, Server, succeed } from './lib/server.mjs';

/**
 * `npm run build && node bench/hand-over.mjs [rounds] [delay]`: stops instances under load, with nginx on the PATH.
 *
 * 1. Two instances behind nginx get SIGTERM 0.5 s apart; each has a ready successor on another port. Counts failed GETs and
 *    POSTs, and POSTs that are not in the database. No request is repeated.
 * 2. An instance gets SIGTERM while it imports a catalogue and its database is frozen. It must end by itself.
 *
 * Exits with 1 if anything failed.
 */
const ROUNDS = Number(process.argv[2] ?? 5);
/** SHUTDOWN_DELAY of the instances, in seconds. */
const DELAY = Number(process.argv[3] ?? 3);
/** Requests a second at a fixed rate, also while earlier ones are unanswered; every third one is a POST. */
const RATE = 90;
const BETWEEN = 500;
const DRAIN = 5;
/** As in src/stop.ts. */
const CLOSE = 5;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const server = await Server.start();
let nginx;
/** Instances beside the one of `server`. */
const instances = [];
try {
  const clean = [await handOvers(), await frozenImport()];
  process.exitCode = clean.every(Boolean) ? 0 : 1;
} finally {
  nginx?.kill('SIGTERM');
  for (const { child } of instances) child.kill('SIGKILL');
  await server.stop();
}

async function anInstance(port) {
  const env = { ...server.env, PORT: String(port), SHUTDOWN_DELAY: String(DELAY), DRAIN_SECONDS: String(DRAIN) };
  const child = spawn(process.execPath, [join(ROOT, 'dist/main.js')], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const instance = { port, child, ended: once(child, 'exit') };
  instances.push(instance);
  await untilReady(port);
  return instance;
}

async function untilReady(port) {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`Nothing is ready on port ${port}.`);
}

async function handOvers() {
  const { accounts } = await aCampus(server.api, 8);
  const boards = [];
  for (const [i, { token }] of accounts.entries()) {
    boards.push(await succeed(call(server.api, 'POST', '/boards', { token, body: { name: `게시판 ${i}` } })));
  }
  const connection = await server.connect();
  // Only instances end here, and the disk is not measured.
  await connection.query('SET GLOBAL innodb_flush_log_at_trx_commit = 2');
  const ports = await Promise.all([1, 2, 3, 4].map(() => freePort()));
  const port = await freePort();
  const accessLog = join(server.folder, 'access.log');
  nginx = spawn('sh', [join(ROOT, 'nginx/start.sh')], {
    stdio: ['ignore', openSync(accessLog, 'a'), 'ignore'],
    env: {
      PATH: `${process.env.PATH}:/usr/sbin`,
      NGINX_RUN: join(server.folder, 'nginx'),
      NGINX_LISTEN: `127.0.0.1:${port}`,
      APP_SERVERS: ports.map((one) => `127.0.0.1:${one}`).join(),
    },
  });
  let serving = [await anInstance(ports[0]), await anInstance(ports[1])];
  await untilReady(port);
  const tally = { gets: 0, posts: 0, failed: [], acknowledged: [] };
  const codes = [];
  for (let round = 0; round < ROUNDS; round++) {
    const free = ports.filter((one) => serving.every((instance) => instance.port !== one));
    const successors = [await anInstance(free[0]), await anInstance(free[1])];
    // Within its fail_timeout nginx notices that the ports answer again.
    await sleep(2_500);
    const load = startLoad(port, accounts, boards, tally);
    await sleep(1_000);
    serving[0].child.kill('SIGTERM');
    await sleep(BETWEEN);
    serving[1].child.kill('SIGTERM');
    for (const { ended } of serving) codes.push((await ended)[0]);
    await sleep(2_500);
    await load.stop();
    serving = successors;
  }
  const [rows] = await connection.query('SELECT title FROM posts');
  await connection.end();
  const stored = new Set(rows.map(({ title }) => title));
  const lost = tally.acknowledged.filter((title) => !stored.has(title));
  const failedGets = tally.failed.filter((one) => one.startsWith('GET')).length;
  console.log(`${ROUNDS} hand-overs of two instances, SHUTDOWN_DELAY=${DELAY}, ${RATE} requests a second`);
  console.log(`  GET: ${tally.gets}, failed: ${failedGets}`);
  console.log(`  POST: ${tally.posts}, failed: ${tally.failed.length - failedGets}, lost: ${lost.length}`);
  console.log(`  exit codes of the stopped instances: ${codes.join(' ')}`);
  const lines = readFileSync(accessLog, 'utf8').split('\n');
  for (const one of tally.failed.slice(0, 10)) {
    const [, id] = /"traceId":"(\w+)"/.exec(one) ?? [];
    console.log(`  ${one.slice(0, 400)}\n    nginx: ${id && lines.find((line) => line.includes(id))}`);
  }
  return tally.failed.length === 0 && lost.length === 0 && codes.every((code) => code === 0);
}

function startLoad(port, accounts, boards, tally) {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const begun = performance.now();
  const fail = (what, { status, words }) =>
    tally.failed.push(`${what} ${((performance.now() - begun) / 1000).toFixed(2)} s: ${status} ${words}`);
  const pending = new Set();
  const stopped = new AbortController();
  const send = async (n) => {
    const path = `/api/v1/boards/${boards[n % boards.length].id}/posts`;
    if (n % 3) {
      tally.gets++;
      const answer = await ask({ port, path, agent });
      if (answer.status !== 200) fail('GET', answer);
      return;
    }
    const title = `글 ${tally.posts++}`;
    const { token } = accounts[n % accounts.length];
    const body = JSON.stringify({ title, content: '내용' });
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
    const answer = await ask({ port, path, agent, method: 'POST', headers, body });
    if (answer.status === 201) tally.acknowledged.push(title);
    else fail('POST', answer);
  };
  const loop = (async () => {
    for (let n = 0; !stopped.signal.aborted; await sleep(5)) {
      for (const due = ((performance.now() - begun) * RATE) / 1000; n < due; n++) {
        const one = send(n).finally(() => pending.delete(one));
        pending.add(one);
      }
    }
  })();
  return {
    async stop() {
      stopped.abort();
      await loop;
      await Promise.all(pending);
      agent.destroy();
    },
  };
}

/** Without an answer the status is 0, and `words` has the reason. */
function ask({ body, ...options }) {
  return new Promise((resolve) => {
    const length = body ? { 'Content-Length': Buffer.byteLength(body) } : {};
    const headers = { ...options.headers, ...length };
    const sent = request({ host: '127.0.0.1', ...options, headers, timeout: 15_000 }, (answer) => {
      let words = '';
      answer.setEncoding('utf8').on('data', (text) => (words += text));
      answer.on('end', () => resolve({ status: answer.statusCode, words }));
      answer.on('error', ({ code }) => resolve({ status: 0, words: code }));
    });
    sent.on('timeout', () => {
      resolve({ status: 0, words: 'no answer in 15 s' });
      sent.destroy();
    });
    sent.on('error', ({ code }) => resolve({ status: 0, words: code }));
    sent.end(body);
  });
}

async function frozenImport() {
  const instance = await anInstance(await freePort());
  const api = `http://127.0.0.1:${instance.port}/api/v1`;
  const token = await anAdmin(api);
  const form = new FormData();
  form.set('semester', '2026-autumn');
  form.set('file', new Blob([await manyLectures()]), 'catalogue.csv');
  await succeed(
    call(api, 'POST', '/semesters', {
      token,
      body: { year: 2026, term: 'autumn', startsOn: '2026-09-01', endsOn: '2026-12-21' },
    }),
  );
  const answer = await fetch(`${api}/catalogue/imports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  if (answer.status !== 202) throw new Error(`The import is answered with ${answer.status} ${await answer.text()}`);
  const { id } = await answer.json();
  let state;
  for (let tries = 0; state !== 'running' && tries < 500; tries++) {
    state = (await succeed(call(api, 'GET', `/catalogue/imports/${id}`, { token }))).state;
    await sleep(10);
  }
  process.kill(server.databasePid, 'SIGSTOP');
  const begun = performance.now();
  instance.child.kill('SIGTERM');
  const limit = DELAY + DRAIN + CLOSE;
  const ended = await Promise.race([instance.ended, sleep((limit + 10) * 1000, null)]);
  const took = ((performance.now() - begun) / 1000).toFixed(1);
  process.kill(server.databasePid, 'SIGCONT');
  const how = ended ? `ended with ${ended[0]} after ${took} s` : `still runs after ${took} s`;
  console.log(`SIGTERM with a frozen database and an import that is ${state}: ${how}; its limit is ${limit} s`);
  // An import that had already ended shows nothing.
  return state === 'running' && Boolean(ended);
}

async function anAdmin(api) {
  const body = { username: 'handover', password: readFileSync('/proc/sys/kernel/random/uuid', 'utf8').trim() };
  await succeed(call(api, 'POST', '/auth/register', { body: { ...body, nickname: '배포담당' } }));
  await server.cli('admin', 'grant', body.username, 'admin');
  return (await succeed(call(api, 'POST', '/auth/login', { body }))).accessToken;
}

/** The example file, repeated until an import takes a second. */
async function manyLectures() {
  const [head, ...lines] = readFileSync(join(ROOT, 'docs/examples/catalogue.csv'), 'utf8').trim().split('\n');
  const copies = Array.from({ length: 3_000 }, (_, i) => lines.map((line) => line.replace(/^([^,]*)/, `$1${i}`)));
  return [head, ...copies.flat()].join('\n');
}
