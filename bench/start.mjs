import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { freePort } from '../scripts/lib/ports.mjs';
import { ended, run } from '../scripts/lib/processes.mjs';
import { configOf } from './lib/database.mjs';

// From the start of the process to the first 200 of /health/ready, and the memory that it then has: of dist/ with its
// packages as they are installed, of bundle/ as it is in the image, and of that with V8's cache, in turn.
// `npm run build && node scripts/bundle.mjs && node bench/start.mjs [turns]`

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TURNS = Number(process.argv[2] ?? 9);
const LOAD = { connections: 20, duration: 20 };
const { host, port: dbPort, user, password } = configOf('madang_bench_start');
const cache = mkdtempSync(join(tmpdir(), 'madang-compile-cache-'));
const port = await freePort();
const env = {
  ...process.env,
  DATABASE_URL: `mysql://${user}:${encodeURIComponent(password)}@${host}:${dbPort}/madang_bench_start`,
  PORT: String(port),
  LOG_LEVEL: 'fatal',
};
const VARIANTS = {
  'packages as installed': { main: 'dist/main.js' },
  bundle: { main: 'bundle/dist/main.js' },
  'bundle, compile cache': { main: 'bundle/dist/main.js', env: { NODE_COMPILE_CACHE: cache } },
};

for (const command of ['migrate', 'demo']) await run(process.execPath, [`dist/cli/${command}.js`], { cwd: ROOT, env });
await stop((await start(VARIANTS['bundle, compile cache'])).server, 'SIGTERM'); // fills the cache

const took = Object.fromEntries(Object.keys(VARIANTS).map((name) => [name, []]));
for (let turn = 0; turn < TURNS; turn++) {
  for (const [name, variant] of Object.entries(VARIANTS)) {
    const { server, milliseconds } = await start(variant);
    took[name].push(milliseconds);
    await stop(server, 'SIGKILL');
  }
}
console.log(`Node ${process.version}, ${TURNS} starts each: process to ready, ms`);
for (const [name, times] of Object.entries(took)) {
  const [least, median, most] = [0, times.length >> 1, -1].map((n) => Math.round(times.sort((a, b) => a - b).at(n)));
  console.log(`  ${name.padEnd(24)} ${least} least, ${median} median, ${most} most`);
}
await measureMemory();
rmSync(cache, { recursive: true });

async function measureMemory() {
  const { server } = await start(VARIANTS['bundle, compile cache']);
  await sleep(5_000);
  const idle = residentMegabytes(server.pid);
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, residentMegabytes(server.pid))), 250);
  const load = await autocannon({ url: `http://127.0.0.1:${port}/api/v1/posts`, ...LOAD });
  clearInterval(watch);
  await sleep(5_000);
  console.log(
    `memory (resident): ${idle} MB idle, ${most} MB at most under load, ${residentMegabytes(server.pid)} MB after it`,
  );
  console.log(
    `  load: lists of posts on ${LOAD.connections} connections, ${Math.round(load.requests.average)} a second`,
  );
  await stop(server, 'SIGKILL');
}

async function start({ main, env: more = {} }) {
  const began = performance.now();
  const server = spawn(process.execPath, [main], { cwd: ROOT, env: { ...env, ...more }, stdio: 'inherit' });
  for (const deadline = began + 60_000; performance.now() < deadline; await sleep(2)) {
    const isReady = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return { server, milliseconds: performance.now() - began };
  }
  throw new Error(`${main} was not ready within a minute`);
}

async function stop(server, signal) {
  const end = ended(server);
  server.kill(signal);
  await end;
}

function residentMegabytes(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(kilobytes) / 1000);
}
