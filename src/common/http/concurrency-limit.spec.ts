import { describe, expect, it } from '@jest/globals';
import { ConcurrencyLimit } from './concurrency-limit.js';

/** Observes the same waits every 10 ms. */
function observe(limit: ConcurrencyLimit, from: number, to: number, loop: number, database = 0, full = true): void {
  for (let now = from; now < to; now += 10) {
    if (full) limit.reached();
    limit.observe(now, loop, database);
  }
}

describe('ConcurrencyLimit', () => {
  it('goes down while requests wait for the event loop, to a floor that keeps it busy', () => {
    const limit = new ConcurrencyLimit();
    const before = limit.value;
    observe(limit, 0, 120, 30);
    expect(limit.value).toBeLessThan(before / 2);
    observe(limit, 50, 2_000, 30);
    expect(limit.value).toBeGreaterThanOrEqual(8);
    expect(limit.value).toBeLessThanOrEqual(16);
  });

  it('goes down while they wait for the database', () => {
    const limit = new ConcurrencyLimit();
    const before = limit.value;
    observe(limit, 0, 200, 1, 500);
    expect(limit.value).toBeLessThan(before / 2);
  });

  it('goes up by one at a time, only where more would have come, and has a ceiling', () => {
    const limit = new ConcurrencyLimit();
    observe(limit, 0, 2_000, 30);
    const low = limit.value;
    observe(limit, 2_000, 4_000, 1, 0, false);
    expect(limit.value).toBe(low);
    observe(limit, 4_000, 4_100, 1);
    expect(limit.value).toBeGreaterThan(low);
    expect(limit.value).toBeLessThanOrEqual(low + 10);
    observe(limit, 5_000, 20_000, 1);
    expect(limit.value).toBe(250);
  });

  it('is not impressed by one long turn', () => {
    const limit = new ConcurrencyLimit();
    const before = limit.value;
    observe(limit, 0, 500, 1);
    limit.observe(550, 50, 0);
    observe(limit, 560, 600, 1);
    expect(limit.value).toBeGreaterThanOrEqual(Math.floor(before / 2));
  });
});
