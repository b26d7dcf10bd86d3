import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Idempotency, type OnceKey } from '../../common/idempotency/idempotency.js';
import { limit, type Limit } from '../../common/limits/limit.js';
import { Limits } from '../../common/limits/limits.js';
import { SecurityEvents } from '../../common/security-events.js';
import { Config } from '../../config/config.js';
import { Database } from '../../database/database.js';
import { date, selection, text } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { Mailer } from '../../mail/mailer.js';
import { WrongCode } from '../accounts.errors.js';
import { holdAccount } from '../hold-account.js';
import type { StoredAddressView } from '../leaving/export.dto.js';
import { mailboxOf } from './email-address.js';
import { keyedHash, type KeyedHash } from './keyed-hash.js';
import { MailCode, type MailPurpose } from './mail-code.entity.js';
import { addressTakenMail, codeMail } from './mails.js';

export const MAILS_BY_ACCOUNT = limit({
  name: 'mail-account',
  points: 5,
  seconds: 3600,
  by: ['account'],
  logged: true,
});
/** Higher than one account's limit, so that a stranger cannot use up the mails that the owner may ask for. */
export const MAILS_TO_ADDRESS = limit({
  name: 'mail-address',
  points: 20,
  seconds: 3600,
  by: ['address'],
  logged: true,
});
/** Wrong codes for one mailbox, of all accounts together. */
export const GUESSES_BY_ADDRESS = limit({
  name: 'code-address',
  points: 10,
  seconds: 3600,
  by: ['address'],
  logged: true,
});
export const GUESSES_BY_NETWORK = limit({
  name: 'code-network',
  points: 100,
  seconds: 3600,
  by: ['network'],
  logged: true,
});
const CODE_SECONDS = 30 * 60;
const MAX_ATTEMPTS = 5;
const PENDING = selection({
  purpose: text<MailPurpose>('purpose'),
  address: text('address'),
  expiresAt: date('expires_at'),
});
const ADDRESS = selection({ address: text('address') });

export interface CodeGuess {
  accountId: number;
  purpose: 'email' | 'school';
  code: string;
  /** Of the request, for the limit of guesses. */
  network: string;
}

/** Codes that are mailed to prove that an account's owner reads an address. */
@Injectable()
export class MailCodes {
  readonly hash: KeyedHash;

  constructor(
    private readonly database: Database,
    private readonly mailer: Mailer,
    private readonly idempotency: Idempotency,
    private readonly limits: Limits,
    private readonly events: SecurityEvents,
    private readonly clock: Clock,
    config: Config,
  ) {
    // The oldest pepper: open codes stay valid while peppers rotate.
    this.hash = keyedHash(config.passwordPeppers.at(-1)!.secret);
  }

  /** @throws TooManyRequests */
  async spendMail(accountId: number, email: string): Promise<void> {
    await this.limits.spend(MAILS_BY_ACCOUNT, accountId);
    await this.limits.spend(MAILS_TO_ADDRESS, mailboxOf(email));
  }

  /**
   * Stores a six-digit code and mails it.
   *
   * @param taken another account has the address: a notice is mailed instead. A code is stored all the same, because a
   *   faster answer would reveal it
   */
  async send(
    tx: Transaction,
    accountId: number,
    purpose: CodeGuess['purpose'],
    email: string,
    taken: boolean,
  ): Promise<void> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    await holdAccount(tx, accountId);
    await this.store(tx, accountId, purpose, email, this.hash(`${purpose} ${accountId}`, code), CODE_SECONDS);
    tx.afterCommit(() => this.mailer.post(taken ? addressTakenMail(email) : codeMail(email, code)));
  }

  /** Replaces the account's code for this purpose. The transaction has locked the account's row. */
  async store(
    tx: Transaction,
    accountId: number,
    purpose: MailPurpose,
    address: string,
    codeHash: Buffer,
    seconds: number,
  ): Promise<void> {
    await tx.run(
      `INSERT INTO mail_codes (account_id, purpose, address, code_hash, tries, expires_at) VALUES (?, ?, ?, ?, 0, ?)
         AS new ON DUPLICATE KEY UPDATE address = new.address, code_hash = new.code_hash, tries = 0,
         expires_at = new.expires_at`,
      [accountId, purpose, address, codeHash, this.clock.in(seconds)],
    );
  }

  /**
   * Counts an attempt before the code is compared, so that parallel guesses cannot exceed the limits. A right code costs
   * nothing. Besides the attempts of one code, the limits stop new accounts that ask for codes to the same mailbox.
   *
   * @param use gets the address that the code was mailed to; the account's row is locked
   * @throws WrongCode, TooManyRequests
   */
  async redeem(
    guess: CodeGuess,
    once: OnceKey | null,
    use: (tx: Transaction, address: string) => Promise<void>,
  ): Promise<void> {
    const { accountId, network } = guess;
    let spent: [limit: Limit, key: string][] = [];
    const spend = async (): Promise<void> => {
      spent = await this.spendGuess(await this.countAttempt(guess), network);
    };
    const refund = () => Promise.all(spent.map(([limit, key]) => this.limits.refund(limit, key)));
    const confirm = async (tx: Transaction): Promise<void> => {
      await holdAccount(tx, accountId, 'UPDATE');
      await use(tx, await this.addressOf(tx, guess));
    };
    try {
      await this.idempotency.run(once, confirm, { prepare: spend });
    } catch (error) {
      if (error instanceof WrongCode && spent.length > 0) this.events.report('code.refused', { accountId, network });
      else await refund();
      throw error;
    }
    await refund();
  }

  async endAll(tx: Transaction, accountId: number): Promise<void> {
    await tx.run('DELETE FROM mail_codes WHERE account_id = ?', [accountId]);
  }

  /** For the export. */
  async pendingAddresses(accountId: number): Promise<StoredAddressView[]> {
    const rows = await this.database.select(PENDING, 'FROM mail_codes WHERE account_id = ? ORDER BY purpose', [
      accountId,
    ]);
    return rows.map((row) => ({ ...row, expiresAt: row.expiresAt.toISOString() }));
  }

  /** @throws TooManyRequests */
  private async spendGuess(address: string, network: string): Promise<[limit: Limit, key: string][]> {
    const mailbox = mailboxOf(address);
    await this.limits.spend(GUESSES_BY_ADDRESS, mailbox);
    try {
      await this.limits.spend(GUESSES_BY_NETWORK, network);
    } catch (error) {
      await this.limits.refund(GUESSES_BY_ADDRESS, mailbox);
      throw error;
    }
    return [
      [GUESSES_BY_ADDRESS, mailbox],
      [GUESSES_BY_NETWORK, network],
    ];
  }

  /** Returns the address that the code was mailed to. @throws WrongCode when there is no code with an attempt left */
  private async countAttempt({ accountId, purpose }: CodeGuess): Promise<string> {
    const { affectedRows } = await this.database.transaction((tx) =>
      tx.run(
        'UPDATE mail_codes SET tries = tries + 1 WHERE account_id = ? AND purpose = ? AND tries < ? AND expires_at > ?',
        [accountId, purpose, MAX_ATTEMPTS, this.clock.now()],
      ),
    );
    if (affectedRows === 0) throw new WrongCode();
    const row = await this.database.find(MailCode, { accountId, purpose });
    if (!row) throw new WrongCode();
    return row.address;
  }

  /** Compares the code. @throws WrongCode */
  private async addressOf(tx: Transaction, { accountId, purpose, code }: CodeGuess): Promise<string> {
    const row = await tx.selectOne(ADDRESS, 'FROM mail_codes WHERE account_id = ? AND purpose = ? AND code_hash = ?', [
      accountId,
      purpose,
      this.hash(`${purpose} ${accountId}`, code),
    ]);
    if (!row) throw new WrongCode();
    return row.address;
  }
}
