import { ApiProperty } from '@nestjs/swagger';
import { AuthorProperty, postAuthor, type Author } from '../accounts/author.js';
import { Choice, Flag } from '../common/fields/choices.js';
import { Day } from '../common/fields/days.js';
import { IdQuery, IntegerQuery } from '../common/fields/numbers.js';
import { Line, Text, TextList } from '../common/fields/texts.js';
import { PageQuery, pageViewOf, type Page } from '../common/pages.js';
import type { FlaggedRow, PostRow } from './posts.queries.js';

const SORTS = ['latest', 'hot', 'likes'] as const;
export type Sort = (typeof SORTS)[number];

/** The field `tag` of both list routes. */
const TAG = { max: 60, optional: true, description: 'Posts with this tag; with `latest` only', example: '중간고사' };

export class PostBody {
  @Line({ max: 100, example: '중간고사 족보 구해요' })
  title: string;

  @Text({ max: 20_000, example: '운영체제 중간고사 준비하시는 분 계신가요?' })
  content: string;

  @TextList({
    max: 60,
    maxItems: 1000,
    optional: true,
    description: 'Any number, in order',
    example: ['중간고사', '운영체제'],
  })
  tags: string[] = [];

  @Flag({ optional: true, description: 'Cannot be changed afterwards' })
  anonymous: boolean = false;
}

export class PostChanges {
  @Line({ max: 100, optional: true })
  title?: string;

  @Text({ max: 20_000, optional: true })
  content?: string;

  @TextList({ max: 60, maxItems: 1000, optional: true, nullable: true, description: 'Replaces all; `null` clears' })
  tags?: string[] | null;
}

export class BoardPostsQuery extends PageQuery {
  @Choice({ of: ['latest', 'hot'], optional: true, description: '`latest` by default' })
  sort: 'latest' | 'hot' = 'latest';

  @Text(TAG)
  tag?: string;
}

export class PostListQuery extends PageQuery {
  @IdQuery({ description: 'Posts of this board' })
  board?: number;

  @Text(TAG)
  tag?: string;

  @IdQuery({ description: 'Posts of this account by name; only with `latest`' })
  author?: number;

  @Text({
    max: 100,
    optional: true,
    description: 'Each word is a phrase in title or content, all have to be there; combines with `board` and `author`',
    example: '운영체제 족보',
  })
  q?: string;

  @Day({
    optional: true,
    description: 'From this day on, in the campus zone; with `latest`, not with `q`',
    example: '2026-03-02',
  })
  from?: string;

  @Day({ optional: true, description: 'Up to this day, inclusive', example: '2026-03-08' })
  to?: string;

  @Choice({
    of: SORTS,
    optional: true,
    description: '`latest` by default; `hot` and `likes` combine with `board` only',
  })
  sort: Sort = 'latest';
}

export class PostQuery {
  @IntegerQuery({ min: 1, max: 100, description: 'The number of first comments in `comments`' })
  comments?: number;
}

/** A post in a list. */
export class PostItem {
  @ApiProperty({ type: 'integer', example: 42 })
  id: number;
  @ApiProperty({ type: 'integer', example: 3 })
  boardId: number;
  @ApiProperty({ example: '중간고사 족보 구해요' })
  title: string;
  @ApiProperty({
    description: 'The beginning of the content, at most 200 characters',
    example: '운영체제 중간고사 준비하시는 분 계신가요?',
  })
  excerpt: string;
  @AuthorProperty()
  author: Author;
  @ApiProperty({ type: [String], description: 'In a list the first ten', example: ['중간고사', '운영체제'] })
  tags: string[];
  @ApiProperty({ type: 'integer' })
  tagCount: number;
  @ApiProperty({ type: 'integer' })
  likeCount: number;
  @ApiProperty({ type: 'integer', description: 'The same number for every reader' })
  commentCount: number;
  @ApiProperty({ type: 'integer', description: 'Accounts that have read it' })
  viewCount: number;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  editedAt: string | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'When its likes made it hot' })
  hotAt: string | null;
  @ApiProperty({ description: 'Whether I wrote it' })
  mine: boolean;
  @ApiProperty({ description: 'Whether I like it' })
  liked: boolean;
  @ApiProperty({ description: 'Whether I keep it' })
  scrapped: boolean;
}

/** A post alone. */
export class PostView extends PostItem {
  @ApiProperty({ example: '운영체제 중간고사 준비하시는 분 계신가요?\n같이 공부해요!' })
  content: string;
  @ApiProperty({
    allOf: [{ $ref: '#/components/schemas/CommentPage' }],
    nullable: true,
    description: 'The first page of comments where `?comments=` asked for it, else `null`',
  })
  comments: Page<object> | null;
}

export class PostPage extends pageViewOf(PostItem) {}

/** A post in a list without the viewer's flags, which come last. */
export function postHead(row: PostRow): Omit<PostItem, 'mine' | 'liked' | 'scrapped'> {
  return {
    id: row.id,
    boardId: row.boardId,
    title: row.title,
    excerpt: row.excerpt,
    author: postAuthor(row),
    tags: row.tags === null ? [] : row.tags.split('\n'),
    tagCount: row.tagCount,
    likeCount: row.likeCount,
    commentCount: row.commentCount,
    viewCount: row.viewCount,
    createdAt: row.createdAt.toISOString(),
    editedAt: row.editedAt?.toISOString() ?? null,
    hotAt: row.hotAt?.toISOString() ?? null,
  };
}

export function postItem(row: FlaggedRow): PostItem {
  return { ...postHead(row), mine: row.mine, liked: row.liked, scrapped: row.scrapped };
}

export function postView(row: FlaggedRow & { content: string }, comments: Page<object> | null = null): PostView {
  return { ...postItem(row), content: row.content, comments };
}
