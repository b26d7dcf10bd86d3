import { Injectable } from '@nestjs/common';
import { writeInBatches } from '../accounts/leaving/batches.js';
import { PersonalData, type PersonalDataHolder } from '../accounts/leaving/personal-data.js';
import { Database } from '../database/database.js';

/** Friends and friend requests of an account: told in the export, gone when it leaves. */
@Injectable()
export class FriendsPersonalData implements PersonalDataHolder {
  readonly name = 'friends';

  constructor(
    private readonly database: Database,
    personalData: PersonalData,
  ) {
    personalData.add(this);
  }

  async export(accountId: number): Promise<unknown> {
    const sent = 'SELECT created_at AS askedAt, befriended_at AS since, recipient_id AS accountId FROM friendships';
    const received = 'SELECT created_at AS askedAt, befriended_at AS since, sender_id AS accountId FROM friendships';
    return {
      asked: await this.database.rows(`${sent} WHERE sender_id = ? ORDER BY id`, [accountId]),
      askedBy: await this.database.rows(`${received} WHERE recipient_id = ? ORDER BY id`, [accountId]),
    };
  }

  async letGo(accountId: number): Promise<void> {
    await writeInBatches(this.database, 'DELETE FROM friendships WHERE sender_id = ?', accountId);
    await writeInBatches(this.database, 'DELETE FROM friendships WHERE recipient_id = ?', accountId);
  }
}
