import { createHmac, hkdfSync, randomBytes, randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Background } from '../../common/background.js';
import { Clock } from '../../common/clock.js';
import { Idempotency, type OnceKey } from '../../common/idempotency/idempotency.js';
import { limit, type Limit } from '../../common/limits/limit.js';
import { Limits } from '../../common/limits/limits.js';
import { SecurityEvents } from '../../common/security-events.js';
import { Config } from '../../config/config.js';
import { Database, isDuplicate } from '../../database/database.js';
import type { Transaction } from '../../database/transaction.js';
import { Mailer } from '../../mail/mailer.js';
import { SchoolDomainNotAllowed, WrongCode } from '../accounts.errors.js';
import { holdAccount } from '../hold-account.js';
import type { ExportView } from '../leaving/export.dto.js';
import type { MailPurpose } from './mail-code.entity.js';
import { addressChangedMail, addressTakenMail, codeMail, passwordChangedMail, resetMail } from './mails.js';

export const MAILS_BY_ACCOUNT = limit({
  name: 'mail-account',
  points: 5,
  seconds: 3600,
  by: ['account'],
  logged: true,
});
/** Wider than one account's, so that a stranger does not use up what the mailbox's owner may ask for. */
export const MAILS_TO_ADDRESS = limit({
  name: 'mail-address',
  points: 20,
  seconds: 3600,
  by: ['address'],
  logged: true,
});
/** Apart from other mail, so that nobody uses up the owner's way back in. */
export const RESETS_TO_ADDRESS = limit({
  name: 'reset-address',
  points: 5,
  seconds: 3600,
  by: ['address'],
  logged: true,
});
export const RESET_MAILS = limit({ name: 'reset-mail', points: 5, seconds: 3600, by: ['account'], logged: true });
/** Wrong codes, for all accounts together. */
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
const RESET_SECONDS = 60 * 60;
const MAX_TRIES = 5;

interface ResetAccount {
  id: number;
  username: string;
  nickname: string;
  email: string | null;
}

/** Proves that an account's owner reads the mail of an address: the contact address, the school's, a reset. */
@Injectable()
export class AddressesService {
  private readonly codeKey: Buffer;
  private readonly schoolKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly mailer: Mailer,
    private readonly idempotency: Idempotency,
    private readonly limits: Limits,
    private readonly events: SecurityEvents,
    private readonly config: Config,
    private readonly background: Background,
    private readonly clock: Clock,
  ) {
    // The older pepper while there are two: so a code that is under way outlives the rotation.
    this.codeKey = derive(config.passwordPeppers[config.passwordPeppers.length - 1].secret);
    // A key of its own that never rotates: a hashed school address has to be found again for years.
    this.schoolKey = derive(config.schoolAddressSecret);
  }

  /** Mails a code. An address that another account has confirmed gets a mail that says so instead; the answer is one. */
  async askToConfirmEmail(accountId: number, email: string): Promise<void> {
    await this.spendMail(accountId, email);
    const taken = await this.database.row('SELECT 1 FROM accounts WHERE email_key = ? AND id <> ?', [
      keyOf(email),
      accountId,
    ]);
    await this.database.transaction((tx) => this.mailCode(tx, accountId, 'email', email, taken !== undefined));
  }

  /**
   * @param network of the request, for the limit of guesses
   * @throws WrongCode also after five tries, half an hour, or when somebody else confirmed the address meanwhile;
   *   TooManyRequests
   */
  async confirmEmail(accountId: number, code: string, network: string, once: OnceKey | null): Promise<void> {
    await this.guess(accountId, 'email', network, once, async (tx) => {
      const address = await this.addressOf(tx, accountId, 'email', code);
      const former = await this.confirmed(tx, accountId);
      // Readers of the former address must not reset the password from now on.
      await this.endCodes(tx, accountId);
      if (former !== null && keyOf(former) !== keyOf(address)) {
        tx.afterCommit(() => this.mailer.post(addressChangedMail(former)));
      }
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
    if (!once?.replayed) this.events.report('email.changed', { accountId });
  }

  /** @throws SchoolDomainNotAllowed */
  async askToVerifySchool(accountId: number, email: string, once: OnceKey | null): Promise<void> {
    const domain = keyOf(email).split('@')[1];
    if (!this.config.schoolEmailDomains.some((allowed) => isWithin(domain, allowed)))
      throw new SchoolDomainNotAllowed();
    const isTaken = async (): Promise<boolean> => {
      await this.spendMail(accountId, email);
      const taken = await this.database.row(
        'SELECT 1 FROM school_addresses WHERE hash = ? AND (banned_at IS NOT NULL OR account_id <> ?)',
        [this.schoolHash(email), accountId],
      );
      return taken !== undefined;
    };
    const mail = (tx: Transaction, taken: boolean) => this.mailCode(tx, accountId, 'school', email, taken);
    await this.idempotency.run(once, mail, { prepare: isTaken });
  }

  /**
   * Makes the account a verified student for SCHOOL_VERIFICATION_DAYS from now.
   *
   * @param network of the request, for the limit of guesses
   * @throws WrongCode, TooManyRequests
   */
  async confirmSchool(accountId: number, code: string, network: string, once: OnceKey | null): Promise<void> {
    await this.guess(accountId, 'school', network, once, async (tx) => {
      const hash = this.schoolHash(await this.addressOf(tx, accountId, 'school', code));
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

  /** Mails a token to a confirmed address. All of it after the answer, whose time would tell if there is an account. */
  askForReset(email: string): void {
    void this.background.run('password reset', () => this.mailReset(email));
  }

  /** @throws WrongCode */
  async findByResetToken(token: string): Promise<ResetAccount> {
    const row = await this.database.row<ResetAccount>(
      `SELECT a.id, a.username, a.nickname, a.email FROM mail_codes c JOIN accounts a ON a.id = c.account_id
        WHERE c.code_hash = ? AND c.purpose = 'password' AND c.expires_at > ? AND a.leaving_at IS NULL`,
      [this.hash('password', token), this.clock.now()],
    );
    if (!row) throw new WrongCode();
    return row;
  }

  /** @throws WrongCode when it was used, or ended by a change of password or address, meanwhile */
  async useResetToken(tx: Transaction, accountId: number, token: string): Promise<void> {
    const { affectedRows } = await tx.run(
      "DELETE FROM mail_codes WHERE account_id = ? AND purpose = 'password' AND code_hash = ?",
      [accountId, this.hash('password', token)],
    );
    if (affectedRows === 0) throw new WrongCode();
  }

  /**
   * Of a password that was just set: ends every open code of the account, and tells its owner by mail. The transaction
   * has locked the account's row.
   */
  async passwordChanged(tx: Transaction, accountId: number): Promise<void> {
    await this.endCodes(tx, accountId);
    const address = await this.confirmed(tx, accountId);
    if (address !== null) tx.afterCommit(() => this.mailer.post(passwordChangedMail(address)));
  }

  /** For the export. */
  async stored(accountId: number): Promise<Pick<ExportView, 'pendingAddresses' | 'schoolAddressesConfirmedAt'>> {
    const pending = await this.database.rows<{ purpose: MailPurpose; address: string; expiresAt: Date }>(
      'SELECT purpose, address, expires_at AS expiresAt FROM mail_codes WHERE account_id = ? ORDER BY purpose',
      [accountId],
    );
    const school = await this.database.rows<{ verifiedAt: Date }>(
      'SELECT verified_at AS verifiedAt FROM school_addresses WHERE account_id = ? ORDER BY verified_at',
      [accountId],
    );
    return {
      pendingAddresses: pending.map((row) => ({ ...row, expiresAt: row.expiresAt.toISOString() })),
      schoolAddressesConfirmedAt: school.map(({ verifiedAt }) => verifiedAt.toISOString()),
    };
  }

  private async mailReset(email: string): Promise<void> {
    // Without a word: an answer would say whether there is an account.
    if (!(await this.limits.tries(RESETS_TO_ADDRESS, keyOf(email)))) return;
    const account = await this.database.row<{ id: number; email: string }>(
      'SELECT id, email FROM accounts WHERE email_key = ? AND leaving_at IS NULL',
      [keyOf(email)],
    );
    if (!account || !(await this.limits.tries(RESET_MAILS, account.id))) return;
    const token = randomBytes(32).toString('base64url');
    await this.database.transaction(async (tx) => {
      const { id, email } = account;
      const current = await tx.row<{ email: string | null }>(
        'SELECT email FROM accounts WHERE id = ? AND leaving_at IS NULL FOR SHARE',
        [id],
      );
      // The address may have changed since it was looked up: its former reader must get no token.
      if (current?.email !== email) return;
      await this.store(tx, id, 'password', email, this.hash('password', token), RESET_SECONDS);
      // To the address as it was confirmed, not as it was typed now.
      tx.afterCommit(() => this.mailer.post(resetMail(email, token)));
    });
  }

  private async endCodes(tx: Transaction, accountId: number): Promise<void> {
    await tx.run('DELETE FROM mail_codes WHERE account_id = ?', [accountId]);
  }

  /** The confirmed address, if there is one. */
  private async confirmed(tx: Transaction, accountId: number): Promise<string | null> {
    const row = await tx.row<{ email: string | null }>('SELECT email FROM accounts WHERE id = ?', [accountId]);
    return row?.email ?? null;
  }

  private async spendMail(accountId: number, email: string): Promise<void> {
    await this.limits.spend(MAILS_BY_ACCOUNT, accountId);
    await this.limits.spend(MAILS_TO_ADDRESS, mailboxOf(email));
  }

  /** For a taken address the same is done and the code is told to nobody: the time would tell otherwise. */
  private async mailCode(
    tx: Transaction,
    accountId: number,
    purpose: MailPurpose,
    email: string,
    taken: boolean,
  ): Promise<void> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    await holdAccount(tx, accountId);
    await this.store(tx, accountId, purpose, email, this.hash(`${purpose} ${accountId}`, code), CODE_SECONDS);
    tx.afterCommit(() => this.mailer.post(taken ? addressTakenMail(email) : codeMail(email, code)));
  }

  /** The transaction has locked the account's row. */
  private async store(
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
   * Counts a guess before the code is compared, so that many at once do not slip by. A right one costs nothing. Beside
   * the tries of one code, the limits stop fresh accounts that ask for codes to the same mailbox.
   *
   * @param use compares and uses the code; the account's row is locked
   */
  private async guess(
    accountId: number,
    purpose: 'email' | 'school',
    network: string,
    once: OnceKey | null,
    use: (tx: Transaction) => Promise<void>,
  ): Promise<void> {
    let spent: [limit: Limit, key: string][] = [];
    const spend = async (): Promise<void> => {
      spent = await this.spendGuess(await this.countTry(accountId, purpose), network);
    };
    const refund = () => Promise.all(spent.map(([limit, key]) => this.limits.refund(limit, key)));
    const confirm = async (tx: Transaction): Promise<void> => {
      await holdAccount(tx, accountId, 'UPDATE');
      await use(tx);
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

  /** Returns the address that the code was mailed to. @throws WrongCode when the code has no try left */
  private async countTry(accountId: number, purpose: MailPurpose): Promise<string> {
    const { affectedRows } = await this.database.transaction((tx) =>
      tx.run(
        'UPDATE mail_codes SET tries = tries + 1 WHERE account_id = ? AND purpose = ? AND tries < ? AND expires_at > ?',
        [accountId, purpose, MAX_TRIES, this.clock.now()],
      ),
    );
    if (affectedRows === 0) throw new WrongCode();
    const row = await this.database.row<{ address: string }>(
      'SELECT address FROM mail_codes WHERE account_id = ? AND purpose = ?',
      [accountId, purpose],
    );
    if (!row) throw new WrongCode();
    return row.address;
  }

  /** The address that the code was mailed to. @throws WrongCode */
  private async addressOf(tx: Transaction, accountId: number, purpose: MailPurpose, code: string): Promise<string> {
    const row = await tx.row<{ address: string }>(
      'SELECT address FROM mail_codes WHERE account_id = ? AND purpose = ? AND code_hash = ?',
      [accountId, purpose, this.hash(`${purpose} ${accountId}`, code)],
    );
    if (!row) throw new WrongCode();
    return row.address;
  }

  /** Without a `+tag`: one mailbox would else verify any number of accounts, and come back after a ban. */
  private schoolHash(email: string): Buffer {
    return keyedHash(this.schoolKey, 'school address', mailboxOf(email));
  }

  private hash(what: string, text: string): Buffer {
    return keyedHash(this.codeKey, what, text);
  }
}

function derive(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'madang addresses', 32));
}

function keyedHash(key: Buffer, what: string, text: string): Buffer {
  return createHmac('sha256', key).update(`${what}\0${text}`).digest();
}

/** What makes two spellings one address. */
function keyOf(email: string): string {
  return email.toLowerCase();
}

/** The address without a `+tag`: all tags of a mailbox have one reader. */
function mailboxOf(email: string): string {
  return keyOf(email).replace(/\+[^@]*/, '');
}

/** @param allowed a domain, or `*.` and a domain: all below it, but not itself */
function isWithin(domain: string, allowed: string): boolean {
  return allowed.startsWith('*.') ? domain.endsWith(allowed.slice(1)) : domain === allowed;
}
