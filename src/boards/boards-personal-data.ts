import { Injectable } from '@nestjs/common';
import { PersonalData, type PersonalDataHolder } from '../accounts/leaving/personal-data.js';
import { Database } from '../database/database.js';

/** The boards that an account opened: told in the export; they stay, without their owner, when it leaves. */
@Injectable()
export class BoardsPersonalData implements PersonalDataHolder {
  readonly name = 'boards';

  constructor(
    private readonly database: Database,
    personalData: PersonalData,
  ) {
    personalData.add(this);
  }

  export(accountId: number): Promise<unknown> {
    return this.database.rows(
      'SELECT id, slug, name, description, created_at AS createdAt FROM boards WHERE owner_id = ? ORDER BY id',
      [accountId],
    );
  }

  /** The foreign key takes the owner off when the account's row goes. */
  async letGo(): Promise<void> {}
}
