import type { Caller } from './sessions/sessions.service.js';

/**
 * Before a refusal to log in or to hash a password. A client that repeats it without a pause then has two a second on each
 * connection; without the delay 70 connections keep an instance busy.
 */
export const REFUSAL = { milliseconds: 500 };
/** More are answered at once. */
const MAX_WAITING = 500;

/** Delays the answers to log-ins over a limit. A delayed request gives its place to others. */
export class RefusalDelay {
  private waiting = 0;

  async wait(caller: Pick<Caller, 'withoutPlace'>): Promise<void> {
    if (this.waiting >= MAX_WAITING) return;
    this.waiting += 1;
    await caller.withoutPlace(() => new Promise((resolve) => setTimeout(resolve, REFUSAL.milliseconds)));
    this.waiting -= 1;
  }
}
