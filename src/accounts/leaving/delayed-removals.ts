import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Database } from '../../database/database.js';
import { int, selection } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { PersonalData } from './personal-data.js';

const WITHIN_HOURS = 72;
const DUE_ITEM = selection({ id: int('item_id') });

/**
 * Deletes the anonymous items of authors who left, each at its own random time: items that disappear together would be
 * linked with each other and with the profile. Owns `delayed_removals`.
 */
@Injectable()
export class DelayedRemovals {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
    private readonly clock: Clock,
  ) {}

  /** @param holder name of the feature whose `removeItem` deletes the item */
  async schedule(tx: Transaction, holder: string, itemId: number): Promise<void> {
    // Not RAND(): its next numbers can be predicted from the ones before.
    const dueAt = this.clock.in(randomInt(WITHIN_HOURS * 3600 * 1000) / 1000);
    await tx.run('INSERT INTO delayed_removals (holder, item_id, due_at) VALUES (?, ?, ?)', [holder, itemId, dueAt]);
  }

  /** The feature's items that are due: all of them, or those that fail would hold up the others. */
  due(holder: string): Promise<{ id: number }[]> {
    return this.database.select(DUE_ITEM, 'FROM delayed_removals WHERE holder = ? AND due_at <= ? ORDER BY due_at', [
      holder,
      this.clock.now(),
    ]);
  }

  /** Safe to run on two instances at once. */
  async remove(holder: string, id: number): Promise<void> {
    await this.personalData.named(holder).removeItem!(id);
    await this.database.transaction((tx) =>
      tx.run('DELETE FROM delayed_removals WHERE holder = ? AND item_id = ?', [holder, id]),
    );
  }
}
