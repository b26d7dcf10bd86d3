import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { BoardsModule } from '../boards/boards.module.js';
import { TagsModule } from '../tags/tags.module.js';
import { AudienceService } from './audience.service.js';
import { PostListsService } from './post-lists.service.js';
import { PostsController } from './posts.controller.js';
import { PostsPersonalData } from './posts-personal-data.js';
import { PostsQueries } from './posts.queries.js';
import { PostsService } from './posts.service.js';
import { ReactionsService } from './reactions/reactions.service.js';
import { ViewsService } from './reactions/views.service.js';
import { SearchService } from './search/search.service.js';
import { TaggingService } from './tagging.service.js';
import { Thread } from './thread.js';

/**
 * Posts, their tags, likes, scraps and views, and every list and search of them. Only this module writes posts. It
 * reveals the author of an anonymous post to nobody, also not to other modules.
 */
@Module({
  imports: [AccountsModule, BoardsModule, TagsModule],
  controllers: [PostsController],
  providers: [
    PostsService,
    PostListsService,
    PostsQueries,
    TaggingService,
    ReactionsService,
    ViewsService,
    SearchService,
    AudienceService,
    Thread,
    PostsPersonalData,
  ],
  exports: [PostsService, AudienceService, Thread],
})
export class PostsModule {}
