import { Injectable } from '@nestjs/common';
import { Background } from '../../common/background.js';
import { isDatabaseAway } from '../../common/problems/translate.js';
import { Database } from '../../database/database.js';

/** Counts who has read what, after the answer: a view never makes a read wait. Owns `post_views`. */
@Injectable()
export class ViewsService {
  constructor(
    private readonly database: Database,
    private readonly background: Background,
  ) {}

  /** Counts an account's first view of a post; nothing happens when it was counted before. */
  note(accountId: number, postId: number): void {
    void this.background.run('view', () =>
      this.count(accountId, postId).catch((error: unknown) => {
        // A view that is lost with the database is no loss; anything else is a fault of ours.
        if (!isDatabaseAway(error)) throw error;
      }),
    );
  }

  private async count(accountId: number, postId: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      // Like `holdAccount`, except that nobody misses the view of an account that has left.
      const { affectedRows } = await tx.run(
        `INSERT IGNORE INTO post_views (account_id, post_id)
         SELECT id, ? FROM accounts WHERE id = ? AND leaving_at IS NULL FOR SHARE`,
        [postId, accountId],
      );
      if (affectedRows === 1) await tx.run('UPDATE posts SET view_count = view_count + 1 WHERE id = ?', [postId]);
    });
  }
}
