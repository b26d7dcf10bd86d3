import { WORD_CLASSES } from '../lib/search-words.mjs';
import { closedLoop, Connections, percentile } from '../lib/open-loop.mjs';
import { listTimes } from './measure.mjs';
import { request } from './requests.mjs';

const WIDTH = 4;
/** Milliseconds: of all classes, and of words that only a scan of every post can answer. */
const [QUICK, SLOW] = [30, 200];
const SLOWER = 2;

/** Searches by each class of words alone, while other members read a list. @returns {Promise<import('./goals.mjs').Goal[]>} */
export async function measureSearch({ madang, parts, seconds }) {
  const classes = [];
  const normal = [];
  let n = 0;
  for (const { name, words, isSlow } of WORD_CLASSES) {
    const next = () =>
      request('GET', `/posts?q=${encodeURIComponent(words[++n % words.length])}`, 300 + (n % (parts.accounts - 300)));
    normal.push(...(await listTimes(madang, seconds)));
    const connections = new Connections(madang.port);
    await closedLoop(connections, { width: WIDTH, seconds: 0.5, next });
    const [lists, { took, rate }] = await Promise.all([
      listTimes(madang, seconds),
      closedLoop(connections, { width: WIDTH, seconds, next }),
    ]);
    connections.close();
    const errors = took.length - Math.round(rate * seconds);
    classes.push({ name, isSlow, p95: percentile(took, 0.95), errors, lists: percentile(lists, 0.99) });
    console.log(
      `search, ${name}: ${Math.round(rate)} a second, 95 of 100 in ${classes.at(-1).p95.toFixed(1)} ms, ${errors} errors`,
    );
  }
  const usual = percentile(normal, 0.99);
  console.log(`lists without searches: 99 of 100 in ${usual.toFixed(1)} ms`);
  const goals = classes.flatMap(({ name, isSlow, p95, lists }) => [
    { name: `search, ${name}`, what: 'p95', value: p95, limit: isSlow ? SLOW : QUICK, unit: ' ms' },
    { name: `search, ${name}`, what: 'p99 of lists, × normal', value: lists / usual, limit: SLOWER },
  ]);
  const errors = classes.reduce((sum, one) => sum + one.errors, 0);
  return [...goals, { name: 'search', what: 'errors', value: errors, limit: 0 }];
}
