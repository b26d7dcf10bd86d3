import { DAYS } from '../../catalogue/meetings.js';
import type { LectureChoice } from './choices.js';
import { WORDS, type Compatibility } from './compatibility.js';
import type { DayStates } from './day-states.js';

/** One choice of each open group, and the worth of that week in sixtieths of a point. */
export interface Found {
  worth: number;
  /** The index of the choice in each group; NO_CHOICE in groups that are not open. */
  picks: number[];
}

export interface SearchSpace {
  groups: LectureChoice[][];
  compatibility: Compatibility;
  /** The groups to pick from, as bits. */
  open: number;
  days: DayStates[];
  /** The state of each day before anything is picked. */
  initial: number[];
  /** The cost of a minute between two lectures. */
  gapCost: number;
  /** Credits of the picked lectures, in tenths. */
  minCredits: number;
  maxCredits: number;
  /** Wanted timetables. A choice of several lectures counts as several. */
  limit: number;
}

const NO_CHOICE = -1;
/** Numbers stored for the states of days that cost as much as one examined choice. */
const NUMBERS_PER_STEP = 4;

/** One level of the search: the state after the picks above it, and the choices to try here. */
interface Level {
  /** Choices that are still possible, as bits: WORDS whole numbers for each group. */
  possible: Int32Array;
  /** The state of each day. */
  dayStates: Int32Array;
  /** For each group and day, the minutes of its longest possible choice. */
  maxMinutes: Int32Array;
  /** For each day, the sum of `maxMinutes` over the open groups. */
  fillMinutes: Int32Array;
  /** Groups without a pick, as bits. */
  open: number;
  /** Of the picks, in tenths. */
  credits: number;
  /** The group to pick from at this level. */
  group: number;
  /** Its possible choices, the highest bound first. */
  candidates: BoundedChoice[];
  /** The place of the next candidate. */
  next: number;
}

/** A choice with an upper bound of the worth of all weeks that contain it and the picks so far. */
interface BoundedChoice {
  choice: number;
  bound: number;
}

/** Upper bounds of the worth of each day, and of the week. */
interface WeekBound {
  days: number[];
  total: number;
}

/** The possible choices of a group, with the fewest and the most credits among them. */
interface GroupOptions {
  candidates: BoundedChoice[];
  minCredits: number;
  maxCredits: number;
}

/**
 * Branch and bound, depth first. At each level it picks from the group with the fewest possible choices.
 *
 * A choice stays possible if it clashes with no pick, and if its upper bound is above the worst week that is still
 * wanted. The clash check is one bit operation for a whole group. The search runs in slices, so that it does not block
 * the event loop.
 */
export class Search {
  /** The best weeks so far, the best first; of equal ones the first found. */
  readonly found: Found[] = [];
  private readonly levels: Level[];
  private readonly picks: number[];
  /** The sets of lectures found; `null` if no lecture is in several groups, so that no set can occur twice. */
  private readonly foundLectures: Set<string> | null;
  private examined = 0;
  private depth = 0;
  /** A week must be worth more than this. */
  private threshold = -Infinity;

  constructor(private readonly space: SearchSpace) {
    const { groups } = space;
    this.picks = groups.map(() => NO_CHOICE);
    this.foundLectures = shareLectures(groups) ? new Set() : null;
    this.levels = Array.from({ length: groups.length + 1 }, () => emptyLevel(groups.length));
    this.begin();
  }

  /** A machine-independent measure of time and memory: examined choices and groups, and stored states of days. */
  get work(): number {
    let numbers = 0;
    for (const day of this.space.days) numbers += day.size;
    return this.examined + numbers / NUMBERS_PER_STEP;
  }

  /**
   * Continues the search.
   *
   * @param until the value of `work` at which it pauses
   * @returns whether the search is complete
   */
  advance(until: number): boolean {
    while (this.depth >= 0 && this.work < until) {
      const level = this.levels[this.depth];
      const candidate = level.candidates[level.next];
      // The candidates are in order of their bounds: if one is too low, so are the rest.
      if (candidate === undefined || candidate.bound <= this.threshold) {
        this.backtrack();
        continue;
      }
      level.next++;
      this.pick(level, candidate.choice);
    }
    return this.depth < 0;
  }

  private begin(): void {
    const { groups, initial, open } = this.space;
    const root = this.levels[0];
    for (const [group, choices] of groups.entries()) {
      if (!has(open, group)) continue;
      root.possible[group * WORDS] = bits(Math.min(choices.length, 32));
      root.possible[group * WORDS + 1] = bits(Math.max(0, choices.length - 32));
    }
    root.dayStates.set(initial);
    root.open = open;
    this.measureMinutes(root);
    this.prepare(root);
  }

  /** Picks a choice of the level's group, and goes one level down. */
  private pick(level: Level, choice: number): void {
    const { groups, days, compatibility } = this.space;
    const below = this.levels[this.depth + 1];
    const picked = groups[level.group][choice];
    this.picks[level.group] = choice;
    below.dayStates.set(level.dayStates);
    for (const { day, state } of picked.days) below.dayStates[day] = days[day].with(level.dayStates[day], state);
    below.open = level.open & ~(1 << level.group);
    below.credits = level.credits + picked.credits;
    if (below.open === 0) {
      this.addFound(below);
      return;
    }
    compatibility.narrow(below.possible, level.possible, level.group, choice);
    this.measureMinutes(below);
    this.depth++;
    this.prepare(below);
  }

  private backtrack(): void {
    this.picks[this.levels[this.depth].group] = NO_CHOICE;
    this.depth--;
  }

  /** Sets `maxMinutes` and `fillMinutes` from the possible choices. */
  private measureMinutes({ possible, open, maxMinutes, fillMinutes }: Level): void {
    const { groups } = this.space;
    this.examined += groups.length;
    maxMinutes.fill(0);
    fillMinutes.fill(0);
    for (let group = 0; group < groups.length; group++) {
      if (!has(open, group)) continue;
      const offset = group * DAYS;
      for (let choice = 0; choice < groups[group].length; choice++) {
        if (!has(possible[wordOf(group, choice)], choice)) continue;
        for (const { day, minutes } of groups[group][choice].days) {
          maxMinutes[offset + day] = Math.max(maxMinutes[offset + day], minutes);
        }
      }
      for (let day = 0; day < DAYS; day++) fillMinutes[day] += maxMinutes[offset + day];
    }
  }

  /**
   * Chooses the group with the fewest possible choices. There are no candidates if a group has no choice left, or if
   * the credits cannot be reached.
   */
  private prepare(level: Level): void {
    const { groups, minCredits, maxCredits } = this.space;
    const bound = this.boundOfWeek(level);
    let fewest = Infinity;
    let [lowestCredits, highestCredits] = [level.credits, level.credits];
    level.candidates = [];
    level.next = 0;
    for (let group = 0; group < groups.length; group++) {
      if (!has(level.open, group)) continue;
      const options = this.optionsOf(level, group, bound);
      if (options.candidates.length < fewest) {
        fewest = options.candidates.length;
        level.group = group;
        level.candidates = options.candidates;
        if (fewest === 0) return;
      }
      lowestCredits += options.minCredits;
      highestCredits += options.maxCredits;
    }
    if (highestCredits < minCredits || lowestCredits > maxCredits) level.candidates = [];
    else level.candidates.sort((a, b) => b.bound - a.bound || a.choice - b.choice);
  }

  /** Also removes the choices of the group whose bound is too low. */
  private optionsOf(level: Level, group: number, week: WeekBound): GroupOptions {
    const choices = this.space.groups[group];
    const candidates: BoundedChoice[] = [];
    let [minCredits, maxCredits] = [Infinity, -Infinity];
    for (let choice = 0; choice < choices.length; choice++) {
      const word = wordOf(group, choice);
      if (!has(level.possible[word], choice)) continue;
      this.examined++;
      const bound = week.total + this.changeOfBound(level, group, choices[choice], week);
      if (bound <= this.threshold) {
        level.possible[word] &= ~(1 << choice);
        continue;
      }
      candidates.push({ choice, bound });
      minCredits = Math.min(minCredits, choices[choice].credits);
      maxCredits = Math.max(maxCredits, choices[choice].credits);
    }
    return { candidates, minCredits, maxCredits };
  }

  /** The change of the week's bound if this choice is picked. */
  private changeOfBound(level: Level, group: number, { days }: LectureChoice, week: WeekBound): number {
    let change = 0;
    for (const { day, state } of days) {
      const stateWith = this.space.days[day].with(level.dayStates[day], state);
      const fillOfOthers = level.fillMinutes[day] - level.maxMinutes[group * DAYS + day];
      change += this.boundOfDay(day, stateWith, fillOfOthers) - week.days[day];
    }
    return change;
  }

  private boundOfWeek({ dayStates, fillMinutes }: Level): WeekBound {
    const days: number[] = [];
    let total = 0;
    for (let day = 0; day < DAYS; day++) {
      days.push(this.boundOfDay(day, dayStates[day], fillMinutes[day]));
      total += days[day];
    }
    return { days, total };
  }

  /**
   * More lectures lower the worth of a day, except where they fill its gaps.
   *
   * @param fillMinutes the most minutes that further picks can add
   */
  private boundOfDay(day: number, state: number, fillMinutes: number): number {
    const { worth, gaps } = this.space.days[day];
    return worth[state] - Math.max(0, gaps[state] - this.space.gapCost * fillMinutes);
  }

  /** Adds the complete picks to `found`, if they are good enough and new. */
  private addFound({ credits, dayStates }: Level): void {
    const { minCredits, maxCredits } = this.space;
    if (credits < minCredits || credits > maxCredits) return;
    let worth = 0;
    for (let day = 0; day < DAYS; day++) worth += this.boundOfDay(day, dayStates[day], 0);
    if (worth <= this.threshold || this.isDuplicate()) return;
    const firstWorse = this.found.findIndex((one) => one.worth < worth);
    const place = firstWorse === -1 ? this.found.length : firstWorse;
    this.found.splice(place, 0, { worth, picks: [...this.picks] });
    this.dropSurplus();
  }

  /** Keeps the best weeks that make up `limit` timetables. Then the worst of them is the threshold. */
  private dropSurplus(): void {
    const { groups, limit } = this.space;
    let timetables = 0;
    for (const [index, { worth, picks }] of this.found.entries()) {
      timetables += countOf(groups, picks);
      if (timetables < limit) continue;
      this.found.length = index + 1;
      this.threshold = worth;
      return;
    }
  }

  /** Whether the same lectures were found before, picked from other groups. Remembers them. */
  private isDuplicate(): boolean {
    if (!this.foundLectures) return false;
    this.examined += this.picks.length;
    const ids = this.picks.map((choice, group) => (choice === NO_CHOICE ? 0 : this.space.groups[group][choice].ids[0]));
    const lectures = ids.sort((a, b) => a - b).join();
    if (this.foundLectures.has(lectures)) return true;
    this.foundLectures.add(lectures);
    return false;
  }
}

/** Whether any lecture is in several groups. */
function shareLectures(groups: LectureChoice[][]): boolean {
  const ids = groups.flat().flatMap((choice) => choice.ids);
  return new Set(ids).size < ids.length;
}

/** The number of timetables that the picks stand for: a choice may be several lectures. */
export function countOf(groups: LectureChoice[][], picks: number[]): number {
  return picks.reduce(
    (product, choice, group) => product * (choice === NO_CHOICE ? 1 : groups[group][choice].ids.length),
    1,
  );
}

function emptyLevel(groups: number): Level {
  return {
    possible: new Int32Array(groups * WORDS),
    dayStates: new Int32Array(DAYS),
    maxMinutes: new Int32Array(groups * DAYS),
    fillMinutes: new Int32Array(DAYS),
    open: 0,
    credits: 0,
    group: 0,
    candidates: [],
    next: 0,
  };
}

/** The place in `possible` of the whole number with the bit of this choice. */
function wordOf(group: number, choice: number): number {
  return group * WORDS + (choice >> 5);
}

/** @param bit shifts use its last five bits only, so that a choice is its own bit in its whole number */
function has(word: number, bit: number): boolean {
  return (word & (1 << bit)) !== 0;
}

/** A whole number with its lowest bits set, 32 at most. */
export function bits(count: number): number {
  return count === 32 ? -1 : (1 << count) - 1;
}
