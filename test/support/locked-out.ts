import { setTimeout as sleep } from 'node:timers/promises';
import type { TestApp } from './app.js';
import { readRows } from './rows.js';

/** Returns when at least this number of transactions wait for a lock. */
export async function lockedOut(t: TestApp, transactions: number): Promise<void> {
  const waiting = () =>
    readRows(
      t.database,
      `SELECT 1 FROM information_schema.innodb_trx x JOIN information_schema.processlist p ON p.id = x.trx_mysql_thread_id
        WHERE x.trx_state = 'LOCK WAIT' AND p.db = DATABASE()`,
    );
  // InnoDB refreshes this table only if it was not read for 0.1 s.
  do await sleep(150);
  while ((await waiting()).length < transactions);
}
