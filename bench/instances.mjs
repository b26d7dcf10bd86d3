import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { connectTo, databaseOf } from './lib/database.mjs';
import { printTable } from './lib/measure.mjs';

/**
 * `node bench/instances.mjs [posts] [seconds]`: requests a second of one instance, of one and of two behind nginx, on a
 * database made by seed.mjs. Also the CPU time of each part for a request: load and database run on the same machine,
 * so this figure says more. Linux, nginx on the PATH. See README.md.
 */
const [posts = '20000', seconds = '8'] = process.argv.slice(2);
const CONNECTIONS = 32;
const FIRST_PORT = 4710;
const NGINX = 4700;
const TICKS = 100; // a second of CPU time in /proc, on every Linux
const database = new URL(process.env.BENCH_DATABASE_URL ?? 'mysql://root@127.0.0.1:3306');
database.pathname = databaseOf(posts);

const run = mkdtempSync(join(tmpdir(), 'madang-bench-nginx-'));
const children = [];
process.on('exit', () => rmSync(run, { recursive: true, force: true }));

/** Starts a program that ends with this one. */
function start(command, args, env) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'ignore'] });
  children.push(child);
  return child;
}

async function stopAll() {
  for (const child of children.splice(0)) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGTERM')) await gone;
  }
}

async function ready(port) {
  for (let tries = 0; tries < 150; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`Nothing is ready on port ${port}.`);
}

async function instances(count, { behindNginx }) {
  const ports = Array.from({ length: count }, (_, i) => FIRST_PORT + i);
  const env = {
    ...{ DATABASE_URL: String(database), HOST: '127.0.0.1', LOG_LEVEL: 'info' },
    ...{ RATE_LIMITS: 'off', LOAD_SHEDDING: 'off' },
  };
  const servers = ports.map((PORT) => start(process.execPath, ['dist/main.js'], { ...env, PORT, NODE_ENV: 'test' }));
  await Promise.all(ports.map(ready));
  if (!behindNginx) return { port: ports[0], servers };
  const nginx = start('sh', ['nginx/start.sh'], {
    NGINX_RUN: run,
    NGINX_LISTEN: `127.0.0.1:${NGINX}`,
    APP_SERVERS: ports.map((port) => `127.0.0.1:${port}`).join(),
  });
  await ready(NGINX);
  return { port: NGINX, servers, nginx };
}

/** CPU time of processes and their children in milliseconds. */
function processorTime(pids) {
  let ticks = 0;
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (pids.includes(Number(name)) || pids.includes(Number(fields[1])))
        ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // it has ended
    }
  }
  return (ticks * 1_000) / TICKS;
}

function databaseServer() {
  const found = readdirSync('/proc').find((name) => {
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      return words.some((word) => word === `--port=${database.port}`) && words.join().includes('mysqld');
    } catch {
      return false;
    }
  });
  return found ? [Number(found)] : [];
}

async function anAccount(api) {
  const username = `bench${Date.now().toString(36)}`;
  const body = JSON.stringify({ username, nickname: '측정', password: 'correct-horse-42' });
  const answer = await fetch(`${api}/auth/register`, { method: 'POST', headers: JSON_BODY, body });
  return (await answer.json()).accessToken;
}

const JSON_BODY = { 'Content-Type': 'application/json' };

/** Paths and bodies of the requests, which the clients of a test send in turn. */
async function kindsOf(token) {
  const connection = await connectTo(databaseOf(posts));
  const [open] = await connection.query('SELECT id FROM posts WHERE board_id = 2 AND state = "visible" LIMIT 500');
  await connection.end();
  const signed = { Authorization: `Bearer ${token}` };
  const comment = {
    method: 'POST',
    headers: { ...signed, ...JSON_BODY },
    body: JSON.stringify({ content: '저도요!' }),
  };
  return {
    'a board, without an account': [{ path: '/api/v1/boards/2/posts' }],
    'a board, as a member': [{ path: '/api/v1/boards/2/posts', headers: signed }],
    'a post with its comments': open.map(({ id }) => ({ path: `/api/v1/posts/${id}?comments=20`, headers: signed })),
    'comments on 500 posts': open.map(({ id }) => ({ path: `/api/v1/posts/${id}/comments`, ...comment })),
    'comments on one post': [{ path: `/api/v1/posts/${open[0].id}/comments`, ...comment }],
  };
}

async function measure(name, setup) {
  const { port, servers, nginx } = setup;
  const parts = [servers.map(({ pid }) => pid), databaseServer(), nginx ? [nginx.pid] : []];
  const rows = [];
  for (const [kind, requests] of Object.entries(await kindsOf(await anAccount(`http://127.0.0.1:${port}/api/v1`)))) {
    const load = (duration) =>
      autocannon({ url: `http://127.0.0.1:${port}`, connections: CONNECTIONS, duration, requests });
    await load(2);
    const before = parts.map(processorTime);
    const { requests: done, latency, non2xx, errors } = await load(Number(seconds));
    const spent = parts.map((pids, i) => ((processorTime(pids) - before[i]) / done.total).toFixed(2));
    const wrong = non2xx + errors;
    rows.push([kind, name, Math.round(done.average), `${latency.p50} / ${latency.p99}`, ...spent, wrong]);
  }
  return rows;
}

const rows = [];
try {
  rows.push(...(await measure('one', await instances(1, { behindNginx: false }))));
  await stopAll();
  for (const count of [1, 2]) {
    rows.push(...(await measure(`nginx, ${count}`, await instances(count, { behindNginx: true }))));
    await stopAll();
  }
} finally {
  await stopAll();
}
const order = [...new Set(rows.map(([kind]) => kind))];
rows.sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]));
printTable(['requests', 'instances', 'a second', 'ms p50 / p99', 'Node ms', 'MySQL ms', 'nginx ms', 'wrong'], rows);
