import { Injectable } from '@nestjs/common';
import { PersonalData, type PersonalDataHolder } from '../accounts/leaving/personal-data.js';
import { Database } from '../database/database.js';
import { date, int, selection, text } from '../database/selection.js';

const OPENED = selection({
  id: int('id'),
  slug: text('slug'),
  name: text('name'),
  description: text('description'),
  createdAt: date('created_at'),
});

/** The boards that an account opened: exported; they stay without an owner when it leaves. */
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
    return this.database.select(OPENED, 'FROM boards WHERE owner_id = ? ORDER BY id', [accountId]);
  }

  /** The foreign key takes the owner off when the account's row goes. */
  async release(): Promise<void> {}
}
