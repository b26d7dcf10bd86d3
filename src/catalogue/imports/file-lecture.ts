import { codePoints, isStorable, UNSEEN } from '../../common/text.js';
import { DAY_MINUTES, DAYS, inOrder, MAX_MEETINGS, type Meeting, overlaps } from '../meetings.js';
import {
  BadRow,
  type CatalogueFormat,
  type CatalogueRecord,
  cell,
  excerpt,
  type RawMeeting,
  type RawRow,
} from './format.js';

/** In characters: the sizes of the columns of `lectures` and `subjects`, and the bounds for members. */
const MOST = {
  code: 40,
  section: 20,
  title: 200,
  subject: 200,
  department: 100,
  category: 50,
  grade: 50,
  note: 2000,
  place: 300,
  room: 100,
  professor: 50,
};
const MAX_PROFESSORS = 20;
const MAX_CREDITS = 99;
const MAX_SEATS = 100_000;

/** The fields that identify a row's lecture. */
export interface RowKey {
  code: string;
  section: string;
}

/** A record's values, trimmed and within bounds; `null` for a missing one. */
export interface CheckedRow extends RowKey {
  title: string | null;
  subject: string | null;
  department: string | null;
  category: string | null;
  credits: number | null;
  creditsMax: number | null;
  professors: string[];
  grade: string | null;
  capacity: number | null;
  enrolled: number | null;
  note: string | null;
  place: string | null;
  meetings: Meeting[];
  warnings: string[];
}

/** @throws BadRow when the record has no code or no section */
export function checkedKey(record: CatalogueRecord, { key }: Pick<CatalogueFormat, 'key'>): RowKey {
  const [code, section] = [text(record[key.code], 'code'), text(record[key.section], 'section')];
  if (code === null) throw new BadRow('code is missing');
  if (section === null) throw new BadRow('section is missing');
  return { code, section };
}

/** @throws BadRow with the first thing that is wrong */
export function checkedRow(key: RowKey, raw: RawRow): CheckedRow {
  const { professors = [], warnings = [] } = raw;
  if (professors.length > MAX_PROFESSORS) throw new BadRow(`has more than ${MAX_PROFESSORS} professors`);
  const names = professors.map((name) => text(name, 'professors', MOST.professor)).filter((name) => name !== null);
  return {
    ...key,
    title: text(raw.title, 'title'),
    subject: text(raw.subject, 'subject'),
    department: text(raw.department, 'department'),
    category: text(raw.category, 'category'),
    ...creditsOf(raw),
    professors: [...new Set(names)],
    grade: text(raw.grade, 'grade'),
    capacity: seats(raw.capacity, 'capacity'),
    enrolled: seats(raw.enrolled, 'enrolled'),
    note: text(raw.note, 'note'),
    place: text(raw.place, 'place'),
    meetings: raw.meetings.map(meetingOf),
    warnings: [...warnings],
  };
}

/** NFC, trimmed, on one line; `null` if it is empty or invisible. */
function text(value: unknown, name: string, most: number = MOST[name as keyof typeof MOST]): string | null {
  if (value === undefined || value === null) return null;
  const given = typeof value === 'number' ? String(value) : value;
  if (typeof given !== 'string') throw new BadRow(`${name} is no text`);
  if (!isStorable(given)) throw new BadRow(`${name} holds characters that cannot be stored`);
  if (given.includes('\uFFFD')) throw new BadRow(`${name} is not valid UTF-8`);
  if (given.length > most * 8) throw new BadRow(`${name} has more than ${most} characters`);
  const tidy = UNSEEN.test(given) ? '' : given.normalize('NFC').trim().replace(/\s+/gu, ' ');
  if (codePoints(tidy) > most) throw new BadRow(`${name} has more than ${most} characters`);
  return tidy === '' ? null : tidy;
}

/** `3`, `"3.0"` or a range, `"1-15"`. */
function creditsOf({ credits, creditsMax }: RawRow): { credits: number | null; creditsMax: number | null } {
  const [, least, most] = /^([\d.]+)\s*[-–~]\s*([\d.]+)$/.exec(cell(credits)) ?? [];
  const from = creditsIn(least ?? credits, 'credits');
  const to = creditsIn(most ?? creditsMax, 'creditsMax');
  if (to !== null && (from === null || to < from)) throw new BadRow('creditsMax is below credits');
  return { credits: from, creditsMax: to === from ? null : to };
}

function creditsIn(value: unknown, name: string): number | null {
  const number = numberIn(value, name);
  if (number === null) return null;
  if (number < 0 || number > MAX_CREDITS) throw new BadRow(`${name} is not from 0 to ${MAX_CREDITS}`);
  if (Number(number.toFixed(1)) !== number) throw new BadRow(`${name} has more than one decimal place`);
  return number;
}

function seats(value: unknown, name: string): number | null {
  const number = numberIn(value, name);
  if (number !== null && !(Number.isInteger(number) && number >= 0 && number <= MAX_SEATS)) {
    throw new BadRow(`${name} is no whole number from 0 to ${MAX_SEATS}`);
  }
  return number;
}

function numberIn(value: unknown, name: string): number | null {
  if (value === undefined || value === null || value === '') return null;
  const given = cell(value);
  if (given === '' && typeof value === 'string') return null;
  if (given === '') throw new BadRow(`${name} is no number`);
  if (!/^\d{1,9}(\.\d{1,9})?$/.test(given)) throw new BadRow(`${name} is no number: "${excerpt(given)}"`);
  return Number(given);
}

function meetingOf({ day, start, end, room, weeks = null }: RawMeeting): Meeting {
  const isMinute = (value: unknown, least: number, most: number) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  if (!isMinute(day, 0, DAYS - 1)) throw new BadRow('the day of a meeting is not from 0 (Monday) to 6');
  if (!isMinute(start, 0, DAY_MINUTES - 1)) throw new BadRow('the start of a meeting is no time of day');
  if (!isMinute(end, 1, DAY_MINUTES)) throw new BadRow('the end of a meeting is no time of day');
  if (end <= start) throw new BadRow('a meeting ends before it starts: over midnight it is two meetings');
  return { day, start, end, room: text(room, 'room'), weeks };
}

/** A lecture of the file, from all its rows. */
export interface FileLecture extends Omit<CheckedRow, 'title' | 'subject' | 'credits' | 'warnings'> {
  /** The line of its first row. */
  line: number;
  title: string;
  /** The subject's name in the file. */
  subject: string;
  credits: number;
}

export interface LocatedRow {
  line: number;
  row: CheckedRow;
}

/** Fields that later rows of a lecture may leave empty. They must not contradict the first row. */
const SAME = [
  'title',
  'subject',
  'department',
  'category',
  'credits',
  'creditsMax',
  'grade',
  'capacity',
  'enrolled',
  'note',
] as const;

/**
 * Merges the rows of one lecture. Combined texts follow the order of the meetings, not of the rows: a file in another
 * order changes nothing.
 *
 * @param rows at least one, in the file's order
 * @param warn gets warnings about accepted values
 * @throws BadRow when they contradict each other or something is missing
 */
export function fileLectureOf(rows: readonly LocatedRow[], warn: (line: number, text: string) => void): FileLecture {
  const { line, row: first } = rows[0];
  const said = { ...first };
  for (const { line: other, row } of rows.slice(1)) {
    for (const field of SAME) {
      const [one, another] = [said[field], row[field]];
      if (one !== null && another !== null && one !== another) {
        throw new BadRow(`line ${other} says another ${field} than line ${line}, of the same lecture`);
      }
      Object.assign(said, { [field]: one ?? another });
    }
  }
  const { code, section, credits } = said;
  const title = said.title ?? said.subject;
  if (title === null) throw new BadRow('title is missing');
  if (credits === null) throw new BadRow('credits is missing');
  const sorted = rows.toSorted(byFirstMeeting);
  const professors = [...new Set(sorted.flatMap(({ row }) => row.professors))];
  if (professors.length > MAX_PROFESSORS) throw new BadRow(`has more than ${MAX_PROFESSORS} professors`);
  for (const one of rows) for (const warning of one.row.warnings) warn(one.line, warning);
  const { department, category, creditsMax, grade, capacity, enrolled, note } = said;
  return {
    line,
    code,
    section,
    title,
    subject: said.subject ?? title,
    department,
    category,
    credits,
    creditsMax,
    professors,
    grade,
    capacity,
    enrolled,
    note,
    place: placeOf(sorted),
    meetings: meetingsOf(rows, (text) => warn(line, text)),
  };
}

/** For equal meetings, or none: sorts by the other merged values. */
function byFirstMeeting({ row: a }: LocatedRow, { row: b }: LocatedRow): number {
  const [[first], [other]] = [a.meetings, b.meetings];
  const told = ({ professors, place }: CheckedRow) => JSON.stringify([professors, place]);
  if (!first || !other) return Number(!first) - Number(!other) || compare(told(a), told(b));
  return inFullOrder(first, other) || compare(told(a), told(b));
}

function placeOf(rows: readonly LocatedRow[]): string | null {
  const places = [...new Set(rows.map(({ row }) => row.place).filter((place) => place !== null))].join(', ');
  if (places.length > MOST.place) throw new BadRow(`place has more than ${MOST.place} characters`);
  return places === '' ? null : places;
}

function meetingsOf(rows: readonly LocatedRow[], warn: (text: string) => void): Meeting[] {
  const sorted = rows.flatMap(({ row }) => row.meetings).sort(inFullOrder);
  const distinct = sorted.filter((one, index) => index === 0 || inFullOrder(sorted[index - 1], one) !== 0);
  if (distinct.length < sorted.length) warn('the same meeting stands in the file twice: taken once');
  const meetings = inOneRoomEach(distinct);
  if (meetings.length > MAX_MEETINGS) throw new BadRow(`has more than ${MAX_MEETINGS} meetings`);
  const clashes = meetings.some((one, index) => meetings.slice(0, index).some((other) => overlaps(one, other)));
  if (clashes) warn('two of its meetings clash with each other: taken as they are');
  return meetings;
}

/** Meetings that differ only in the room are one: `020-104, 020-108`. Rooms that are too many to be stored stay apart. */
function inOneRoomEach(meetings: readonly Meeting[]): Meeting[] {
  const merged: Meeting[] = [];
  for (const meeting of meetings) {
    const at = merged.findIndex((one) => inOrder(one, meeting) === 0 && one.weeks === meeting.weeks);
    const rooms = [merged[at]?.room, meeting.room].filter(Boolean).join(', ') || null;
    if (at === -1 || codePoints(rooms ?? '') > MOST.room) merged.push(meeting);
    else merged[at] = { ...meeting, room: rooms };
  }
  return merged;
}

/** By day and time; equal ones by room and weeks. */
export function inFullOrder(a: Meeting, b: Meeting): number {
  return inOrder(a, b) || compare(a.room ?? '', b.room ?? '') || (a.weeks ?? 0) - (b.weeks ?? 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
