import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { TagsController } from './tags.controller.js';
import { TagsService } from './tags.service.js';

/** The words on posts. Refuses to know posts: it keeps names and counts, and posts tell it when to count. */
@Module({
  imports: [AccountsModule],
  controllers: [TagsController],
  providers: [TagsService],
  exports: [TagsService],
})
export class TagsModule {}
