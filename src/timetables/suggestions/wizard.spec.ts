import { describe, expect, it } from '@jest/globals';
import { clash, type Slot } from '../../catalogue/meetings.js';
import type { Candidate, Constraints, Kept, SuggestionProblem, Weights } from './problem.js';
import { suggest, Wizard } from './wizard.js';

const NONE: Constraints = { freeDays: [], earliest: 0, latest: 1440, minCredits: 0, maxCredits: Infinity };
const EVEN: Weights = { freeDays: 3, gaps: 1, lunch: 2, mornings: 1, lateEnds: 1, dayLength: 1 };
const NOTHING: Weights = { freeDays: 0, gaps: 0, lunch: 0, mornings: 0, lateEnds: 0, dayLength: 0 };

let ids = 0;
/** `at(0, 9, 10.5)`: Monday from 9:00 to 10:30. */
const at = (day: number, from: number, to: number, weeks: number | null = null): Slot => ({
  day,
  start: from * 60,
  end: to * 60,
  weeks,
});
const lecture = (...meetings: Slot[]): Candidate => ({ id: ++ids, credits: 30, meetings });
const kept = (...meetings: Slot[]): Kept => ({ lectureId: null, credits: 0, meetings });
const problem = (groups: Candidate[][], given: Partial<SuggestionProblem> = {}): SuggestionProblem => ({
  groups,
  kept: [],
  constraints: NONE,
  weights: EVEN,
  limit: 20,
  ...given,
});
const picked = (one: SuggestionProblem) => suggest(one).suggestions.map(({ lectures }) => lectures);

/** mulberry32. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** What a week is worth, minute by minute: written apart from the search, as the contract words it. */
function worthByMinutes(meetings: readonly Slot[], weights: Weights): number {
  let worth = 0;
  for (let day = 0; day < 7; day++) {
    const busy = Array<boolean>(1440).fill(false);
    for (const one of meetings) if (one.day === day) busy.fill(true, one.start, one.end);
    const [first, last] = [busy.indexOf(true), busy.lastIndexOf(true) + 1];
    if (first === -1) {
      worth += day < 5 ? weights.freeDays * 60 : 0;
      continue;
    }
    let free = 0;
    let longest = 0;
    for (let minute = 660; minute < 840; minute++) longest = Math.max(longest, (free = busy[minute] ? 0 : free + 1));
    worth -= weights.gaps * busy.slice(first, last).filter((one) => !one).length;
    worth -= weights.lunch * (longest < 60 ? 60 : 0);
    worth -= weights.mornings * Math.max(0, 600 - first);
    worth -= weights.lateEnds * Math.max(0, last - 1080);
    worth -= weights.dayLength * Math.max(0, last - first - 360);
  }
  return worth;
}

/** Every combination, one after the other. */
function exhaustive({ groups, kept: stays, constraints, weights, limit }: SuggestionProblem) {
  const found = new Map<string, { lectures: number[]; worth: number }>();
  const { freeDays, earliest, latest, minCredits, maxCredits } = constraints;
  const walk = (g: number, picks: Candidate[]): void => {
    if (g < groups.length) {
      for (const one of groups[g]) walk(g + 1, [...picks, one]);
      return;
    }
    const all = [...stays, ...picks];
    const lectures = picks.map(({ id }) => id);
    const known = [...lectures, ...stays.map(({ lectureId }) => lectureId)].filter((id) => id !== null);
    const meetings = all.flatMap((one) => one.meetings);
    const credits = all.reduce((sum, one) => sum + one.credits, 0);
    if (new Set(known).size < known.length || credits < minCredits || credits > maxCredits) return;
    if (meetings.some(({ day, start, end }) => freeDays.includes(day) || start < earliest || end > latest)) return;
    if (all.some((one, i) => all.slice(0, i).some((other) => clash(one.meetings, other.meetings)))) return;
    const key = [...lectures].sort((a, b) => a - b).join();
    if (!found.has(key)) found.set(key, { lectures, worth: worthByMinutes(meetings, weights) });
  };
  walk(0, []);
  return { all: found, best: [...found.values()].sort((a, b) => b.worth - a.worth).slice(0, limit) };
}

/** Small enough for the exhaustive search, and with everything in it: minutes, weeks, untimed ones, likes, kept ones. */
function aCase(seed: number): SuggestionProblem {
  const below = seeded(seed);
  const of = <T>(list: T[]): T => list[below(list.length)];
  const slot = (): Slot => {
    const start = below(3) === 0 ? 480 + below(700) : 540 + 90 * below(7);
    const end = Math.min(1440, start + of([50, 75, 90, 165, 240]));
    return { day: below(6), start, end, weeks: of([null, null, null, 0b11111111, 0b1111111100000000, 0b1010]) };
  };
  const slots = (): Slot[] => {
    const drawn: Slot[] = [];
    for (const one of Array.from({ length: below(4) }, slot)) if (!clash([one], drawn)) drawn.push(one);
    return drawn;
  };
  const some = (): Candidate => ({ id: ++ids, credits: of([10, 20, 30, 35]), meetings: slots() });
  const groups = Array.from({ length: 1 + below(5) }, () => Array.from({ length: 1 + below(5) }, some));
  for (const group of groups) {
    // Another section at the same time; and a lecture that is in two groups.
    if (below(3) === 0) group.push({ ...group[0], id: ++ids });
    if (below(6) === 0) group.push(of(of(groups)));
  }
  const stays = Array.from({ length: below(3) }, () => ({
    lectureId: null,
    credits: 0,
    meetings: slots().slice(0, 1),
  }));
  const constraints = {
    freeDays: below(3) === 0 ? [below(6)] : [],
    earliest: of([0, 0, 540, 600]),
    latest: of([1440, 1440, 1080]),
    minCredits: of([0, 0, 60, 90]),
    maxCredits: of([Infinity, Infinity, 120]),
  };
  const weights = Object.fromEntries(Object.keys(EVEN).map((wish) => [wish, below(11)])) as unknown as Weights;
  const usable = stays.filter((one, i) => !stays.slice(0, i).some((other) => clash(one.meetings, other.meetings)));
  const unique = groups.map((group) => [...new Set(group)]);
  return { groups: unique, kept: usable, constraints, weights, limit: of([1, 5, 20, 50]) };
}

describe('suggest', () => {
  it('finds what an exhaustive search finds, in 400 small cases', () => {
    let fitting = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const one = aCase(seed);
      const { all, best } = exhaustive(one);
      const { suggestions, truncated, conflicts } = suggest(one);
      expect({ seed, truncated }).toEqual({ seed, truncated: false });
      expect({ seed, scores: suggestions.map(({ score }) => Math.round(score * 60)) }).toEqual({
        seed,
        scores: best.map(({ worth }) => worth),
      });
      for (const { lectures, score, reasons } of suggestions) {
        const key = [...lectures].sort((a, b) => a - b).join();
        expect({ seed, worth: all.get(key)?.worth }).toEqual({ seed, worth: Math.round(score * 60) });
        expect(lectures.every((id, g) => one.groups[g].some((candidate) => candidate.id === id))).toBe(true);
        expect(reasons.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(score, 1);
      }
      expect({ seed, why: conflicts.length > 0 }).toEqual({ seed, why: best.length === 0 });
      if (best.length > 0) fitting++;
    }
    // Both kinds were there.
    expect(fitting).toBeGreaterThan(100);
    expect(fitting).toBeLessThan(380);
  });

  it('is exact at the minute: what ends at 12:00 and what begins then go together', () => {
    const [a, b, c] = [lecture(at(0, 10.5, 12)), lecture(at(0, 12, 13.5)), lecture(at(0, 12 - 1 / 60, 13))];
    expect(picked(problem([[a], [b]]))).toEqual([[a.id, b.id]]);
    expect(picked(problem([[a], [c]]))).toEqual([]);
    expect(picked(problem([[c], [b]]))).toEqual([]);
  });

  it('knows weeks: two half-semesters share a slot', () => {
    const [first, second] = [lecture(at(1, 9, 10, 0b0011)), lecture(at(1, 9, 10, 0b1100))];
    const every = lecture(at(1, 9.5, 11));
    expect(picked(problem([[first], [second]]))).toEqual([[first.id, second.id]]);
    expect(picked(problem([[first], [every]]))).toEqual([]);
  });

  it('says what makes a score', () => {
    const day = [lecture(at(0, 9, 10.5)), lecture(at(0, 11, 13)), lecture(at(0, 13, 19))];
    const { suggestions } = suggest(problem(day.map((one) => [one])));
    expect(suggestions).toEqual([
      {
        score: 12 - 0.5 - 2 - 1 - 1 - 4,
        lectures: day.map(({ id }) => id),
        reasons: [
          { code: 'FREE_DAYS', value: 4, points: 12 },
          { code: 'GAPS', value: 0.5, points: -0.5 },
          { code: 'LUNCH', value: 1, points: -2 },
          { code: 'MORNINGS', value: 1, points: -1 },
          { code: 'LATE_ENDS', value: 1, points: -1 },
          { code: 'DAY_LENGTH', value: 4, points: -4 },
        ],
      },
    ]);
    const halves = [lecture(at(0, 9, 13)), lecture(at(0, 11.5, 13.5)), lecture(at(0, 12, 19))];
    const lunchOnly = suggest(problem([halves], { weights: { ...NOTHING, lunch: 2 } })).suggestions;
    expect(lunchOnly.map(({ reasons }) => reasons.map(({ points }) => points))).toEqual([[0], [0], [-2]]);
  });

  it('takes sections at the same time as one, and tells them apart in the answer, in order', () => {
    const group = [30, 20, 10].map((id) => ({ ...lecture(at(0, 9, 10)), id: 1_000_000 + id }));
    const other = [lecture(), lecture()];
    const answer = picked(problem([group, other], { limit: 4 }));
    expect(answer.map(([id]) => id - 1_000_000)).toEqual([10, 10, 20, 20].sort());
    expect(new Set(answer.map(String)).size).toBe(4);
  });

  it('gives the same answer to the same problem', () => {
    const one = aCase(7);
    expect(suggest(one)).toEqual(suggest(one));
  });

  it('picks two different lectures from one list that stands there twice, each pair once', () => {
    const list = [lecture(at(0, 9, 10)), lecture(at(1, 9, 10)), lecture()];
    const sets = picked(problem([list, list])).map((lectures) => [...lectures].sort((a, b) => a - b).join());
    expect(sets.sort()).toEqual(
      [
        [0, 1],
        [0, 2],
        [1, 2],
      ].map((both) => both.map((i) => list[i].id).join()),
    );
  });

  it('keeps what is kept: its times, its credits, and no second time', () => {
    const [mon, tue] = [lecture(at(0, 9, 10)), lecture(at(1, 9, 10))];
    expect(picked(problem([[mon, tue]], { kept: [kept(at(0, 9.5, 10))] }))).toEqual([[tue.id]]);
    const untimed = lecture();
    const again = { ...kept(), lectureId: untimed.id };
    expect(suggest(problem([[untimed]], { kept: [again] })).conflicts).toEqual([
      { groups: [0], code: 'NO_CANDIDATE', obstacles: [{ lectureId: untimed.id, code: 'ALREADY_KEPT' }] },
    ]);
    const credits = { ...NONE, maxCredits: 50 };
    expect(picked(problem([[mon]], { kept: [{ ...kept(), credits: 30 }], constraints: credits }))).toEqual([]);
    expect(picked(problem([[mon]], { kept: [{ ...kept(), credits: 20 }], constraints: credits }))).toEqual([[mon.id]]);
  });

  it('says which group has nothing to pick, and what is in the way', () => {
    const group = [lecture(at(4, 9, 10)), lecture(at(0, 8, 9)), lecture(at(0, 17, 19)), lecture(at(1, 12, 13))];
    const one = problem([[lecture()], group], {
      constraints: { ...NONE, freeDays: [4], earliest: 540, latest: 1080 },
      kept: [kept(at(1, 12, 13))],
    });
    expect(suggest(one)).toEqual({
      suggestions: [],
      truncated: false,
      conflicts: [
        {
          groups: [1],
          code: 'NO_CANDIDATE',
          obstacles: ['FREE_DAYS', 'EARLIEST', 'LATEST', 'KEPT'].map((code, i) => ({ lectureId: group[i].id, code })),
        },
      ],
    });
  });

  it('says which pairs of groups clash', () => {
    const groups = [[lecture(at(0, 9, 12))], [lecture(at(1, 9, 12))], [lecture(at(0, 10, 11)), lecture(at(0, 11, 13))]];
    expect(suggest(problem(groups)).conflicts).toEqual([{ groups: [0, 2], code: 'CLASH', obstacles: [] }]);
  });

  it('says which groups do not go together where each two of them do', () => {
    const slots = [at(0, 9, 10), at(0, 10, 11)];
    const same = () => slots.map((slot) => lecture(slot));
    const { conflicts } = suggest(problem([[lecture(at(3, 9, 10))], same(), same(), same()]));
    expect(conflicts).toEqual([{ groups: [1, 2, 3], code: 'CLASH', obstacles: [] }]);
  });

  it('says when it is the credits, or what is kept', () => {
    const [a, b] = [lecture(), lecture()];
    const tooFew = problem([[a], [b]], { constraints: { ...NONE, minCredits: 70 } });
    expect(suggest(tooFew).conflicts).toEqual([{ groups: [0, 1], code: 'CREDITS', obstacles: [] }]);
    const late = problem([[a]], { constraints: { ...NONE, latest: 1080 }, kept: [kept(at(0, 18, 19))] });
    expect(suggest(late)).toEqual({
      suggestions: [],
      truncated: false,
      conflicts: [{ groups: [], code: 'KEPT', obstacles: [] }],
    });
  });
});

describe('the work', () => {
  /** As many groups and lectures as are asked for, of a kind. */
  const many = (groups: number, size: number, slots: (below: (n: number) => number) => Slot[]) => {
    const below = seeded(groups * size);
    return Array.from({ length: groups }, () => Array.from({ length: size }, () => lecture(...slots(below))));
  };
  const twiceAWeek = (below: (n: number) => number): Slot[] => {
    const [day, hour] = [below(3), 9 + 1.5 * below(6)];
    return [at(day, hour, hour + 1.25), at(day + 2, hour, hour + 1.25)];
  };
  const anywhere = (below: (n: number) => number): Slot[] => {
    const [one, other] = [below(5), below(5)];
    return [at(one, 9 + below(9), 18.5), at(other, 8 + below(9), 17)]
      .map(({ day, start }, i) => ({ day, start: start + i, end: start + 75, weeks: null }))
      .filter((slot, i, all) => !clash([slot], all.slice(0, i)));
  };

  it.each([
    ['8 × 12 twice a week', many(8, 12, twiceAWeek)],
    ['8 × 12 anywhere', many(8, 12, anywhere)],
    ['12 × 50 untimed', many(12, 50, () => [])],
    ['12 × 50 at one time', many(12, 50, () => [at(0, 9, 10)])],
    [
      '12 × 50 in ten minutes each',
      many(12, 50, (below) => [at(below(5), 8 + below(70) / 6, 8 + below(70) / 6)]).map((group) =>
        group.map((one) => lecture({ ...one.meetings[0], end: one.meetings[0].start + 10 })),
      ),
    ],
  ])('is done within the budget: %s', (_, groups) => {
    const { suggestions, truncated, conflicts } = suggest(problem(groups));
    expect(truncated).toBe(false);
    expect(suggestions.length === 20 || conflicts.length > 0).toBe(true);
  });

  it('ends with the budget, and says so', () => {
    const groups = many(12, 50, anywhere);
    const { suggestions, truncated } = suggest(problem(groups), 20_000);
    expect(truncated).toBe(true);
    expect(suggestions.length).toBeGreaterThan(0);
    const chosen = suggestions[0].lectures.map((id, g) => groups[g].find((one) => one.id === id)!);
    expect(chosen.some((one, i) => chosen.slice(0, i).some((other) => clash(one.meetings, other.meetings)))).toBe(
      false,
    );
  });

  it('suggests the same lectures once, in whatever order the groups could have them', () => {
    const same = Array.from({ length: 7 }, () => lecture());
    const { suggestions, truncated } = suggest({ ...problem(Array.from({ length: 6 }, () => same)), limit: 50 });
    expect(truncated).toBe(false);
    const sets = suggestions.map(({ lectures }) => [...lectures].sort((a, b) => a - b).join());
    expect([sets.length, new Set(sets).size]).toEqual([7, 7]);
  });

  it('in slices comes to the same', () => {
    const one = problem(many(6, 10, anywhere));
    const wizard = new Wizard(one);
    let slices = 1;
    while (!wizard.advance(500)) slices++;
    expect(slices).toBeGreaterThan(2);
    expect(wizard.result()).toEqual(suggest(one));
  });
});
