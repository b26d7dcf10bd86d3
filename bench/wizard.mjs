import { suggest } from '../dist/timetables/suggestions/wizard.js';
import { printTable } from './lib/measure.mjs';
import { seededRandom } from './lib/random.mjs';

/**
 * `node bench/wizard.mjs`: times of the wizard for generated catalogues of several kinds, the slowest of five of each
 * kind. Runs with default wishes and with only some wishes. See README.md.
 */
const SEEDS = [1, 2, 3, 4, 5];
const NONE = { freeDays: 0, gaps: 0, lunch: 0, mornings: 0, lateEnds: 0, dayLength: 0 };
const WISHES = {
  default: { freeDays: 5, gaps: 1, lunch: 2, mornings: 1, lateEnds: 1, dayLength: 1 },
  'free days': { ...NONE, freeDays: 5 },
  gaps: { ...NONE, gaps: 5 },
  none: NONE,
};
const NO_CONSTRAINTS = { freeDays: [], earliest: 0, latest: 1440, minCredits: 0, maxCredits: Infinity };

const slot = (day, start, minutes, weeks = null) => ({ day, start, end: start + minutes, weeks });

/** The meetings of one lecture. */
const KINDS = {
  'twice a week, 75 min': (below) => {
    const [day, start] = [below(3), 540 + 90 * below(6)];
    return [slot(day, start, 75), slot(day + 2, start, 75)];
  },
  'once a week, 3 h': (below) => [slot(below(5), 540 + 60 * below(10), 170)],
  '1–3 meetings anywhere': (below) =>
    Array.from({ length: 1 + below(3) }, () => slot(below(5), 540 + 30 * below(18), [50, 75, 110, 170][below(4)])),
  'the same, in weeks': (below) =>
    KINDS['1–3 meetings anywhere'](below).map((one) => ({ ...one, weeks: [null, 0xff, 0xff00][below(3)] })),
  'any minute of 7 days': (below) =>
    [0, 1].map((half) => slot(below(7), 480 + 350 * half + below(330), 20 + below(60))),
  'ten minutes, nothing clashes': (below) => [slot(below(5), 480 + below(700), 10)],
  untimed: () => [],
};

function aProblem(kind, groups, size, weights, seed) {
  const random = seededRandom(seed);
  const below = (n) => Math.floor(random() * n);
  let id = 0;
  const lecture = () => ({ id: ++id, credits: 30, meetings: KINDS[kind](below) });
  return {
    groups: Array.from({ length: groups }, () => Array.from({ length: size }, lecture)),
    kept: [],
    constraints: NO_CONSTRAINTS,
    weights,
    limit: 20,
  };
}

function measure(kind, groups, size, weights) {
  let [slowest, truncated, fitting] = [0, 0, 0];
  for (const seed of SEEDS) {
    const problem = aProblem(kind, groups, size, weights, seed);
    const began = performance.now();
    const answer = suggest(problem);
    slowest = Math.max(slowest, performance.now() - began);
    truncated += answer.truncated;
    fitting += answer.suggestions.length > 0;
  }
  return [`${slowest.toFixed(0)} ms`, `${truncated} of ${SEEDS.length}`, `${fitting} of ${SEEDS.length}`];
}

// The first run is for warming up.
measure('1–3 meetings anywhere', 8, 12, WISHES.default);
const table = [];
for (const kind of Object.keys(KINDS)) {
  for (const [wish, weights] of Object.entries(WISHES)) {
    table.push([kind, wish, ...measure(kind, 8, 12, weights), ...measure(kind, 12, 50, weights)]);
  }
}
console.log('The slowest of five, 20 suggestions: 8 groups of 12 lectures, and 12 of 50');
printTable(['lectures', 'wishes', '8 × 12', 'truncated', 'fit', '12 × 50', 'truncated', 'fit'], table);
