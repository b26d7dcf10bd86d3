import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { FriendRequestsController } from './friend-requests.controller.js';
import { FriendRequestsService } from './friend-requests.service.js';
import { FriendsController } from './friends.controller.js';
import { FriendsPersonalData } from './friends-personal-data.js';
import { FriendsQueries } from './friends.queries.js';
import { FriendsService } from './friends.service.js';

/**
 * Friendships and requests. Reveals only what both sides know: a request is made by username, and its answer has only
 * the username. Friends see each other's account.
 */
@Module({
  imports: [AccountsModule],
  controllers: [FriendsController, FriendRequestsController],
  providers: [FriendsService, FriendRequestsService, FriendsQueries, FriendsPersonalData],
  exports: [FriendsService],
})
export class FriendsModule {}
