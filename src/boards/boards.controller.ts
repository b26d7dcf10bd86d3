import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../accounts/sessions/jwt.guard.js';
import { Answer, IfMatch, type ExpectedVersion } from '../common/http/answer.js';
import { Once, type OnceKey } from '../common/idempotency/idempotency.js';
import { Id } from '../common/ids.js';
import { Limited } from '../common/limits/limited.js';
import { SEARCHES, SEARCHES_BY_NETWORK } from '../common/limits/reads.js';
import { Documented } from '../common/openapi/documented.js';
import type { Page } from '../common/pages.js';
import { EditConflict } from '../common/problems/general.errors.js';
import { CurrentAccount, type Me, type Viewer } from '../common/viewer.js';
import { BoardBody, BoardChanges, BoardListQuery, BoardPage, BoardView } from './boards.dto.js';
import {
  AccessNotHeld,
  AccessOnlyTightened,
  BoardNotFound,
  NotBoardOwner,
  SlugTaken,
  TooManyBoards,
} from './boards.errors.js';
import { BoardsService } from './boards.service.js';

@ApiTags('Boards')
@Controller('boards')
export class BoardsController {
  constructor(private readonly boards: BoardsService) {}

  @Get()
  @Public()
  @Limited(SEARCHES, SEARCHES_BY_NETWORK)
  @Documented({
    summary: 'The boards, the oldest first',
    description: 'Boards that you may not read are listed too, except staff boards. `q` finds a part of the name.',
    answer: BoardPage,
  })
  list(@CurrentAccount() viewer: Viewer, @Query() query: BoardListQuery): Promise<Page<BoardView>> {
    return this.boards.list(viewer, query);
  }

  @Post()
  @Documented({
    summary: 'Open a board',
    description: 'You set only access that you hold. An account has 20 boards at most.',
    creates: true,
    answer: BoardView,
    problems: [AccessNotHeld, TooManyBoards, SlugTaken],
  })
  async create(@CurrentAccount() me: Me, @Body() body: BoardBody, @Once() once: OnceKey | null): Promise<Answer> {
    const board = await this.boards.create(me, body, once);
    return Answer.created(`/api/v1/boards/${board.view.id}`, board);
  }

  @Get(':id')
  @Public()
  @Documented({
    summary: 'A board',
    description: 'Its metadata is for everyone, also where its posts are not; staff boards are hidden.',
    answer: BoardView,
    problems: [BoardNotFound],
  })
  async get(@CurrentAccount() viewer: Viewer, @Id() id: number): Promise<Answer> {
    return Answer.one(await this.boards.get(viewer, id));
  }

  @Patch(':id')
  @Documented({
    summary: 'Change a board of mine',
    description: 'Admins may change any. Once something was written in it, access is only tightened.',
    answer: BoardView,
    problems: [BoardNotFound, NotBoardOwner, EditConflict, AccessNotHeld, AccessOnlyTightened, SlugTaken],
  })
  async change(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Body() changes: BoardChanges,
    @IfMatch() expected: ExpectedVersion,
  ): Promise<Answer> {
    return Answer.one(await this.boards.change(me, id, changes, expected));
  }

  @Delete(':id')
  @Documented({
    summary: 'Drop a board of mine; one with posts is archived',
    description:
      'A board without posts is deleted. One with posts stays readable and takes nothing new. Admins may drop any.',
    problems: [BoardNotFound, NotBoardOwner, EditConflict],
  })
  async remove(@CurrentAccount() me: Me, @Id() id: number, @IfMatch() expected: ExpectedVersion): Promise<void> {
    await this.boards.remove(me, id, expected);
  }
}
