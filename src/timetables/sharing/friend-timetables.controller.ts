import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Id } from '../../common/ids.js';
import { Documented } from '../../common/openapi/documented.js';
import type { Page } from '../../common/pages.js';
import { CurrentAccount, type Me } from '../../common/viewer.js';
import { FriendNotFound } from '../../friends/friends.errors.js';
import { TimetableListQuery } from '../timetables.dto.js';
import { FriendTimetablePage, type FriendTimetableView } from './friend-timetables.dto.js';
import { FriendTimetablesService } from './friend-timetables.service.js';

@ApiTags('Friends')
@Controller('friends/:accountId/timetables')
export class FriendTimetablesController {
  constructor(private readonly timetables: FriendTimetablesService) {}

  @Get()
  @Documented({
    summary: "A friend's shared timetables, the newest semester first",
    description:
      'The primary timetable of each semester, or of the one asked for; none where it is private. Memos are not shown, ' +
      'nor lectures that were cancelled.',
    answer: FriendTimetablePage,
    problems: [FriendNotFound],
  })
  list(
    @CurrentAccount() me: Me,
    @Id('accountId') accountId: number,
    @Query() query: TimetableListQuery,
  ): Promise<Page<FriendTimetableView>> {
    return this.timetables.list(me, accountId, query);
  }
}
