import { Injectable, Logger } from '@nestjs/common';
import { Tally } from '../common/tally.js';
import { Database } from '../database/database.js';
import { databaseErrorOf } from '../database/mysql-errors.js';
import { flag, int, selection } from '../database/selection.js';

/** Seconds until the first retry of an item; each further one waits twice as long. */
const FIRST_RETRY = 60;
/** Seconds between two retries at most. */
const LONGEST_RETRY = 3600;

/** The jobs that work on items. */
const ITEM_JOBS = ['finish-leaving', 'remove-posts', 'remove-comments', 'follow-boards'] as const;
export type ItemJob = (typeof ITEM_JOBS)[number];

const FAILURE = selection({ item: int('item'), isDue: flag('retry_at <= NOW(3)') });

/**
 * Runs a job over its items. A failing item does not stop the others: it is retried with back-off, and skipped until
 * then. Owns `job_failures`.
 */
@Injectable()
export class JobItems {
  /** Items by job. */
  readonly done = new Tally<ItemJob>(...ITEM_JOBS);
  readonly failed = new Tally<ItemJob>(...ITEM_JOBS);
  private readonly logger = new Logger(JobItems.name);

  constructor(private readonly database: Database) {}

  /**
   * @param items everything that is to be done now, failed items too
   * @throws only when the failure itself cannot be stored
   */
  async each<Item extends { id: number }>(
    job: ItemJob,
    items: Item[],
    work: (item: Item) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const failures = await this.failuresOf(job);
    const fresh = items.filter(({ id }) => !failures.has(id));
    // The failed ones last: each may take as long as a statement may.
    const retried = items.filter(({ id }) => failures.get(id));
    for (const item of [...fresh, ...retried]) {
      if (signal.aborted) return;
      const succeeded = await this.attempt(job, item, work);
      if (succeeded && failures.has(item.id)) await this.forget(job, item.id);
    }
    const current = new Set(items.map(({ id }) => id));
    for (const id of failures.keys()) if (!current.has(id)) await this.forget(job, id);
  }

  private async attempt<Item extends { id: number }>(
    job: ItemJob,
    item: Item,
    work: (item: Item) => Promise<void>,
  ): Promise<boolean> {
    try {
      await work(item);
    } catch (error) {
      this.failed.add(job);
      // Without the item: an account's id beside its last post would reveal the author.
      this.logger.warn({ err: error, job });
      await this.note(job, item.id, error);
      return false;
    }
    this.done.add(job);
    return true;
  }

  /** The failed items of a job: whether their retry is due. */
  private async failuresOf(job: ItemJob): Promise<Map<number, boolean>> {
    const rows = await this.database.select(FAILURE, 'FROM job_failures WHERE job = ?', [job]);
    return new Map(rows.map(({ item, isDue }) => [item, isDue]));
  }

  private async note(job: ItemJob, item: number, error: unknown): Promise<void> {
    const reason = databaseErrorOf(error)?.code ?? (error instanceof Error ? error.name : typeof error);
    await this.database.transaction((tx) =>
      // SET runs from left to right: `attempts` is the new number in `retry_at`.
      tx.run(
        `INSERT INTO job_failures (job, item, attempts, reason, failed_at, retry_at)
         VALUES (?, ?, 1, ?, NOW(3), NOW(3) + INTERVAL ? SECOND) AS new
         ON DUPLICATE KEY UPDATE attempts = job_failures.attempts + 1, reason = new.reason, failed_at = new.failed_at,
           retry_at = NOW(3) + INTERVAL LEAST(?, ? * POW(2, LEAST(job_failures.attempts, 20) - 1)) SECOND`,
        [job, item, reason.slice(0, 100), FIRST_RETRY, LONGEST_RETRY, FIRST_RETRY],
      ),
    );
  }

  private async forget(job: ItemJob, item: number): Promise<void> {
    await this.database.transaction((tx) => tx.run('DELETE FROM job_failures WHERE job = ? AND item = ?', [job, item]));
  }
}
