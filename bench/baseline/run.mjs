import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { memoryOf, Program } from '../lib/program.mjs';
import { measureMemory, measureStart } from './cold-start.mjs';
import { compareAnswers, countStatements } from './compare.mjs';
import { openCampus } from './database.mjs';
import { goalsOf, goalsOfDeepPage } from './goals.mjs';
import { measureGrowth } from './growth.mjs';
import { measureLogIn } from './log-in.mjs';
import { inTurn, otherWork } from './measure.mjs';
import { report } from './report.mjs';
import { JWT_SECRET } from './requests.mjs';
import { measureSearch } from './search.mjs';
import { partsOf, workloads } from './workloads.mjs';

/**
 * `npm run bench`: Madang against the baseline (server.mjs) on one seeded database. Each workload runs in turn A B A B,
 * with
 * 32 connections and with 4. First it compares their answers and counts the baseline's statements. Then it measures Madang
 * alone. Limits, log and metrics are on. Linux, an idle machine.
 */
const { values: options } = parseArgs({
  options: {
    posts: { type: 'string', default: '200000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    save: { type: 'boolean', default: false },
  },
});
if (options.save && options.only) throw new Error('--save is for a whole run: leave out --only.');
const [POSTS, SECONDS, ROUNDS] = [options.posts, options.seconds, options.rounds].map(Number);
const WIDTHS = [32, 4];
/** Measurements of Madang alone. */
const ALONE = {
  search: measureSearch,
  'log in': measureLogIn,
  growth: measureGrowth,
  'cold start': measureStart,
  memory: measureMemory,
};
const isAsked = ([name]) => name.includes(options.only);

const folder = mkdtempSync(join(tmpdir(), 'madang-bench-'));
const campus = await openCampus(POSTS);
const programs = [];
try {
  const parts = await partsOf(campus.connection, POSTS);
  const asked = Object.entries(workloads(parts)).filter(isAsked);
  const alone = Object.entries(ALONE).filter(isAsked);
  if (asked.length + alone.length === 0) throw new Error(`Nothing has "${options.only}" in its name.`);
  programs.push(await startMadang(campus, 'Madang'));
  const bench = { campus, parts, folder, madang: programs[0], startMadang };
  const sizes = { posts: POSTS, seconds: SECONDS, rounds: ROUNDS };
  const compared = asked.length > 0 ? await compareAll(asked, parts) : { results: [], goals: [], memory: {} };
  for (const [name, measure] of alone) compared.goals.push(...(await goalsFrom(name, measure, { ...bench, ...sizes })));
  report({ ...sizes, ...compared }, options.save);
} finally {
  for (const program of programs) await program.stop();
  await campus.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** A failed measurement counts as a missed goal. Earlier results are still reported. */
async function goalsFrom(name, measure, bench) {
  try {
    return await measure(bench);
  } catch (error) {
    console.error(`${name}: ${error.stack}`);
    return [{ name, what: 'failed', value: 1, limit: 0 }];
  }
}

/** @param {{node?: string, script?: string, env?: Record<string, string>}} [how] */
async function startMadang(on, name, { node, script = 'dist/main.js', env: more } = {}) {
  const env = {
    ...envOf(on),
    ...{ NODE_ENV: 'development', LOG_LEVEL: 'info', LOAD_SHEDDING: 'off', MAIL_DIRECTORY: join(folder, 'mail') },
    ...more,
  };
  const program = await Program.start({ name, script, env, node, log: join(folder, `${name}.log`) });
  return Object.assign(program, { campus: on, env });
}

async function startBaseline() {
  const readyPath = '/api/v1/boards/2/posts';
  const script = 'bench/baseline/server.mjs';
  const log = join(folder, 'baseline.log');
  const program = await Program.start({ name: 'baseline', script, env: envOf(campus), log, readyPath });
  return Object.assign(program, { campus });
}

function envOf({ options: { host, port, user, password, database } }) {
  const server = { DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASSWORD: password };
  return { ...server, DB_NAME: database, JWT_SECRET };
}

async function compareAll(asked, parts) {
  programs.push(await startBaseline());
  await sleep(3_000);
  const memory = Object.fromEntries(programs.map(({ name, pid }) => [name, { idle: memoryOf(pid), loaded: 0 }]));
  await compareAnswers(programs, parts);
  const results = [];
  for (const [name, workload] of asked) {
    const statements = await countStatements(programs, campus.connection, name, workload);
    for (const width of WIDTHS) {
      const both = new Map(programs.map((program) => [program, workload]));
      const { ratios, runs } = await inTurn(both, { rounds: ROUNDS, width, seconds: SECONDS });
      const result = { name, width, statements, ratios, runs: { Madang: runs[0], baseline: runs[1] } };
      results.push(result);
      console.log(lineOf(result));
      for (const { name: program, pid } of programs) {
        memory[program].loaded = Math.max(memory[program].loaded, memoryOf(pid));
      }
    }
  }
  await programs.pop().stop();
  return { results, memory, goals: [...goalsOf(results), ...goalsOfDeepPage(results)] };
}

function lineOf({ name, width, ratios, runs: { Madang, baseline } }) {
  const rates = (runs) => runs.map(({ rate }) => Math.round(rate)).join();
  const errors = (runs) => runs.map((run) => run.errors).join();
  return (
    `${name}, ${width} connections: ${rates(Madang)} against ${rates(baseline)} a second (${ratios.rate.toFixed(2)}), ` +
    `server CPU ${ratios.serverCpu.toFixed(2)}, database CPU ${ratios.databaseCpu.toFixed(2)}; ` +
    `errors ${errors(Madang)} and ${errors(baseline)}${otherWork([...Madang, ...baseline])}`
  );
}
