import type { Transaction } from './transaction.js';

/** A table's counter. The names go into SQL as they are. */
type Counted = ['posts', 'comment_count' | 'view_count' | 'like_count'] | ['comments', 'reply_count' | 'like_count'];

/**
 * Adds to a counter of several rows in one statement.
 *
 * @param changes by id
 */
export async function addTo(
  tx: Transaction,
  ...[table, column, changes]: [...Counted, changes: ReadonlyMap<number, number>]
): Promise<void> {
  const entries = [...changes].filter(([, change]) => change !== 0).sort(([a], [b]) => a - b);
  if (entries.length === 0) return;
  if (entries.length === 1) {
    const [[id, change]] = entries;
    await tx.run(`UPDATE ${table} SET ${column} = ${column} + ? WHERE id = ?`, [change, id]);
    return;
  }
  await tx.run(
    `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$[0]', n INT PATH '$[1]')) j
      STRAIGHT_JOIN ${table} t ON t.id = j.id SET t.${column} = t.${column} + j.n`,
    [JSON.stringify(entries)],
  );
}
