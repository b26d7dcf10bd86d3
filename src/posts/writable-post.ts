import { lockNames } from '../accounts/hold-account.js';
import { marks } from '../database/batched-read.js';
import type { Parameter } from '../database/connection.js';
import { date, flag, int, selection, text, type RowOf, type Selection } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import type { PostState } from './post.entity.js';

export const WRITABLE_POST = selection({
  id: int('p.id'),
  authorId: int('p.author_id', 'nullable'),
  anonymous: flag('p.anonymous'),
  state: text<PostState>('p.state'),
  hotAt: date('p.hot_at', 'nullable'),
  likeCount: int('p.like_count'),
  readAccess: int('b.read_access'),
  writeAccess: int('b.write_access'),
  allowAnonymous: flag('b.allow_anonymous'),
  archived: flag('b.archived'),
  hotThreshold: int('b.hot_threshold'),
});
/** A post with its row locked: the columns that comments and likes need. */
export type WritablePost = RowOf<typeof WRITABLE_POST>;

interface PostColumns<Row> {
  /** Of `posts p` and `boards b`. */
  columns: Selection<Row>;
  parameters?: readonly Parameter[];
  /** `SHARE` for writes that change no column of the posts. */
  mode?: 'SHARE' | 'UPDATE';
}

/**
 * Locks the accounts that write below posts, shared, and then the posts: each in the order of their ids, to avoid
 * deadlocks. The caller checks the account's rights: `checkReadable`, `checkWrite`.
 *
 * @returns nicknames by account, without those that have left, and posts by id
 */
export async function lockWritablePosts<Row extends { id: number }>(
  tx: Transaction,
  accountIds: readonly number[],
  postIds: readonly number[],
  { columns, parameters = [], mode = 'UPDATE' }: PostColumns<Row>,
): Promise<{ nicknames: Map<number, string>; posts: Map<number, Row> }> {
  const nicknames = await lockNames(tx, accountIds);
  // FORCE INDEX: MySQL would read a small table of boards into a hash and sort the rows after it has locked them.
  const posts = await tx.select(
    columns,
    `FROM posts p STRAIGHT_JOIN boards b FORCE INDEX (PRIMARY) ON b.id = p.board_id
      WHERE p.id IN (${marks(postIds.length)}) ORDER BY p.id FOR ${mode} OF p`,
    [...parameters, ...postIds],
  );
  return { nicknames, posts: new Map(posts.map((row) => [row.id, row])) };
}
