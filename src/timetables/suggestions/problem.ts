import type { Slot } from '../../catalogue/meetings.js';

/** The weight of each wish, 0 (none) to 10; integers, so that scores are exact. */
export interface Weights {
  freeDays: number;
  gaps: number;
  lunch: number;
  mornings: number;
  lateEnds: number;
  dayLength: number;
}

/** Hard conditions; times in minutes since 00:00, credits in tenths. */
export interface Constraints {
  freeDays: number[];
  earliest: number;
  latest: number;
  minCredits: number;
  maxCredits: number;
}

/** A lecture that may be picked. */
export interface Candidate {
  id: number;
  /** In tenths. */
  credits: number;
  /** None when it is untimed. */
  meetings: readonly Slot[];
}

/** The fixed part of the timetable. */
export interface Kept {
  /** `null` on a custom entry. */
  lectureId: number | null;
  /** In tenths. */
  credits: number;
  meetings: readonly Slot[];
}

export interface SuggestionProblem {
  /** One of each group is picked. A lecture may be in several groups, and is picked once. */
  groups: Candidate[][];
  kept: Kept[];
  constraints: Constraints;
  weights: Weights;
  /** How many suggestions are wanted. */
  limit: number;
}

/** Days that count as free without meetings: Monday to Friday. */
export const WEEKDAYS = 5;
/** The same rule for all: the meetings, their minutes and days. */
export const RULES = {
  /** Between these times a break of an hour is wanted. */
  lunchFrom: 11 * 60,
  lunchTo: 14 * 60,
  lunchMinutes: 60,
  /** A day should not begin before. */
  morning: 10 * 60,
  /** A day should not end after. */
  evening: 18 * 60,
  /** The longest wanted day, from its first start to its last end. */
  dayMinutes: 6 * 60,
} as const;
