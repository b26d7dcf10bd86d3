import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { lockNames } from '../../accounts/hold-account.js';
import { Background } from '../../common/background.js';
import { isDatabaseAway } from '../../common/problems/translate.js';
import { marks } from '../../database/batched-read.js';
import { addTo } from '../../database/counters.js';
import { Database } from '../../database/database.js';
import { isDuplicate } from '../../database/mysql-errors.js';
import { ROW_ID, int, selection, type RowOf } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { ViewedPost } from './viewed-post.entity.js';

/** Milliseconds in which views collect. A process that is killed loses as many. */
export const VIEWS = { every: 1_000 };
/** Views that wait at most; further ones are not counted. */
const MAX_WAITING = 20_000;
/** Views in one transaction. */
const CHUNK = 32;
/** Another instance may count the same view at the same time. */
const ATTEMPTS = 3;

/** Accounts that have left are not asked for. */
const VIEW = selection({ accountId: int('account_id'), postId: int('post_id') });
type View = RowOf<typeof VIEW>;

/** Counts views after the answer and many at a time: a read never waits for it. Owns `post_views`. */
@Injectable()
export class ViewsService {
  private readonly waiting = new Map<string, View>();

  constructor(
    private readonly database: Database,
    private readonly background: Background,
  ) {}

  /** Counts an account's first view of a post. Further views change nothing. */
  note(accountId: number, postId: number): void {
    if (this.waiting.size >= MAX_WAITING) return;
    if (this.waiting.size === 0) void this.background.run('views', () => this.countSoon());
    this.waiting.set(pairOf({ accountId, postId }), { accountId, postId });
  }

  private async countSoon(): Promise<void> {
    await sleep(VIEWS.every);
    const views = [...this.waiting.values()].sort((a, b) => a.postId - b.postId || a.accountId - b.accountId);
    this.waiting.clear();
    let fault: unknown;
    for (let from = 0; from < views.length; from += CHUNK) {
      try {
        await this.count(views.slice(from, from + CHUNK));
      } catch (error) {
        // Views may be lost with the database; any other error is a bug.
        if (!isDatabaseAway(error)) fault = error;
      }
    }
    if (fault) throw fault;
  }

  private async count(views: View[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.database.transaction((tx) => this.countIn(tx, views));
        return;
      } catch (error) {
        if (attempt === ATTEMPTS || !isDuplicate(error, 'post_views_once')) throw error;
      }
    }
  }

  private async countIn(tx: Transaction, views: View[]): Promise<void> {
    // Always the same number of question marks, so that MySQL prepares one statement.
    const padded = Array.from({ length: CHUNK }, (_, i) => views[Math.min(i, views.length - 1)]);
    // The account may have left; then the view is dropped.
    const accounts = await lockNames(
      tx,
      padded.map(({ accountId }) => accountId),
    );
    await tx.select(
      ROW_ID,
      `FROM posts WHERE id IN (${marks(CHUNK)}) ORDER BY id FOR UPDATE`,
      padded.map(({ postId }) => postId),
    );
    const known = await tx.select(
      VIEW,
      `FROM post_views
        WHERE (account_id, post_id) IN (${padded.map(() => '(?, ?)').join(', ')})`,
      padded.flatMap(({ accountId, postId }) => [accountId, postId]),
    );
    const counted = new Set(known.map(pairOf));
    const fresh = views.filter((view) => accounts.has(view.accountId) && !counted.has(pairOf(view)));
    await tx.insertAll(ViewedPost, fresh);
    const changes = new Map<number, number>();
    for (const { postId } of fresh) changes.set(postId, (changes.get(postId) ?? 0) + 1);
    await addTo(tx, 'posts', 'view_count', changes);
  }
}

function pairOf({ accountId, postId }: View): string {
  return `${accountId} ${postId}`;
}
