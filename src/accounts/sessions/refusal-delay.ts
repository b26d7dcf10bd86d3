import type { Caller } from './sessions.service.js';

const MILLISECONDS = 500;
/** More are answered at once. */
const MAX_WAITING = 500;

/**
 * Delays the answers to log-ins over a limit. A client that repeats them without a pause then has two a second on each
 * connection; without the delay 70 connections keep an instance busy. A delayed request gives its place to others.
 */
export class RefusalDelay {
  private waiting = 0;

  async wait(caller: Pick<Caller, 'withoutPlace'>): Promise<void> {
    if (this.waiting >= MAX_WAITING) return;
    this.waiting += 1;
    await caller.withoutPlace(() => new Promise((resolve) => setTimeout(resolve, MILLISECONDS)));
    this.waiting -= 1;
  }
}
