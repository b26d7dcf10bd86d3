export const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

/** Milliseconds of each of the works, run in turn, so that other load affects all equally. */
export async function timesInTurn(rounds, works) {
  const times = works.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, work] of works.entries()) {
      const started = performance.now();
      await work();
      // The first round is for warming up.
      if (round > 0) times[i].push(performance.now() - started);
    }
  }
  return times;
}

/** Medians of `timesInTurn`. */
export const inTurn = async (rounds, works) => (await timesInTurn(rounds, works)).map(median);

/** Prints rows of cells in columns, with numbers aligned to the right. */
export function printTable(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, i) => Math.max(...cells.map((row) => width(row[i]))));
  for (const [n, row] of cells.entries()) {
    console.log(`| ${row.map((cell, i) => pad(cell, widths[i], n > 0 && /^[\d.]+( ms)?$/.test(cell))).join(' | ')} |`);
    if (n === 0) console.log(`|${widths.map((w) => '-'.repeat(w + 2)).join('|')}|`);
  }
}

const pad = (cell, to, right) => (right ? ' '.repeat(to - width(cell)) + cell : cell + ' '.repeat(to - width(cell)));

/** In a terminal Hangul and emoji are two columns wide. */
const width = (text) => text.length + (text.match(/[\u1100-\u11ff\u2e80-\uffdc]/g)?.length ?? 0);
