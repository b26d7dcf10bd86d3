import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, printTable } from '../lib/measure.mjs';
import { printGoals } from './goals.mjs';
import { plot } from './plot.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const RESULTS = join(HERE, 'results.json');
const PLOT = join(HERE, 'results.svg');

/** Prints the ratios beside those of the stored run, and the goals. @param {boolean} save for the next run to compare with */
export function report(found, save) {
  if (found.results.length > 0) printRatios(found);
  printGoals(found.goals);
  if (!save) return;
  writeFileSync(RESULTS, `${JSON.stringify(rounded(found), null, 1)}\n`);
  writeFileSync(PLOT, plot(found));
  console.log(`written: ${RESULTS}, ${PLOT}`);
}

function printRatios({ results, memory }) {
  const before = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : undefined;
  const rows = results.map(({ name, width, ratios, statements: counts, runs }) => {
    const last = before?.results.find((one) => one.name === name && one.width === width);
    const cell = (key) => ratios[key].toFixed(2) + (last ? ` (${last.ratios[key].toFixed(2)})` : '');
    return [
      ...[name, width, cell('rate'), cell('serverCpu'), cell('databaseCpu')],
      `${counts.Madang.toFixed(1)} / ${counts.baseline}`,
      spread(runs.Madang),
      runs.Madang.concat(runs.baseline).reduce((sum, { errors }) => sum + errors, 0),
    ];
  });
  printTable(
    ['workload', 'connections', 'requests/s', 'server CPU', 'database CPU', 'statements', 'spread', 'errors'],
    rows,
  );
  for (const [name, { idle, loaded }] of Object.entries(memory)) {
    console.log(`${name}: ${idle.toFixed(0)} MB idle, ${loaded.toFixed(0)} MB loaded (PSS)`);
  }
}

/** The difference of the runs' rates, as a part of the median. */
function spread(runs) {
  const rates = runs.map(({ rate }) => rate);
  return `${((100 * (Math.max(...rates) - Math.min(...rates))) / median(rates)).toFixed(0)} %`;
}

function rounded(found) {
  return JSON.parse(
    JSON.stringify(found, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value)),
  );
}
