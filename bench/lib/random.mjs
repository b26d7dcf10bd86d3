/** A small seeded generator (mulberry32), so that every run fills a database with the same rows. */
export function seededRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws from `items` by Zipf's law: the n-th is drawn 1/n as often as the first, as words in a language are. */
export function zipf(items, random) {
  const sums = [];
  let sum = 0;
  for (let rank = 1; rank <= items.length; rank++) sums.push((sum += 1 / rank));
  return () => {
    const at = random() * sum;
    let [low, high] = [0, items.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < at) low = middle + 1;
      else high = middle;
    }
    return items[low];
  };
}
