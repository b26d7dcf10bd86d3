import { brokenBy, busyDays, choicesOf, obstacleOf, type LectureChoice, type Obstacle } from './choices.js';
import { dayStates, factsOfDay, type BusyDay, type DayFacts } from './day-states.js';
import { WEEKDAYS, type SuggestionProblem, type Weights } from './problem.js';
import { Compatibility } from './compatibility.js';
import { bits, countOf, Search, type Found, type SearchSpace } from './search.js';

/** The bound of a search (`Search.work`): a quarter of a second, and 50 MB. */
const BUDGET = 1_000_000;
/** The bound of one step in the search for a reason why nothing fits. */
const REASON_BUDGET = 20_000;

/** One wish: its measure (days; hours for times), and its points. */
export interface Reason {
  code: 'FREE_DAYS' | 'GAPS' | 'LUNCH' | 'MORNINGS' | 'LATE_ENDS' | 'DAY_LENGTH';
  value: number;
  points: number;
}

interface Suggestion {
  score: number;
  /** One lecture of each group, in the order of the groups. */
  lectures: number[];
  reasons: Reason[];
}

export interface Conflict {
  /**
   * Indices of the groups that do not fit together. One group when it has no candidate; none when the cause is
   * elsewhere.
   */
  groups: number[];
  code: 'NO_CANDIDATE' | 'CLASH' | 'CREDITS' | 'KEPT';
  /** With `NO_CANDIDATE`: the obstacle of each lecture. */
  obstacles: { lectureId: number; code: Obstacle }[];
}

export interface Suggestions {
  suggestions: Suggestion[];
  /** The budget ran out: there may be better ones. */
  truncated: boolean;
  /** Why there are none. */
  conflicts: Conflict[];
}

/**
 * The best ways to pick one lecture of each group without a clash and within every constraint: the best first, equal
 * ones by their lectures. The same problem has the same answer on any machine.
 */
export function suggest(problem: SuggestionProblem, budget: number = BUDGET): Suggestions {
  const wizard = new Wizard(problem, budget);
  while (!wizard.advance(budget));
  return wizard.result();
}

/** A search that can be done in slices. */
export class Wizard {
  private readonly search: Search;
  private readonly space: SearchSpace;
  private readonly broken: boolean;
  private truncated = false;

  constructor(
    private readonly problem: SuggestionProblem,
    private readonly budget: number = BUDGET,
  ) {
    this.space = spaceOf(problem);
    this.search = new Search(this.space);
    this.broken = problem.kept.some(({ meetings }) => brokenBy(meetings, problem.constraints) !== null);
  }

  /** Does at most this much work. @returns whether it is done */
  advance(work: number): boolean {
    if (this.broken) return true;
    const done = this.search.advance(Math.min(this.search.work + work, this.budget));
    this.truncated = !done && this.search.work >= this.budget;
    return done || this.truncated;
  }

  result(): Suggestions {
    const { found } = this.search;
    const suggestions = this.broken ? [] : suggestionsOf(this.problem, this.space.groups, found);
    const conflicts = suggestions.length > 0 || this.truncated ? [] : this.conflicts();
    return { suggestions, truncated: this.truncated, conflicts };
  }

  private conflicts(): Conflict[] {
    if (this.broken) return [{ groups: [], code: 'KEPT', obstacles: [] }];
    const { groups } = this.space;
    const space = withoutWishes(this.space);
    const alone = groups.flatMap((choices, group): Conflict[] =>
      choices.length > 0
        ? []
        : [{ groups: [group], code: 'NO_CANDIDATE', obstacles: obstaclesOf(this.problem, group) }],
    );
    const rest = groups.flatMap((choices, group) => (choices.length > 0 ? [group] : []));
    const pairs = rest.flatMap((group, place) =>
      rest
        .slice(place + 1)
        .filter((other) => !this.fits(space, [group, other]))
        .map((other): Conflict => clashOf([group, other])),
    );
    if (alone.length + pairs.length > 0) return [...alone, ...pairs];
    if (this.fits(space, rest)) return [{ groups: rest, code: 'CREDITS', obstacles: [] }];
    // Leaves out each group without which the others still clash: the rest is all needed for the clash.
    let clashing = rest;
    for (const group of rest) {
      const without = clashing.filter((one) => one !== group);
      if (!this.fits(space, without)) clashing = without;
    }
    return [clashOf(clashing)];
  }

  /** Whether these groups fit together, without the credit limits. True when the bound ends the search. */
  private fits(space: SearchSpace, groups: number[]): boolean {
    const search = new Search({
      ...space,
      open: groups.reduce((open, group) => open | (1 << group), 0),
    });
    return !search.advance(REASON_BUDGET) || search.found.length > 0;
  }
}

const NO_WEIGHTS: Weights = { freeDays: 0, gaps: 0, lunch: 0, mornings: 0, lateEnds: 0, dayLength: 0 };

const clashOf = (groups: number[]): Conflict => ({ groups, code: 'CLASH', obstacles: [] });

function obstaclesOf({ groups, constraints, kept }: SuggestionProblem, group: number): Conflict['obstacles'] {
  return groups[group].map((candidate) => ({
    lectureId: candidate.id,
    code: obstacleOf(candidate, constraints, kept)!,
  }));
}

/** The same search without wishes and credit limits. It ends at the first timetable that has no clash. */
function withoutWishes(space: SearchSpace): SearchSpace {
  const days = dayStates(NO_WEIGHTS);
  return {
    ...space,
    groups: space.groups.map((choices) => choices.map((choice) => ({ ...choice, days: [] }))),
    days,
    initial: days.map((states) => states.of([])),
    gapCost: 0,
    minCredits: 0,
    maxCredits: Infinity,
    limit: 1,
  };
}

function spaceOf(problem: SuggestionProblem): SearchSpace {
  const { kept, constraints, weights, limit } = problem;
  const days = dayStates(weights);
  const busy = busyDays(kept.flatMap(({ meetings }) => meetings));
  const given = kept.reduce((sum, { credits }) => sum + credits, 0);
  const groups = choicesOf(problem, days);
  const initial = days.map((states, day) => states.of(busy.get(day) ?? []));
  for (const states of days) states.seal();
  return {
    groups,
    compatibility: new Compatibility(groups),
    open: bits(groups.length),
    days,
    initial,
    gapCost: weights.gaps,
    minCredits: constraints.minCredits - given,
    maxCredits: constraints.maxCredits - given,
    limit,
  };
}

/** Choices split into lectures again, up to the limit. */
function suggestionsOf(problem: SuggestionProblem, groups: LectureChoice[][], found: Found[]): Suggestion[] {
  const ranked = found.flatMap(({ worth, picks }) =>
    lecturesOf(groups, picks, problem.limit).map((lectures) => ({ worth, picks, lectures })),
  );
  ranked.sort((a, b) => b.worth - a.worth || compareLists(a.lectures, b.lectures));
  return ranked.slice(0, problem.limit).map(({ worth, picks, lectures }) => ({
    score: rounded(worth),
    lectures,
    reasons: reasonsOf(problem, groups, picks),
  }));
}

/** At most `limit` ways to pick one lecture of each picked choice, in ascending order. */
function lecturesOf(groups: LectureChoice[][], picks: number[], limit: number): number[][] {
  const count = Math.min(limit, countOf(groups, picks));
  return Array.from({ length: count }, (_, way) => {
    const lectures: number[] = [];
    // The digits of `way`, in a number system with one base for each group.
    let rest = way;
    for (let group = picks.length - 1; group >= 0; group--) {
      const { ids } = groups[group][picks[group]];
      lectures.unshift(ids[rest % ids.length]);
      rest = Math.floor(rest / ids.length);
    }
    return lectures;
  });
}

function compareLists(a: number[], b: number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at === -1 ? 0 : a[at] - b[at];
}

const CODES: { [Wish in keyof DayFacts]: Reason['code'] } = {
  freeDays: 'FREE_DAYS',
  gaps: 'GAPS',
  lunch: 'LUNCH',
  mornings: 'MORNINGS',
  lateEnds: 'LATE_ENDS',
  dayLength: 'DAY_LENGTH',
};

/** The parts of the score; of wishes that count. */
function reasonsOf({ kept, weights }: SuggestionProblem, groups: LectureChoice[][], picks: number[]): Reason[] {
  const meetings = [
    ...kept.flatMap((one) => one.meetings),
    ...picks.flatMap((choice, group) => groups[group][choice].meetings),
  ];
  const week = factsOfWeek(busyDays(meetings));
  return (Object.keys(CODES) as (keyof DayFacts)[])
    .filter((wish) => weights[wish] > 0)
    .map((wish) => {
      const value = wish === 'freeDays' || wish === 'lunch' ? week[wish] * 60 : week[wish];
      const points = rounded((wish === 'freeDays' ? value : -value) * weights[wish]);
      return { code: CODES[wish], value: rounded(value), points };
    });
}

/** Free days; days without lunch; and minutes. */
function factsOfWeek(days: Map<number, BusyDay>): DayFacts {
  const week: DayFacts = { freeDays: 0, gaps: 0, lunch: 0, mornings: 0, lateEnds: 0, dayLength: 0 };
  for (let day = 0; day < 7; day++) {
    const facts = factsOfDay(days.get(day) ?? [], day < WEEKDAYS);
    for (const wish of Object.keys(week) as (keyof DayFacts)[]) week[wish] += facts[wish];
  }
  return week;
}

/** Sixtieths as a number with two decimal places; no minus zero. */
function rounded(sixtieths: number): number {
  return Math.round((sixtieths / 60) * 100) / 100 || 0;
}
