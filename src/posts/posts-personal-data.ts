import { Injectable } from '@nestjs/common';
import { forEachRow, writeInBatches } from '../accounts/leaving/batches.js';
import { PersonalData, type PersonalDataHolder } from '../accounts/leaving/personal-data.js';
import { Database } from '../database/database.js';
import { PostsService } from './posts.service.js';

const BATCH = 100;

/** Posts, likes, scraps and views of an account: told in the export, let go of when it leaves. */
@Injectable()
export class PostsPersonalData implements PersonalDataHolder {
  readonly name = 'posts';

  constructor(
    private readonly database: Database,
    private readonly posts: PostsService,
    personalData: PersonalData,
  ) {
    personalData.add(this);
  }

  async export(accountId: number): Promise<unknown> {
    return {
      written: await this.database.rows(
        `SELECT id, board_id AS boardId, anonymous, title, content, created_at AS createdAt, edited_at AS editedAt
           FROM posts WHERE author_id = ? AND state <> 'deleted' ORDER BY id`,
        [accountId],
      ),
      liked: await this.database.rows(
        'SELECT post_id AS postId, created_at AS createdAt FROM post_likes WHERE account_id = ? ORDER BY id',
        [accountId],
      ),
      scrapped: await this.database.rows(
        'SELECT post_id AS postId, created_at AS createdAt FROM post_scraps WHERE account_id = ? ORDER BY id',
        [accountId],
      ),
      viewed: await this.database.rows('SELECT post_id AS postId FROM post_views WHERE account_id = ?', [accountId]),
    };
  }

  async letGo(accountId: number, content: 'keep' | 'remove'): Promise<void> {
    const liked = 'SELECT post_id AS postId FROM post_likes WHERE account_id = ? ORDER BY id';
    await forEachRow<{ postId: number }>(this.database, liked, accountId, ({ postId }) =>
      this.unlike(accountId, postId),
    );
    await writeInBatches(this.database, 'DELETE FROM post_scraps WHERE account_id = ?', accountId);
    while (await this.unviewSome(accountId));
    if (content === 'remove') await this.eraseAll(accountId);
    // What is kept stays without its author, and so does the shell of what was deleted.
    const authorless = 'UPDATE posts SET author_id = NULL, public_author_id = NULL WHERE author_id = ?';
    await writeInBatches(this.database, authorless, accountId);
  }

  private async unlike(accountId: number, postId: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.posts.lock(tx, postId);
      const { affectedRows } = await tx.run('DELETE FROM post_likes WHERE post_id = ? AND account_id = ?', [
        postId,
        accountId,
      ]);
      if (affectedRows === 1) await tx.run('UPDATE posts SET like_count = like_count - 1 WHERE id = ?', [postId]);
    });
  }

  /** Takes some views back from their posts' counts, in the order of the posts; whether there may be more. */
  private async unviewSome(accountId: number): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const viewed = await tx.rows<{ postId: number }>(
        `SELECT post_id AS postId FROM post_views WHERE account_id = ? ORDER BY post_id LIMIT ${BATCH} FOR UPDATE`,
        [accountId],
      );
      if (viewed.length === 0) return false;
      const ids = viewed.map(({ postId }) => postId);
      await tx.run(
        `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) j
          STRAIGHT_JOIN posts p ON p.id = j.id SET p.view_count = p.view_count - 1`,
        [JSON.stringify(ids)],
      );
      await tx.run('DELETE FROM post_views WHERE account_id = ? AND post_id <= ?', [accountId, ids[ids.length - 1]]);
      return viewed.length === BATCH;
    });
  }

  private async eraseAll(accountId: number): Promise<void> {
    const written = `SELECT id, board_id AS boardId FROM posts
      WHERE author_id = ? AND state <> 'deleted' ORDER BY id`;
    await forEachRow<{ id: number; boardId: number }>(this.database, written, accountId, ({ id, boardId }) =>
      this.database.transaction(async (tx) => {
        await tx.row('SELECT id FROM boards WHERE id = ? FOR UPDATE', [boardId]);
        const post = await this.posts.lock(tx, id);
        if (post && post.state !== 'deleted') await this.posts.erase(tx, post);
      }),
    );
  }
}
