import { marks } from '../database/batched-read.js';
import { ROW_ID, int, selection, text } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import { Account } from './account.entity.js';
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
 * Locks two accounts exclusively, in the order of their ids to avoid deadlocks. Take it first when writing a row of two
 * people.
 *
 * @returns whether the other account exists
 * @throws SessionEnded when mine does not
 */
export async function holdBoth(tx: Transaction, me: number, other: number): Promise<boolean> {
  if (other > me) await holdAccount(tx, me, 'UPDATE');
  const row = await tx.lock(Account, { id: other, leavingAt: null }, ['id']);
  if (other < me) await holdAccount(tx, me, 'UPDATE');
  return row !== undefined;
}

/** Locks all admins: of two last admins that lose the role at once, one keeps it. */
export function lockAdmins(tx: Transaction): Promise<{ id: number }[]> {
  return tx.select(ROW_ID, "FROM accounts WHERE role = 'admin' AND leaving_at IS NULL FOR UPDATE");
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
