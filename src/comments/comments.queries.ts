import { Injectable } from '@nestjs/common';
import { idOf, type Viewer } from '../common/viewer.js';
import { marks } from '../database/batched-read.js';
import { addTo } from '../database/counters.js';
import { Database } from '../database/database.js';
import type { Reader } from '../database/reader.js';
import { date, flag, int, selection, text, type RowOf } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import type { PostState } from '../posts/post.entity.js';
import type { CommentState } from './comment.entity.js';

/** Its parameters: the viewer, twice. The author comes from the public side alone. */
const COMMENT = selection({
  id: int('c.id'),
  postId: int('c.post_id'),
  /** 0 on a top-level comment. */
  rootId: int('c.root_id'),
  publicAuthorId: int('c.public_author_id', 'nullable'),
  nickname: text('a.nickname', 'nullable'),
  anonymousNumber: int('c.anonymous_number', 'nullable'),
  content: text('c.content'),
  state: text<CommentState>('c.state'),
  likeCount: int('c.like_count'),
  replyCount: int('c.reply_count'),
  version: int('c.version'),
  createdAt: date('c.created_at'),
  editedAt: date('c.edited_at', 'nullable'),
  mine: flag('COALESCE(c.author_id = ?, 0)'),
  liked: flag('EXISTS (SELECT 1 FROM comment_likes l WHERE l.comment_id = c.id AND l.account_id = ?)'),
});
/** A comment for one viewer. */
export type CommentRow = RowOf<typeof COMMENT>;

/** A comment alone, with the columns that decide whether the viewer may read it. */
const WHOLE_COMMENT = selection({
  ...COMMENT.columns,
  readAccess: int('b.read_access'),
  postState: text<PostState>('p.state'),
});
export type WholeCommentRow = RowOf<typeof WHOLE_COMMENT>;

/** A comment that is replied to. */
const PARENT = selection({ id: int('id'), postId: int('post_id'), rootId: int('root_id'), listed: flag('listed') });
export type ParentRow = RowOf<typeof PARENT>;

const AUTHOR = 'LEFT JOIN accounts a ON a.id = c.public_author_id AND a.leaving_at IS NULL';

/** The reads of comments, as fixed SQL: oldest first, picked from the thread's own index. */
@Injectable()
export class CommentsQueries {
  constructor(private readonly database: Database) {}

  /** Top-level comments, stubs too. */
  thread(viewer: Viewer, postId: number, after: number, limit: number): Promise<CommentRow[]> {
    const me = idOf(viewer);
    return this.database.select(
      COMMENT,
      `FROM comments c FORCE INDEX (comments_thread) ${AUTHOR}
        WHERE c.post_id = ? AND c.listed = 1 AND c.root_id = 0 AND c.id > ? ORDER BY c.id LIMIT ?`,
      [me, me, postId, after, limit],
    );
  }

  replies(viewer: Viewer, rootId: number, after: number, limit: number): Promise<CommentRow[]> {
    const me = idOf(viewer);
    return this.database.select(
      COMMENT,
      `FROM comments c FORCE INDEX (comments_replies) ${AUTHOR}
        WHERE c.root_id = ? AND c.listed = 1 AND c.id > ? ORDER BY c.id LIMIT ?`,
      [me, me, rootId, after, limit],
    );
  }

  /**
   * The first `limit` replies of each of these comments, in one statement. The order names the whole index: inside of
   * LATERAL, MySQL sorts by the id alone, after having read every reply.
   */
  firstReplies(
    viewer: Viewer,
    rootIds: number[],
    limit: number,
    reader: Reader = this.database,
  ): Promise<CommentRow[]> {
    const me = idOf(viewer);
    return reader.select(
      COMMENT,
      `FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) root
         JOIN LATERAL (SELECT r.id FROM comments r FORCE INDEX (comments_replies)
                        WHERE r.root_id = root.id AND r.listed = 1
                        ORDER BY r.root_id, r.listed, r.id LIMIT ?) f
         STRAIGHT_JOIN comments c ON c.id = f.id ${AUTHOR}
        ORDER BY c.id`,
      [me, me, JSON.stringify(rootIds), limit],
    );
  }

  /** An account's comments, named and anonymous, the newest first; without those below deleted posts. */
  mine(viewer: Viewer, before: number, limit: number): Promise<CommentRow[]> {
    const me = idOf(viewer);
    return this.database.select(
      COMMENT,
      `FROM comments c FORCE INDEX (comments_mine)
         STRAIGHT_JOIN posts p ON p.id = c.post_id AND p.state <> 'deleted' ${AUTHOR}
        WHERE c.author_id = ? AND c.state = 'visible' AND c.id < ? ORDER BY c.id DESC LIMIT ?`,
      [me, me, me, before, limit],
    );
  }

  /** Comments that are replied to, by id. @param ids 0 for none; as many as the group is large */
  async parents(tx: Transaction, ids: readonly number[]): Promise<Map<number, ParentRow>> {
    if (ids.every((id) => id === 0)) return new Map();
    const rows = await tx.select(PARENT, `FROM comments WHERE id IN (${marks(ids.length)})`, ids);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** @param changes by how many replies each comment has more; their posts are locked */
  async countReplies(tx: Transaction, changes: ReadonlyMap<number, number>): Promise<void> {
    await addTo(tx, 'comments', 'reply_count', changes);
  }

  one(viewer: Viewer, id: number, reader: Reader = this.database): Promise<WholeCommentRow | undefined> {
    const me = idOf(viewer);
    return reader.selectOne(
      WHOLE_COMMENT,
      `FROM comments c JOIN posts p ON p.id = c.post_id JOIN boards b ON b.id = p.board_id ${AUTHOR} WHERE c.id = ?`,
      [me, me, id],
    );
  }
}
