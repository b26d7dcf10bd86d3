import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { AccountsModule } from '../accounts/accounts.module.js';
import { PostsModule } from '../posts/posts.module.js';
import { Housekeeping } from './housekeeping.js';
import { JobItems } from './job-items.js';
import { Jobs } from './jobs.js';
import { Schedule } from './schedule.js';

/** Jobs that run by the clock. Owns the schedule; the features own the work. */
@Module({
  imports: [ScheduleModule.forRoot(), AccountsModule, PostsModule],
  providers: [Housekeeping, JobItems, Jobs, Schedule],
  exports: [JobItems, Jobs],
})
export class JobsModule {}
