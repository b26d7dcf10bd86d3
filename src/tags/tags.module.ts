import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { TagsController } from './tags.controller.js';
import { TagsService } from './tags.service.js';

/** Names and counts of tags. Does not know posts: the posts module updates the counts. */
@Module({
  imports: [AccountsModule],
  controllers: [TagsController],
  providers: [TagsService],
  exports: [TagsService],
})
export class TagsModule {}
