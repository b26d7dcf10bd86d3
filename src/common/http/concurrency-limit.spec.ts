import { describe, expect, it } from '@jest/globals';
import { ConcurrencyLimit, type Observation } from './concurrency-limit.js';

const CALM: Observation = { busy: 0.5, loopWait: 1, databaseWait: 0 };
const OVERLOADED: Observation = { busy: 1, loopWait: 30, databaseWait: 0 };

/** Observes the same every 10 ms. */
function observe(limit: ConcurrencyLimit, from: number, to: number, seen: Observation, full = true): void {
  for (let now = from; now < to; now += 10) {
    if (full) limit.reached();
    limit.observe(now, seen);
  }
}

describe('ConcurrencyLimit', () => {
  it('goes down by half every 30 ms while requests wait for an event loop that is never idle, to a floor', () => {
    const limit = new ConcurrencyLimit();
    const steps: [number, number][] = [[0, limit.value]];
    for (let now = 0; now < 1_000; now += 10) {
      observe(limit, now, now + 10, OVERLOADED);
      if (limit.value !== steps.at(-1)![1]) steps.push([now, limit.value]);
    }
    expect(steps.map(([, value]) => value)).toEqual([100, 50, 25, 12]);
    expect(steps.slice(2).map(([now], i) => now - steps[i + 1][0])).toEqual([30, 30]);
  });

  it('stays while turns of the loop are long and it is idle between them', () => {
    const limit = new ConcurrencyLimit();
    observe(limit, 0, 1_000, { busy: 0.9, loopWait: 30, databaseWait: 0 }, false);
    expect(limit.value).toBe(100);
  });

  it('goes down while they wait for the database, also beside an idle loop', () => {
    const limit = new ConcurrencyLimit();
    observe(limit, 0, 300, { busy: 0.1, loopWait: 1, databaseWait: 500 });
    expect(limit.value).toBeLessThan(50);
  });

  it('goes up by one at a time where more would have come, and has a ceiling', () => {
    const limit = new ConcurrencyLimit();
    observe(limit, 0, 3_000, OVERLOADED);
    const low = limit.value;
    // The mean of the waits has to fall first.
    observe(limit, 3_000, 3_400, CALM);
    expect(limit.value).toBeGreaterThan(low);
    expect(limit.value).toBeLessThanOrEqual(low + 14);
    observe(limit, 3_400, 20_000, CALM);
    expect(limit.value).toBe(100);
  });

  it('is soon a high one again when it is not reached', () => {
    const limit = new ConcurrencyLimit();
    observe(limit, 0, 3_000, OVERLOADED);
    observe(limit, 3_000, 4_000, CALM, false);
    expect(limit.value).toBe(100);
  });

  it('stays after a short busy turn', () => {
    const limit = new ConcurrencyLimit();
    observe(limit, 0, 500, CALM, false);
    limit.observe(505, { busy: 1, loopWait: 5, databaseWait: 0 });
    expect(limit.value).toBe(100);
  });

  it('is halved at most by one long turn', () => {
    const limit = new ConcurrencyLimit();
    observe(limit, 0, 500, CALM);
    limit.observe(550, { busy: 1, loopWait: 50, databaseWait: 0 });
    observe(limit, 560, 600, CALM);
    expect(limit.value).toBeGreaterThanOrEqual(50);
  });
});
