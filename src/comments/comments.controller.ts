import { Body, Controller, Delete, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../accounts/sessions/jwt.guard.js';
import { BoardArchived, MembersOnly, StaffOnly, VerificationRequired } from '../boards/boards.errors.js';
import { Answer, IfMatch, type ExpectedVersion } from '../common/http/answer.js';
import { Once, type OnceKey } from '../common/idempotency/idempotency.js';
import { Id } from '../common/ids.js';
import { Limited } from '../common/limits/limited.js';
import { Documented } from '../common/openapi/documented.js';
import { PageQuery, type Page } from '../common/pages.js';
import { EditConflict } from '../common/problems/general.errors.js';
import { CurrentAccount, type Me, type Viewer } from '../common/viewer.js';
import { AnonymityNotAllowed, PostDeleted, PostNotFound } from '../posts/posts.errors.js';
import { LIKES } from '../posts/reactions/reactions.service.js';
import { CommentLikesService } from './comment-likes.service.js';
import { CommentBody, CommentChanges, CommentPage, CommentView } from './comments.dto.js';
import {
  CommentDeleted,
  CommentHidden,
  CommentNotFound,
  NotCommentAuthor,
  OwnComment,
  ParentNotInThread,
} from './comments.errors.js';
import { COMMENTS, CommentsService, SAME_COMMENT } from './comments.service.js';

const THREAD_UNREADABLE = [PostNotFound, PostDeleted, MembersOnly, VerificationRequired];
const UNREADABLE = [CommentNotFound, CommentDeleted, PostDeleted, MembersOnly, VerificationRequired];

@ApiTags('Comments')
@Controller()
export class CommentsController {
  constructor(
    private readonly comments: CommentsService,
    private readonly likes: CommentLikesService,
  ) {}

  @Get('posts/:id/comments')
  @Public()
  @Documented({
    summary: 'The comments on a post, oldest first',
    description: 'Top-level comments are paged, each with its first three replies.',
    answer: CommentPage,
    problems: THREAD_UNREADABLE,
  })
  list(@CurrentAccount() viewer: Viewer, @Id() id: number, @Query() query: PageQuery): Promise<Page<CommentView>> {
    return this.comments.list(viewer, id, query);
  }

  @Post('posts/:id/comments')
  @Limited(COMMENTS, SAME_COMMENT)
  @Documented({
    summary: 'Write a comment or a reply',
    description: 'Who may write in the board may comment. A reply to a reply goes to its root.',
    creates: true,
    answer: CommentView,
    problems: [...THREAD_UNREADABLE, StaffOnly, BoardArchived, AnonymityNotAllowed, ParentNotInThread, CommentDeleted],
  })
  async create(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Body() body: CommentBody,
    @Once() once: OnceKey | null,
  ): Promise<Answer> {
    const comment = await this.comments.create(me, id, body, once);
    return Answer.created(`/api/v1/comments/${comment.view.id}`, comment);
  }

  @Get('comments/:id')
  @Public()
  @Documented({
    summary: 'A comment with its first replies',
    description: 'For links to one comment. Further replies are at `GET /comments/{id}/replies`.',
    answer: CommentView,
    problems: UNREADABLE,
  })
  async get(@CurrentAccount() viewer: Viewer, @Id() id: number): Promise<Answer> {
    return Answer.one(await this.comments.get(viewer, id));
  }

  @Get('comments/:id/replies')
  @Public()
  @Documented({
    summary: 'The replies to a comment, oldest first',
    description: 'Start from `replies.nextCursor` of the comment, or without a cursor from the first reply.',
    answer: CommentPage,
    problems: UNREADABLE,
  })
  replies(@CurrentAccount() viewer: Viewer, @Id() id: number, @Query() query: PageQuery): Promise<Page<CommentView>> {
    return this.comments.listReplies(viewer, id, query);
  }

  @Patch('comments/:id')
  @Documented({
    summary: 'Edit a comment of mine',
    description: 'Replaces the text and sets `editedAt`. Send `If-Match` to change only the version that you saw.',
    answer: CommentView,
    problems: [...UNREADABLE, NotCommentAuthor, CommentHidden, EditConflict],
  })
  async change(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Body() changes: CommentChanges,
    @IfMatch() expected: ExpectedVersion,
  ): Promise<Answer> {
    return Answer.one(await this.comments.change(me, id, changes, expected));
  }

  @Delete('comments/:id')
  @Documented({
    summary: 'Delete a comment of mine',
    description: 'One with replies stays as a stub without author and text until its last reply goes.',
    problems: [...UNREADABLE, NotCommentAuthor, CommentHidden, EditConflict],
  })
  async remove(@CurrentAccount() me: Me, @Id() id: number, @IfMatch() expected: ExpectedVersion): Promise<void> {
    await this.comments.remove(me, id, expected);
  }

  @Put('comments/:id/like')
  @Limited(LIKES)
  @Documented({
    summary: 'Like a comment',
    description: 'Counts once, however often it is sent. You cannot like your own comment.',
    problems: [...UNREADABLE, OwnComment, CommentHidden],
  })
  async like(@CurrentAccount() me: Me, @Id() id: number): Promise<void> {
    await this.likes.like(me, id);
  }

  @Delete('comments/:id/like')
  @Limited(LIKES)
  @Documented({
    summary: 'Take my like back',
    description: 'Takes nothing back a second time: the answer is the same.',
    problems: [...UNREADABLE, CommentHidden],
  })
  async unlike(@CurrentAccount() me: Me, @Id() id: number): Promise<void> {
    await this.likes.unlike(me, id);
  }

  @Get('accounts/me/comments')
  @Documented({
    summary: 'My comments, also the anonymous ones; without their replies',
    description: 'Only you see this list. The newest come first.',
    answer: CommentPage,
  })
  mine(@CurrentAccount() me: Me, @Query() query: PageQuery): Promise<Page<CommentView>> {
    return this.comments.mine(me, query);
  }
}
