import { openCampus } from './database.mjs';
import { inTurn, otherWork } from './measure.mjs';
import { partsOf, workloads } from './workloads.mjs';

/** Posts of the small campus, as a part of the big one's at most. */
const FEW = 2_000;
const PART = 0.1;
/** With so few, requests seldom share a read. */
const WIDTH = 4;
/** Database CPU with many posts, × that with few. */
const LIMITS = { 'board list': 1.2, 'page 500': 1.2, 'post + 50 comments': 1.4 };

/**
 * Madang on a small campus compared with the big one. The small one has no page 500: its deep page is a quarter down.
 *
 * @returns {Promise<import('./goals.mjs').Goal[]>}
 */
export async function measureGrowth({ madang, posts, parts, startMadang, rounds, seconds }) {
  const few = Math.min(FEW, posts * PART);
  const campus = await openCampus(few);
  let small;
  try {
    small = await startMadang(campus, 'Madang, few posts');
    const [big, little] = [workloads(parts), workloads(await partsOf(campus.connection, few))];
    const goals = [];
    for (const [name, limit] of Object.entries(LIMITS)) {
      const both = new Map([
        [madang, big[name]],
        [small, little[name]],
      ]);
      const { ratios, runs } = await inTurn(both, { rounds, width: WIDTH, seconds });
      const value = ratios.databaseCpu;
      console.log(
        `growth, ${name}: database CPU × ${value.toFixed(2)} from ${few} to ${posts} posts${otherWork(runs.flat())}`,
      );
      goals.push({ name: `growth, ${name}`, what: `database CPU, × ${few} posts`, value, limit });
    }
    return goals;
  } finally {
    await small?.stop();
    await campus.stop();
  }
}
