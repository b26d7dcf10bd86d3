import { median, printTable } from '../lib/measure.mjs';

/** Goals of a workload with the most connections, as ratios to the baseline: at least, at most, at most. */
const RATIOS = {
  'board list': [1.2, 1.0, 0.6],
  'board list, no token': [1.5, 0.8, 0.6],
  'post + 50 comments': [1.4, 0.9, 0.6],
  'post + 50 comments, first view': [1.2, 0.9, 0.6],
  'comment, random posts': [2, 0.7, 0.4],
  'comment, one hot post': [20, 0.7, 0.4],
  'like, random posts': [2, 0.6, 0.5],
  'like, one hot post': [6, 0.6, 0.5],
  timetable: [1.0, 1.2, 1.0],
  'lecture search, fits': [1.0, 1.2, 1.0],
};
/** Page 500 is compared with page 1 of Madang itself. */
const DEEP = [0.95, 1.1, 1.2];
const NAMES = ['requests/s', 'server CPU', 'database CPU'];
const KEYS = ['rate', 'serverCpu', 'databaseCpu'];
/** Requests a second with few connections, for every workload. */
const FEW = 0.7;

/**
 * @typedef {object} Goal
 * @property {string} name of the measurement
 * @property {string} what
 * @property {number} value
 * @property {number} limit
 * @property {'least' | 'most'} [is] `most` by default
 * @property {string} [unit]
 */

/** The goals of the workloads. @returns {Goal[]} */
export function goalsOf(results) {
  const widest = Math.max(...results.map(({ width }) => width));
  return results.flatMap(({ name, width, ratios, runs }) => {
    if (width < widest)
      return [{ name, what: `requests/s, ${width} connections`, value: ratios.rate, limit: FEW, is: 'least' }];
    const errors = { name, what: 'errors', value: runs.Madang.reduce((sum, run) => sum + run.errors, 0), limit: 0 };
    return [...(RATIOS[name] ? ratioGoals(name, ratios, RATIOS[name]) : []), errors];
  });
}

/** Page 500 against page 1, where both were measured. @returns {Goal[]} */
export function goalsOfDeepPage(results) {
  const widest = Math.max(...results.map(({ width }) => width));
  const [deep, first] = ['page 500', 'board list'].map((name) =>
    results.find((one) => one.name === name && one.width === widest),
  );
  if (!deep || !first) return [];
  const of = ({ runs }, key) => median(runs.Madang.map((run) => run[key]));
  const ratios = Object.fromEntries(KEYS.map((key) => [key, of(deep, key) / of(first, key)]));
  return ratioGoals('page 500 against page 1', ratios, DEEP);
}

function ratioGoals(name, ratios, limits) {
  return KEYS.map((key, i) => ({
    ...{ name, what: NAMES[i], value: ratios[key], limit: limits[i] },
    is: i === 0 ? 'least' : 'most',
  }));
}

export function holds({ value, limit, is = 'most' }) {
  return is === 'least' ? value >= limit : value <= limit;
}

/** @param {Goal[]} goals */
export function printGoals(goals) {
  const text = (value, unit = '') => (Number.isInteger(value) ? value : value.toFixed(value < 20 ? 2 : 0)) + unit;
  printTable(
    ['measured', 'of it', 'is', 'goal', 'holds'],
    goals.map((goal) => {
      const { name, what, value, limit, is, unit } = goal;
      return [
        name,
        what,
        text(value, unit),
        `${is === 'least' ? '≥' : '≤'} ${limit}${unit ?? ''}`,
        holds(goal) ? 'yes' : 'NO',
      ];
    }),
  );
  const missed = goals.filter((goal) => !holds(goal)).length;
  console.log(missed === 0 ? `all ${goals.length} goals hold` : `${missed} of ${goals.length} goals do not hold`);
}
