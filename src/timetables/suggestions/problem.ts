import type { Slot } from '../../catalogue/meetings.js';

/** How much each wish counts, 0 (not at all) to 10; whole numbers, so that scores are exact. */
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

/** Days that count as free when nothing is held on them: Monday to Friday. */
export const WEEKDAYS = 5;
/** The same rule for all: the meetings, their minutes and days. */
export const RULES = {
  /** Somewhere between these there should be a break of an hour. */
  lunchFrom: 11 * 60,
  lunchTo: 14 * 60,
  lunchMinutes: 60,
  /** A day should not begin before. */
  morning: 10 * 60,
  /** A day should not end after. */
  evening: 18 * 60,
  /** A day should not be longer, from its first start to its last end. */
  dayMinutes: 6 * 60,
} as const;
