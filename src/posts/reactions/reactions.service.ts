import { Injectable } from '@nestjs/common';
import { SessionEnded } from '../../accounts/sessions/sessions.errors.js';
import { Clock } from '../../common/clock.js';
import { limit } from '../../common/limits/limit.js';
import type { Me } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import type { GroupedWrite, Result } from '../../database/grouped-write.js';
import { selection } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { OwnPost, PostHidden } from '../posts.errors.js';
import { checkReadable, PostsService } from '../posts.service.js';
import { lockWritablePosts, WRITABLE_POST } from '../writable-post.js';
import { PostLike } from './post-like.entity.js';
import { PostScrap } from './post-scrap.entity.js';
import { accountsOf, accountsToLock, reactorsOf, resultOf, toggle, type Toggle } from './toggles.js';

/** Likes and scraps, set or taken back, of posts and comments. */
export const LIKES = limit({ name: 'like', points: 60, seconds: 60, by: ['account'], spentBy: 'guard' });

const LIKED_POST = selection({
  ...WRITABLE_POST.columns,
  reactors: reactorsOf('post_likes', 'l.post_id = p.id'),
});

/**
 * Likes and scraps, each once. The post's row is locked before the like is inserted: the other way round the foreign
 * key's shared lock makes 55 of 60 likes at once fail with a deadlock.
 */
@Injectable()
export class ReactionsService {
  private readonly likes: GroupedWrite<Toggle, undefined>;
  private readonly scraps: GroupedWrite<Toggle, undefined>;

  constructor(
    database: Database,
    private readonly posts: PostsService,
    private readonly clock: Clock,
  ) {
    this.likes = database.groupedWrite('like', (tx, toggles) => this.likeAll(tx, toggles));
    this.scraps = database.groupedWrite('scrap', (tx, toggles) => this.scrapAll(tx, toggles));
  }

  /**
   * A like that reaches the board's threshold makes the post hot in the same transaction, once and for good.
   *
   * @throws OwnPost, PostHidden, PostNotFound, PostDeleted, MembersOnly, VerificationRequired
   */
  async like(me: Me, postId: number): Promise<void> {
    await this.likes.run({ me, targetId: postId, isSet: true });
  }

  /** @throws PostHidden, PostNotFound, PostDeleted, MembersOnly, VerificationRequired */
  async unlike(me: Me, postId: number): Promise<void> {
    await this.likes.run({ me, targetId: postId, isSet: false });
  }

  /** @throws PostNotFound, PostDeleted, MembersOnly, VerificationRequired */
  async scrap(me: Me, postId: number): Promise<void> {
    await this.scraps.run({ me, targetId: postId, isSet: true });
  }

  /** @throws PostNotFound, PostDeleted, MembersOnly, VerificationRequired */
  async unscrap(me: Me, postId: number): Promise<void> {
    await this.scraps.run({ me, targetId: postId, isSet: false });
  }

  private async likeAll(tx: Transaction, toggles: readonly Toggle[]): Promise<Result<undefined>[]> {
    const { nicknames, posts } = await lockWritablePosts(
      tx,
      accountsToLock(toggles),
      toggles.map(({ targetId }) => targetId),
      { columns: LIKED_POST, parameters: [accountsOf(toggles)] },
    );
    const { results, added, removed, changes, peaks } = toggle(toggles, posts, ({ me, isSet }, post) => {
      if (isSet && !nicknames.has(me.id)) throw new SessionEnded();
      checkReadable(me, post);
      if (isSet && post.authorId === me.id) throw new OwnPost();
      if (post.state === 'hidden') throw new PostHidden();
    });
    const createdAt = this.clock.now();
    await tx.insertAll(
      PostLike,
      added.map(({ targetId, accountId }) => ({ postId: targetId, accountId, createdAt })),
    );
    for (const { targetId, accountId } of removed) await tx.delete(PostLike, { postId: targetId, accountId });
    const hot = [...peaks].filter(([id, peak]) => {
      const { hotAt, likeCount, hotThreshold } = posts.get(id)!;
      return hotAt === null && likeCount + peak >= hotThreshold;
    });
    await this.posts.countLikes(tx, changes, new Set(hot.map(([id]) => id)));
    return results;
  }

  /** Nothing counts scraps, so the posts' locks are shared: as those of the foreign key. */
  private async scrapAll(tx: Transaction, toggles: readonly Toggle[]): Promise<Result<undefined>[]> {
    const { nicknames, posts } = await lockWritablePosts(
      tx,
      accountsToLock(toggles),
      toggles.map(({ targetId }) => targetId),
      { columns: WRITABLE_POST, mode: 'SHARE' },
    );
    /** The last one of each account and post. */
    const last = new Map<string, Toggle>();
    const results = toggles.map((one) =>
      resultOf(() => {
        const { me, targetId, isSet } = one;
        if (isSet && !nicknames.has(me.id)) throw new SessionEnded();
        checkReadable(me, posts.get(targetId));
        last.set(`${targetId} ${me.id}`, one);
      }),
    );
    // In one order, to avoid deadlocks: two groups may have the same scrap.
    const scraps = [...last.values()].sort((a, b) => a.targetId - b.targetId || a.me.id - b.me.id);
    const createdAt = this.clock.now();
    const added = scraps.filter(({ isSet }) => isSet);
    await tx.insertMissing(
      PostScrap,
      added.map(({ me, targetId }) => ({ postId: targetId, accountId: me.id, createdAt })),
    );
    for (const { me, targetId, isSet } of scraps) {
      if (!isSet) await tx.delete(PostScrap, { postId: targetId, accountId: me.id });
    }
    return results;
  }
}
