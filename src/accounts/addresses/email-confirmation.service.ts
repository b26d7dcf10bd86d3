import { Injectable } from '@nestjs/common';
import type { OnceKey } from '../../common/idempotency/idempotency.js';
import { SecurityEvents } from '../../common/security-events.js';
import { Database } from '../../database/database.js';
import { isDuplicate } from '../../database/mysql-errors.js';
import { ROW_ID } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { Mailer } from '../../mail/mailer.js';
import { Account } from '../account.entity.js';
import { WrongCode } from '../accounts.errors.js';
import { emailKeyOf } from './email-address.js';
import { MailCodes } from './mail-codes.js';
import { addressChangedMail } from './mails.js';

/** Confirms the address that an account is reached by. */
@Injectable()
export class EmailConfirmationService {
  constructor(
    private readonly database: Database,
    private readonly mailer: Mailer,
    private readonly codes: MailCodes,
    private readonly events: SecurityEvents,
  ) {}

  /** Mails a code. The answer is the same if another account has confirmed the address. @throws TooManyRequests */
  async sendCode(accountId: number, email: string): Promise<void> {
    await this.codes.spendMail(accountId, email);
    const taken = await this.database.selectOne(ROW_ID, 'FROM accounts WHERE email_key = ? AND id <> ?', [
      emailKeyOf(email),
      accountId,
    ]);
    await this.database.transaction((tx) => this.codes.send(tx, accountId, 'email', email, taken !== undefined));
  }

  /**
   * @param network of the request, for the limit of guesses
   * @throws WrongCode also when another account has confirmed the address meanwhile; TooManyRequests
   */
  async confirm(accountId: number, code: string, network: string, once: OnceKey | null): Promise<void> {
    const guess = { accountId, purpose: 'email', code, network } as const;
    await this.codes.redeem(guess, once, async (tx: Transaction, address) => {
      const former = (await tx.lock(Account, { id: accountId }, ['email']))?.email;
      // Readers of the former address must not reset the password from now on.
      await this.codes.endAll(tx, accountId);
      if (former && emailKeyOf(former) !== emailKeyOf(address)) {
        tx.afterCommit(() => this.mailer.post(addressChangedMail(former)));
      }
      try {
        await tx.run('UPDATE accounts SET email = ?, email_key = ?, version = version + 1 WHERE id = ?', [
          address,
          emailKeyOf(address),
          accountId,
        ]);
      } catch (error) {
        throw isDuplicate(error, 'accounts_email') ? new WrongCode() : error;
      }
    });
    if (!once?.replayed) this.events.report('email.changed', { accountId });
  }
}
