import { loadConfig } from '../config/config.js';
import { openDataSource } from '../database/connect.js';
import { migrationOptions } from '../database/data-source-options.js';
import { Database } from '../database/database.js';
import { explain } from './explain.js';
import { recount } from './repair/recount.js';

const USAGE = `repair          counts every stored counter again and reports those that have drifted
repair --fix    writes what was counted, also while the server runs

Ends with 1 if a counter has drifted and was not corrected, with 2 if it could not look.`;
const MOST_LINES = 200;

async function main(fix: boolean): Promise<void> {
  const { database } = loadConfig(process.env);
  const dataSource = await openDataSource(migrationOptions(database), database);
  try {
    const drifts = await recount(new Database(dataSource), { fix });
    for (const { table, column, id, stored, counted } of drifts.slice(0, MOST_LINES)) {
      console.log(`${table} ${id}: ${column} is ${stored}, counted ${counted}`);
    }
    if (drifts.length > MOST_LINES) console.log(`… and ${drifts.length - MOST_LINES} more`);
    if (drifts.length === 0) console.log('Every counter is right.');
    else if (fix) console.log(`Corrected ${drifts.length}.`);
    else console.log(`${drifts.length} have drifted. \`repair --fix\` corrects them.`);
    if (drifts.length > 0 && !fix) process.exitCode = 1;
  } finally {
    await dataSource.destroy();
  }
}

const options = process.argv.slice(2);
if (options.some((option) => option !== '--fix')) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    await main(options.includes('--fix'));
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 2;
  }
}
