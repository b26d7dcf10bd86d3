import { Injectable } from '@nestjs/common';
import { forEachRow, writeInBatches } from '../accounts/leaving/batches.js';
import { DelayedRemovals } from '../accounts/leaving/delayed-removals.js';
import { PersonalData, type PersonalDataHolder } from '../accounts/leaving/personal-data.js';
import { Database } from '../database/database.js';
import { date, int, selection, text } from '../database/selection.js';
import { CommentsService } from './comments.service.js';

const WRITTEN = selection({
  id: int('id'),
  postId: int('post_id'),
  parentId: int('NULLIF(root_id, 0)', 'nullable'),
  anonymousNumber: int('anonymous_number', 'nullable'),
  content: text('content'),
  createdAt: date('created_at'),
  editedAt: date('edited_at', 'nullable'),
});
const LIKED = selection({ commentId: int('comment_id'), createdAt: date('created_at') });

/** An account's comments, likes of comments and thread numbers. They are exported, and removed when it leaves. */
@Injectable()
export class CommentsPersonalData implements PersonalDataHolder {
  readonly name = 'comments';

  constructor(
    private readonly database: Database,
    private readonly comments: CommentsService,
    private readonly removals: DelayedRemovals,
    personalData: PersonalData,
  ) {
    personalData.add(this);
  }

  async export(accountId: number): Promise<unknown> {
    return {
      written: await this.database.select(WRITTEN, 'FROM comments WHERE author_id = ? ORDER BY id', [accountId]),
      liked: await this.database.select(LIKED, 'FROM comment_likes WHERE account_id = ? ORDER BY id', [accountId]),
    };
  }

  async release(accountId: number, content: 'keep' | 'remove'): Promise<void> {
    await writeInBatches(this.database, 'UPDATE comment_likes SET account_id = NULL WHERE account_id = ?', accountId);
    if (content === 'remove') {
      const mine = 'FROM comments WHERE author_id = ?';
      await forEachRow(this.database, `${mine} AND anonymous_number IS NULL ORDER BY id`, accountId, ({ id }) =>
        this.removeItem(id),
      );
      await forEachRow(this.database, `${mine} ORDER BY id`, accountId, ({ id }) => this.removeLater(accountId, id));
    } else {
      await writeInBatches(
        this.database,
        'UPDATE comments SET author_id = NULL, public_author_id = NULL WHERE author_id = ?',
        accountId,
      );
    }
    // The number is never given to anybody else.
    await writeInBatches(this.database, 'UPDATE thread_numbers SET account_id = NULL WHERE account_id = ?', accountId);
  }

  async removeItem(id: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      const locked = await this.comments.lock(tx, id);
      if (locked && locked.comment.state !== 'deleted') await this.comments.erase(tx, locked.comment);
    });
  }

  /** Removes the author. A second call schedules nothing again. */
  private async removeLater(accountId: number, id: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { affectedRows } = await tx.run('UPDATE comments SET author_id = NULL WHERE id = ? AND author_id = ?', [
        id,
        accountId,
      ]);
      if (affectedRows === 1) await this.removals.schedule(tx, this.name, id);
    });
  }
}
