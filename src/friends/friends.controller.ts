import { Controller, Delete, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answer } from '../common/http/answer.js';
import { Id } from '../common/ids.js';
import { Documented } from '../common/openapi/documented.js';
import { PageQuery, type Page } from '../common/pages.js';
import { CurrentAccount, type Me } from '../common/viewer.js';
import { FriendPage, FriendView } from './friends.dto.js';
import { FriendNotFound } from './friends.errors.js';
import { FriendsService } from './friends.service.js';

@ApiTags('Friends')
@Controller('friends')
export class FriendsController {
  constructor(private readonly friends: FriendsService) {}

  @Get()
  @Documented({
    summary: 'My friends, the newest first',
    description: "Friends see your primary timetables as far as each timetable's `visibility` allows.",
    answer: FriendPage,
  })
  list(@CurrentAccount() me: Me, @Query() query: PageQuery): Promise<Page<FriendView>> {
    return this.friends.list(me, query);
  }

  @Get(':accountId')
  @Documented({
    summary: 'A friend of mine',
    description: '404 for everybody who is not a friend, whether or not the account exists.',
    answer: FriendView,
    problems: [FriendNotFound],
  })
  async get(@CurrentAccount() me: Me, @Id('accountId') accountId: number): Promise<Answer> {
    return Answer.one(await this.friends.get(me, accountId));
  }

  @Delete(':accountId')
  @Documented({
    summary: 'End a friendship',
    description: 'Either side may do it. The other one gets no notice.',
    problems: [FriendNotFound],
  })
  async remove(@CurrentAccount() me: Me, @Id('accountId') accountId: number): Promise<void> {
    await this.friends.remove(me, accountId);
  }
}
