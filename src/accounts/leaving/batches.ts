import type { Database } from '../../database/database.js';
import { ROW_ID } from '../../database/selection.js';

/** An account may have many rows. Batches keep locks short. */
const READ_BATCH = 100;
const WRITE_BATCH = 1_000;

/**
 * Acts on each row until there is none left.
 *
 * @param from `FROM … WHERE … ORDER BY …`, by the account's id; it must no longer find a row after `act`
 */
export async function forEachRow(
  database: Database,
  from: string,
  accountId: number,
  act: (row: { id: number }) => Promise<void>,
): Promise<void> {
  for (;;) {
    const rows = await database.select(ROW_ID, `${from} LIMIT ${READ_BATCH}`, [accountId]);
    if (rows.length === 0) return;
    for (const row of rows) await act(row);
  }
}

/** Repeats an UPDATE or a DELETE by the account's id until it finds no more rows. */
export async function writeInBatches(database: Database, sql: string, accountId: number): Promise<void> {
  let affected: number;
  do {
    const write = database.transaction((tx) => tx.run(`${sql} LIMIT ${WRITE_BATCH}`, [accountId]));
    ({ affectedRows: affected } = await write);
  } while (affected > 0);
}
