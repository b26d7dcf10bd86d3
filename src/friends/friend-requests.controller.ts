import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AccountNotFound } from '../accounts/accounts.errors.js';
import { Answer } from '../common/http/answer.js';
import { Once, type OnceKey } from '../common/idempotency/idempotency.js';
import { Id } from '../common/ids.js';
import { Limited } from '../common/limits/limited.js';
import { Documented } from '../common/openapi/documented.js';
import type { Page } from '../common/pages.js';
import { CurrentAccount, type Me } from '../common/viewer.js';
import { FriendRequestsService, REQUESTS, SAME_ACCOUNT } from './friend-requests.service.js';
import {
  FriendRequestBody,
  FriendRequestListQuery,
  FriendRequestPage,
  FriendRequestView,
  FriendView,
} from './friends.dto.js';
import {
  AlreadyFriends,
  FriendIsSelf,
  FriendRequestExists,
  FriendRequestNotFound,
  TooManyFriendRequests,
  TooManyFriends,
} from './friends.errors.js';

@ApiTags('Friends')
@Controller('friend-requests')
export class FriendRequestsController {
  constructor(private readonly requests: FriendRequestsService) {}

  @Get()
  @Documented({
    summary: 'Friend requests that wait for an answer, the newest first',
    description: 'Those that I was sent, or with `direction=outgoing` those that I sent.',
    answer: FriendRequestPage,
  })
  list(@CurrentAccount() me: Me, @Query() query: FriendRequestListQuery): Promise<Page<FriendRequestView>> {
    return this.requests.list(me, query);
  }

  @Post()
  @Limited(REQUESTS, SAME_ACCOUNT)
  @Documented({
    summary: 'Ask somebody to be friends',
    description:
      'By username, which both then see of each other. Where the other one has asked already, we are friends at once: ' +
      '`state` is `accepted`, and `Location` is the friend. An account sends 30 requests an hour and 3 a day to the ' +
      'same account, has 100 that wait for an answer and 1,000 friends at most.',
    creates: true,
    answer: FriendRequestView,
    problems: [
      AccountNotFound,
      FriendIsSelf,
      AlreadyFriends,
      FriendRequestExists,
      TooManyFriendRequests,
      TooManyFriends,
    ],
  })
  async ask(
    @CurrentAccount() me: Me,
    @Body() { username }: FriendRequestBody,
    @Once() once: OnceKey | null,
  ): Promise<Answer> {
    const request = await this.requests.ask(me, username, once);
    const { id, state, account } = request.view;
    const befriended = state === 'accepted' && account;
    return Answer.created(befriended ? `/api/v1/friends/${account.id}` : `/api/v1/friend-requests/${id}`, request);
  }

  @Get(':id')
  @Documented({
    summary: 'A friend request that I sent or was sent',
    description: 'Gone once it is declined or cancelled, or the friendship has ended.',
    answer: FriendRequestView,
    problems: [FriendRequestNotFound],
  })
  async get(@CurrentAccount() me: Me, @Id() id: number): Promise<Answer> {
    return Answer.one(await this.requests.get(me, id));
  }

  @Post(':id/accept')
  @Documented({
    summary: 'Accept a friend request',
    description: 'Only who was asked can. A second time it answers the same.',
    answer: FriendView,
    problems: [FriendRequestNotFound, TooManyFriends],
  })
  accept(@CurrentAccount() me: Me, @Id() id: number, @Once() once: OnceKey | null): Promise<FriendView> {
    return this.requests.accept(me, id, once);
  }

  @Post(':id/decline')
  @Documented({
    summary: 'Decline a friend request',
    description: 'Only who was asked can.',
    problems: [FriendRequestNotFound],
  })
  async decline(@CurrentAccount() me: Me, @Id() id: number, @Once() once: OnceKey | null): Promise<void> {
    await this.requests.decline(me, id, once);
  }

  @Delete(':id')
  @Documented({
    summary: 'Cancel a friend request of mine',
    description: 'Only who asked can, as long as it waits for an answer.',
    problems: [FriendRequestNotFound],
  })
  async cancel(@CurrentAccount() me: Me, @Id() id: number): Promise<void> {
    await this.requests.cancel(me, id);
  }
}
