import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { bundle } from '../scripts/bundle.mjs';
import { run } from '../scripts/lib/processes.mjs';
import { configOf } from './lib/database.mjs';
import { median } from './lib/measure.mjs';
import { node24 } from './lib/node24.mjs';
import { memoryOf, Program } from './lib/program.mjs';

/**
 * `npm run build && node bench/start.mjs [turns]`: time from the start of the process to the first 200 of
 * /health/ready, and its memory after that. In turn: dist/ with the installed packages, bundle/ as in the image,
 * bundle/ with V8's cache.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TURNS = Number(process.argv[2] ?? 9);
const LOAD = { connections: 20, duration: 20 };
const { host, port, user, password } = configOf('madang_bench_start');
const folder = mkdtempSync(join(tmpdir(), 'madang-bench-start-'));
const env = {
  ...process.env,
  DATABASE_URL: `mysql://${user}:${encodeURIComponent(password)}@${host}:${port}/madang_bench_start`,
  LOG_LEVEL: 'fatal',
};
const CACHED = { name: 'bundle, compile cache', script: 'bundle/dist/main.js', cache: join(folder, 'cache') };
const VARIANTS = [
  { name: 'packages as installed', script: 'dist/main.js' },
  { name: 'bundle', script: 'bundle/dist/main.js' },
  CACHED,
];

await bundle();
const node = await node24();
for (const command of ['migrate', 'demo']) await run(process.execPath, [`dist/cli/${command}.js`], { cwd: ROOT, env });
await (await start(CACHED)).stop(); // fills the cache

const took = new Map(VARIANTS.map((variant) => [variant, []]));
for (let turn = 0; turn < TURNS; turn++) {
  for (const variant of VARIANTS) {
    const program = await start(variant);
    took.get(variant).push(program.readyAfter);
    await program.stop('SIGKILL');
  }
}
console.log(`${node}, ${TURNS} starts each: process to ready, ms`);
for (const [{ name }, times] of took) {
  const [least, middle, most] = [Math.min(...times), median(times), Math.max(...times)].map(Math.round);
  console.log(`  ${name.padEnd(24)} ${least} least, ${middle} median, ${most} most`);
}
await measureMemory();
rmSync(folder, { recursive: true });

async function measureMemory() {
  const program = await start(CACHED);
  await sleep(5_000);
  const now = () => Math.round(memoryOf(program.pid));
  const idle = now();
  let most = idle;
  const watch = setInterval(() => (most = Math.max(most, now())), 250);
  const load = await autocannon({ url: `http://127.0.0.1:${program.port}/api/v1/posts`, ...LOAD });
  clearInterval(watch);
  await sleep(5_000);
  console.log(`memory (PSS): ${idle} MB idle, ${most} MB at most under load, ${now()} MB after it`);
  console.log(
    `  load: lists of posts on ${LOAD.connections} connections, ${Math.round(load.requests.average)} a second`,
  );
  await program.stop('SIGKILL');
}

function start({ name, script, cache }) {
  const all = { ...env, ...(cache && { NODE_COMPILE_CACHE: cache }) };
  return Program.start({ name, node, script, env: all, log: join(folder, 'log') });
}
