import type { Database } from '../../database/database.js';

/** What one account has may be a lot: it is let go of some at a time, so that no lock is held for long. */
const READ_AT_ONCE = 100;
const WRITTEN_AT_ONCE = 1_000;

/**
 * Acts on each row until there is none left.
 *
 * @param sql selects by the account's id what is still to be done, in a fixed order; `act` has to take rows out of it
 */
export async function forEachRow<Row>(
  database: Database,
  sql: string,
  accountId: number,
  act: (row: Row) => Promise<void>,
): Promise<void> {
  for (;;) {
    const rows = await database.rows<Row>(`${sql} LIMIT ${READ_AT_ONCE}`, [accountId]);
    if (rows.length === 0) return;
    for (const row of rows) await act(row);
  }
}

/** Repeats an UPDATE or a DELETE by the account's id until it finds no more rows. */
export async function writeInBatches(database: Database, sql: string, accountId: number): Promise<void> {
  let affected: number;
  do {
    const write = database.transaction((tx) => tx.run(`${sql} LIMIT ${WRITTEN_AT_ONCE}`, [accountId]));
    ({ affectedRows: affected } = await write);
  } while (affected > 0);
}
