/** With fewer requests the processor would be idle during statements. */
const MIN = 12;
/** More would only wait for the database: its pool's queue takes 200. */
const MAX = 100;
/** Milliseconds that a request may wait for the event loop, where that is never idle, and for a connection. */
const LOOP_TARGET = 2;
const DATABASE_TARGET = 10;
/**
 * The part of the time in which the loop works. Above the first value it is overloaded, below the second there is room.
 */
const BUSY = 0.95;
const ROOMY = 0.8;
/** Milliseconds over which the means are taken, and between two steps: down by half at most, or up by one request. */
const WINDOW = 30;
/** The growth in a WINDOW without a refusal. */
const GROWTH = 1.5;

/** Measurements since the last observation. The waits are means, in milliseconds. */
export interface Observation {
  /** The part of the time in which the event loop worked, 0 to 1. */
  busy: number;
  loopWait: number;
  databaseWait: number;
}

/**
 * The number of requests that are taken at once. It falls by a factor while they wait too long. It rises by one while
 * they do not and some are refused (additive increase, multiplicative decrease, as in TCP). When none are refused and
 * the loop has idle time, it soon returns to the maximum: that was a burst, not an overload.
 */
export class ConcurrencyLimit {
  private limit = MAX;
  private isReached = false;
  private readonly mean: Observation = { busy: 0, loopWait: 0, databaseWait: 0 };
  private observedAt = 0;
  private steppedAt = -WINDOW;

  get value(): number {
    return Math.floor(this.limit);
  }

  /** A request was refused by this limit: a higher one would have been of use. */
  reached(): void {
    this.isReached = true;
  }

  /** @param now in milliseconds */
  observe(now: number, { busy, loopWait, databaseWait }: Observation): void {
    const passed = now - this.observedAt;
    const weight = Math.min(1, passed / WINDOW);
    const { mean } = this;
    mean.busy += (busy - mean.busy) * weight;
    mean.loopWait += (loopWait - mean.loopWait) * weight;
    mean.databaseWait += (databaseWait - mean.databaseWait) * weight;
    this.observedAt = now;
    const excess = Math.max(mean.busy > BUSY ? mean.loopWait / LOOP_TARGET : 0, mean.databaseWait / DATABASE_TARGET);
    if (excess > 1) this.step(now, Math.max(MIN, this.limit * Math.max(0.5, 1 / excess)));
    else if (this.isReached) this.step(now, Math.min(MAX, this.limit + 1));
    else if (mean.busy < ROOMY) this.limit = Math.min(MAX, this.limit * GROWTH ** (passed / WINDOW));
  }

  private step(now: number, limit: number): void {
    if (now - this.steppedAt < WINDOW) return;
    this.isReached = false;
    this.limit = limit;
    this.steppedAt = now;
  }
}
