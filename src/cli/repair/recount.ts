import type { Database } from '../../database/database.js';
import { int, selection, type RowOf } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { batches } from './batches.js';

/** A stored number that differs from its rows. */
export interface Drift {
  table: string;
  column: string;
  id: number;
  stored: number;
  counted: number;
}

interface Counter {
  table: string;
  column: string;
  /** The right value of the column for the row `x`. */
  counted: string;
}

/**
 * Every stored counter but `view_count`, whose rows have no index by post. Rows of accounts that left count as well.
 * Tags count by `post_tags.audience`, not by the board: both follow a board that was closed in one transaction, a little
 * after the board itself. The indexes are forced: without replies every root_id is 0, and the optimizer reads the whole
 * table for each comment.
 */
const COUNTERS: Counter[] = [
  {
    table: 'boards',
    column: 'post_count',
    counted: '(SELECT COUNT(*) FROM posts p FORCE INDEX (posts_board_latest) WHERE p.board_id = x.id AND p.listed = 1)',
  },
  {
    table: 'boards',
    column: 'used',
    // Uses are never taken back, also when the posts are deleted.
    counted:
      'GREATEST(x.used, EXISTS (SELECT 1 FROM posts p FORCE INDEX (posts_board_latest) WHERE p.board_id = x.id))',
  },
  {
    table: 'tags',
    column: 'post_count',
    counted:
      '(SELECT COUNT(*) FROM post_tags pt FORCE INDEX (post_tags_all) WHERE pt.tag_id = x.id AND pt.audience = 0)',
  },
  {
    table: 'posts',
    column: 'tag_count',
    counted: '(SELECT COUNT(*) FROM post_tags pt FORCE INDEX (PRIMARY) WHERE pt.post_id = x.id)',
  },
  {
    table: 'posts',
    column: 'like_count',
    counted: '(SELECT COUNT(*) FROM post_likes l FORCE INDEX (post_likes_once) WHERE l.post_id = x.id)',
  },
  {
    table: 'posts',
    column: 'comment_count',
    counted: `(SELECT COUNT(*) FROM comments c FORCE INDEX (comments_thread)
                WHERE c.post_id = x.id AND c.state <> 'deleted')`,
  },
  {
    table: 'comments',
    column: 'reply_count',
    counted: `(SELECT COUNT(*) FROM comments r FORCE INDEX (comments_replies)
                WHERE r.root_id = x.id AND r.state <> 'deleted')`,
  },
  {
    table: 'comments',
    column: 'like_count',
    counted: '(SELECT COUNT(*) FROM comment_likes l FORCE INDEX (comment_likes_once) WHERE l.comment_id = x.id)',
  },
];

/** For `x` and the expression that counts. */
const driftOf = ({ column, counted }: Counter) =>
  selection({ id: int('x.id'), stored: int(`x.${column}`), counted: int(counted) });
type DriftRow = RowOf<ReturnType<typeof driftOf>>;

const LOCKED = selection({ id: int('x.id') });
const LISTED = "JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$.id', counted INT UNSIGNED PATH '$.counted')) j";

/**
 * Compares every stored counter with the rows that it counts, a batch at a time. With `fix` it stores the counted
 * number. Others may write meanwhile: one statement reads a counter and its rows at one moment, and the fix counts
 * again with the row locked. A parallel change commits before the lock and is counted, or waits and adds to the new
 * number.
 *
 * @returns the differences; with `fix`, the corrections
 */
export async function recount(database: Database, { fix = false } = {}): Promise<Drift[]> {
  const drifts: Drift[] = [];
  for (const counter of COUNTERS) {
    for await (const [first, last] of batches(database, counter.table)) {
      const found = await database.select(
        driftOf(counter),
        `FROM ${counter.table} x
          WHERE x.id BETWEEN ? AND ? HAVING \`stored\` <> counted ORDER BY x.id`,
        [first, last],
      );
      const kept = fix && found.length > 0 ? await database.transaction((tx) => correct(tx, counter, found)) : found;
      drifts.push(...kept.map((drift) => ({ table: counter.table, column: counter.column, ...drift })));
    }
  }
  return drifts;
}

/** Locks the rows, then counts: not the other way round, or a change between the two would be lost. */
async function correct(tx: Transaction, counter: Counter, found: DriftRow[]): Promise<DriftRow[]> {
  const { table, column } = counter;
  const ids = JSON.stringify(found);
  await tx.select(LOCKED, `FROM ${LISTED} STRAIGHT_JOIN ${table} x ON x.id = j.id FOR UPDATE OF x`, [ids]);
  const drifts = await tx.select(
    driftOf(counter),
    `FROM ${LISTED} STRAIGHT_JOIN ${table} x ON x.id = j.id
     HAVING \`stored\` <> counted ORDER BY x.id`,
    [ids],
  );
  await tx.run(`UPDATE ${LISTED} STRAIGHT_JOIN ${table} x ON x.id = j.id SET x.${column} = j.counted`, [
    JSON.stringify(drifts),
  ]);
  return drifts;
}
