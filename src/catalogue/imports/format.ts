import { DAY_MINUTES, DAYS, MAX_WEEK } from '../meetings.js';
import { mondayOf, type SemesterDates } from '../semesters/semester-dates.js';

/** One record of the file: a CSV row by its header's names, or a JSON object. */
export type CatalogueRecord = Readonly<Record<string, unknown>>;

/** CSV with a header line; commas, semicolons or tabs. */
export interface CsvFile {
  type: 'csv';
  /** Lines before the header, such as a title and a date; none by default. */
  skipLines?: number;
  /** Required columns. They identify the format. */
  columns: readonly string[];
  /** The canonical name of a column with several spellings; unchanged by default. */
  nameOf?(header: string): string;
}

/** JSON that holds one list of objects. */
export interface JsonFile {
  type: 'json';
  /** The key of the list in the outermost object; with points for a nested one: `data.lectures`. */
  list: string;
  /** Whether the list may stand alone, without the object around it. */
  bare?: boolean;
  /** Keys of its objects. They identify the format, together with the list's key. */
  keys: readonly string[];
  /**
   * The records in one object of the list, where it holds several: a subject with its sections, say. By default it is one.
   *
   * @throws BadRow where it cannot be understood
   */
  recordsOf?(item: CatalogueRecord): readonly CatalogueRecord[];
}

/** A meeting from an adapter; it is checked afterwards. */
export interface RawMeeting {
  /** 0 = Monday. */
  day: number;
  /** Minutes since 00:00. */
  start: number;
  end: number;
  room?: unknown;
  /** As in `meetings.ts`: week n as bit n − 1; `null` or absent in every week. */
  weeks?: number | null;
}

/**
 * The values of one record, besides its key. They are trimmed and checked afterwards: numbers may be text, and empty
 * values are absent.
 */
export interface RawRow {
  title?: unknown;
  /** The subject's own name, if sections have titles of their own. */
  subject?: unknown;
  department?: unknown;
  category?: unknown;
  /** A number, or a range such as `1-15`. */
  credits?: unknown;
  creditsMax?: unknown;
  professors?: readonly unknown[];
  grade?: unknown;
  capacity?: unknown;
  enrolled?: unknown;
  note?: unknown;
  place?: unknown;
  meetings: readonly RawMeeting[];
  /** Warnings for the operator; the row is taken. */
  warnings?: readonly string[];
}

/** The format of one university or one kind of spreadsheet: see docs/catalogue.md. */
export interface CatalogueFormat {
  /** As `--format` and the API name it. */
  name: string;
  /** Whose files these are, in a few words. */
  title: string;
  file: CsvFile | JsonFile;
  /** Reads the subject's code and the section, which identify the lecture. */
  key: { code: string; section: string };
  /** Further allowed columns; for any other the operator is warned once. Absent: all are allowed. */
  knows?: readonly string[];
  /** Whether each record is a whole lecture, or several records may make one: their meetings are put together then. */
  recordIs: 'lecture' | 'part';
  /** @throws BadRow where the record cannot be understood */
  rowOf(record: CatalogueRecord, semester: SemesterDates): RawRow;
  /** The dates of the semester, if the first records of the file have them. */
  datesOf?(records: readonly CatalogueRecord[]): Partial<SemesterDates>;
}

/** A row is left out, with a reason. The rest of the file is imported. */
export class BadRow extends Error {}

/** The reason why an import is impossible, in words for the operator. Nothing was written. */
export class CannotImport extends Error {}

/** The whole file is faulty: nothing of it can be imported. */
export class UnreadableFile extends CannotImport {}

const DAY_NAMES = [
  ['mon', 'monday', '월', '월요일'],
  ['tue', 'tuesday', '화', '화요일'],
  ['wed', 'wednesday', '수', '수요일'],
  ['thu', 'thursday', '목', '목요일'],
  ['fri', 'friday', '금', '금요일'],
  ['sat', 'saturday', '토', '토요일'],
  ['sun', 'sunday', '일', '일요일'],
];
const MILLISECONDS = 86_400_000;

/** The trimmed text of a cell; empty if it is absent. */
export function cell(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

/** The parts of a cell, trimmed, without empty ones. */
export function listOf(value: unknown, separator: string | RegExp): string[] {
  return cell(value)
    .split(separator)
    .map((part) => part.trim())
    .filter(Boolean);
}

/** @returns 0 for Monday. @throws BadRow if it is no day: `Mon`, `monday`, `월` and `월요일` are one. */
export function weekdayOf(name: string): number {
  const day = DAY_NAMES.findIndex((names) => names.includes(name.toLowerCase()));
  if (day === -1) throw new BadRow(`"${excerpt(name)}" is no day of the week`);
  return day;
}

/** @returns minutes since 00:00. @throws BadRow unless it is `9:00`, `16:30`, `24:00` or `4:30PM` */
export function timeOf(text: string): number {
  const [, hour, minute, half] = /^(\d{1,2}):(\d\d)(?::00)? ?([AP]M)?$/i.exec(text) ?? [];
  const hours = half ? (Number(hour) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0) : Number(hour);
  const wrongHalf = half && (Number(hour) < 1 || Number(hour) > 12);
  const minutes = hours * 60 + Number(minute);
  if (!(minutes <= DAY_MINUTES) || Number(minute) > 59 || wrongHalf) {
    throw new BadRow(`"${excerpt(text)}" is no time of day`);
  }
  return minutes;
}

/** Weeks `from` to `to`, both included, as a mask. @throws BadRow for weeks that no semester has */
export function weekRange(from: number, to: number): number {
  if (!(from >= 1 && from <= to && to <= MAX_WEEK))
    throw new BadRow(`weeks ${from}-${to} are not within 1-${MAX_WEEK}`);
  let mask = 0;
  for (let week = from; week <= to; week++) mask |= 1 << (week - 1);
  return mask;
}

/** `1-5, 7` as a mask; `null` for an empty cell. @throws BadRow */
export function weeksOf(text: string): number | null {
  const parts = listOf(text, /[,;]/);
  if (parts.length === 0) return null;
  return parts.reduce((mask, part) => {
    const [, from, to] = /^(\d{1,3})(?:\s*[-–~]\s*(\d{1,3}))?$/.exec(part) ?? [];
    if (!from) throw new BadRow(`"${excerpt(part)}" is no week`);
    return mask | weekRange(Number(from), Number(to ?? from));
  }, 0);
}

/** The weeks in which a weekday is between two days (`2024-08-28`), as a mask; `null` for all weeks of the semester. */
export function weeksBetween(day: number, from: string, to: string, semester: SemesterDates): number | null {
  const all = daysIn(day, semester.startsOn, semester.endsOn, semester);
  const held = daysIn(day, from, to, semester).filter((week) => all.includes(week));
  if (held.length === 0) throw new BadRow(`${from} to ${to} is outside of the semester`);
  if (held.length === all.length) return null;
  return weekRange(held[0], held[held.length - 1]);
}

/** The weeks of the semester that hold the weekday between two days. */
function daysIn(day: number, from: string, to: string, { startsOn }: SemesterDates): number[] {
  const [first, last] = [from, to].map((one) => Date.parse(`${one}T00:00:00Z`) / MILLISECONDS);
  if (!Number.isFinite(first) || !Number.isFinite(last))
    throw new BadRow(`"${excerpt(`${from} to ${to}`)}" are no days`);
  const weekOne = mondayOf(startsOn);
  return Array.from({ length: MAX_WEEK }, (_, index) => index + 1).filter((week) => {
    const date = weekOne + (week - 1) * DAYS + day;
    return date >= first && date <= last;
  });
}

/** So much of a cell as fits into a complaint. */
export function excerpt(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text.toWellFormed();
}
