import { DAY_MINUTES, DAYS, MAX_WEEK } from '../../meetings.js';
import { mondayOf, type SemesterDates } from '../../semesters/semester-dates.js';
import { BadRow } from './format.js';

/** For all adapters: reads days, times and weeks out of cells. */

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

/**
 * The weeks in which a weekday falls between two days (`2024-08-28`), as a mask; `null` when these are all in which the
 * semester has that weekday.
 */
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
