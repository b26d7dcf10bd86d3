import { Account } from '../accounts/account.entity.js';
import { holdAccount } from '../accounts/hold-account.js';
import type { Transaction } from '../database/transaction.js';

/**
 * Locks my account and another one, exclusively and by id: the first locks of every write to the row of two people.
 * Parallel writes of the two run one after the other, without deadlocks.
 *
 * @returns whether the other account is still there
 * @throws SessionEnded when mine is not
 */
export async function holdBoth(tx: Transaction, me: number, other: number): Promise<boolean> {
  if (other > me) await holdAccount(tx, me, 'UPDATE');
  const held = await tx.lock(Account, { id: other, leavingAt: null }, ['id']);
  if (other < me) await holdAccount(tx, me, 'UPDATE');
  return held !== undefined;
}
