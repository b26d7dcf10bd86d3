import { Injectable } from '@nestjs/common';

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

/** The features that take part in the export and in leaving. They register here: accounts must not import them. */
@Injectable()
export class PersonalData {
  private readonly holders: PersonalDataHolder[] = [];

  add(holder: PersonalDataHolder): void {
    this.holders.push(holder);
  }

  named(name: string): PersonalDataHolder {
    return this.holders.find((holder) => holder.name === name)!;
  }

  /** In the order of dependency, the most dependent module first. */
  get all(): PersonalDataHolder[] {
    return [...this.holders].reverse();
  }
}
