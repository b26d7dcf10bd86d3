import { weeksToMask } from '../../meetings.js';
import { weekdayOf, timeOf, weekRange } from './cells.js';
import { BadRow, type CatalogueFormat, type RawMeeting } from './format.js';

const FIELDS = [
  ...['code', 'section', 'title', 'subject', 'department', 'category', 'credits', 'creditsMax', 'professors'],
  ...['grade', 'capacity', 'enrolled', 'note', 'place', 'meetings'],
];

/** The project's own JSON: a list of lectures, each with its meetings, in the words of the API. */
export const plainJson: CatalogueFormat = {
  name: 'json',
  title: "Madang's own JSON: a list of lectures",
  file: { type: 'json', list: 'lectures', bare: true, keys: ['code', 'section', 'title'] },
  key: { code: 'code', section: 'section' },
  knows: FIELDS,
  recordIs: 'lecture',
  rowOf: (record) => ({
    ...record,
    professors: listIn(record.professors, 'professors'),
    meetings: listIn(record.meetings, 'meetings').map(meetingOf),
  }),
};

function listIn(value: unknown, name: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new BadRow(`${name} is no list`);
  return value;
}

function meetingOf(value: unknown): RawMeeting {
  if (typeof value !== 'object' || value === null) throw new BadRow('a meeting is no object');
  const { day, start, end, room, weeks } = value as Record<string, unknown>;
  return {
    day: typeof day === 'string' ? weekdayOf(day) : (day as number),
    start: minutesOf(start),
    end: minutesOf(end),
    room,
    weeks: maskOf(listIn(weeks, 'weeks')),
  };
}

/** 630 and `10:30` are one. */
function minutesOf(value: unknown): number {
  return typeof value === 'string' ? timeOf(value) : (value as number);
}

function maskOf(weeks: readonly unknown[]): number | null {
  for (const week of weeks) {
    if (!Number.isInteger(week)) throw new BadRow('weeks holds something that is no whole number');
    weekRange(week as number, week as number);
  }
  return weeksToMask(weeks as number[]);
}
