import { RULES, WEEKDAYS, type Weights } from './problem.js';

/** The busy times of a day: starts and ends in turn, sorted and disjoint. */
export type BusyDay = readonly number[];

/** The figures of a day, in minutes or days. */
export interface DayFacts {
  freeDays: number;
  gaps: number;
  lunch: number;
  mornings: number;
  lateEnds: number;
  dayLength: number;
}

/** Merges two, and joins times that overlap or touch. */
export function merged(one: readonly number[], other: readonly number[]): BusyDay {
  const slots: [number, number][] = [];
  for (const busy of [one, other]) for (let i = 0; i < busy.length; i += 2) slots.push([busy[i], busy[i + 1]]);
  slots.sort((a, b) => a[0] - b[0]);
  const joined: number[] = [];
  for (const [start, end] of slots) {
    const last = joined.length - 1;
    if (last > 0 && start <= joined[last]) joined[last] = Math.max(joined[last], end);
    else joined.push(start, end);
  }
  return joined;
}

/** @param weekday whether a day without anything is worth something */
export function factsOfDay(busy: BusyDay, weekday: boolean): DayFacts {
  if (busy.length === 0)
    return { freeDays: weekday ? 1 : 0, gaps: 0, lunch: 0, mornings: 0, lateEnds: 0, dayLength: 0 };
  const [first, last] = [busy[0], busy[busy.length - 1]];
  return {
    freeDays: 0,
    gaps: last - first - minutesOf(busy),
    lunch: hasLunch(busy) ? 0 : 1,
    mornings: Math.max(0, RULES.morning - first),
    lateEnds: Math.max(0, last - RULES.evening),
    dayLength: Math.max(0, last - first - RULES.dayMinutes),
  };
}

export function minutesOf(busy: BusyDay): number {
  let minutes = 0;
  for (let i = 0; i < busy.length; i += 2) minutes += busy[i + 1] - busy[i];
  return minutes;
}

function hasLunch(busy: BusyDay): boolean {
  let free: number = RULES.lunchFrom;
  for (let i = 0; i < busy.length; i += 2) {
    if (Math.min(busy[i], RULES.lunchTo) - free >= RULES.lunchMinutes) return true;
    free = Math.max(free, busy[i + 1]);
  }
  return RULES.lunchTo - free >= RULES.lunchMinutes;
}

/**
 * The possible states of one day during the search, as small numbers, each with its points. A search meets the same few
 * states again and again, so each is computed once. The states of single lectures come first; from `seal` on, `with`
 * adds one of those to any state.
 */
export class DayStates {
  /** The count of stored numbers: a measure of the memory. */
  size = 0;
  /** Points of a state without its gaps, and the cost of its gaps. Both in sixtieths of a point. */
  readonly worth: number[] = [];
  readonly gaps: number[] = [];
  private readonly ids = new Map<string, number>();
  private readonly busy: BusyDay[] = [];
  private readonly next: (Int32Array | undefined)[] = [];
  private patterns = 0;

  constructor(
    private readonly weekday: boolean,
    private readonly weights: Weights,
  ) {}

  of(busy: BusyDay): number {
    const key = busy.join();
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const id = this.busy.push(busy) - 1;
    const facts = factsOfDay(busy, this.weekday);
    this.ids.set(key, id);
    this.gaps.push(facts.gaps * this.weights.gaps);
    this.worth.push(worthOf({ ...facts, gaps: 0 }, this.weights));
    this.size += 10 + busy.length;
    return id;
  }

  seal(): void {
    this.patterns = this.busy.length;
  }

  /** The state after another meeting, which is itself a state from before `seal`. */
  with(state: number, more: number): number {
    const next = (this.next[state] ??= this.unknown());
    if (next[more] < 0) next[more] = this.of(merged(this.busy[state], this.busy[more]));
    return next[more];
  }

  private unknown(): Int32Array {
    this.size += this.patterns;
    return new Int32Array(this.patterns).fill(-1);
  }
}

/** In sixtieths of a point, an integer. Only free days add points; all else subtracts. */
function worthOf(facts: DayFacts, weights: Weights): number {
  return (
    60 * (weights.freeDays * facts.freeDays - weights.lunch * facts.lunch) -
    weights.gaps * facts.gaps -
    weights.mornings * facts.mornings -
    weights.lateEnds * facts.lateEnds -
    weights.dayLength * facts.dayLength
  );
}

export const dayStates = (weights: Weights): DayStates[] =>
  Array.from({ length: 7 }, (_, day) => new DayStates(day < WEEKDAYS, weights));
