import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { PostsModule } from '../posts/posts.module.js';
import { CommentLikesService } from './comment-likes.service.js';
import { CommentWriter } from './comment-writer.js';
import { CommentsController } from './comments.controller.js';
import { CommentsPersonalData } from './comments-personal-data.js';
import { CommentsQueries } from './comments.queries.js';
import { CommentsService } from './comments.service.js';

/**
 * Comments of a post with one level of replies, and the numbers of anonymous accounts in a thread. A number is stored,
 * never computed, and answers have the number only.
 */
@Module({
  imports: [AccountsModule, PostsModule],
  controllers: [CommentsController],
  providers: [CommentsService, CommentLikesService, CommentWriter, CommentsQueries, CommentsPersonalData],
})
export class CommentsModule {}
