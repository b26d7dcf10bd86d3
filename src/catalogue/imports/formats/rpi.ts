import { cell, listOf, timeOf, weeksBetween } from './cells.js';
import { BadRow, type CatalogueFormat, type CatalogueRecord, type RawMeeting } from './format.js';
import type { SemesterDates } from '../../semesters/semester-dates.js';

const DAYS = 'MTWRFSU';
const announced = (value: unknown): string => (cell(value) === 'TBA' ? '' : cell(value));

/** Rensselaer Polytechnic Institute: the CSV of the YACS course scheduler. */
export const rpi: CatalogueFormat = {
  name: 'rpi',
  title: "the CSV of Rensselaer Polytechnic's scheduler YACS",
  file: {
    type: 'csv',
    columns: ['course_crn', 'course_section', 'short_name', 'full_name', 'course_days_of_the_week'],
  },
  key: { code: 'short_name', section: 'course_section' },
  recordIs: 'part',
  rowOf: (record, semester) => {
    const meetings = meetingsOf(record, semester);
    const untimed = meetings.length === 0;
    const days = cell(record.course_days_of_the_week);
    const half = untimed && (days !== '' || cell(record.course_start_time) !== '');
    return {
      title: record.full_name,
      department: record.course_department,
      credits: record.course_credit_hours,
      professors: listOf(announced(record.course_instructor), '/'),
      capacity: record.course_max_enroll,
      enrolled: record.course_enrolled,
      place: untimed ? announced(record.course_location) : null,
      meetings,
      warnings: half ? ['a day without a time, or a time without a day: taken as untimed'] : [],
    };
  },
  datesOf: (records) => {
    const days = (column: string) =>
      records
        .map((record) => cell(record[column]))
        .filter(Boolean)
        .sort();
    const [startsOn, endsOn] = [days('course_start_date')[0], days('course_end_date').at(-1)];
    return { ...(startsOn && { startsOn }), ...(endsOn && { endsOn }), timeZone: 'America/New_York' };
  },
};

/** Each row has dates of its own; some courses end before the term does. */
function meetingsOf(record: CatalogueRecord, semester: SemesterDates): RawMeeting[] {
  const [start, end] = [cell(record.course_start_time), cell(record.course_end_time)];
  const [from, to] = [cell(record.course_start_date), cell(record.course_end_date)];
  if (start === '') return [];
  return Array.from(cell(record.course_days_of_the_week), (letter) => {
    const day = DAYS.indexOf(letter);
    if (day === -1) throw new BadRow(`"${letter}" is no day of the week`);
    const weeks = weeksBetween(day, from || semester.startsOn, to || semester.endsOn, semester);
    return { day, start: timeOf(start), end: timeOf(end), weeks, room: announced(record.course_location) };
  });
}
