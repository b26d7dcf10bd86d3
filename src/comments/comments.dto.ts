import { ApiProperty } from '@nestjs/swagger';
import { AuthorProperty, commentAuthor, type Author } from '../accounts/author.js';
import { Flag } from '../common/fields/choices.js';
import { IdField } from '../common/fields/numbers.js';
import { Text } from '../common/fields/texts.js';
import { pageViewOf, type Page } from '../common/pages.js';
import type { CommentState } from './comment.entity.js';
import type { CommentRow } from './comments.queries.js';

export class CommentBody {
  @Text({ max: 2_000, example: '저도 궁금해요!' })
  content: string;

  @Flag({ optional: true, description: 'Cannot be changed afterwards' })
  anonymous: boolean = false;

  @IdField({
    optional: true,
    nullable: true,
    description: 'The comment to reply to; a reply to a reply goes to its root',
    example: null,
  })
  parentId?: number | null;
}

export class CommentChanges {
  @Text({ max: 2_000, optional: true })
  content?: string;
}

export class CommentView {
  @ApiProperty({ type: 'integer', example: 101 })
  id: number;
  @ApiProperty({ type: 'integer', example: 42 })
  postId: number;
  @ApiProperty({ type: 'integer', nullable: true, description: 'The top-level comment that this replies to' })
  parentId: number | null;
  @ApiProperty({ type: 'string', nullable: true, description: '`null` unless `visible`', example: '저도 궁금해요!' })
  content: string | null;
  @AuthorProperty({ nullable: true, description: '`null` unless `visible`' })
  author: Author | null;
  @ApiProperty({ type: 'integer' })
  likeCount: number;
  @ApiProperty({ type: 'integer' })
  replyCount: number;
  @ApiProperty({
    allOf: [{ $ref: '#/components/schemas/CommentPage' }],
    description: 'The first replies, oldest first; further ones by `GET /comments/{id}/replies`',
  })
  replies: Page<CommentView>;
  @ApiProperty({
    enum: ['visible', 'deleted', 'hidden'],
    description: '`deleted`: a stub that stays while it has replies',
  })
  state: CommentState;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  editedAt: string | null;
  @ApiProperty({ description: 'Whether I wrote it' })
  mine: boolean;
  @ApiProperty({ description: 'Whether I like it' })
  liked: boolean;
}

export class CommentPage extends pageViewOf(CommentView) {}

export const NO_REPLIES: Page<CommentView> = { items: [], nextCursor: null };

export function commentView(row: CommentRow, replies: Page<CommentView> = NO_REPLIES): CommentView {
  const visible = row.state === 'visible';
  return {
    id: row.id,
    postId: row.postId,
    parentId: row.rootId === 0 ? null : row.rootId,
    content: visible ? row.content : null,
    author: visible ? commentAuthor(row, row.anonymousNumber) : null,
    likeCount: row.likeCount,
    replyCount: row.replyCount,
    replies,
    state: row.state,
    createdAt: row.createdAt.toISOString(),
    editedAt: row.editedAt?.toISOString() ?? null,
    mine: row.mine,
    liked: row.liked,
  };
}
