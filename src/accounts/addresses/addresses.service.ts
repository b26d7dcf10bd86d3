import { createHmac, hkdfSync, randomBytes, randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Limits, type Limit } from '../../common/limits/limits.js';
import { Config } from '../../config/config.js';
import { Database, isDuplicate } from '../../database/database.js';
import type { Transaction } from '../../database/transaction.js';
import { Mailer } from '../../mail/mailer.js';
import { SchoolDomainNotAllowed, WrongCode } from '../accounts.errors.js';
import type { MailPurpose } from './mail-code.entity.js';
import { addressTakenMail, codeMail, resetMail } from './mails.js';

const MAILS_BY_ACCOUNT: Limit = { name: 'mail-account', points: 5, seconds: 3600 };
const MAILS_TO_ADDRESS: Limit = { name: 'mail-address', points: 5, seconds: 3600 };
const CODE_SECONDS = 30 * 60;
const RESET_SECONDS = 60 * 60;
const MAX_TRIES = 5;

interface ResetAccount {
  id: number;
  username: string;
}

/** Proves that an account's owner reads the mail of an address: the contact address, the school's, a reset. */
@Injectable()
export class AddressesService {
  private readonly key: Buffer;

  constructor(
    private readonly database: Database,
    private readonly mailer: Mailer,
    private readonly limits: Limits,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    // From the pepper: it stays when the JWT keys rotate, and a hashed school address has to be found again for years.
    const oldest = config.passwordPeppers[config.passwordPeppers.length - 1].secret;
    this.key = Buffer.from(hkdfSync('sha256', oldest, '', 'madang addresses', 32));
  }

  /** Mails a code. An address that another account has confirmed gets a mail that says so instead; the answer is one. */
  async askToConfirmEmail(accountId: number, email: string): Promise<void> {
    await this.spendMail(accountId, email);
    const taken = await this.database.row('SELECT 1 FROM accounts WHERE email_key = ? AND id <> ?', [
      keyOf(email),
      accountId,
    ]);
    if (taken) this.mailer.post(addressTakenMail(email));
    else await this.mailCode(accountId, 'email', email);
  }

  /** @throws WrongCode also after five tries, half an hour, or when somebody else confirmed the address meanwhile */
  async confirmEmail(accountId: number, code: string): Promise<void> {
    const address = await this.tryCode(accountId, 'email', code);
    await this.database.transaction(async (tx) => {
      await this.useCode(tx, accountId, 'email');
      try {
        await tx.run('UPDATE accounts SET email = ?, email_key = ?, version = version + 1 WHERE id = ?', [
          address,
          keyOf(address),
          accountId,
        ]);
      } catch (error) {
        throw isDuplicate(error, 'accounts_email') ? new WrongCode() : error;
      }
    });
  }

  /** @throws SchoolDomainNotAllowed */
  async askToVerifySchool(accountId: number, email: string): Promise<void> {
    const domain = keyOf(email).split('@')[1];
    const allowed = this.config.schoolEmailDomains.some((one) => domain === one || domain.endsWith(`.${one}`));
    if (!allowed) throw new SchoolDomainNotAllowed();
    await this.spendMail(accountId, email);
    const taken = await this.database.row(
      'SELECT 1 FROM school_addresses WHERE hash = ? AND (banned_at IS NOT NULL OR account_id <> ?)',
      [this.schoolHash(email), accountId],
    );
    if (taken) this.mailer.post(addressTakenMail(email));
    else await this.mailCode(accountId, 'school', email);
  }

  /** Makes the account a verified student for SCHOOL_VERIFICATION_DAYS from now. @throws WrongCode */
  async confirmSchool(accountId: number, code: string): Promise<void> {
    const address = await this.tryCode(accountId, 'school', code);
    const hash = this.schoolHash(address);
    await this.database.transaction(async (tx) => {
      await this.useCode(tx, accountId, 'school');
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

  /** Mails a token to a confirmed address; does the same and nothing visible for any other. */
  async askForReset(email: string): Promise<void> {
    try {
      await this.limits.spend(MAILS_TO_ADDRESS, keyOf(email));
    } catch {
      return; // The mailbox has enough of them; the answer stays the same.
    }
    const row = await this.database.row<{ id: number }>(
      'SELECT id FROM accounts WHERE email_key = ? AND leaving_at IS NULL',
      [keyOf(email)],
    );
    const token = randomBytes(32).toString('base64url');
    if (!row) return;
    await this.store(row.id, 'password', email, this.hash('password', token), RESET_SECONDS);
    this.mailer.post(resetMail(email, token));
  }

  /** @throws WrongCode */
  async findByResetToken(token: string): Promise<ResetAccount> {
    const row = await this.database.row<ResetAccount>(
      `SELECT a.id, a.username FROM mail_codes c JOIN accounts a ON a.id = c.account_id
        WHERE c.code_hash = ? AND c.purpose = 'password' AND c.expires_at > ? AND a.leaving_at IS NULL`,
      [this.hash('password', token), this.clock.now()],
    );
    if (!row) throw new WrongCode();
    return row;
  }

  /** @throws WrongCode when it was used meanwhile */
  async useResetToken(tx: Transaction, token: string): Promise<void> {
    const { affectedRows } = await tx.run("DELETE FROM mail_codes WHERE code_hash = ? AND purpose = 'password'", [
      this.hash('password', token),
    ]);
    if (affectedRows === 0) throw new WrongCode();
  }

  private async spendMail(accountId: number, email: string): Promise<void> {
    await this.limits.spend(MAILS_BY_ACCOUNT, accountId);
    await this.limits.spend(MAILS_TO_ADDRESS, keyOf(email));
  }

  private async mailCode(accountId: number, purpose: MailPurpose, email: string): Promise<void> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    await this.store(accountId, purpose, email, this.hash(`${purpose} ${accountId}`, code), CODE_SECONDS);
    this.mailer.post(codeMail(email, code));
  }

  private async store(
    accountId: number,
    purpose: MailPurpose,
    address: string,
    codeHash: Buffer,
    seconds: number,
  ): Promise<void> {
    await this.database.transaction((tx) =>
      tx.run(
        `INSERT INTO mail_codes (account_id, purpose, address, code_hash, tries, expires_at) VALUES (?, ?, ?, ?, 0, ?)
           AS new ON DUPLICATE KEY UPDATE address = new.address, code_hash = new.code_hash, tries = 0,
           expires_at = new.expires_at`,
        [accountId, purpose, address, codeHash, this.clock.in(seconds)],
      ),
    );
  }

  /** Counts the try before it looks, so that tries at once are all counted; returns the address the code was sent to. */
  private async tryCode(accountId: number, purpose: MailPurpose, code: string): Promise<string> {
    const counted = await this.database.transaction((tx) =>
      tx.run(
        'UPDATE mail_codes SET tries = tries + 1 WHERE account_id = ? AND purpose = ? AND tries < ? AND expires_at > ?',
        [accountId, purpose, MAX_TRIES, this.clock.now()],
      ),
    );
    if (counted.affectedRows === 0) throw new WrongCode();
    const row = await this.database.row<{ address: string }>(
      'SELECT address FROM mail_codes WHERE account_id = ? AND purpose = ? AND code_hash = ?',
      [accountId, purpose, this.hash(`${purpose} ${accountId}`, code)],
    );
    if (!row) throw new WrongCode();
    return row.address;
  }

  private async useCode(tx: Transaction, accountId: number, purpose: MailPurpose): Promise<void> {
    const { affectedRows } = await tx.run('DELETE FROM mail_codes WHERE account_id = ? AND purpose = ?', [
      accountId,
      purpose,
    ]);
    if (affectedRows === 0) throw new WrongCode();
  }

  private schoolHash(email: string): Buffer {
    return this.hash('school address', keyOf(email));
  }

  private hash(what: string, text: string): Buffer {
    return createHmac('sha256', this.key).update(`${what}\0${text}`).digest();
  }
}

/** What makes two spellings one address. */
function keyOf(email: string): string {
  return email.toLowerCase();
}
