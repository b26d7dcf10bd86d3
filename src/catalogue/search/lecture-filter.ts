import { DAY_MINUTES, DAYS, overlaps, type Slot } from '../meetings.js';
import type { SearchedLecture } from './searched-lecture.js';
import { isDepartment, rankingOf, type Ranking } from './search-words.js';

/** The busy times of an account, and the lectures that cause them. */
export interface Busy {
  slots: Slot[];
  /** The lectures that are in the timetable already. They do not fit a second time. */
  lectureIds: number[];
}

/** A window of a day, in minutes since 00:00. */
export type Cell = Pick<Slot, 'day' | 'start' | 'end'>;

/** Filters of lectures. Texts are folded, but for `q`. */
export interface LectureFilter {
  q: string;
  /** Part of the name of one of its professors. */
  professor?: string;
  /** Part of the name of the department of its subject, or its abbreviation. */
  department?: string;
  category?: string;
  credits?: number;
  /** All its meetings are on these days. */
  days?: number[];
  /** All its meetings start at that minute or later. */
  from?: number;
  /** All its meetings end at that minute or earlier. */
  to?: number;
  /** Each of its meetings lies in one of these; windows that touch count as one. */
  cells?: Cell[];
  /** Whether a lecture without meetings is found. */
  untimed: boolean;
  busy?: Busy;
}

type Condition = (lecture: SearchedLecture) => boolean;

/** The filter as a function: the one definition of a match and of the order. */
export function lectureRanking(filter: LectureFilter): Ranking {
  const { q, professor, department, category, credits, untimed, busy } = filter;
  const conditions: Condition[] = [];
  if (!untimed) conditions.push(({ slots }) => slots.length > 0);
  const within = windowOf(filter);
  if (within) conditions.push(({ slots }) => slots.every(within));
  if (credits !== undefined) conditions.push((one) => one.credits <= credits && credits <= one.creditsMax);
  if (category !== undefined) conditions.push((one) => one.category === category);
  if (professor !== undefined) conditions.push((one) => one.professors.includes(professor));
  if (department !== undefined) conditions.push((one) => isDepartment(department, one));
  if (busy) conditions.push(...fitting(busy));
  const rankOf = rankingOf(q);
  return (lecture) => (conditions.every((condition) => condition(lecture)) ? rankOf(lecture) : -1);
}

/** An untimed lecture has no meetings, so it is inside any window. */
function windowOf({ days, from, to, cells }: LectureFilter): ((slot: Slot) => boolean) | undefined {
  if (days === undefined && from === undefined && to === undefined && cells === undefined) return undefined;
  const windows = cells && joined(cells);
  return ({ day, start, end }) =>
    (days === undefined || days.includes(day)) &&
    (from === undefined || start >= from) &&
    (to === undefined || end <= to) &&
    (windows === undefined || windows.some((one) => one.day === day && one.start <= start && end <= one.end));
}

function joined(cells: Cell[]): Cell[] {
  const windows: Cell[] = [];
  for (const cell of cells.toSorted((a, b) => a.day - b.day || a.start - b.start)) {
    const last = windows.at(-1);
    if (last && last.day === cell.day && cell.start <= last.end) last.end = Math.max(last.end, cell.end);
    else windows.push({ ...cell });
  }
  return windows;
}

/**
 * Whether nothing clashes, by `overlaps`. Most meetings touch no busy minute: a prefix sum finds these without a loop
 * over the slots.
 */
function fitting({ slots, lectureIds }: Busy): Condition[] {
  const ids = new Set(lectureIds);
  const taken = new Uint8Array(DAYS * DAY_MINUTES);
  for (const { day, start, end } of slots) taken.fill(1, day * DAY_MINUTES + start, day * DAY_MINUTES + end);
  const sums = new Uint16Array(taken.length + 1);
  for (const [minute, one] of taken.entries()) sums[minute + 1] = sums[minute] + one;
  const clashes = (meeting: Slot): boolean => {
    const midnight = meeting.day * DAY_MINUTES;
    if (sums[midnight + meeting.start] === sums[midnight + meeting.end]) return false;
    return slots.some((slot) => overlaps(slot, meeting));
  };
  return [({ id }) => !ids.has(id), (lecture) => !lecture.slots.some(clashes)];
}
