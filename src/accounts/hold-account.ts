import type { Transaction } from '../database/transaction.js';
import { SessionEnded } from './sessions/sessions.errors.js';

/**
 * Locks an account until the transaction ends. Take it first, before storing anything under the account's id: a request
 * to leave then waits and removes the new row too.
 *
 * @param mode `UPDATE` also excludes the account's other writers, for example to count its rows
 * @throws SessionEnded when the account has left since the request was authorised
 */
export async function holdAccount(tx: Transaction, id: number, mode: 'SHARE' | 'UPDATE' = 'SHARE'): Promise<void> {
  const row = await tx.row(`SELECT id FROM accounts WHERE id = ? AND leaving_at IS NULL FOR ${mode}`, [id]);
  if (!row) throw new SessionEnded();
}
