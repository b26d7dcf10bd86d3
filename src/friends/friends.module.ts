import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { FriendRequestsController } from './friend-requests.controller.js';
import { FriendRequestsService } from './friend-requests.service.js';
import { FriendsController } from './friends.controller.js';
import { FriendsPersonalData } from './friends-personal-data.js';
import { FriendsQueries } from './friends.queries.js';
import { FriendsService } from './friends.service.js';

/**
 * Who is whose friend, and who has asked to be. Refuses to tell more than each side has told the other: a request is
 * made by username and answered with nothing but it; friends know each other by account.
 */
@Module({
  imports: [AccountsModule],
  controllers: [FriendsController, FriendRequestsController],
  providers: [FriendsService, FriendRequestsService, FriendsQueries, FriendsPersonalData],
  exports: [FriendsService],
})
export class FriendsModule {}
