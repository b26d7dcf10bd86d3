import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/transaction.js';
import { PersonalData } from './personal-data.js';

const WITHIN_HOURS = 72;
const READ_AT_ONCE = 1_000;

/**
 * Deletes what somebody who left wrote anonymously, each item at a random time of its own: items that vanish together
 * would be linked with each other and with the profile. Owns `delayed_removals`.
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
    // Not RAND(): some of its numbers tell the next ones.
    const dueAt = this.clock.in(randomInt(WITHIN_HOURS * 3600 * 1000) / 1000);
    await tx.run('INSERT INTO delayed_removals (holder, item_id, due_at) VALUES (?, ?, ?)', [holder, itemId, dueAt]);
  }

  /** The items of a feature whose time has come, the first ones. */
  due(holder: string): Promise<{ id: number }[]> {
    return this.database.rows<{ id: number }>(
      `SELECT item_id AS id FROM delayed_removals WHERE holder = ? AND due_at <= ? ORDER BY due_at LIMIT ${READ_AT_ONCE}`,
      [holder, this.clock.now()],
    );
  }

  /** Deletes one item. Two instances may do it at once. */
  async remove(holder: string, id: number): Promise<void> {
    await this.personalData.named(holder).removeItem!(id);
    await this.database.transaction((tx) =>
      tx.run('DELETE FROM delayed_removals WHERE holder = ? AND item_id = ?', [holder, id]),
    );
  }
}
