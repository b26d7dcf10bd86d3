import { Injectable } from '@nestjs/common';
import { SessionEnded } from '../accounts/sessions/sessions.errors.js';
import { checkWrite } from '../boards/board-access.js';
import { BoardArchived } from '../boards/boards.errors.js';
import { Clock } from '../common/clock.js';
import { Problem } from '../common/problems/problem.js';
import type { Me } from '../common/viewer.js';
import { Database } from '../database/database.js';
import type { GroupedWrite, Result } from '../database/grouped-write.js';
import { int, selection } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import { AnonymityNotAllowed } from '../posts/posts.errors.js';
import { checkReadable, PostsService } from '../posts/posts.service.js';
import { lockWritablePosts, type WritablePost } from '../posts/writable-post.js';
import { Comment } from './comment.entity.js';
import type { CommentBody } from './comments.dto.js';
import { CommentDeleted, ParentNotInThread } from './comments.errors.js';
import { CommentsQueries, type CommentRow, type ParentRow } from './comments.queries.js';
import { ThreadNumber } from './thread-number.entity.js';

const THREAD_NUMBER = selection({ number: int('number') });
const LAST_NUMBER = selection({ number: int('MAX(number)', 'nullable') });

/** A comment to be written. */
export interface NewComment {
  me: Me;
  postId: number;
  body: CommentBody;
}

/** One that may be written. */
interface Accepted extends NewComment {
  index: number;
  nickname: string;
  rootId: number;
  anonymousNumber: number | null;
}

/** The rows that a group of comments needs, by id. */
interface Known {
  nicknames: Map<number, string>;
  posts: Map<number, WritablePost>;
  parents: Map<number, ParentRow>;
}

/** Writes comments, several in one transaction when they wait together. Locks accounts, then posts, each by id. */
@Injectable()
export class CommentWriter {
  private readonly group: GroupedWrite<NewComment, CommentRow>;

  constructor(
    database: Database,
    private readonly queries: CommentsQueries,
    private readonly posts: PostsService,
    private readonly clock: Clock,
  ) {
    this.group = database.groupedWrite('comment', (tx, comments) => this.writeAll(tx, comments));
  }

  /** @throws SessionEnded, PostNotFound, PostDeleted, BoardArchived, AnonymityNotAllowed, ParentNotInThread, … */
  write(comment: NewComment): Promise<CommentRow> {
    return this.group.run(comment);
  }

  /** The same within a transaction. */
  async writeIn(tx: Transaction, comment: NewComment): Promise<CommentRow> {
    const [result] = await this.writeAll(tx, [comment]);
    if ('error' in result) throw result.error;
    return result.value;
  }

  private async writeAll(tx: Transaction, comments: readonly NewComment[]): Promise<Result<CommentRow>[]> {
    const { nicknames, posts } = await lockWritablePosts(tx, comments);
    const parents = await this.queries.parents(
      tx,
      comments.map(({ body }) => body.parentId ?? 0),
    );
    const known: Known = { nicknames, posts, parents };
    const results: Result<CommentRow>[] = [];
    const accepted: Accepted[] = [];
    // One after the other: two anonymous comments of one group may be the first ones of a thread.
    for (const [index, comment] of comments.entries()) {
      try {
        accepted.push({ ...comment, index, ...(await this.accept(tx, comment, known)) });
      } catch (error) {
        // Anything else is the failure of the whole group.
        if (!(error instanceof Problem)) throw error;
        results[index] = { error };
      }
    }
    if (accepted.length > 0) {
      const rows = await this.insert(tx, accepted);
      await this.count(tx, accepted);
      for (const [i, { index }] of accepted.entries()) results[index] = { value: rows[i] };
    }
    return results;
  }

  /** @throws SessionEnded, PostNotFound, PostDeleted, BoardArchived, AnonymityNotAllowed, ParentNotInThread, … */
  private async accept(
    tx: Transaction,
    { me, postId, body }: NewComment,
    { nicknames, posts, parents }: Known,
  ): Promise<Pick<Accepted, 'nickname' | 'rootId' | 'anonymousNumber'>> {
    const nickname = nicknames.get(me.id);
    if (nickname === undefined) throw new SessionEnded();
    const post = posts.get(postId);
    checkReadable(me, post);
    checkWrite(me, post);
    if (post.archived) throw new BoardArchived();
    if (body.anonymous && !post.allowAnonymous) throw new AnonymityNotAllowed();
    const rootId = body.parentId ? rootOf(postId, body.parentId, parents) : 0;
    return { nickname, rootId, anonymousNumber: body.anonymous ? await this.numberOf(tx, post, me.id) : null };
  }

  /** The author of an anonymous post is 글쓴이 (0). Every other account keeps the number of its first appearance. */
  private async numberOf(tx: Transaction, post: WritablePost, accountId: number): Promise<number> {
    if (post.anonymous && post.authorId === accountId) return 0;
    const known = await tx.selectOne(THREAD_NUMBER, 'FROM thread_numbers WHERE post_id = ? AND account_id = ?', [
      post.id,
      accountId,
    ]);
    if (known) return known.number;
    const last = await tx.selectOne(LAST_NUMBER, 'FROM thread_numbers WHERE post_id = ?', [post.id]);
    const number = (last?.number ?? 0) + 1;
    await tx.insert(ThreadNumber, { postId: post.id, number, accountId });
    return number;
  }

  private async insert(tx: Transaction, accepted: Accepted[]): Promise<CommentRow[]> {
    const createdAt = this.clock.now();
    const rows = accepted.map(({ me, postId, body, rootId, anonymousNumber }) => ({
      ...{ postId, rootId, publicAuthorId: body.anonymous ? null : me.id },
      ...{ anonymousNumber, content: body.content, createdAt },
    }));
    const ids = await tx.insertAll(
      Comment,
      rows.map((row, i) => ({ ...row, authorId: accepted[i].me.id })),
    );
    return rows.map((row, i) => ({
      ...{ ...row, id: ids[i], nickname: row.publicAuthorId === null ? null : accepted[i].nickname },
      ...{ state: 'visible', likeCount: 0, replyCount: 0, version: 1, editedAt: null, mine: true, liked: false },
    }));
  }

  private async count(tx: Transaction, accepted: Accepted[]): Promise<void> {
    await this.posts.countComments(tx, tally(accepted.map(({ postId }) => postId)));
    await this.queries.countReplies(tx, tally(accepted.flatMap(({ rootId }) => (rootId === 0 ? [] : [rootId]))));
  }
}

/** A reply to a reply is stored under the top-level comment. Deleted and hidden comments accept replies while listed. */
function rootOf(postId: number, parentId: number, parents: Map<number, ParentRow>): number {
  const parent = parents.get(parentId);
  if (parent?.postId !== postId) throw new ParentNotInThread();
  if (!parent.listed) throw new CommentDeleted();
  return parent.rootId === 0 ? parentId : parent.rootId;
}

/** How often each id occurs. */
function tally(ids: number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
