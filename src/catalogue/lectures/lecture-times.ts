import type { Slot } from '../meetings.js';

/** When a lecture is held at all, as the search filters by it; see `lecture.entity.ts`. */
export interface LectureTimes {
  /** Monday as bit 0; 0 when it is untimed. */
  days: number;
  /** The first start, `null` when it is untimed. */
  earliest: number | null;
  /** The last end, `null` when it is untimed. */
  latest: number | null;
}

export function timesOf(meetings: readonly Slot[]): LectureTimes {
  if (meetings.length === 0) return { days: 0, earliest: null, latest: null };
  return {
    days: meetings.reduce((days, { day }) => days | (1 << day), 0),
    earliest: Math.min(...meetings.map(({ start }) => start)),
    latest: Math.max(...meetings.map(({ end }) => end)),
  };
}
