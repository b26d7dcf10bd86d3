/** Fewer at once would leave the processor idle while the database answers. */
const MIN = 16;
/** More would only wait for the database: its pool's queue takes 200. */
const MAX = 250;
/** Milliseconds that a request may wait for the event loop, and for a connection. */
const LOOP_TARGET = 6;
const DATABASE_TARGET = 10;
/** Milliseconds of which the mean is taken, and between two steps down. */
const WINDOW = 50;
/** The most that one turn of the loop counts in the mean: a long one is no overload. */
const MAX_WEIGHT = 0.3;
/** Milliseconds between two steps up, one request each. */
const STEP = 10;

/**
 * How many requests are taken at once: fewer by a part while they wait too long, one more while they do not and more
 * would come (additive increase, multiplicative decrease, as TCP does it).
 */
export class ConcurrencyLimit {
  private limit = MAX / 2;
  private isReached = false;
  private loopWait = 0;
  private databaseWait = 0;
  private observedAt = 0;
  private loweredAt = -WINDOW;
  private raisedAt = 0;

  get value(): number {
    return Math.floor(this.limit);
  }

  /** A request was refused by this limit: a higher one would have been of use. */
  reached(): void {
    this.isReached = true;
  }

  /** @param now, loopWait, databaseWait in milliseconds */
  observe(now: number, loopWait: number, databaseWait: number): void {
    const weight = Math.min(MAX_WEIGHT, (now - this.observedAt) / WINDOW);
    this.observedAt = now;
    this.loopWait += (loopWait - this.loopWait) * weight;
    this.databaseWait += (databaseWait - this.databaseWait) * weight;
    const excess = Math.max(this.loopWait / LOOP_TARGET, this.databaseWait / DATABASE_TARGET);
    if (excess > 1) {
      this.isReached = false;
      if (now - this.loweredAt < WINDOW) return;
      this.limit = Math.max(MIN, this.limit * Math.max(0.5, 1 / excess));
      this.loweredAt = now;
    } else if (this.isReached && now - this.raisedAt >= STEP) {
      this.limit = Math.min(MAX, this.limit + 1);
      this.raisedAt = now;
      this.isReached = false;
    }
  }
}
