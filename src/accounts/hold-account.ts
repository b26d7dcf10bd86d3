import type { Transaction } from '../database/transaction.js';
import { SessionEnded } from './sessions/sessions.errors.js';

/**
 * Holds an account for the rest of the transaction: the first lock of whatever stores something under its id. Who
 * leaves then waits until it is stored, and finds it; who has left stores nothing any more.
 *
 * @param mode `UPDATE` also keeps the account's other writers out, so that it can be counted what it has
 * @throws SessionEnded when the account has left since the request came in
 */
export async function holdAccount(tx: Transaction, id: number, mode: 'SHARE' | 'UPDATE' = 'SHARE'): Promise<void> {
  const held = await tx.row(`SELECT id FROM accounts WHERE id = ? AND leaving_at IS NULL FOR ${mode}`, [id]);
  if (!held) throw new SessionEnded();
}
