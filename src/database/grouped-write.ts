import { OF_BATCH } from './budget.js';
import type { Database } from './database.js';
import { failureOf, isLockConflict, noteOutcome, outcomeOf } from './mysql-errors.js';
import { PoolExhausted } from './pool.js';
import type { Transaction } from './transaction.js';

/** Writes in one transaction: few sizes, because MySQL keeps a prepared statement for each. */
const SIZES = [32, 16, 8, 4, 2, 1] as const;
/** Groups at the same time: one that waits for a lock does not stop all others. */
const GROUPS = 2;
/** Writes that wait at most, in each kind. */
const QUEUE = 2_000;

/** The outcome of one write of a group. */
export type Result<T> = { value: T } | { error: unknown };

/**
 * Does several writes in one transaction. It must take the same locks in the same order as one write alone, and check each
 * write by itself: one that is refused is an `error` in its place and stores nothing.
 */
export type WriteAll<Input, T> = (tx: Transaction, inputs: readonly Input[]) => Promise<Result<T>[]>;

/** Counts of a kind of write. */
export class GroupCounts {
  transactions = 0;
  writes = 0;
  waitSeconds = 0;
  /** Groups that failed, and whose writes were then done one by one. */
  splits = 0;
}

interface Waiting<Input, T> {
  input: Input;
  since: number;
  resolve: (value: T) => void;
  reject: (error: unknown) => void;
}

/**
 * Writes that wait at the same time commit together: while a group is under way the next one collects. Each write gets its
 * own answer after the commit. When the group fails and one of its writes may be to blame, each is done by itself.
 */
export class GroupedWrite<Input, T> {
  readonly counts = new GroupCounts();
  private readonly waiting: Waiting<Input, T>[] = [];
  private running = 0;

  /** @param isOn whether writes are grouped; else each has a transaction of its own */
  constructor(
    private readonly database: Pick<Database, 'transaction'>,
    /** In /metrics. */
    readonly name: string,
    private readonly writeAll: WriteAll<Input, T>,
    private readonly isOn: boolean,
  ) {}

  /** @throws the write's own error, or PoolExhausted when too many wait */
  run(input: Input): Promise<T> {
    return new Promise((resolve, reject) => {
      const write = { input, since: performance.now(), resolve, reject };
      if (!this.isOn) {
        void this.commit([write]);
        return;
      }
      if (this.waiting.length >= QUEUE) {
        reject(notStarted());
        return;
      }
      this.waiting.push(write);
      if (this.running < GROUPS) {
        this.running += 1;
        // After this turn of the event loop, so that writes of one turn form one group.
        setImmediate(() => void this.work());
      }
    });
  }

  private async work(): Promise<void> {
    for (;;) {
      this.refuseLate();
      const size = SIZES.find((one) => one <= this.waiting.length);
      if (size === undefined) break;
      await this.commit(this.waiting.splice(0, size));
    }
    this.running -= 1;
  }

  /** Refuses the writes whose requests would be over before they are done. */
  private refuseLate(): void {
    const last = performance.now() - OF_BATCH.wait;
    while (this.waiting.length > 0 && this.waiting[0].since < last) this.waiting.shift()!.reject(notStarted());
  }

  /** Answers all writes of the group. Never throws. */
  private async commit(group: Waiting<Input, T>[]): Promise<void> {
    const { counts } = this;
    const now = performance.now();
    for (const { since } of group) counts.waitSeconds += (now - since) / 1000;
    counts.writes += group.length;
    counts.transactions += 1;
    const inputs = group.map(({ input }) => input);
    let results: Result<T>[];
    try {
      results = await this.database.transaction((tx) => this.writeAll(tx, inputs));
    } catch (error) {
      if (group.length > 1 && mayBeOfOne(error)) await this.oneByOne(group);
      else for (const { reject } of group) reject(error);
      return;
    }
    for (const [i, { resolve, reject }] of group.entries()) {
      const result = results[i];
      if ('error' in result) reject(result.error);
      else resolve(result.value);
    }
  }

  /** At the same time, as without groups: one that waits for a lock does not stop the others. */
  private async oneByOne(group: Waiting<Input, T>[]): Promise<void> {
    this.counts.splits += 1;
    this.counts.writes -= group.length;
    await Promise.all(group.map((write) => this.commit([write])));
  }
}

/**
 * Whether one write of a group may have made all of it fail. Not where the database is away or full: each would fail
 * again. Not where nobody knows whether the group was committed: a second attempt could write twice.
 */
function mayBeOfOne(error: unknown): boolean {
  return outcomeOf(error) === 'rolled back' && (failureOf(error) === undefined || isLockConflict(error));
}

function notStarted(): PoolExhausted {
  const error = new PoolExhausted();
  noteOutcome(error, 'not started');
  return error;
}
