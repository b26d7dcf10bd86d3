import { CannotImport } from '../../catalogue/imports/format.js';
import { checkedDates, insertSemester, semesterRow } from '../../catalogue/imports/run-import.js';
import { datesOfNew } from '../../catalogue/semesters/default-dates.js';
import type { SemesterDates } from '../../catalogue/semesters/semester-dates.js';
import { semesterName } from '../../catalogue/semesters/semester-name.js';
import type { DatabaseConfig } from '../../config/database-config.js';
import { LongConnection } from '../../database/long-connection.js';
import type { SemesterCommand } from './arguments.js';

/**
 * Makes a semester or changes the given fields.
 *
 * @returns the text to print
 * @throws CannotImport for dates that are no semester, and for one that is not there when nothing is given
 */
export async function runSemester(command: SemesterCommand, database: DatabaseConfig): Promise<string> {
  const connection = await LongConnection.open(database);
  try {
    return await connection.transaction(() => change(command, connection));
  } finally {
    await connection.close();
  }
}

async function change({ semester, dates }: SemesterCommand, connection: LongConnection): Promise<string> {
  const name = semesterName(semester);
  const row = await semesterRow(connection, semester);
  if (!row) {
    if (Object.keys(dates).length === 0) throw new CannotImport(`There is no ${name}: --starts and --ends make it.`);
    const made = checkedDates(datesOfNew(semester, dates));
    await insertSemester(connection, { id: null, name: semester, dates: made });
    return `Made ${name}: ${told(made)}`;
  }
  const { startsOn, endsOn, timeZone, holidays } = row;
  const before: SemesterDates = { startsOn, endsOn, timeZone, holidays };
  const after = checkedDates({ ...before, ...dates });
  if (JSON.stringify(after) === JSON.stringify(before)) return `${name}: ${told(before)}`;
  await connection.run(
    'UPDATE semesters SET starts_on = ?, ends_on = ?, time_zone = ?, holidays = ?, version = version + 1 WHERE id = ?',
    [after.startsOn, after.endsOn, after.timeZone, JSON.stringify(after.holidays), row.id],
  );
  return `Changed ${name}: ${told(after)}`;
}

function told({ startsOn, endsOn, timeZone, holidays }: SemesterDates): string {
  return `${startsOn} to ${endsOn}, ${timeZone}, ${holidays.length === 0 ? 'no holidays' : `holidays ${holidays.join(', ')}`}`;
}
