import { Injectable } from '@nestjs/common';
import { SessionEnded } from '../accounts/sessions/sessions.errors.js';
import { checkWrite } from '../boards/board-access.js';
import { BoardArchived } from '../boards/boards.errors.js';
import { Clock } from '../common/clock.js';
import { Problem } from '../common/problems/problem.js';
import type { Me } from '../common/viewer.js';
import { Database } from '../database/database.js';
import type { GroupedWrite, Result } from '../database/grouped-write.js';
import type { Transaction } from '../database/transaction.js';
import { AnonymityNotAllowed } from '../posts/posts.errors.js';
import { checkReadable, PostsService } from '../posts/posts.service.js';
import { lockWritablePosts, WRITABLE_POST, type WritablePost } from '../posts/writable-post.js';
import { Comment } from './comment.entity.js';
import type { CommentBody } from './comments.dto.js';
import { CommentDeleted, ParentNotInThread } from './comments.errors.js';
import { CommentsQueries, type CommentRow, type ParentRow } from './comments.queries.js';
import { ThreadNumbers } from './thread-numbers.js';

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
  numbers: ThreadNumbers;
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
    const { nicknames, posts } = await lockWritablePosts(
      tx,
      comments.map(({ me }) => me.id),
      comments.map(({ postId }) => postId),
      { columns: WRITABLE_POST },
    );
    const parents = await this.queries.parents(
      tx,
      comments.map(({ body }) => body.parentId ?? 0),
    );
    const isAnonymous = ({ me, postId, body }: NewComment) => body.anonymous && !isAuthorHidden(posts.get(postId), me);
    const numbers = await ThreadNumbers.read(
      tx,
      comments.filter(isAnonymous).map(({ me, postId }) => ({ postId, accountId: me.id })),
    );
    const known: Known = { nicknames, posts, parents, numbers };
    const results: Result<CommentRow>[] = [];
    const accepted: Accepted[] = [];
    // In order: two anonymous comments of one group may be the first ones of a thread.
    for (const [index, comment] of comments.entries()) {
      try {
        accepted.push({ ...comment, index, ...accept(comment, known) });
      } catch (error) {
        // Any other error fails the whole group.
        if (!(error instanceof Problem)) throw error;
        results[index] = { error };
      }
    }
    if (accepted.length > 0) {
      await numbers.store();
      const rows = await this.insert(tx, accepted);
      await this.count(tx, accepted);
      for (const [i, { index }] of accepted.entries()) results[index] = { value: rows[i] };
    }
    return results;
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

/** @throws SessionEnded, PostNotFound, PostDeleted, BoardArchived, AnonymityNotAllowed, ParentNotInThread, … */
function accept(
  { me, postId, body }: NewComment,
  { nicknames, posts, parents, numbers }: Known,
): Pick<Accepted, 'nickname' | 'rootId' | 'anonymousNumber'> {
  const nickname = nicknames.get(me.id);
  if (nickname === undefined) throw new SessionEnded();
  const post = posts.get(postId);
  checkReadable(me, post);
  checkWrite(me, post);
  if (post.archived) throw new BoardArchived();
  if (body.anonymous && !post.allowAnonymous) throw new AnonymityNotAllowed();
  const rootId = body.parentId ? rootOf(postId, body.parentId, parents) : 0;
  const numberOf = () => (isAuthorHidden(post, me) ? 0 : numbers.of({ postId, accountId: me.id }));
  return { nickname, rootId, anonymousNumber: body.anonymous ? numberOf() : null };
}

/** The author of an anonymous post is 글쓴이 (0) below it. */
function isAuthorHidden(post: WritablePost | undefined, { id }: Me): boolean {
  return post !== undefined && post.anonymous && post.authorId === id;
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
