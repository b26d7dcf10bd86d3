import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { IdempotencyKeyReused, IdempotencyResultDeleted } from '../../common/idempotency/idempotency.errors.js';
import { accountPath, Idempotency } from '../../common/idempotency/idempotency.js';
import { limit } from '../../common/limits/limit.js';
import { Limits } from '../../common/limits/limits.js';
import { networkOf } from '../../common/network.js';
import { SecurityEvents } from '../../common/security-events.js';
import type { Me } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/transaction.js';
import { Account } from '../account.entity.js';
import { accountView, type AccountView } from '../accounts.dto.js';
import { PasswordChangedSince, WrongPassword } from '../accounts.errors.js';
import { AccountsService } from '../accounts.service.js';
import { EmailConfirmationService } from '../addresses/email-confirmation.service.js';
import { PasswordResetService } from '../addresses/password-reset.service.js';
import type { Asker } from '../passwords/hash-queue.js';
import { Passwords, type PasswordHash } from '../passwords/passwords.js';
import { LoginLimits } from './login-limits.js';
import { RegistrationKeys } from './registration-keys.js';
import type { LoginBody, RegisterBody } from './sessions.dto.js';
import { WrongCredentials } from './sessions.errors.js';
import { SessionsService, type Caller, type TokenPair } from './sessions.service.js';

export const SIGN_UPS_BY_ADDRESS = limit({
  name: 'sign-up',
  points: 500,
  seconds: 3600,
  by: ['network'],
  logged: true,
});
/** Right and wrong passwords: each costs a hash. */
export const PASSWORD_ATTEMPTS = limit({
  name: 'password-tries',
  points: 10,
  seconds: 900,
  by: ['account'],
  logged: true,
});
export const RESETS = limit({ name: 'reset', points: 10, seconds: 3600, by: ['account'], logged: true });

export interface Login {
  account: AccountView;
  pair: TokenPair;
}

/** Registration, log-in, and changes of the password. */
@Injectable()
export class AuthService {
  private readonly logger = new Logger(AuthService.name);

  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly emailConfirmation: EmailConfirmationService,
    private readonly passwordReset: PasswordResetService,
    private readonly passwords: Passwords,
    private readonly registrationKeys: RegistrationKeys,
    private readonly idempotency: Idempotency,
    private readonly loginLimits: LoginLimits,
    private readonly limits: Limits,
    private readonly events: SecurityEvents,
    private readonly clock: Clock,
  ) {}

  /**
   * @param key the Idempotency-Key: a retry within an hour logs in
   * @throws UsernameTaken, TooManyRequests; with a key PasswordChangedSince, IdempotencyKeyReused also for another password
   */
  async register(body: RegisterBody, caller: Caller, key: string | null): Promise<Login & { replayed: boolean }> {
    const once = this.registrationKeys.of(body, key);
    const check = async (): Promise<PasswordHash> => {
      await this.limits.spend(SIGN_UPS_BY_ADDRESS, networkOf(caller.address));
      return this.accounts.checkNewAccount(body, strangerOf('sign-up', caller));
    };
    let begun: { account: Account; pair: TokenPair } | undefined;
    const create = async (tx: Transaction, hash: PasswordHash): Promise<{ accountId: number }> => {
      const account = await this.accounts.create(tx, body, hash);
      begun = { account, pair: await this.sessions.begin(tx, account.id, caller) };
      if (once) once.accountId = account.id;
      return { accountId: account.id };
    };
    try {
      const thing = ({ accountId }: { accountId: number }) => accountPath(accountId);
      await this.idempotency.run(once, create, { prepare: check, thing });
    } catch (error) {
      if (!once || !(error instanceof IdempotencyResultDeleted)) throw error;
      // Another account may have the name by now.
      const holder = await this.accounts.byUsername(body.username);
      throw holder?.id === once.accountId ? new PasswordChangedSince() : error;
    }
    if (!begun) return { ...(await this.logInAgain(body, caller)), replayed: true };
    const { account, pair } = begun;
    // The account exists, so a failed mail must not fail the request. The owner can ask for another mail.
    if (body.email) {
      await this.emailConfirmation.sendCode(account.id, body.email).catch((err: Error) => this.logger.warn({ err }));
    }
    return { account: accountView(account, this.clock.now()), pair, replayed: false };
  }

  /** An unknown name and a wrong password get the same answer after the same time. @throws WrongCredentials, TooManyRequests */
  async login(body: LoginBody, caller: Caller): Promise<Login> {
    await this.loginLimits.spendLogin(body.username, caller);
    const account = await this.accounts.byUsername(body.username);
    const attempt = await this.loginLimits.spendAttempt(account, body.username, caller);
    try {
      const asker = account ? askerOf(body.username, caller) : strangerOf('unknown', caller);
      const right = await this.passwords.matches(body.password, account && passwordHashOf(account), asker);
      if (!account || !right) throw new WrongCredentials();
      const pair = await this.beginSession(account, body.password, caller);
      await attempt.succeeded();
      return { account: accountView(account, this.clock.now()), pair };
    } catch (error) {
      if (error instanceof WrongCredentials) {
        const who = account ? { accountId: account.id } : { username: body.username.toLowerCase() };
        this.events.report('login.failed', { ...who, network: networkOf(caller.address) });
        await attempt.failed();
      } else await attempt.cancelled();
      throw error;
    }
  }

  /** Ends all sessions, this one too, and begins a new one. @throws WrongPassword */
  async changePassword(me: Me, current: string, next: string, caller: Caller): Promise<TokenPair> {
    const account = await this.confirmPassword(me, current, caller);
    this.accounts.checkPassword(next, account, '#/newPassword');
    const hash = await this.passwords.hash(next, askerOf(me.username, caller));
    const pair = await this.database.transaction(async (tx) => {
      if (!(await this.accounts.replacePassword(tx, account, hash))) throw new WrongPassword();
      await this.passwordReset.passwordChanged(tx, me.id);
      await this.idempotency.forget(tx, accountPath(me.id));
      await this.sessions.endAll(tx, me.id);
      return this.sessions.begin(tx, me.id, caller);
    });
    this.events.report('password.changed', { accountId: me.id });
    return pair;
  }

  /**
   * Sets the password with the token from the mail and ends all sessions. Also lifts the limits of failed log-ins, in
   * case others have locked the owner out.
   *
   * @throws WrongCode, TooManyRequests
   */
  async resetPassword(token: string, next: string, caller: Caller): Promise<void> {
    const account = await this.passwordReset.accountOf(token);
    await this.limits.spend(RESETS, account.id);
    this.accounts.checkPassword(next, account, '#/newPassword');
    const hash = await this.passwords.hash(next, askerOf(account.username, caller));
    await this.database.transaction(async (tx) => {
      // The account's row first, to avoid a deadlock with a change of the address.
      await this.accounts.setPassword(tx, account.id, hash);
      await this.passwordReset.useToken(tx, account.id, token);
      await this.passwordReset.passwordChanged(tx, account.id);
      await this.idempotency.forget(tx, accountPath(account.id));
      await this.sessions.endAll(tx, account.id);
    });
    this.events.report('password.reset', { accountId: account.id });
    await this.loginLimits.reset(account.username, caller);
  }

  /** Checks the password of a retry like a log-in: the key is stored without a hash of the password. */
  private async logInAgain(body: RegisterBody, caller: Caller): Promise<Login> {
    try {
      return await this.login(body, caller);
    } catch (error) {
      throw error instanceof WrongCredentials ? new IdempotencyKeyReused() : error;
    }
  }

  /** For actions that an unlocked phone alone must not allow. @throws WrongPassword, TooManyRequests */
  async confirmPassword(me: Me, password: string, caller: Caller): Promise<Account> {
    await this.limits.spend(PASSWORD_ATTEMPTS, me.id);
    try {
      const account = await this.accounts.mine(me);
      const right = await this.passwords.matches(password, passwordHashOf(account), askerOf(me.username, caller));
      if (!right) throw new WrongPassword();
      return account;
    } catch (error) {
      if (error instanceof WrongPassword) this.events.report('password.refused', { accountId: me.id });
      else await this.limits.refund(PASSWORD_ATTEMPTS, me.id);
      throw error;
    }
  }

  async logoutAll(me: Me): Promise<void> {
    await this.database.transaction((tx) => this.sessions.endAll(tx, me.id));
    this.events.report('sessions.ended', { accountId: me.id });
  }

  /**
   * Begins a session if the password has not changed since it was checked: a change ends all sessions. Renews a hash with
   * an old version, pepper or cost.
   *
   * @throws WrongCredentials
   */
  private async beginSession(account: Account, password: string, caller: Caller): Promise<TokenPair> {
    const stored = passwordHashOf(account);
    const asker = askerOf(account.username, caller);
    const hash = this.passwords.isCurrent(stored) ? stored : await this.passwords.hash(password, asker);
    const pair = await this.database.transaction(async (tx) => {
      const isSame = await this.accounts.replacePassword(tx, account, hash);
      return isSame ? this.sessions.begin(tx, account.id, caller) : null;
    });
    if (pair) return pair;
    // A parallel log-in may have renewed the hash of the same password.
    const now = await this.accounts.byUsername(account.username);
    if (!now || !(await this.passwords.matches(password, passwordHashOf(now), asker))) throw new WrongCredentials();
    return this.beginSession(now, password, caller);
  }
}

function askerOf(username: string, { address, isOver, withoutPlace }: Caller): Asker {
  return { account: username.toLowerCase(), network: networkOf(address), isOver, withoutPlace };
}

/**
 * Without an account. Names cost nothing: with a turn for each name, one client could fill the queue and stop the log-ins
 * of its whole network. No username has a blank.
 */
function strangerOf(kind: 'unknown' | 'sign-up', caller: Caller): Asker {
  return askerOf(`${kind} ${networkOf(caller.address)}`, caller);
}

function passwordHashOf({ passwordHash, pepperVersion, hashVersion }: Account): PasswordHash {
  return { hash: passwordHash, pepperVersion, version: hashVersion };
}
