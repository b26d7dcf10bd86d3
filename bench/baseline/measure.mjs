import { median } from '../lib/measure.mjs';
import { closedLoop, Connections, openLoop, percentile } from '../lib/open-loop.mjs';
import { cpuOf, cpuOfMachine } from '../lib/program.mjs';
import { nextOf } from './compare.mjs';
import { request } from './requests.mjs';
import { READERS } from './workloads.mjs';

/** Part of the processor time of a measurement that other programs may use. */
const FOREIGN = 0.05;

/**
 * Two programs in turn A B A B.
 *
 * @param {Map<Program, object>} workloads of each
 * @returns the runs of each, and the ratios of the first one's medians to the second one's
 */
export async function inTurn(workloads, { rounds, ...load }) {
  const runs = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const [i, [program, workload]] of [...workloads].entries()) runs[i].push(await once(program, workload, load));
  }
  const ratio = (key) => median(runs[0].map((run) => run[key])) / median(runs[1].map((run) => run[key]));
  return {
    ratios: { rate: ratio('rate'), serverCpu: ratio('serverCpu'), databaseCpu: ratio('databaseCpu') },
    runs,
  };
}

/** Rates a second; milliseconds of processor time for each answer. */
export async function once(program, workload, { width, seconds }) {
  const next = await nextOf(program, workload);
  const connections = new Connections(program.port);
  await closedLoop(connections, { width, seconds: 1, next });
  const parts = () => ({
    server: cpuOf(program.pid),
    database: cpuOf(program.campus.pid),
    self: cpuOf(process.pid),
    all: cpuOfMachine(),
  });
  const before = parts();
  const { rate, took } = await closedLoop(connections, { width, seconds, next });
  const after = parts();
  connections.close();
  const spent = Object.fromEntries(Object.keys(before).map((key) => [key, after[key] - before[key]]));
  const good = rate * seconds;
  return {
    ...{ rate, errors: took.length - Math.round(good), p50: percentile(took, 0.5), p99: percentile(took, 0.99) },
    ...{ serverCpu: spent.server / good, databaseCpu: spent.database / good },
    foreign: Math.max(0, spent.all - spent.server - spent.database - spent.self) / Math.max(1, spent.all),
  };
}

/** What to print behind a measurement that other programs have disturbed. */
export function otherWork(runs) {
  const foreign = Math.max(...runs.map((run) => run.foreign));
  return foreign > FOREIGN ? `; OTHER WORK ${(foreign * 100).toFixed(0)} %` : '';
}

/** Lists of posts a second that other members ask for while something else is measured. */
const LISTS = 50;

/** Milliseconds of each list that others read, at a fixed rate. */
export async function listTimes(program, seconds) {
  const connections = new Connections(program.port);
  let n = 0;
  const next = () => request('GET', '/boards/1/posts', 2 + (++n % READERS));
  const { answers, unanswered } = await openLoop(connections, { rate: LISTS, seconds, next });
  connections.close();
  const failed = unanswered + answers.filter(({ status }) => status !== 200).length;
  if (failed > 0) throw new Error(`${failed} lists failed`);
  return answers.map(({ took }) => took);
}
