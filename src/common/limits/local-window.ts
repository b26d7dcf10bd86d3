import type { Limit, Spent } from './limit.js';

/** Keys of one window. Beyond it the oldest is forgotten, so that forged addresses cannot fill the memory. */
const MAX_KEYS = 100_000;

/**
 * Counts in this process, without waiting. All keys share one window of the clock, so its end reveals nothing about a
 * person, and all counts are dropped at once.
 */
export class LocalWindow {
  private counts = new Map<string | number, number>();
  private start = 0;

  constructor(
    private readonly limit: Limit,
    private readonly now: () => number,
    private readonly maxKeys = MAX_KEYS,
  ) {}

  /** Takes one point of `key`; `remaining` is negative when there was none. */
  take(key: string | number): Spent {
    const length = this.limit.seconds * 1000;
    const now = this.now();
    const start = now - (now % length);
    if (start !== this.start) {
      this.counts = new Map();
      this.start = start;
    }
    const count = this.counts.get(key) ?? 0;
    if (count === 0 && this.counts.size >= this.maxKeys) this.forgetOldest();
    this.counts.set(key, count + 1);
    return { remaining: this.limit.points - count - 1, milliseconds: start + length - now };
  }

  get size(): number {
    return this.counts.size;
  }

  private forgetOldest(): void {
    const [oldest] = this.counts.keys();
    this.counts.delete(oldest);
  }
}
