import { CannotImport } from '../../catalogue/imports/format.js';
import { semesterName } from '../../catalogue/semesters/semester-name.js';
import type { SemesterDates } from '../../catalogue/semesters/semester-dates.js';
import { SemestersQueries } from '../../catalogue/semesters/semesters.queries.js';
import { SemestersService } from '../../catalogue/semesters/semesters.service.js';
import { Clock } from '../../common/clock.js';
import { Cursors } from '../../common/cursor.js';
import { Idempotency } from '../../common/idempotency/idempotency.js';
import { Problem } from '../../common/problems/problem.js';
import type { Config } from '../../config/config.js';
import { OF_REQUEST } from '../../database/budget.js';
import { Database } from '../../database/database.js';
import type { SemesterCommand } from './arguments.js';

/**
 * Makes a semester or changes the given fields.
 *
 * @returns the text to print
 * @throws CannotImport for dates that are no semester, and for one that is not there when nothing is given
 */
export async function runSemester({ semester, dates }: SemesterCommand, config: Config): Promise<string> {
  const database = await Database.open({ ...config.database, poolSize: 2 }, OF_REQUEST);
  try {
    const name = semesterName(semester);
    const saved = await semestersOf(database, config).save(semester, dates);
    if (!saved) throw new CannotImport(`There is no ${name}: --starts and --ends make it.`);
    const verb = { made: 'Made ', changed: 'Changed ', unchanged: '' }[saved.outcome];
    return `${verb}${name}: ${shown(saved.dates)}`;
  } catch (error) {
    throw error instanceof Problem ? new CannotImport(explained(error)) : error;
  } finally {
    await database.close();
  }
}

function semestersOf(database: Database, config: Config): SemestersService {
  const clock = new Clock();
  const idempotency = new Idempotency(database, clock, config);
  const queries = new SemestersQueries(database);
  return new SemestersService(database, queries, idempotency, new Cursors(config), config, clock);
}

function explained({ options, texts }: Problem): string {
  const [error] = options.errors ?? [];
  return error ? `The semester's ${error.pointer.replace('#/', '')} ${error.texts.en}.` : texts.en;
}

function shown({ startsOn, endsOn, timeZone, holidays }: SemesterDates): string {
  return `${startsOn} to ${endsOn}, ${timeZone}, ${holidays.length === 0 ? 'no holidays' : `holidays ${holidays.join(', ')}`}`;
}
