import { marks } from '../database/batched-read.js';
import { ROW_ID, int, selection, text } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import { SessionEnded } from './sessions/sessions.errors.js';

const NAME = selection({ id: int('id'), nickname: text('nickname') });

/**
 * Locks an account until the transaction ends. Take it first, before storing anything under the account's id: a request
 * to leave then waits and removes the new row too.
 *
 * @param mode `UPDATE` also excludes the account's other writers, for example to count its rows
 * @throws SessionEnded when the account has left since the request was authorised
 */
export async function holdAccount(tx: Transaction, id: number, mode: 'SHARE' | 'UPDATE' = 'SHARE'): Promise<void> {
  const row = await tx.selectOne(ROW_ID, `FROM accounts WHERE id = ? AND leaving_at IS NULL FOR ${mode}`, [id]);
  if (!row) throw new SessionEnded();
}

/**
 * As `holdAccount`, for several accounts in the order of their ids.
 *
 * @returns their nicknames; without those that have left
 */
export async function lockNames(tx: Transaction, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.select(
    NAME,
    `FROM accounts WHERE id IN (${marks(ids.length)}) AND leaving_at IS NULL ORDER BY id FOR SHARE`,
    ids,
  );
  return new Map(rows.map(({ id, nickname }) => [id, nickname]));
}
