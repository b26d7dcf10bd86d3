import { Injectable } from '@nestjs/common';

/** A feature that keeps something about people. */
export interface PersonalDataHolder {
  /** The key in the export. */
  readonly name: string;
  /** Everything that is stored about the account, as JSON. */
  export(accountId: number): Promise<unknown>;
  /**
   * Lets go of the account: removes its content as its author would, or keeps it without its author. Anonymous items
   * are not removed here but scheduled with `DelayedRemovals`. May be called again after a crash, and for an account
   * that has nothing left.
   */
  letGo(accountId: number, content: 'keep' | 'remove'): Promise<void>;
  /** Deletes one scheduled item; it may be gone already. */
  removeItem?(id: number): Promise<void>;
}

/** Who has to be asked for an export and when somebody leaves. Features sign up: accounts know none of them. */
@Injectable()
export class PersonalData {
  private readonly holders: PersonalDataHolder[] = [];

  add(holder: PersonalDataHolder): void {
    this.holders.push(holder);
  }

  named(name: string): PersonalDataHolder {
    return this.holders.find((holder) => holder.name === name)!;
  }

  /** In the order in which the modules depend on each other, the most dependent first. */
  get all(): PersonalDataHolder[] {
    return [...this.holders].reverse();
  }
}
