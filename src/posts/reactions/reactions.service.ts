import { Injectable } from '@nestjs/common';
import { holdAccount } from '../../accounts/hold-account.js';
import { SessionEnded } from '../../accounts/sessions/sessions.errors.js';
import { Clock } from '../../common/clock.js';
import { limit } from '../../common/limits/limit.js';
import { Problem } from '../../common/problems/problem.js';
import type { Me } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import type { GroupedWrite, Result } from '../../database/grouped-write.js';
import { int, selection } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { OwnPost, PostHidden } from '../posts.errors.js';
import { checkReadable, PostsService } from '../posts.service.js';
import { lockWritablePosts, type WritablePost } from '../writable-post.js';
import { PostLike } from './post-like.entity.js';

/** Likes and scraps, set or taken back, of posts and comments. */
export const LIKES = limit({ name: 'like', points: 60, seconds: 60, by: ['account'], spentBy: 'guard' });

/** Likes whose accounts have left are not asked for. */
const STORED_LIKE = selection({ postId: int('post_id'), accountId: int('account_id') });

/** A like that is set, or taken back. */
interface Toggle {
  me: Me;
  postId: number;
  liked: boolean;
}

/**
 * Likes and scraps, each once. The post's row is locked before the like is inserted: the other way round the foreign
 * key's shared lock makes 55 of 60 likes at once fail with a deadlock.
 */
@Injectable()
export class ReactionsService {
  private readonly likes: GroupedWrite<Toggle, undefined>;

  constructor(
    private readonly database: Database,
    private readonly posts: PostsService,
    private readonly clock: Clock,
  ) {
    this.likes = database.groupedWrite('like', (tx, toggles) => this.toggleAll(tx, toggles));
  }

  /**
   * A like that reaches the board's threshold makes the post hot in the same UPDATE, once and for good.
   *
   * @throws OwnPost, PostHidden, PostNotFound, PostDeleted, MembersOnly, VerificationRequired
   */
  async like(me: Me, postId: number): Promise<void> {
    await this.likes.run({ me, postId, liked: true });
  }

  /** @throws PostHidden, PostNotFound, PostDeleted, MembersOnly, VerificationRequired */
  async unlike(me: Me, postId: number): Promise<void> {
    await this.likes.run({ me, postId, liked: false });
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

  private async toggleAll(tx: Transaction, toggles: readonly Toggle[]): Promise<Result<undefined>[]> {
    const { nicknames, posts } = await lockWritablePosts(tx, toggles);
    const stored = await this.stored(tx, toggles);
    const now = new Set(stored);
    const likes = new Map([...posts].map(([id, { likeCount }]) => [id, likeCount]));
    const hot = new Set<number>();
    // One after the other, as if each had a transaction of its own.
    const results = toggles.map((toggle): Result<undefined> => {
      const { me, postId, liked } = toggle;
      const post = posts.get(postId);
      const error = refusalOf(toggle, post, nicknames.has(me.id));
      if (error) return { error };
      const pair = pairOf(postId, me.id);
      if (now.has(pair) !== liked) {
        const count = likes.get(postId)! + (liked ? 1 : -1);
        likes.set(postId, count);
        if (liked) now.add(pair);
        else now.delete(pair);
        if (liked && post!.hotAt === null && count >= post!.hotThreshold) hot.add(postId);
      }
      return { value: undefined };
    });
    await this.store(tx, stored, now);
    const changes = [...posts].map(([id, { likeCount }]) => [id, likes.get(id)! - likeCount] as const);
    await this.posts.countLikes(tx, new Map(changes), hot);
    return results;
  }

  private async store(tx: Transaction, before: Set<string>, after: Set<string>): Promise<void> {
    const createdAt = this.clock.now();
    const added = [...after].filter((pair) => !before.has(pair)).map(keysOf);
    const removed = [...before].filter((pair) => !after.has(pair)).map(keysOf);
    await tx.insertAll(
      PostLike,
      added.map((keys) => ({ ...keys, createdAt })),
    );
    for (const keys of removed) await tx.delete(PostLike, keys);
  }

  /** The likes that there are of these posts by these accounts. */
  private async stored(tx: Transaction, toggles: readonly Toggle[]): Promise<Set<string>> {
    const rows = await tx.select(
      STORED_LIKE,
      `FROM post_likes
        WHERE (post_id, account_id) IN (${toggles.map(() => '(?, ?)').join(', ')})`,
      toggles.flatMap(({ me, postId }) => [postId, me.id]),
    );
    return new Set(rows.map(({ postId, accountId }) => pairOf(postId, accountId)));
  }
}

/** Why it must not be stored, if so. */
function refusalOf({ me, liked }: Toggle, post: WritablePost | undefined, isThere: boolean): Problem | undefined {
  if (!isThere) return new SessionEnded();
  try {
    checkReadable(me, post);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  if (liked && post.authorId === me.id) return new OwnPost();
  return post.state === 'hidden' ? new PostHidden() : undefined;
}

function pairOf(postId: number, accountId: number): string {
  return `${postId} ${accountId}`;
}

function keysOf(pair: string): { postId: number; accountId: number } {
  const [postId, accountId] = pair.split(' ').map(Number);
  return { postId, accountId };
}
