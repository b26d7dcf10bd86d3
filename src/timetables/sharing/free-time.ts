import { DAYS, type Slot } from '../../catalogue/meetings.js';

/** Whole minutes since 00:00 on a day, 0 = Monday; `start < end`. */
export interface Interval {
  day: number;
  start: number;
  end: number;
}

/** The window of the search, in minutes since 00:00, and the shortest time that counts. */
export interface Window {
  from: number;
  to: number;
  minMinutes: number;
}

/**
 * The times when all people are free, sorted. Adjacent free times are joined.
 *
 * @param busy the busy times of all people, in any order; they may overlap
 * @param week of the semester: only meetings of this week count; without it all do
 */
export function freeTime(busy: readonly Slot[], { from, to, minMinutes }: Window, week?: number): Interval[] {
  const held = busy.filter(({ weeks }) => week === undefined || weeks === null || weeks & (1 << (week - 1)));
  return Array.from({ length: DAYS }, (_, day) => {
    const slots = held.filter((slot) => slot.day === day).sort((a, b) => a.start - b.start);
    return gaps(slots, from, to)
      .filter(([start, end]) => end - start >= minMinutes)
      .map(([start, end]): Interval => ({ day, start, end }));
  }).flat();
}

/** The gaps between slots that are sorted by their start; may be empty. */
function gaps(slots: readonly Slot[], from: number, to: number): [start: number, end: number][] {
  const found: [number, number][] = [];
  let free = from;
  for (const { start, end } of slots) {
    if (start > free) found.push([free, Math.min(start, to)]);
    free = Math.max(free, end);
    if (free >= to) return found;
  }
  found.push([free, to]);
  return found;
}
