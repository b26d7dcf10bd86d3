import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { holdAccount } from '../accounts/hold-account.js';
import { checkRead, showsItself } from '../boards/board-access.js';
import { BoardsService } from '../boards/boards.service.js';
import { Clock } from '../common/clock.js';
import type { ExpectedVersion, Versioned } from '../common/http/answer.js';
import { Idempotency, type OnceKey } from '../common/idempotency/idempotency.js';
import { limit } from '../common/limits/limit.js';
import { Limits } from '../common/limits/limits.js';
import type { Page } from '../common/pages.js';
import { EditConflict } from '../common/problems/general.errors.js';
import type { Me, Viewer } from '../common/viewer.js';
import { addTo } from '../database/counters.js';
import { Database } from '../database/database.js';
import { flag, int, selection, text, type RowOf } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import { excerptOf } from './excerpt.js';
import { Post, type PostState } from './post.entity.js';
import { postView, type PostBody, type PostChanges, type PostView } from './posts.dto.js';
import { AnonymityNotAllowed, NotPostAuthor, PostDeleted, PostHidden, PostNotFound } from './posts.errors.js';
import { PostsQueries, type WholePostRow } from './posts.queries.js';
import { ViewsService } from './reactions/views.service.js';
import { canonicalTags, TaggingService } from './tagging.service.js';
import { Thread } from './thread.js';

export const POSTS = limit({ name: 'post', points: 1, seconds: 15, by: ['account'] });
export const SAME_TEXT = limit({ name: 'same-text', points: 1, seconds: 300, by: ['account', 'text'] });

const LOCKED_POST = selection({
  id: int('p.id'),
  boardId: int('p.board_id'),
  authorId: int('p.author_id', 'nullable'),
  audience: int('p.audience'),
  state: text<PostState>('p.state'),
  listed: flag('p.listed'),
  title: text('p.title'),
  content: text('p.content'),
  version: int('p.version'),
  readAccess: int('b.read_access'),
});
/** A post with its row locked. */
export type LockedPost = RowOf<typeof LOCKED_POST>;

const READABLE_POST = selection({ readAccess: int('b.read_access'), state: text<PostState>('p.state') });

/** Writes, reads, edits and deletes posts, and decides whether an account may read a post. */
@Injectable()
export class PostsService {
  constructor(
    private readonly database: Database,
    private readonly queries: PostsQueries,
    private readonly boards: BoardsService,
    private readonly tagging: TaggingService,
    private readonly views: ViewsService,
    private readonly thread: Thread,
    private readonly idempotency: Idempotency,
    private readonly limits: Limits,
    private readonly clock: Clock,
  ) {}

  /** @throws BoardNotFound, BoardArchived, StaffOnly, VerificationRequired, AnonymityNotAllowed, TooManyRequests */
  async create(me: Me, boardId: number, body: PostBody, once: OnceKey | null): Promise<Versioned<PostView>> {
    const tags = canonicalTags(body.tags);
    const write = async (tx: Transaction): Promise<Versioned<PostView>> => {
      await holdAccount(tx, me.id);
      await this.limits.spendIn(tx, POSTS, me.id);
      await this.limits.spendIn(tx, SAME_TEXT, textKey(me, `${body.title}\0${body.content}`));
      const board = await this.boards.lockForWriting(tx, me, boardId);
      if (body.anonymous && !board.allowAnonymous) throw new AnonymityNotAllowed();
      const id = await tx.insert(Post, {
        boardId,
        authorId: me.id,
        publicAuthorId: body.anonymous ? null : me.id,
        anonymous: body.anonymous,
        title: body.title,
        content: body.content,
        excerpt: excerptOf(body.content),
        audience: board.readAccess,
        tagCount: tags.length,
        createdAt: this.clock.now(),
      });
      await this.tagging.add(tx, { id, boardId, audience: board.readAccess }, tags);
      await this.boards.countPosts(tx, boardId, 1);
      return versioned((await this.queries.oneIn(tx, me, id))!);
    };
    return this.idempotency.run(once, write, { thing: ({ view }) => `post/${view.id}` });
  }

  /**
   * @param comments how many of the first comments to put in; none without
   * @throws PostNotFound, PostDeleted, MembersOnly, VerificationRequired
   */
  async read(viewer: Viewer, id: number, comments?: number): Promise<Versioned<PostView>> {
    const row = await this.queries.one(viewer, id);
    checkReadable(viewer, row);
    if (viewer && !row.seen) this.views.note(viewer.id, id);
    return versioned(row, comments ? await this.thread.firstComments(viewer, row, comments) : null);
  }

  /** @throws PostNotFound, PostDeleted, PostHidden, NotPostAuthor, EditConflict */
  async change(me: Me, id: number, changes: PostChanges, expected: ExpectedVersion): Promise<Versioned<PostView>> {
    const tags = changes.tags === undefined ? undefined : canonicalTags(changes.tags ?? []);
    return this.database.transaction(async (tx) => {
      const post = await this.lockOwn(tx, me, id, expected);
      checkReadable(me, post);
      if (post.state === 'hidden') throw new PostHidden();
      const title = changes.title ?? post.title;
      const content = changes.content ?? post.content;
      const retagged = tags !== undefined && (await this.tagging.replace(tx, post, tags));
      if (retagged || title !== post.title || content !== post.content) {
        await tx.update(
          Post,
          { id },
          {
            title,
            content,
            excerpt: excerptOf(content),
            ...(retagged ? { tagCount: tags.length } : {}),
            version: post.version + 1,
            editedAt: this.clock.now(),
          },
        );
        if (retagged) await this.tagging.keepNames(tx, id, post.version + 1, tags);
        else await this.tagging.moveNames(tx, id, post.version);
      }
      return versioned((await this.queries.oneIn(tx, me, id))!);
    });
  }

  /**
   * Deletes text, tags, likes and scraps. The row stays, so that its address answers 410. Authors may also delete posts
   * that they may not read any more.
   *
   * @throws PostNotFound, PostDeleted, PostHidden, NotPostAuthor, EditConflict
   */
  async remove(me: Me, id: number, expected: ExpectedVersion): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.boards.lockBoardOfPost(tx, id);
      const post = await this.lockOwn(tx, me, id, expected);
      if (post.state === 'hidden') throw new PostHidden();
      await this.erase(tx, post);
    });
  }

  /** Deletes a post whose board and own row are locked. */
  async erase(tx: Transaction, post: LockedPost): Promise<void> {
    await this.tagging.replace(tx, post, []);
    await this.tagging.keepNames(tx, post.id, post.version + 1, []);
    await tx.run('DELETE FROM post_likes WHERE post_id = ?', [post.id]);
    await tx.run('DELETE FROM post_scraps WHERE post_id = ?', [post.id]);
    await tx.run(
      `UPDATE posts SET state = 'deleted', listed = 0, title = '', content = '', excerpt = '', tag_count = 0,
              like_count = 0, hot_at = NULL, version = version + 1 WHERE id = ?`,
      [post.id],
    );
    if (post.listed) await this.boards.countPosts(tx, post.boardId, -1);
    await this.idempotency.forget(tx, `post/${post.id}`);
  }

  /** @param changes by how many comments each post has more; the posts are locked */
  async countComments(tx: Transaction, changes: ReadonlyMap<number, number>): Promise<void> {
    await addTo(tx, 'posts', 'comment_count', changes);
  }

  /**
   * @param changes by how many likes each post has more; the posts are locked
   * @param hot those that become hot with them
   */
  async countLikes(tx: Transaction, changes: ReadonlyMap<number, number>, hot: ReadonlySet<number>): Promise<void> {
    await addTo(tx, 'posts', 'like_count', changes);
    for (const id of hot) await tx.update(Post, { id }, { hotAt: this.clock.now() });
  }

  /** @throws PostNotFound, PostDeleted, MembersOnly, VerificationRequired unless the viewer may read the post now */
  async checkReadable(viewer: Viewer, id: number): Promise<void> {
    const row = await this.database.selectOne(
      READABLE_POST,
      'FROM posts p JOIN boards b ON b.id = p.board_id WHERE p.id = ?',
      [id],
    );
    checkReadable(viewer, row);
  }

  private async lockOwn(tx: Transaction, me: Me, id: number, expected: ExpectedVersion): Promise<LockedPost> {
    const post = await this.lock(tx, id);
    if (post?.authorId !== me.id) {
      checkReadable(me, post);
      throw new NotPostAuthor();
    }
    if (post.state === 'deleted') throw new PostDeleted();
    if (expected && !expected.includes(post.version)) throw new EditConflict();
    return post;
  }

  /** The post with its row locked, in any state, without a check of access; `undefined` for none. */
  lock(tx: Transaction, id: number): Promise<LockedPost | undefined> {
    return tx.selectOne(LOCKED_POST, 'FROM posts p JOIN boards b ON b.id = p.board_id WHERE p.id = ? FOR UPDATE OF p', [
      id,
    ]);
  }
}

/** 410 if the viewer may read the board, else 404. */
export function checkReadable<Row extends { readAccess: number; state: PostState }>(
  viewer: Viewer,
  row: Row | undefined,
): asserts row is Row {
  if (!row || !showsItself(viewer, row.readAccess)) throw new PostNotFound();
  checkRead(viewer, row.readAccess);
  if (row.state === 'deleted') throw new PostDeleted();
}

/** The key of the limit on repeated texts. */
export function textKey(me: Me, text: string): string {
  return createHash('sha256').update(`${me.id}\0${text}`).digest('base64url');
}

function versioned(row: WholePostRow, comments: Page<object> | null = null): Versioned<PostView> {
  return { version: row.version, view: postView(row, comments) };
}
