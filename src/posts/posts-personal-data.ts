import { Injectable } from '@nestjs/common';
import { forEachRow, writeInBatches } from '../accounts/leaving/batches.js';
import { DelayedRemovals } from '../accounts/leaving/delayed-removals.js';
import { PersonalData, type PersonalDataHolder } from '../accounts/leaving/personal-data.js';
import { BoardsService } from '../boards/boards.service.js';
import { Database } from '../database/database.js';
import { date, flag, int, selection, text } from '../database/selection.js';
import { PostsService } from './posts.service.js';

const WRITTEN = selection({
  id: int('id'),
  boardId: int('board_id'),
  anonymous: flag('anonymous'),
  title: text('title'),
  content: text('content'),
  createdAt: date('created_at'),
  editedAt: date('edited_at', 'nullable'),
});
const REACTED = selection({ postId: int('post_id'), createdAt: date('created_at') });
const VIEWED = selection({ postId: int('post_id') });

/** An account's posts, likes, scraps and views. They are exported, and removed when it leaves. */
@Injectable()
export class PostsPersonalData implements PersonalDataHolder {
  readonly name = 'posts';

  constructor(
    private readonly database: Database,
    private readonly boards: BoardsService,
    private readonly posts: PostsService,
    private readonly removals: DelayedRemovals,
    personalData: PersonalData,
  ) {
    personalData.add(this);
  }

  async export(accountId: number): Promise<unknown> {
    return {
      written: await this.database.select(
        WRITTEN,
        "FROM posts WHERE author_id = ? AND state <> 'deleted' ORDER BY id",
        [accountId],
      ),
      liked: await this.database.select(REACTED, 'FROM post_likes WHERE account_id = ? ORDER BY id', [accountId]),
      scrapped: await this.database.select(REACTED, 'FROM post_scraps WHERE account_id = ? ORDER BY id', [accountId]),
      viewed: await this.database.select(VIEWED, 'FROM post_views WHERE account_id = ?', [accountId]),
    };
  }

  /** Likes and views stay counted: a number that falls would reveal that this account had read the post. */
  async release(accountId: number, content: 'keep' | 'remove'): Promise<void> {
    await writeInBatches(this.database, 'UPDATE post_likes SET account_id = NULL WHERE account_id = ?', accountId);
    await writeInBatches(this.database, 'UPDATE post_views SET account_id = NULL WHERE account_id = ?', accountId);
    await writeInBatches(this.database, 'DELETE FROM post_scraps WHERE account_id = ?', accountId);
    if (content === 'remove') {
      const mine = "FROM posts WHERE author_id = ? AND state <> 'deleted'";
      await forEachRow(this.database, `${mine} AND anonymous = 0 ORDER BY id`, accountId, ({ id }) =>
        this.removeItem(id),
      );
      await forEachRow(this.database, `${mine} AND anonymous = 1 ORDER BY id`, accountId, ({ id }) =>
        this.removeLater(accountId, id),
      );
    }
    // Kept posts lose their author, and so do the empty rows of deleted ones.
    const authorless = 'UPDATE posts SET author_id = NULL, public_author_id = NULL WHERE author_id = ?';
    await writeInBatches(this.database, authorless, accountId);
  }

  async removeItem(id: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.boards.lockBoardOfPost(tx, id);
      const post = await this.posts.lock(tx, id);
      if (post && post.state !== 'deleted') await this.posts.erase(tx, post);
    });
  }

  /** Removes the author. A second call schedules nothing again. */
  private async removeLater(accountId: number, id: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { affectedRows } = await tx.run('UPDATE posts SET author_id = NULL WHERE id = ? AND author_id = ?', [
        id,
        accountId,
      ]);
      if (affectedRows === 1) await this.removals.schedule(tx, this.name, id);
    });
  }
}
