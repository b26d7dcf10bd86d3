import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Public } from '../accounts/sessions/jwt.guard.js';
import { BoardArchived, BoardNotFound, MembersOnly, StaffOnly, VerificationRequired } from '../boards/boards.errors.js';
import { Answer, IfMatch, type ExpectedVersion } from '../common/http/answer.js';
import { Once, type OnceKey } from '../common/idempotency/idempotency.js';
import { Id } from '../common/ids.js';
import { Limited } from '../common/limits/limited.js';
import { SEARCHES, SEARCHES_BY_NETWORK } from '../common/limits/reads.js';
import { Documented } from '../common/openapi/documented.js';
import { PageQuery, type Page } from '../common/pages.js';
import { EditConflict, FiltersDoNotCombine } from '../common/problems/general.errors.js';
import { CurrentAccount, type Me, type Viewer } from '../common/viewer.js';
import { PostListsService } from './post-lists.service.js';
import {
  BoardPostsQuery,
  PostBody,
  PostChanges,
  PostListQuery,
  PostPage,
  PostQuery,
  PostView,
  type PostItem,
} from './posts.dto.js';
import {
  AnonymityNotAllowed,
  NotPostAuthor,
  OwnPost,
  PostDeleted,
  PostHidden,
  PostNotFound,
  SearchBusy,
} from './posts.errors.js';
import { POSTS, PostsService, SAME_TEXT } from './posts.service.js';
import { LIKES, ReactionsService } from './reactions/reactions.service.js';

const UNREADABLE = [PostNotFound, PostDeleted, MembersOnly, VerificationRequired];

@ApiTags('Posts')
@Controller()
export class PostsController {
  constructor(
    private readonly posts: PostsService,
    private readonly lists: PostListsService,
    private readonly reactions: ReactionsService,
  ) {}

  @Get('boards/:id/posts')
  @Public()
  @Documented({
    summary: 'The posts of a board',
    description: '`hot`: those whose likes reached the board’s threshold, the newest to do so first.',
    answer: PostPage,
    problems: [BoardNotFound, MembersOnly, VerificationRequired, FiltersDoNotCombine],
  })
  ofBoard(
    @CurrentAccount() viewer: Viewer,
    @Id() id: number,
    @Query() query: BoardPostsQuery,
  ): Promise<Page<PostItem> | Answer> {
    return this.lists.ofBoard(viewer, id, query);
  }

  @Post('boards/:id/posts')
  @Limited(POSTS, SAME_TEXT)
  @Documented({
    summary: 'Write a post',
    description:
      'Tags are created as needed and cleaned: trimmed, lower case, without `#`. `anonymous: true` hides the author for good, where the board allows it.',
    creates: true,
    answer: PostView,
    problems: [BoardNotFound, MembersOnly, VerificationRequired, StaffOnly, BoardArchived, AnonymityNotAllowed],
  })
  async create(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Body() body: PostBody,
    @Once() once: OnceKey | null,
  ): Promise<Answer> {
    const post = await this.posts.create(me, id, body, once);
    return Answer.created(`/api/v1/posts/${post.view.id}`, post);
  }

  @Get('posts')
  @Public()
  @Limited(SEARCHES, SEARCHES_BY_NETWORK)
  @Documented({
    summary: 'Posts of all boards that I may read',
    description:
      'Filters combine as follows, anything else is 400: `board` with all others; `tag` or `author` with `from` and ' +
      '`to`; `q` with `author`; `hot` and `likes` with `board` only. Under `likes` a row may move while you page.',
    answer: PostPage,
    problems: [BoardNotFound, MembersOnly, VerificationRequired, FiltersDoNotCombine, SearchBusy],
  })
  list(@CurrentAccount() viewer: Viewer, @Query() query: PostListQuery): Promise<Page<PostItem> | Answer> {
    return this.lists.list(viewer, query);
  }

  @Get('posts/:id')
  @Public()
  @Documented({
    summary: 'Read a post',
    description: 'An account’s first read counts a view.',
    answer: PostView,
    problems: UNREADABLE,
  })
  async read(@CurrentAccount() viewer: Viewer, @Id() id: number, @Query() { comments }: PostQuery): Promise<Answer> {
    return Answer.one(await this.posts.read(viewer, id, comments));
  }

  @Patch('posts/:id')
  @Documented({
    summary: 'Edit a post of mine',
    description: 'Board and anonymity stay as they are.',
    answer: PostView,
    problems: [...UNREADABLE, NotPostAuthor, PostHidden, EditConflict],
  })
  async change(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Body() changes: PostChanges,
    @IfMatch() expected: ExpectedVersion,
  ): Promise<Answer> {
    return Answer.one(await this.posts.change(me, id, changes, expected));
  }

  @Delete('posts/:id')
  @Documented({
    summary: 'Delete a post of mine, for good',
    description: 'Title, text and tags are erased at once. The post then answers 410 to those who could read it.',
    problems: [...UNREADABLE, NotPostAuthor, PostHidden, EditConflict],
  })
  async remove(@CurrentAccount() me: Me, @Id() id: number, @IfMatch() expected: ExpectedVersion): Promise<void> {
    await this.posts.remove(me, id, expected);
  }

  @Put('posts/:id/like')
  @Limited(LIKES)
  @Documented({
    summary: 'Like a post',
    description: 'Counts once, however often it is sent. You cannot like your own post.',
    problems: [...UNREADABLE, OwnPost, PostHidden],
  })
  async like(@CurrentAccount() me: Me, @Id() id: number): Promise<void> {
    await this.reactions.like(me, id);
  }

  @Delete('posts/:id/like')
  @Limited(LIKES)
  @Documented({
    summary: 'Take my like back',
    description: 'Takes nothing back a second time: the answer is the same.',
    problems: [...UNREADABLE, PostHidden],
  })
  async unlike(@CurrentAccount() me: Me, @Id() id: number): Promise<void> {
    await this.reactions.unlike(me, id);
  }

  @Put('posts/:id/scrap')
  @Limited(LIKES)
  @Documented({
    summary: 'Keep a post',
    description: 'Adds it to `GET /accounts/me/scraps`. Nobody else sees your scraps.',
    problems: UNREADABLE,
  })
  async scrap(@CurrentAccount() me: Me, @Id() id: number): Promise<void> {
    await this.reactions.scrap(me, id);
  }

  @Delete('posts/:id/scrap')
  @Limited(LIKES)
  @Documented({
    summary: 'Keep a post no longer',
    description: 'Removes it from your scraps. A second time the answer is the same.',
    problems: UNREADABLE,
  })
  async unscrap(@CurrentAccount() me: Me, @Id() id: number): Promise<void> {
    await this.reactions.unscrap(me, id);
  }

  @Get('tags/:name/posts')
  @ApiTags('Tags')
  @Public()
  @ApiParam({ name: 'name', schema: { type: 'string' }, example: '중간고사' })
  @Documented({
    summary: 'The posts with a tag, the newest first',
    description: 'From all boards that you may read. `GET /posts?tag=` combines the tag with days.',
    answer: PostPage,
  })
  ofTag(
    @CurrentAccount() viewer: Viewer,
    @Param('name') name: string,
    @Query() query: PageQuery,
  ): Promise<Page<PostItem> | Answer> {
    return this.lists.ofTag(viewer, name, query);
  }

  @Get('accounts/me/posts')
  @Documented({
    summary: 'My posts, also the anonymous ones',
    description: 'Only you see this list. The newest come first.',
    answer: PostPage,
  })
  mine(@CurrentAccount() me: Me, @Query() query: PageQuery): Promise<Page<PostItem>> {
    return this.lists.mine(me, query);
  }

  @Get('accounts/me/likes')
  @Documented({
    summary: 'Posts that I like',
    description: 'The latest like first. Posts that were deleted, or that you may no longer read, are left out.',
    answer: PostPage,
  })
  liked(@CurrentAccount() me: Me, @Query() query: PageQuery): Promise<Page<PostItem>> {
    return this.lists.reactedTo(me, 'likes', query);
  }

  @Get('accounts/me/scraps')
  @Documented({
    summary: 'Posts that I keep',
    description: 'The latest scrap first. Posts that were deleted, or that you may no longer read, are left out.',
    answer: PostPage,
  })
  scrapped(@CurrentAccount() me: Me, @Query() query: PageQuery): Promise<Page<PostItem>> {
    return this.lists.reactedTo(me, 'scraps', query);
  }
}
