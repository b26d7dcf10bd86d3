import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Idempotency, type OnceKey } from '../../common/idempotency/idempotency.js';
import { Config } from '../../config/config.js';
import { Database } from '../../database/database.js';
import { date, selection } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { SchoolDomainNotAllowed, WrongCode } from '../accounts.errors.js';
import { emailKeyOf, mailboxOf } from './email-address.js';
import { keyedHash, type KeyedHash } from './keyed-hash.js';
import { MailCodes } from './mail-codes.js';
import { SchoolAddress } from './school-address.entity.js';

const CONFIRMED = selection({ verifiedAt: date('verified_at') });

/** Verifies students by an address of the school. */
@Injectable()
export class StudentVerificationService {
  private readonly hash: KeyedHash;

  constructor(
    private readonly database: Database,
    private readonly codes: MailCodes,
    private readonly idempotency: Idempotency,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    // A separate secret that never rotates: a hashed address must be found again years later.
    this.hash = keyedHash(config.schoolAddressSecret);
  }

  /** Mails a code. @throws SchoolDomainNotAllowed, TooManyRequests */
  async sendCode(accountId: number, email: string, once: OnceKey | null): Promise<void> {
    const domain = emailKeyOf(email).split('@')[1];
    if (!this.config.schoolEmailDomains.some((allowed) => isWithin(domain, allowed)))
      throw new SchoolDomainNotAllowed();
    const isTaken = async (): Promise<boolean> => {
      await this.codes.spendMail(accountId, email);
      const stored = await this.database.find(SchoolAddress, { hash: this.hashOf(email) });
      if (!stored) return false;
      return stored.bannedAt !== null || (stored.accountId !== null && stored.accountId !== accountId);
    };
    const send = (tx: Transaction, taken: boolean) => this.codes.send(tx, accountId, 'school', email, taken);
    await this.idempotency.run(once, send, { prepare: isTaken });
  }

  /**
   * Makes the account a verified student for SCHOOL_VERIFICATION_DAYS from now.
   *
   * @param network of the request, for the limit of guesses
   * @throws WrongCode, TooManyRequests
   */
  async confirm(accountId: number, code: string, network: string, once: OnceKey | null): Promise<void> {
    const guess = { accountId, purpose: 'school', code, network } as const;
    await this.codes.redeem(guess, once, async (tx: Transaction, address) => {
      const hash = this.hashOf(address);
      await tx.run("DELETE FROM mail_codes WHERE account_id = ? AND purpose = 'school'", [accountId]);
      await tx.run('INSERT IGNORE INTO school_addresses (hash, account_id, verified_at) VALUES (?, ?, ?)', [
        hash,
        accountId,
        this.clock.now(),
      ]);
      const { affectedRows } = await tx.run(
        `UPDATE school_addresses SET account_id = ?, verified_at = ?
          WHERE hash = ? AND banned_at IS NULL AND (account_id IS NULL OR account_id = ?)`,
        [accountId, this.clock.now(), hash, accountId],
      );
      if (affectedRows === 0) throw new WrongCode();
      await tx.run('UPDATE accounts SET verified_until = ?, version = version + 1 WHERE id = ?', [
        this.clock.in(this.config.schoolVerificationDays * 86_400),
        accountId,
      ]);
    });
  }

  /** For the export. */
  async confirmedAt(accountId: number): Promise<string[]> {
    const rows = await this.database.select(
      CONFIRMED,
      'FROM school_addresses WHERE account_id = ? ORDER BY verified_at',
      [accountId],
    );
    return rows.map(({ verifiedAt }) => verifiedAt.toISOString());
  }

  /** Without a `+tag`: otherwise one mailbox verifies any number of accounts, and a banned one comes back. */
  private hashOf(email: string): Buffer {
    return this.hash('school address', mailboxOf(email));
  }
}

/** @param allowed a domain, or `*.` and a domain: all below it, but not itself */
function isWithin(domain: string, allowed: string): boolean {
  return allowed.startsWith('*.') ? domain.endsWith(allowed.slice(1)) : domain === allowed;
}
