import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle } from '../../scripts/bundle.mjs';
import { median } from '../lib/measure.mjs';
import { node24 } from '../lib/node24.mjs';
import { memoryOf } from '../lib/program.mjs';
import { once } from './measure.mjs';
import { workloads } from './workloads.mjs';

const STARTS = 7;
/** Seconds; megabytes. */
const READY_WITHIN = 0.6;
const [IDLE, LOADED] = [120, 180];
/** Milliseconds from readiness to the idle measurement. */
const SETTLE = 5_000;
const LOADS = ['board list', 'post + 50 comments', 'comment, random posts'];
const WIDTH = 32;

/** The bundle as in the image: Node 24 with its options and V8's cache. @returns the function that starts it */
async function image({ campus, folder, startMadang }) {
  await bundle();
  const node = await node24();
  const [, NODE_OPTIONS] = /NODE_OPTIONS=(\S+)/.exec(readFileSync('Dockerfile', 'utf8'));
  const env = { NODE_OPTIONS, NODE_COMPILE_CACHE: join(folder, 'compile-cache') };
  const start = () => startMadang(campus, 'image', { node, script: 'bundle/dist/main.js', env });
  // Fills the cache.
  await (await start()).stop();
  return start;
}

/** @returns {Promise<import('./goals.mjs').Goal[]>} */
export async function measureStart(bench) {
  const start = await image(bench);
  const times = [];
  for (let i = 0; i < STARTS; i++) {
    const program = await start();
    times.push(program.readyAfter / 1000);
    await program.stop();
  }
  console.log(`cold start: ${times.map((time) => time.toFixed(2)).join(', ')} s`);
  return [{ name: 'cold start', what: 'until ready', value: median(times), limit: READY_WITHIN, unit: ' s' }];
}

/** @returns {Promise<import('./goals.mjs').Goal[]>} */
export async function measureMemory(bench) {
  const program = await (await image(bench))();
  try {
    await sleep(SETTLE);
    const idle = memoryOf(program.pid);
    const anonymousIdle = memoryOf(program.pid, 'Pss_Anon');
    let loaded = idle;
    const watch = setInterval(() => (loaded = Math.max(loaded, memoryOf(program.pid))), 500);
    const all = workloads(bench.parts);
    for (const name of LOADS) await once(program, all[name], { width: WIDTH, seconds: bench.seconds });
    clearInterval(watch);
    // Pages of the program are shared with other processes of the same Node, if there are any.
    const anonymous = memoryOf(program.pid, 'Pss_Anon');
    console.log(`memory: ${megabytes(idle)} idle, ${megabytes(loaded)} at most under load (PSS)`);
    console.log(`  without files ${megabytes(anonymousIdle)} idle, ${megabytes(anonymous)} at the end`);
    return [
      { name: 'memory', what: 'idle', value: idle, limit: IDLE, unit: ' MB' },
      { name: 'memory', what: 'loaded', value: loaded, limit: LOADED, unit: ' MB' },
    ];
  } finally {
    await program.stop();
  }
}

const megabytes = (number) => `${number.toFixed(0)} MB`;
