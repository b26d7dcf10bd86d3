import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AccountsModule } from '../accounts/accounts.module.js';
import { PostsModule } from '../posts/posts.module.js';
import { Housekeeping } from './housekeeping.js';

/** What happens by the clock instead of by a request. Owns no table: it asks the features to tidy up. */
@Module({ imports: [ScheduleModule.forRoot(), AccountsModule, PostsModule], providers: [Housekeeping] })
export class JobsModule {}
