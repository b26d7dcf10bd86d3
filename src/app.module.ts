import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AccountsModule } from './accounts/accounts.module.js';
import { BoardsModule } from './boards/boards.module.js';
import { CatalogueModule } from './catalogue/catalogue.module.js';
import { CatalogueImportsModule } from './catalogue/imports/imports.module.js';
import { CommentsModule } from './comments/comments.module.js';
import { CommonModule } from './common/common.module.js';
import { InputPipe } from './common/http/validation.js';
import { IdempotencyModule } from './common/idempotency/idempotency.module.js';
import { ProblemFilter } from './common/problems/problem.filter.js';
import { ConfigModule } from './config/config.module.js';
import type { Config } from './config/config.js';
import { DatabaseModule } from './database/database.module.js';
import { FriendsModule } from './friends/friends.module.js';
import { HealthModule } from './health/health.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { MailModule } from './mail/mail.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { PostsModule } from './posts/posts.module.js';
import { TagsModule } from './tags/tags.module.js';
import { TimetablesModule } from './timetables/timetables.module.js';

/** The table of contents: the common parts, then the features in the order of their dependencies. */
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        DatabaseModule,
        CommonModule,
        IdempotencyModule,
        MailModule,
        HealthModule,
        AccountsModule,
        BoardsModule,
        TagsModule,
        PostsModule,
        CommentsModule,
        CatalogueModule,
        CatalogueImportsModule,
        FriendsModule,
        TimetablesModule,
        JobsModule,
        MetricsModule,
      ],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: InputPipe },
      ],
    };
  }
}
