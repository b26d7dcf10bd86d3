import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Overloaded } from '../problems/general.errors.js';
import { Tally } from '../tally.js';

/** A picture of 100 entries blocks the event loop for 50 ms, a large export for longer. */
const AT_ONCE = 2;
/** Milliseconds that one waits for its turn. */
const PATIENCE = 1_000;
/** Characters of texts that are kept. */
const KEPT = 16_000_000;

/** Answers that take long to make: two at a time, and texts are made once for the same content. */
@Injectable()
export class CostlyAnswers {
  readonly outcomes = new Tally('made', 'kept', 'refused');
  private underWay = 0;
  private readonly waiting = new Set<() => void>();
  /** By the hash of their input; the most recently used is last. */
  private readonly texts = new Map<string, string>();
  private keptLength = 0;

  /**
   * Runs `make` when fewer than two others do.
   *
   * @throws Overloaded when that takes longer than a second
   */
  async make<T>(make: () => T | Promise<T>): Promise<T> {
    if (this.underWay < AT_ONCE) this.underWay += 1;
    else await this.turn();
    try {
      // Requests that came meanwhile go first.
      await nextTurn();
      this.outcomes.add('made');
      return await make();
    } finally {
      this.handOn();
    }
  }

  /** The text that `make` makes of `content`. Nothing else may influence the text. */
  async text(content: unknown, make: () => string): Promise<string> {
    const key = createHash('sha256').update(JSON.stringify(content)).digest('base64');
    const kept = this.texts.get(key);
    if (kept === undefined) return this.make(() => this.keep(key, make()));
    this.outcomes.add('kept');
    this.texts.delete(key);
    this.texts.set(key, kept);
    return kept;
  }

  /** Resolves when another one has ended. */
  private turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(go);
        this.outcomes.add('refused');
        reject(new Overloaded({ headers: { 'Retry-After': '2' } }));
      }, PATIENCE);
      this.waiting.add(go);
    });
  }

  /** Starts the one that has waited longest. */
  private handOn(): void {
    const [next] = this.waiting;
    if (next) {
      this.waiting.delete(next);
      next();
    } else this.underWay -= 1;
  }

  private keep(key: string, text: string): string {
    if (this.texts.has(key)) return text;
    this.texts.set(key, text);
    this.keptLength += text.length;
    for (const [oldest, { length }] of this.texts) {
      if (this.keptLength <= KEPT) break;
      this.texts.delete(oldest);
      this.keptLength -= length;
    }
    return text;
  }
}
