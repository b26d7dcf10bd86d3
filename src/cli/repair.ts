import { loadConfig } from '../config/config.js';
import { OF_COMMAND } from '../database/budget.js';
import { Database } from '../database/database.js';
import { explain } from './explain.js';
import { findBrokenMeetings } from './repair/broken-meetings.js';
import { recount } from './repair/recount.js';

const USAGE = `repair          recounts every stored counter and reports drift; reports custom entries with broken meetings
repair --fix    writes the right counters and removes broken meetings, also while the server runs

Ends with 1 if something is wrong and was not corrected, with 2 if it could not look.`;
const MOST_LINES = 200;

async function main(fix: boolean): Promise<void> {
  const { database } = loadConfig(process.env);
  const connected = await Database.open({ ...database, poolSize: 2 }, OF_COMMAND);
  try {
    const drifts = await recount(connected, { fix });
    print(
      drifts.map(({ table, column, id, stored, counted }) => {
        return `${table} ${id}: ${column} is ${stored}, counted ${counted}`;
      }),
    );
    const entries = await findBrokenMeetings(connected, { fix });
    print(
      entries.map(({ id, broken, kept }) => {
        return `timetable_entries ${id}: ${broken} of ${broken + kept.length} meetings broken`;
      }),
    );
    if (drifts.length === 0) console.log('Every counter is right.');
    if (entries.length === 0) console.log('Every custom entry is right.');
    const found = drifts.length + entries.length;
    if (found > 0 && fix) console.log(`Corrected ${found}.`);
    if (found > 0 && !fix) {
      console.log(`${found} are wrong. \`repair --fix\` corrects them.`);
      process.exitCode = 1;
    }
  } finally {
    await connected.close();
  }
}

function print(lines: string[]): void {
  for (const line of lines.slice(0, MOST_LINES)) console.log(line);
  if (lines.length > MOST_LINES) console.log(`… and ${lines.length - MOST_LINES} more`);
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
