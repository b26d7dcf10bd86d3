import { Account } from '../accounts/account.entity.js';
import { holdAccount } from '../accounts/hold-account.js';
import type { Transaction } from '../database/transaction.js';

/**
 * Holds me and another account, exclusively and in ascending order: the first locks of every write to the row of two
 * people. Whatever the two do at once then happens one after the other, and nobody waits in a circle.
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
