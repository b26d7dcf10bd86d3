import { Injectable } from '@nestjs/common';
import { holdAccount } from '../../accounts/hold-account.js';
import { Clock } from '../../common/clock.js';
import { limit } from '../../common/limits/limit.js';
import type { Me } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import { OwnPost, PostHidden } from '../posts.errors.js';
import { PostsService } from '../posts.service.js';

/** Likes and scraps, set or taken back, of posts and comments. */
export const LIKES = limit({ name: 'like', points: 60, seconds: 60, by: ['account'], spentBy: 'guard' });

/**
 * Likes and scraps, each once. The post's row is locked before the like is inserted: the other way round the foreign
 * key's shared lock makes 55 of 60 likes at once fail with a deadlock.
 */
@Injectable()
export class ReactionsService {
  constructor(
    private readonly database: Database,
    private readonly posts: PostsService,
    private readonly clock: Clock,
  ) {}

  /**
   * A like that reaches the board's threshold makes the post hot in the same UPDATE, once and for good.
   *
   * @throws OwnPost, PostHidden, PostNotFound, PostDeleted, MembersOnly, VerificationRequired
   */
  async like(me: Me, postId: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      await holdAccount(tx, me.id);
      const post = await this.posts.lockReadable(tx, me, postId);
      if (post.authorId === me.id) throw new OwnPost();
      if (post.state === 'hidden') throw new PostHidden();
      const now = this.clock.now();
      const { affectedRows } = await tx.run(
        'INSERT IGNORE INTO post_likes (post_id, account_id, created_at) VALUES (?, ?, ?)',
        [postId, me.id, now],
      );
      if (affectedRows === 0) return;
      // SET runs from left to right: the second assignment sees the new count.
      await tx.run(
        `UPDATE posts SET like_count = like_count + 1,
                hot_at = IF(hot_at IS NULL AND like_count >= ?, ?, hot_at) WHERE id = ?`,
        [post.hotThreshold, now, postId],
      );
    });
  }

  async unlike(me: Me, postId: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      const post = await this.posts.lockReadable(tx, me, postId);
      if (post.state === 'hidden') throw new PostHidden();
      const { affectedRows } = await tx.run('DELETE FROM post_likes WHERE post_id = ? AND account_id = ?', [
        postId,
        me.id,
      ]);
      if (affectedRows === 1) await tx.run('UPDATE posts SET like_count = like_count - 1 WHERE id = ?', [postId]);
    });
  }

  async scrap(me: Me, postId: number): Promise<void> {
    await this.posts.checkReadable(me, postId);
    await this.database.transaction(async (tx) => {
      await holdAccount(tx, me.id);
      await tx.run('INSERT IGNORE INTO post_scraps (post_id, account_id, created_at) VALUES (?, ?, ?)', [
        postId,
        me.id,
        this.clock.now(),
      ]);
    });
  }

  async unscrap(me: Me, postId: number): Promise<void> {
    await this.posts.checkReadable(me, postId);
    await this.database.transaction((tx) =>
      tx.run('DELETE FROM post_scraps WHERE post_id = ? AND account_id = ?', [postId, me.id]),
    );
  }
}
