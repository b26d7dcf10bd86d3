import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Background } from '../../common/background.js';
import { Clock } from '../../common/clock.js';
import { limit } from '../../common/limits/limit.js';
import { Limits } from '../../common/limits/limits.js';
import { Database } from '../../database/database.js';
import { ROW_ID, int, selection, text, type RowOf } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { Mailer } from '../../mail/mailer.js';
import { Account } from '../account.entity.js';
import { WrongCode } from '../accounts.errors.js';
import { emailKeyOf } from './email-address.js';
import { MailCodes } from './mail-codes.js';
import { passwordChangedMail, resetMail } from './mails.js';

/** Separate from other mail, so that nobody can use up the owner's way back in. */
export const RESETS_TO_ADDRESS = limit({
  name: 'reset-address',
  points: 5,
  seconds: 3600,
  by: ['address'],
  logged: true,
});
export const RESET_MAILS = limit({ name: 'reset-mail', points: 5, seconds: 3600, by: ['account'], logged: true });
const TOKEN_SECONDS = 60 * 60;

const RESET_ACCOUNT = selection({
  id: int('a.id'),
  username: text('a.username'),
  nickname: text('a.nickname'),
  email: text('a.email', 'nullable'),
});
type ResetAccount = RowOf<typeof RESET_ACCOUNT>;
const ADDRESS = selection({ email: text('email', 'nullable') });

/** Mails tokens that reset a password. `AuthService` sets the password. */
@Injectable()
export class PasswordResetService {
  constructor(
    private readonly database: Database,
    private readonly mailer: Mailer,
    private readonly codes: MailCodes,
    private readonly limits: Limits,
    private readonly background: Background,
    private readonly clock: Clock,
  ) {}

  /** Mails a token to a confirmed address. In the background: the response time would reveal if there is an account. */
  sendToken(email: string): void {
    void this.background.run('password reset', () => this.mailToken(email));
  }

  /** @throws WrongCode */
  async accountOf(token: string): Promise<ResetAccount> {
    const row = await this.database.selectOne(
      RESET_ACCOUNT,
      `FROM mail_codes c JOIN accounts a ON a.id = c.account_id
        WHERE c.code_hash = ? AND c.purpose = 'password' AND c.expires_at > ? AND a.leaving_at IS NULL`,
      [this.codes.hash('password', token), this.clock.now()],
    );
    if (!row) throw new WrongCode();
    return row;
  }

  /** @throws WrongCode when it was used, or ended by a change of password or address, meanwhile */
  async useToken(tx: Transaction, accountId: number, token: string): Promise<void> {
    const { affectedRows } = await tx.run(
      "DELETE FROM mail_codes WHERE account_id = ? AND purpose = 'password' AND code_hash = ?",
      [accountId, this.codes.hash('password', token)],
    );
    if (affectedRows === 0) throw new WrongCode();
  }

  /**
   * After a new password: ends all open codes of the account and mails a notice to its owner. The transaction has locked
   * the account's row.
   */
  async passwordChanged(tx: Transaction, accountId: number): Promise<void> {
    await this.codes.endAll(tx, accountId);
    const address = (await tx.lock(Account, { id: accountId }, ['email']))?.email;
    if (address) tx.afterCommit(() => this.mailer.post(passwordChangedMail(address)));
  }

  private async mailToken(email: string): Promise<void> {
    // Without an error: it would reveal if there is an account.
    const key = emailKeyOf(email);
    if (!(await this.limits.trySpend(RESETS_TO_ADDRESS, key))) return;
    const account = await this.database.selectOne(ROW_ID, 'FROM accounts WHERE email_key = ? AND leaving_at IS NULL', [
      key,
    ]);
    if (!account || !(await this.limits.trySpend(RESET_MAILS, account.id))) return;
    const token = randomBytes(32).toString('base64url');
    await this.database.transaction(async (tx) => {
      const { id } = account;
      const current = await tx.selectOne(ADDRESS, 'FROM accounts WHERE id = ? AND leaving_at IS NULL FOR SHARE', [id]);
      const address = current?.email;
      // The address may have changed since it was looked up: its former reader must get no token.
      if (!address || emailKeyOf(address) !== key) return;
      await this.codes.store(tx, id, 'password', address, this.codes.hash('password', token), TOKEN_SECONDS);
      // To the address as it was confirmed, not as it was typed now.
      tx.afterCommit(() => this.mailer.post(resetMail(address, token)));
    });
  }
}
