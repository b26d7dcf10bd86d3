import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SemesterNotFound } from '../../catalogue/catalogue.errors.js';
import { Documented } from '../../common/openapi/documented.js';
import { CurrentAccount, type Me } from '../../common/viewer.js';
import { FriendNotFound } from '../../friends/friends.errors.js';
import { FreeTimeQuery, FreeTimeView } from './free-time.dto.js';
import { FreeTimeService } from './free-time.service.js';

@ApiTags('Friends')
@Controller('free-time')
export class FreeTimeController {
  constructor(private readonly freeTime: FreeTimeService) {}

  @Get()
  @Documented({
    summary: 'When I and some friends are all free',
    description:
      'By our primary timetables of the semester, on all seven days: intervals only, never whose lecture. A private ' +
      'entry counts as busy, a cancelled lecture does not. 404 if one of `with` is no friend of mine.',
    answer: FreeTimeView,
    problems: [FriendNotFound, SemesterNotFound],
  })
  of(@CurrentAccount() me: Me, @Query() query: FreeTimeQuery): Promise<FreeTimeView> {
    return this.freeTime.of(me, query);
  }
}
