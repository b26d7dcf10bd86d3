import type { LongConnection } from '../../database/long-connection.js';
import { datesOfNew } from '../semesters/default-dates.js';
import { faultOf, type SemesterDates } from '../semesters/semester-dates.js';
import { TERMS } from '../semesters/semester.entity.js';
import { semesterName, type SemesterName } from '../semesters/semester-name.js';
import { SEMESTER } from '../semesters/semesters.queries.js';
import type { SemesterRow } from '../semesters/semesters.dto.js';
import { CannotImport } from './cannot-import.js';

/** The semester that an import is for; `id` is `null` as long as it is not there. */
export interface ImportSemester {
  id: number | null;
  name: SemesterName;
  dates: SemesterDates;
}

export async function semesterRow(
  connection: LongConnection,
  { year, term }: SemesterName,
): Promise<SemesterRow | undefined> {
  const key = [year, TERMS.indexOf(term)];
  return connection.selectOne(SEMESTER, 'FROM semesters s WHERE s.year = ? AND s.term = ?', key);
}

/**
 * The semester as it is stored; else as it will be: with the dates that were given, else those that the file tells, else
 * those of the academic year.
 *
 * @throws CannotImport for dates that are none, and for given ones that are not those of a semester that is there
 */
export async function semesterFor(
  connection: LongConnection,
  name: SemesterName,
  given: Partial<SemesterDates>,
  told: Partial<SemesterDates>,
): Promise<ImportSemester> {
  const row = await semesterRow(connection, name);
  if (!row) return { id: null, name, dates: checkedDates(datesOfNew(name, { ...told, ...given })) };
  const { startsOn, endsOn, timeZone, holidays } = row;
  const dates: SemesterDates = { startsOn, endsOn, timeZone, holidays };
  if (JSON.stringify({ ...dates, ...given }) !== JSON.stringify(dates)) {
    const asked = `catalogue semester ${semesterName(name)}`;
    throw new CannotImport(`The semester is there with other dates: change them first with \`${asked}\`.`);
  }
  return { id: row.id, name, dates };
}

/** @throws CannotImport */
export function checkedDates(dates: SemesterDates): SemesterDates {
  const checked = { ...dates, holidays: [...new Set(dates.holidays)].sort() };
  const fault = faultOf(checked);
  if (fault) throw new CannotImport(`The semester's ${fault.field} ${fault.texts.en}.`);
  return checked;
}

/** @returns its id */
export async function insertSemester(connection: LongConnection, { name, dates }: ImportSemester): Promise<number> {
  const { startsOn, endsOn, timeZone, holidays } = dates;
  const { insertId } = await connection.run(
    'INSERT INTO semesters (year, term, starts_on, ends_on, time_zone, holidays) VALUES (?, ?, ?, ?, ?, ?)',
    [name.year, TERMS.indexOf(name.term), startsOn, endsOn, timeZone, JSON.stringify(holidays)],
  );
  return insertId;
}
