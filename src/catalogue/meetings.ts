/** The highest week of a meeting: the weeks are the bits of a 32-bit integer. */
export const MAX_WEEK = 30;
/** Minutes in a day: the latest end of a meeting. */
export const DAY_MINUTES = 1440;
/** Meetings that one lecture or entry may have. */
export const MAX_MEETINGS = 30;
/** Monday to Sunday. */
export const DAYS = 7;

/**
 * The time of a meeting: whole minutes since 00:00, local, `0 ≤ start < end ≤ 1440`. A meeting over midnight is stored
 * as two.
 */
export interface Slot {
  /** 0 = Monday … 6 = Sunday. */
  day: number;
  start: number;
  end: number;
  /** The weeks of the semester, week n as bit n − 1; `null` for every week. */
  weeks: number | null;
}

export interface Meeting extends Slot {
  room: string | null;
}

/** Whether a stored JSON value is a whole meeting, by the checks of request bodies. */
export function isMeeting(value: unknown): value is Meeting {
  if (typeof value !== 'object' || value === null) return false;
  const { day, start, end, room, weeks } = value as Record<keyof Meeting, unknown>;
  const isWithin = (number: unknown, least: number, most: number): number is number =>
    Number.isInteger(number) && (number as number) >= least && (number as number) <= most;
  return (
    isWithin(day, 0, DAYS - 1) &&
    isWithin(start, 0, DAY_MINUTES - 1) &&
    isWithin(end, start + 1, DAY_MINUTES) &&
    (room === null || typeof room === 'string') &&
    (weeks === null || isWithin(weeks, 1, 2 ** MAX_WEEK - 1))
  );
}

/** Half-open and week-aware: 10:30–12:00 and 12:00–13:30 do not clash, nor do two half-semesters. */
export function overlaps(a: Slot, b: Slot): boolean {
  return a.day === b.day && a.start < b.end && a.end > b.start && shareWeek(a.weeks, b.weeks);
}

export function shareWeek(a: number | null, b: number | null): boolean {
  return a === null || b === null || (a & b) !== 0;
}

/** Whether any slot of one clashes with any of the other. Without slots it is untimed and never clashes. */
export function clash(a: readonly Slot[], b: readonly Slot[]): boolean {
  return a.some((one) => b.some((other) => overlaps(one, other)));
}

/** @param weeks numbers from 1 to MAX_WEEK, in any order; `null` or none for every week */
export function weeksToMask(weeks: readonly number[] | null | undefined): number | null {
  return weeks?.length ? weeks.reduce((mask, week) => mask | (1 << (week - 1)), 0) : null;
}

/** The weeks in ascending order; `null` for every week. */
export function weeksOfMask(mask: number | null): number[] | null {
  if (mask === null) return null;
  return Array.from({ length: MAX_WEEK }, (_, index) => index + 1).filter((week) => mask & (1 << (week - 1)));
}

/** Whether two lists hold the same meetings in the same order. */
export function sameMeetings(a: readonly Meeting[], b: readonly Meeting[]): boolean {
  const told = (meetings: readonly Meeting[]) =>
    JSON.stringify(meetings.map(({ day, start, end, room, weeks }) => [day, start, end, room, weeks]));
  return told(a) === told(b);
}

/** By day, start and end: the order in which meetings are stored and shown. */
export function inOrder(a: Slot, b: Slot): number {
  return a.day - b.day || a.start - b.start || a.end - b.end;
}
