import { Injectable } from '@nestjs/common';
import { forEachRow } from '../accounts/leaving/batches.js';
import { PersonalData, type PersonalDataHolder } from '../accounts/leaving/personal-data.js';
import { Idempotency } from '../common/idempotency/idempotency.js';
import { Database } from '../database/database.js';
import { date, int, selection } from '../database/selection.js';
import { friendshipPath } from './friendship-path.js';

const TIMES = { askedAt: date('created_at'), since: date('befriended_at', 'nullable') };
const ASKED = selection({ ...TIMES, accountId: int('recipient_id') });
const ASKED_BY = selection({ ...TIMES, accountId: int('sender_id') });

/** Friends and friend requests of an account: exported, and deleted when it leaves. */
@Injectable()
export class FriendsPersonalData implements PersonalDataHolder {
  readonly name = 'friends';

  constructor(
    private readonly database: Database,
    private readonly idempotency: Idempotency,
    personalData: PersonalData,
  ) {
    personalData.add(this);
  }

  async export(accountId: number): Promise<unknown> {
    return {
      asked: await this.database.select(ASKED, 'FROM friendships WHERE sender_id = ? ORDER BY id', [accountId]),
      askedBy: await this.database.select(ASKED_BY, 'FROM friendships WHERE recipient_id = ? ORDER BY id', [accountId]),
    };
  }

  async release(accountId: number): Promise<void> {
    for (const side of ['sender_id', 'recipient_id']) {
      const mine = `FROM friendships WHERE ${side} = ? ORDER BY id`;
      await forEachRow(this.database, mine, accountId, (friendship) => this.end(friendship));
    }
  }

  private async end(friendship: { id: number }): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.run('DELETE FROM friendships WHERE id = ?', [friendship.id]);
      await this.idempotency.forget(tx, friendshipPath(friendship));
    });
  }
}
