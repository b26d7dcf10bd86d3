import { Injectable } from '@nestjs/common';
import { lockNames } from '../accounts/hold-account.js';
import { SessionEnded } from '../accounts/sessions/sessions.errors.js';
import { Clock } from '../common/clock.js';
import type { Me } from '../common/viewer.js';
import { marks } from '../database/batched-read.js';
import { addTo } from '../database/counters.js';
import { Database } from '../database/database.js';
import type { GroupedWrite, Result } from '../database/grouped-write.js';
import { int, selection, text, type RowOf } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import type { PostState } from '../posts/post.entity.js';
import { accountsOf, accountsToLock, reactorsOf, toggle, type Toggle } from '../posts/reactions/toggles.js';
import { CommentLike } from './comment-like.entity.js';
import type { CommentState } from './comment.entity.js';
import { CommentDeleted, CommentHidden, OwnComment } from './comments.errors.js';
import { checkCommentReadable } from './comments.service.js';

const LIKED_COMMENT = selection({
  id: int('c.id'),
  authorId: int('c.author_id', 'nullable'),
  state: text<CommentState>('c.state'),
  postState: text<PostState>('p.state'),
  readAccess: int('b.read_access'),
  reactors: reactorsOf('comment_likes', 'l.comment_id = c.id'),
});
type LikedComment = RowOf<typeof LIKED_COMMENT>;

/** Likes of comments, each once. Locks accounts, then comments, each by id; not their posts. Owns `comment_likes`. */
@Injectable()
export class CommentLikesService {
  private readonly group: GroupedWrite<Toggle, undefined>;

  constructor(
    database: Database,
    private readonly clock: Clock,
  ) {
    this.group = database.groupedWrite('comment-like', (tx, toggles) => this.likeAll(tx, toggles));
  }

  /** @throws OwnComment, CommentNotFound, CommentDeleted, CommentHidden, PostDeleted, … */
  async like(me: Me, id: number): Promise<void> {
    await this.group.run({ me, targetId: id, isSet: true });
  }

  /** @throws CommentNotFound, CommentDeleted, CommentHidden, PostDeleted, … */
  async unlike(me: Me, id: number): Promise<void> {
    await this.group.run({ me, targetId: id, isSet: false });
  }

  private async likeAll(tx: Transaction, toggles: readonly Toggle[]): Promise<Result<undefined>[]> {
    const nicknames = await lockNames(tx, accountsToLock(toggles));
    const comments = await this.lock(tx, toggles);
    const { results, added, removed, changes } = toggle(toggles, comments, ({ me, isSet }, comment) => {
      if (isSet && !nicknames.has(me.id)) throw new SessionEnded();
      checkCommentReadable(me, comment);
      if (comment.state === 'deleted') throw new CommentDeleted();
      if (comment.state === 'hidden') throw new CommentHidden();
      if (isSet && comment.authorId === me.id) throw new OwnComment();
    });
    const createdAt = this.clock.now();
    await tx.insertAll(
      CommentLike,
      added.map(({ targetId, accountId }) => ({ commentId: targetId, accountId, createdAt })),
    );
    for (const { targetId, accountId } of removed) await tx.delete(CommentLike, { commentId: targetId, accountId });
    await addTo(tx, 'comments', 'like_count', changes);
    return results;
  }

  /** FORCE INDEX: so that comments are locked in order, as posts are. */
  private async lock(tx: Transaction, toggles: readonly Toggle[]): Promise<Map<number, LikedComment>> {
    const rows = await tx.select(
      LIKED_COMMENT,
      `FROM comments c STRAIGHT_JOIN posts p FORCE INDEX (PRIMARY) ON p.id = c.post_id
         STRAIGHT_JOIN boards b FORCE INDEX (PRIMARY) ON b.id = p.board_id
        WHERE c.id IN (${marks(toggles.length)}) ORDER BY c.id FOR UPDATE OF c`,
      [accountsOf(toggles), ...toggles.map(({ targetId }) => targetId)],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}
