import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from './app.js';
import { readRows } from './rows.js';

/** Waits until so many transactions wait for a lock. */
export async function lockedOut(t: TestApp, transactions: number): Promise<void> {
  const waiting = () =>
    readRows(
      t.database,
      `SELECT 1 FROM information_schema.innodb_trx x JOIN information_schema.processlist p ON p.id = x.trx_mysql_thread_id
        WHERE x.trx_state = 'LOCK WAIT' AND p.db = DATABASE()`,
    );
  // InnoDB tells what it knew a tenth of a second ago, as long as it is asked more often than that.
  do await sleep(150);
  while ((await waiting()).length < transactions);
}
