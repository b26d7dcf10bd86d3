import type { Database } from '../../database/database.js';
import { int, selection } from '../../database/selection.js';

/** Rows that one statement looks at. */
const BATCH = 5_000;
const LAST = selection({ last: int('MAX(b.id)', 'nullable') });

/** The first and last id of each batch of rows, through the whole table. */
export async function* batches(database: Database, table: string): AsyncGenerator<[first: number, last: number]> {
  for (let first = 1; ;) {
    const batch = await database.selectOne(
      LAST,
      `FROM (SELECT id FROM ${table} WHERE id >= ? ORDER BY id LIMIT ${BATCH}) b`,
      [first],
    );
    const last = batch?.last ?? 0;
    if (last === 0) return;
    yield [first, last];
    first = last + 1;
  }
}
