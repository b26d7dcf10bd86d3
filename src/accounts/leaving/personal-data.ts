import { Injectable } from '@nestjs/common';
import { Participants } from '../../common/participants.js';

/** A feature that keeps something about people. */
export interface PersonalDataHolder {
  /** The key in the export. */
  readonly name: string;
  /** Everything that is stored about the account, as JSON. */
  export(accountId: number): Promise<unknown>;
  /**
   * Removes the account's content as its author would, or keeps it without an author. Schedules anonymous items with
   * `DelayedRemovals` instead of removing them. May run again after a crash, also when nothing is left.
   */
  release(accountId: number, content: 'keep' | 'remove'): Promise<void>;
  /** Deletes one scheduled item, which may not exist any more. */
  removeItem?(id: number): Promise<void>;
}

/** The features that keep personal data register here: for the export and for leaving. */
@Injectable()
export class PersonalData extends Participants<PersonalDataHolder> {
  named(name: string): PersonalDataHolder {
    return this.all.find((holder) => holder.name === name)!;
  }
}
