import { Injectable } from '@nestjs/common';
import { showsItself } from '../boards/board-access.js';
import { Clock } from '../common/clock.js';
import { Cursors } from '../common/cursor.js';
import type { ExpectedVersion, Versioned } from '../common/http/answer.js';
import { Idempotency, type OnceKey } from '../common/idempotency/idempotency.js';
import { MAX_ROW_ID } from '../common/ids.js';
import { limit, type Limit } from '../common/limits/limit.js';
import { Limits } from '../common/limits/limits.js';
import { ListKey, pageOf, type Page, type PageQuery } from '../common/pages.js';
import { EditConflict } from '../common/problems/general.errors.js';
import type { Me, Viewer } from '../common/viewer.js';
import { Database } from '../database/database.js';
import { int, selection, text, type RowOf } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import { PostDeleted } from '../posts/posts.errors.js';
import { checkReadable, PostsService, textKey, type LockedPost } from '../posts/posts.service.js';
import { Thread, type ThreadPost, type ThreadReader } from '../posts/thread.js';
import { Comment, type CommentState } from './comment.entity.js';
import { commentView, NO_REPLIES, type CommentBody, type CommentChanges, type CommentView } from './comments.dto.js';
import { CommentDeleted, CommentHidden, CommentNotFound, NotCommentAuthor } from './comments.errors.js';
import { CommentWriter } from './comment-writer.js';
import { CommentsQueries, type CommentRow, type WholeCommentRow } from './comments.queries.js';

export const COMMENTS = limit({ name: 'comment', points: 1, seconds: 5, by: ['account'] });
export const SAME_COMMENT = limit({ name: 'same-comment', points: 1, seconds: 300, by: ['account', 'text'] });
const LOCKED_COMMENT = selection({
  id: int('id'),
  postId: int('post_id'),
  rootId: int('root_id'),
  authorId: int('author_id', 'nullable'),
  content: text('content'),
  state: text<CommentState>('state'),
  replyCount: int('reply_count'),
  version: int('version'),
});
type LockedComment = RowOf<typeof LOCKED_COMMENT>;
const PLACE = selection({ postId: int('post_id'), rootId: int('root_id') });
/** Replies that come along with each top-level comment. */
const FIRST_REPLIES = 3;

/** Comments and their one level of replies. Every write locks the post's row first, so that numbers and counts are exact. */
@Injectable()
export class CommentsService implements ThreadReader {
  constructor(
    private readonly database: Database,
    private readonly queries: CommentsQueries,
    private readonly writer: CommentWriter,
    private readonly posts: PostsService,
    private readonly idempotency: Idempotency,
    private readonly limits: Limits,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
    thread: Thread,
  ) {
    thread.add(this);
  }

  firstComments(viewer: Viewer, post: ThreadPost, limit: number): Promise<Page<CommentView>> {
    return this.page(viewer, post, { limit });
  }

  /**
   * Top-level comments, oldest first, each with its first replies.
   *
   * @throws PostNotFound, PostDeleted, MembersOnly, VerificationRequired
   */
  async list(viewer: Viewer, postId: number, query: PageQuery): Promise<Page<CommentView>> {
    await this.posts.checkReadable(viewer, postId);
    return this.page(viewer, { id: postId }, query);
  }

  /** Also of a deleted comment, which stays as a stub for its replies. @throws CommentNotFound, CommentDeleted, … */
  async listReplies(viewer: Viewer, id: number, { limit, cursor }: PageQuery): Promise<Page<CommentView>> {
    const comment = await this.queries.one(viewer, id);
    checkCommentReadable(viewer, comment);
    const list = this.repliesOf(id);
    const [after] = list.position(cursor) ?? [0];
    const rows = await this.queries.replies(viewer, id, Number(after), limit + 1);
    if (rows.length === 0 && comment.state === 'deleted' && cursor === undefined) throw new CommentDeleted();
    return pageOf(rows, limit, commentView, (last) => list.cursor(last.id));
  }

  /** My comments, anonymous ones too; without their replies. */
  async mine(me: Me, { limit, cursor }: PageQuery): Promise<Page<CommentView>> {
    const list = new ListKey(this.cursors, '/accounts/me/comments', { account: me.id });
    const [before] = list.position(cursor) ?? [MAX_ROW_ID];
    const rows = await this.queries.mine(me, Number(before), limit + 1);
    return pageOf(
      rows,
      limit,
      (row) => commentView(row),
      (last) => list.cursor(last.id),
    );
  }

  /** @throws CommentNotFound, CommentDeleted, PostDeleted, MembersOnly, VerificationRequired */
  async get(viewer: Viewer, id: number): Promise<Versioned<CommentView>> {
    const row = await this.queries.one(viewer, id);
    checkCommentReadable(viewer, row);
    if (row.state === 'deleted') throw new CommentDeleted();
    const [view] = await this.withReplies(viewer, [row]);
    return { version: row.version, view };
  }

  /** @throws BoardArchived, AnonymityNotAllowed, ParentNotInThread, CommentDeleted, TooManyRequests, … */
  async create(me: Me, postId: number, body: CommentBody, once: OnceKey | null): Promise<Versioned<CommentView>> {
    const comment = { me, postId, body };
    const sameText = textKey(me, `${postId}\0${body.content}`);
    if (once === null) {
      const points: [Limit, string | number][] = [
        [COMMENTS, me.id],
        [SAME_COMMENT, sameText],
      ];
      return versioned(await this.limits.spending(points, () => this.writer.write(comment)));
    }
    const write = async (tx: Transaction): Promise<Versioned<CommentView>> => {
      await this.limits.spendIn(tx, COMMENTS, me.id);
      await this.limits.spendIn(tx, SAME_COMMENT, sameText);
      return versioned(await this.writer.writeIn(tx, comment));
    };
    return this.idempotency.run(once, write, { thing: ({ view }) => pathOf(postId, view.id) });
  }

  /** @throws CommentNotFound, CommentDeleted, CommentHidden, NotCommentAuthor, EditConflict, PostDeleted, … */
  async change(
    me: Me,
    id: number,
    { content }: CommentChanges,
    expected: ExpectedVersion,
  ): Promise<Versioned<CommentView>> {
    return this.database.transaction(async (tx) => {
      const comment = await this.lockOwn(tx, me, id, expected);
      if (content !== undefined && content !== comment.content) {
        const edit = { content, version: comment.version + 1, editedAt: this.clock.now() };
        await tx.update(Comment, { id }, edit);
      }
      const row = (await this.queries.one(me, id, tx))!;
      checkCommentReadable(me, row);
      const [view] = await this.withReplies(me, [row], tx);
      return { version: row.version, view };
    });
  }

  /** @throws CommentNotFound, CommentDeleted, CommentHidden, NotCommentAuthor, EditConflict, PostDeleted */
  async remove(me: Me, id: number, expected: ExpectedVersion): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.erase(tx, await this.lockOwn(tx, me, id, expected));
    });
  }

  /**
   * Deletes a comment whose post is locked. One with live replies stays as a stub without author and text; the stub
   * goes with its last reply.
   */
  async erase(tx: Transaction, { id, postId, rootId, replyCount }: LockedComment): Promise<void> {
    await tx.run('DELETE FROM comment_likes WHERE comment_id = ?', [id]);
    await tx.run(
      `UPDATE comments SET state = 'deleted', listed = ?, content = '', author_id = NULL, public_author_id = NULL,
              like_count = 0, version = version + 1 WHERE id = ?`,
      [replyCount > 0, id],
    );
    await this.count(tx, postId, rootId, -1);
    if (rootId !== 0) {
      await tx.run("UPDATE comments SET listed = 0 WHERE id = ? AND state = 'deleted' AND reply_count = 0", [rootId]);
    }
    await this.idempotency.forget(tx, pathOf(postId, id));
  }

  /**
   * The comment with its row locked, after its post's and, of a reply, its root's: `erase` changes the root too, and likes
   * lock comments by id. `undefined` when the post or the comment is missing.
   */
  async lock(tx: Transaction, id: number): Promise<{ comment: LockedComment; post: LockedPost } | undefined> {
    const found = await tx.selectOne(PLACE, 'FROM comments WHERE id = ?', [id]);
    const post = found && (await this.posts.lock(tx, found.postId));
    if (!post) return undefined;
    const rows = await tx.select(LOCKED_COMMENT, 'FROM comments WHERE id IN (?, ?) ORDER BY id FOR UPDATE', [
      found.rootId || id,
      id,
    ]);
    const comment = rows.find((row) => row.id === id);
    return comment && { comment, post };
  }

  private async page(viewer: Viewer, post: ThreadPost, { limit, cursor }: PageQuery): Promise<Page<CommentView>> {
    const list = new ListKey(this.cursors, '/posts/comments', { post: post.id });
    const [after] = list.position(cursor) ?? [0];
    const rows = await this.queries.thread(viewer, post.id, Number(after), limit + 1);
    const views = await this.withReplies(viewer, rows.slice(0, limit));
    const last = rows.length > limit ? views[limit - 1] : undefined;
    return { items: views, nextCursor: last ? list.cursor(last.id) : null };
  }

  private async withReplies(viewer: Viewer, rows: CommentRow[], reader?: Transaction): Promise<CommentView[]> {
    const roots = rows.filter(({ replyCount }) => replyCount > 0).map(({ id }) => id);
    const replies = roots.length > 0 ? await this.queries.firstReplies(viewer, roots, FIRST_REPLIES + 1, reader) : [];
    return rows.map((row) => {
      const own = replies.filter(({ rootId }) => rootId === row.id);
      if (own.length === 0) return commentView(row, NO_REPLIES);
      const list = this.repliesOf(row.id);
      return commentView(
        row,
        pageOf(
          own,
          FIRST_REPLIES,
          (reply) => commentView(reply),
          (last) => list.cursor(last.id),
        ),
      );
    });
  }

  private repliesOf(id: number): ListKey {
    return new ListKey(this.cursors, '/comments/replies', { comment: id });
  }

  private async count(tx: Transaction, postId: number, rootId: number, change: 1 | -1): Promise<void> {
    await this.posts.countComments(tx, new Map([[postId, change]]));
    if (rootId !== 0) await this.queries.countReplies(tx, new Map([[rootId, change]]));
  }

  private async lockOwn(tx: Transaction, me: Me, id: number, expected: ExpectedVersion): Promise<LockedComment> {
    const locked = await this.lock(tx, id);
    if (locked?.comment.authorId !== me.id) {
      checkCommentReadable(me, await this.queries.one(me, id, tx));
      if (locked?.comment.state === 'deleted') throw new CommentDeleted();
      throw new NotCommentAuthor();
    }
    const { comment, post } = locked;
    if (post.state === 'deleted') throw new PostDeleted();
    if (comment.state === 'hidden') throw new CommentHidden();
    if (expected && !expected.includes(comment.version)) throw new EditConflict();
    return comment;
  }
}

type Readable = Pick<WholeCommentRow, 'readAccess' | 'postState'>;

/** Checks that the viewer may read the comment's post: this also allows reading the comment. */
export function checkCommentReadable<Row extends Readable>(viewer: Viewer, row: Row | undefined): asserts row is Row {
  if (!row || !showsItself(viewer, row.readAccess)) throw new CommentNotFound();
  checkReadable(viewer, { readAccess: row.readAccess, state: row.postState });
}

/** Below its post, so that stored answers about it go with the post. */
function pathOf(postId: number, id: number): string {
  return `post/${postId}/comment/${id}`;
}

function versioned(row: CommentRow): Versioned<CommentView> {
  return { version: row.version, view: commentView(row) };
}
