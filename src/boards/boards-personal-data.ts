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

/** The boards that an account opened. They are exported. They stay without an owner when it leaves. */
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

  /** The foreign key removes the owner with the account's row. */
  async release(): Promise<void> {}
}
