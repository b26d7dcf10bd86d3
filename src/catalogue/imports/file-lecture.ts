import { codePoints } from '../../common/text.js';
import { inOrder, MAX_MEETINGS, overlaps, type Meeting } from '../meetings.js';
import type { CheckedRow } from './check-row.js';
import { BadRow } from './formats/format.js';

const MAX_PLACE = 300;
const MAX_ROOM = 100;
const MAX_PROFESSORS = 20;

/** A lecture as the file has it, made of all its rows. */
export interface FileLecture {
  /** Of its first row. */
  line: number;
  code: string;
  section: string;
  title: string;
  /** The subject's name in the file. */
  subject: string;
  department: string | null;
  category: string | null;
  credits: number;
  creditsMax: number | null;
  professors: string[];
  grade: string | null;
  capacity: number | null;
  enrolled: number | null;
  note: string | null;
  place: string | null;
  /** In order. */
  meetings: Meeting[];
}

export interface LocatedRow {
  line: number;
  row: CheckedRow;
}

/** Fields that later rows of a lecture may leave empty, but not contradict. */
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
 * Puts the rows of one lecture together. What they say together is in the order of their meetings, not of the rows, so
 * that a file sorted otherwise changes nothing.
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

/** Where these are the same, or there are none, by what is put together besides. */
function byFirstMeeting({ row: a }: LocatedRow, { row: b }: LocatedRow): number {
  const [[first], [other]] = [a.meetings, b.meetings];
  const told = ({ professors, place }: CheckedRow) => JSON.stringify([professors, place]);
  if (!first || !other) return Number(!first) - Number(!other) || compare(told(a), told(b));
  return inFullOrder(first, other) || compare(told(a), told(b));
}

function placeOf(rows: readonly LocatedRow[]): string | null {
  const places = [...new Set(rows.map(({ row }) => row.place).filter((place) => place !== null))].join(', ');
  if (places.length > MAX_PLACE) throw new BadRow(`place has more than ${MAX_PLACE} characters`);
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
    if (at === -1 || codePoints(rooms ?? '') > MAX_ROOM) merged.push(meeting);
    else merged[at] = { ...meeting, room: rooms };
  }
  return merged;
}

/** By day and time, and where these are the same by room and weeks. */
export function inFullOrder(a: Meeting, b: Meeting): number {
  return inOrder(a, b) || compare(a.room ?? '', b.room ?? '') || (a.weeks ?? 0) - (b.weeks ?? 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
