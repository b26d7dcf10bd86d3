import { Injectable } from '@nestjs/common';
import { BoardEvents, type BoardFollower } from '../boards/board-events.js';
import { BoardsService } from '../boards/boards.service.js';
import { Background } from '../common/background.js';
import { Database } from '../database/database.js';
import { ROW_ID, int, selection } from '../database/selection.js';
import { TaggingService } from './tagging.service.js';

const BATCH = 500;
const AUDIENCE = selection({ id: int('id'), audience: int('audience') });

/**
 * Updates `audience` of the posts after a board's reading became stricter: lists over all boards pick posts by it. It
 * runs in batches after the change, and by a job if that failed. Nothing leaks meanwhile: those lists check the board's
 * own row too.
 */
@Injectable()
export class AudienceService implements BoardFollower {
  constructor(
    private readonly database: Database,
    private readonly boards: BoardsService,
    private readonly tagging: TaggingService,
    private readonly background: Background,
    events: BoardEvents,
  ) {
    events.add(this);
  }

  readAccessTightened(boardId: number): void {
    void this.background.run('board tightened', () => this.follow(boardId));
  }

  /** The boards whose posts do not follow their read access yet, after a crash or an outage. */
  stale(): Promise<{ id: number }[]> {
    return this.database.select(ROW_ID, 'FROM boards WHERE audience_stale = 1');
  }

  /** Brings the posts of a board up to date. Any number of instances may do it at once. */
  async follow(boardId: number): Promise<void> {
    while (await this.followSome(boardId));
  }

  /** One batch; whether there may be more. */
  private followSome(boardId: number): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const board = await this.boards.lockReadAccess(tx, boardId);
      if (!board) return false;
      const posts = await tx.select(
        AUDIENCE,
        // Hidden posts too: they may come back.
        'FROM posts WHERE board_id = ? AND audience <> ? ORDER BY listed, id LIMIT ? FOR UPDATE',
        [boardId, board.readAccess, BATCH],
      );
      // Those that everyone could read first: their tags are locked before any row of post_tags.
      for (const before of new Set(posts.map(({ audience }) => audience).sort())) {
        const ids = posts.filter(({ audience }) => audience === before).map(({ id }) => id);
        await this.tagging.follow(tx, ids, before, board.readAccess);
      }
      await tx.run(
        `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) j
          STRAIGHT_JOIN posts p ON p.id = j.id SET p.audience = ?`,
        [JSON.stringify(posts.map(({ id }) => id)), board.readAccess],
      );
      if (posts.length < BATCH) await this.boards.audienceFollowed(tx, boardId);
      return posts.length === BATCH;
    });
  }
}
