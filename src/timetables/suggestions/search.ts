import type { LectureChoice } from './choices.js';
import { WORDS, type Compatibility } from './compatibility.js';
import type { DayStates } from './day-states.js';

/** One choice of each open group, by its index in the group (−1 for the others), with what the week is then worth in sixtieths of a point. */
export interface Found {
  worth: number;
  picks: number[];
}

export interface SearchSpace {
  groups: LectureChoice[][];
  compatibility: Compatibility;
  /** The groups of which one is to be picked, as bits. */
  open: number;
  days: DayStates[];
  /** The state of each day before anything is picked. */
  initial: number[];
  /** The cost of a minute between two lectures. */
  gapCost: number;
  /** Credits of the picked lectures, in tenths. */
  minCredits: number;
  maxCredits: number;
  /** How many timetables are wanted: choices that stand for several lectures stand for as many. */
  limit: number;
}

/** Numbers kept for the states of days that are as much work as looking at a choice. */
const KEPT_FOR_ONE = 4;

/** The decisions down to some depth, and the choices left there. */
interface Frame {
  /** Choices that are still possible, as the bits of two whole numbers a group. */
  alive: Int32Array;
  states: Int32Array;
  /** The most minutes that a choice of each group takes on each day, and their sum over the open groups. */
  most: Int32Array;
  fill: Int32Array;
  open: number;
  credits: number;
  group: number;
  /** Choices of that group, the most promising first, with the most that each can come to. */
  order: number[];
  bounds: number[];
  next: number;
}

/**
 * Depth first, the group with the fewest possible choices first. A choice is possible as long as it clashes with
 * nothing picked, by one bit operation for a whole group, and as long as the best week that it could lead to is better
 * than the worst of those that are wanted already. Goes on in slices, so that one search does not hold up a server.
 */
export class Search {
  /** The best so far, the best first; among equals the first found. */
  readonly found: Found[] = [];
  private readonly frames: Frame[];
  private readonly picks: number[];
  /** The lectures of what was found; `null` where no two picks can be the same lectures. */
  private readonly known: Set<string> | null;
  private looked = 0;
  private depth = 0;
  private threshold = -Infinity;

  constructor(private readonly space: SearchSpace) {
    const { groups } = space;
    this.picks = groups.map(() => -1);
    this.known = haveCommon(groups) ? new Set() : null;
    this.frames = Array.from({ length: groups.length + 1 }, () => emptyFrame(groups.length));
    this.begin();
  }

  /** Choices looked at, groups filled in and states of days come by: the measure of time and, for their states, of memory. */
  get work(): number {
    let kept = 0;
    for (const day of this.space.days) kept += day.size;
    return this.looked + kept / KEPT_FOR_ONE;
  }

  /** Goes on until it is done, or until so much work was done in all; whether it is done. */
  advance(until: number): boolean {
    while (this.depth >= 0 && this.work < until) {
      const frame = this.frames[this.depth];
      if (frame.next === frame.order.length || frame.bounds[frame.next] <= this.threshold) {
        // Those that follow promise no more.
        this.retreat();
        continue;
      }
      const choice = frame.order[frame.next++];
      this.picks[frame.group] = choice;
      this.descend(frame, choice);
    }
    return this.depth < 0;
  }

  private begin(): void {
    const { groups, initial, open } = this.space;
    const first = this.frames[0];
    groups.forEach((group, g) => {
      if (!(open & (1 << g))) return;
      first.alive[g * WORDS] = bits(Math.min(group.length, 32));
      first.alive[g * WORDS + 1] = bits(Math.max(0, group.length - 32));
    });
    first.states.set(initial);
    first.open = open;
    this.fillDays(first);
    this.lookAround(first);
  }

  /** Picks a choice: what clashes with it is not possible any more. */
  private descend(frame: Frame, choice: number): void {
    const { groups, days } = this.space;
    const below = this.frames[this.depth + 1];
    const picked = groups[frame.group][choice];
    below.states.set(frame.states);
    for (const { day, state } of picked.days) below.states[day] = days[day].with(frame.states[day], state);
    below.open = frame.open & ~(1 << frame.group);
    below.credits = frame.credits + picked.credits;
    if (below.open === 0) {
      this.note(below);
      return;
    }
    this.space.compatibility.narrow(below.alive, frame.alive, frame.group, choice);
    this.fillDays(below);
    this.depth++;
    this.lookAround(below);
  }

  /** What the open groups can still hold, now that some of their choices are gone. */
  private fillDays({ alive, open, most, fill }: Frame): void {
    const { groups } = this.space;
    this.looked += groups.length;
    most.fill(0);
    fill.fill(0);
    for (let g = 0; g < groups.length; g++) {
      if (!(open & (1 << g))) continue;
      for (let choice = 0; choice < groups[g].length; choice++) {
        if (alive[g * WORDS + (choice >> 5)] & (1 << (choice & 31))) raise(most, g * 7, groups[g][choice]);
      }
      for (let day = 0; day < 7; day++) fill[day] += most[g * 7 + day];
    }
  }

  private retreat(): void {
    this.picks[this.frames[this.depth].group] = -1;
    this.depth--;
  }

  /**
   * Drops the choices of every open group that lead to nothing better, and decides for the group with the fewest left.
   * No choice is left to try when some group has none, or when the credits cannot be met.
   */
  private lookAround(frame: Frame): void {
    const { groups, minCredits, maxCredits } = this.space;
    const worth = this.boundOfDays(frame);
    let [fewest, least, most] = [Infinity, frame.credits, frame.credits];
    frame.order = [];
    frame.next = 0;
    for (let g = 0; g < groups.length; g++) {
      if (!(frame.open & (1 << g))) continue;
      const { order, bounds, low, high } = this.possible(frame, g, worth);
      if (order.length < fewest) {
        [frame.group, frame.order, frame.bounds, fewest] = [g, order, bounds, order.length];
        if (fewest === 0) return;
      }
      least += low;
      most += high;
    }
    if (most < minCredits || least > maxCredits) frame.order = [];
    else sortByBound(frame);
  }

  /** The choices of a group that may still lead to something, with the most that each can come to. */
  private possible(frame: Frame, g: number, worth: number[]) {
    const group = this.space.groups[g];
    const total = worth[7];
    const order: number[] = [];
    const bounds: number[] = [];
    let [low, high] = [Infinity, -Infinity];
    for (let choice = 0; choice < group.length; choice++) {
      const [word, bit] = [g * WORDS + (choice >> 5), 1 << (choice & 31)];
      if (!(frame.alive[word] & bit)) continue;
      this.looked++;
      const bound = total + this.changeBy(frame, g, group[choice], worth);
      if (bound <= this.threshold) {
        frame.alive[word] ^= bit;
        continue;
      }
      order.push(choice);
      bounds.push(bound);
      low = Math.min(low, group[choice].credits);
      high = Math.max(high, group[choice].credits);
    }
    return { order, bounds, low, high };
  }

  /** By how much the bound changes, at least, when a choice is picked. */
  private changeBy(frame: Frame, g: number, { days }: LectureChoice, worth: number[]): number {
    let change = 0;
    for (const { day, state } of days) {
      const next = this.space.days[day].with(frame.states[day], state);
      change += this.boundOfDay(day, next, frame.fill[day] - frame.most[g * 7 + day]) - worth[day];
    }
    return change;
  }

  /** The most that each day can come to, and in the end their sum. */
  private boundOfDays(frame: Frame): number[] {
    const worth: number[] = [];
    let total = 0;
    for (let day = 0; day < 7; day++) total += worth[day] = this.boundOfDay(day, frame.states[day], frame.fill[day]);
    worth.push(total);
    return worth;
  }

  /** More lectures only take from the worth of a day, except that they fill its gaps. */
  private boundOfDay(day: number, state: number, fill: number): number {
    const { worth, gaps } = this.space.days[day];
    return worth[state] - Math.max(0, gaps[state] - this.space.gapCost * fill);
  }

  /** Every group has its choice. */
  private note(frame: Frame): void {
    const { groups, minCredits, maxCredits, limit } = this.space;
    if (frame.credits < minCredits || frame.credits > maxCredits) return;
    let worth = 0;
    for (let day = 0; day < 7; day++) worth += this.boundOfDay(day, frame.states[day], 0);
    if (worth <= this.threshold || this.isKnown()) return;
    const at = this.found.findIndex((one) => one.worth < worth);
    this.found.splice(at === -1 ? this.found.length : at, 0, { worth, picks: [...this.picks] });
    // The last of those that are needed for as many as are wanted.
    let [stands, last] = [0, -1];
    while (stands < limit && last + 1 < this.found.length) stands += countOf(groups, this.found[++last].picks);
    if (stands < limit) return;
    this.found.length = last + 1;
    this.threshold = this.found[last].worth;
  }

  /** The same lectures, the other way round: when lectures are in several groups. Notes them when they are not. */
  private isKnown(): boolean {
    if (!this.known) return false;
    this.looked += this.picks.length;
    const ids = this.picks.map((choice, g) => (choice < 0 ? 0 : this.space.groups[g][choice].ids[0]));
    const lectures = ids.sort((a, b) => a - b).join();
    if (this.known.has(lectures)) return true;
    this.known.add(lectures);
    return false;
  }
}

/** Whether any lecture is in several groups. */
function haveCommon(groups: LectureChoice[][]): boolean {
  const ids = groups.flat().flatMap((choice) => choice.ids);
  return new Set(ids).size < ids.length;
}

/** How many picks of lectures one pick of choices stands for. */
export function countOf(groups: LectureChoice[][], picks: number[]): number {
  return picks.reduce((product, choice, g) => product * (choice < 0 ? 1 : groups[g][choice].ids.length), 1);
}

function emptyFrame(groups: number): Frame {
  return {
    alive: new Int32Array(groups * WORDS),
    states: new Int32Array(7),
    most: new Int32Array(groups * 7),
    fill: new Int32Array(7),
    open: 0,
    credits: 0,
    group: 0,
    order: [],
    bounds: [],
    next: 0,
  };
}

/** Notes the minutes of a choice on each day, from a place on, where they are more than what stands there. */
function raise(most: Int32Array, from: number, { days }: LectureChoice): void {
  for (const { day, minutes } of days) most[from + day] = Math.max(most[from + day], minutes);
}

/** So many bits, 32 at most. */
export function bits(count: number): number {
  return count === 32 ? -1 : (1 << count) - 1;
}

/** The most promising first; equals as they stand in the group. */
function sortByBound(frame: Frame): void {
  const { order, bounds } = frame;
  const places = order.map((_, i) => i).sort((a, b) => bounds[b] - bounds[a] || order[a] - order[b]);
  frame.order = places.map((i) => order[i]);
  frame.bounds = places.map((i) => bounds[i]);
}
