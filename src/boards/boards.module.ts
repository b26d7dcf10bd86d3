import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { BoardEvents } from './board-events.js';
import { BoardsController } from './boards.controller.js';
import { BoardsPersonalData } from './boards-personal-data.js';
import { BoardsQueries } from './boards.queries.js';
import { BoardsService } from './boards.service.js';

/** Boards and their access. Knows only the number of posts. */
@Module({
  imports: [AccountsModule],
  controllers: [BoardsController],
  providers: [BoardsService, BoardsQueries, BoardEvents, BoardsPersonalData],
  exports: [BoardsService, BoardEvents],
})
export class BoardsModule {}
