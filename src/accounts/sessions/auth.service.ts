import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Limits, type Limit } from '../../common/limits/limits.js';
import type { Me } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import { Account } from '../account.entity.js';
import { accountView } from '../accounts.dto.js';
import { WrongPassword } from '../accounts.errors.js';
import { AccountsService } from '../accounts.service.js';
import { AddressesService } from '../addresses/addresses.service.js';
import { checkPassword } from '../passwords/password-rules.js';
import { Passwords } from '../passwords/passwords.js';
import type { LoginBody, LoginView, RegisterBody } from './sessions.dto.js';
import { tokenPairView } from './sessions.dto.js';
import { WrongCredentials } from './sessions.errors.js';
import { SessionsService, type Device, type TokenPair } from './sessions.service.js';

/**
 * A campus is one address, so an address alone may fail a thousand times an hour. Against guessing at one account: ten
 * failures a quarter of an hour from one address, a hundred from all; its owner's own addresses are let through the
 * latter, so that nobody can lock an owner out.
 */
const SIGN_UPS_BY_ADDRESS: Limit = { name: 'sign-up', points: 500, seconds: 3600 };
const FAILURES_BY_ADDRESS: Limit = { name: 'login-address', points: 1000, seconds: 3600 };
const FAILURES_BY_NAME: Limit = { name: 'login-name', points: 100, seconds: 900 };
const FAILURES_BY_NAME_AND_ADDRESS: Limit = { name: 'login-pair', points: 10, seconds: 900 };
const PASSWORD_TRIES: Limit = { name: 'password-tries', points: 10, seconds: 900 };

export interface Login {
  view: LoginView;
  /** The refresh token for the cookie, when it was asked for. */
  cookie: string | null;
}

/** Registering, logging in, passwords: what turns somebody into an account with a session. */
@Injectable()
export class AuthService {
  constructor(
    private readonly database: Database,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly addresses: AddressesService,
    private readonly passwords: Passwords,
    private readonly limits: Limits,
    private readonly clock: Clock,
  ) {}

  /** @throws UsernameTaken, TooManyRequests */
  async register(body: RegisterBody, device: Device): Promise<Login> {
    await this.limits.spend(SIGN_UPS_BY_ADDRESS, device.address);
    const hash = await this.accounts.check(body);
    const { account, pair } = await this.database.transaction(async (tx) => {
      const account = await this.accounts.create(tx, body, hash);
      return { account, pair: await this.sessions.begin(tx, account.id, device) };
    });
    if (body.email) await this.addresses.askToConfirmEmail(account.id, body.email);
    return this.loginOf(account, pair, body.refreshTokenIn);
  }

  /** One answer and one time for an unknown name and a wrong password. @throws WrongCredentials, TooManyRequests */
  async login(body: LoginBody, device: Device): Promise<Login> {
    const name = body.username.toLowerCase();
    const refund = await this.spendTry(name, device.address);
    let account: Account | null;
    try {
      account = await this.accounts.byUsername(body.username);
      const right = await this.passwords.matches(body.password, account && hashOf(account));
      if (!account || !right || account.leavingAt) throw new WrongCredentials();
    } catch (error) {
      if (!(error instanceof WrongCredentials)) await refund();
      throw error;
    }
    await refund();
    await this.limits.reset(FAILURES_BY_NAME_AND_ADDRESS, `${name} ${device.address}`);
    const renewed = this.passwords.isCurrent(hashOf(account)) ? null : await this.passwords.hash(body.password);
    const pair = await this.database.transaction(async (tx) => {
      if (renewed) await this.accounts.setPassword(tx, account.id, renewed);
      return this.sessions.begin(tx, account.id, device);
    });
    return this.loginOf(account, pair, body.refreshTokenIn);
  }

  /** Ends all sessions, this one too, and begins a new one. @throws WrongPassword */
  async changePassword(me: Me, current: string, next: string, device: Device): Promise<TokenPair> {
    await this.confirmPassword(me, current);
    checkPassword(next, me.username, '#/newPassword');
    const hash = await this.passwords.hash(next);
    return this.database.transaction(async (tx) => {
      await this.accounts.setPassword(tx, me.id, hash);
      await this.sessions.endAll(tx, me.id);
      return this.sessions.begin(tx, me.id, device);
    });
  }

  /** Sets the password of whoever holds the mailed token, and ends all sessions. @throws WrongCode */
  async resetPassword(token: string, next: string): Promise<void> {
    const account = await this.addresses.findByResetToken(token);
    checkPassword(next, account.username, '#/newPassword');
    const hash = await this.passwords.hash(next);
    await this.database.transaction(async (tx) => {
      await this.addresses.useResetToken(tx, token);
      await this.accounts.setPassword(tx, account.id, hash);
      await this.sessions.endAll(tx, account.id);
    });
  }

  /** For acts that a borrowed phone must not do. @throws WrongPassword, TooManyRequests */
  async confirmPassword(me: Me, password: string): Promise<Account> {
    await this.limits.spend(PASSWORD_TRIES, me.id);
    const account = await this.accounts.get(me.id);
    if (!(await this.passwords.matches(password, hashOf(account)))) throw new WrongPassword();
    await this.limits.refund(PASSWORD_TRIES, me.id);
    return account;
  }

  logoutAll(me: Me): Promise<void> {
    return this.database.transaction((tx) => this.sessions.endAll(tx, me.id));
  }

  /** Takes a point of every limit before the password is looked at, so that many tries at once do not slip by. */
  private async spendTry(name: string, address: string): Promise<() => Promise<void>> {
    await this.limits.spend(FAILURES_BY_NAME_AND_ADDRESS, `${name} ${address}`);
    await this.limits.spend(FAILURES_BY_ADDRESS, address);
    let byName = true;
    await this.limits.spend(FAILURES_BY_NAME, name).catch(async (refusal: Error) => {
      if (!(await this.sessions.isKnownAddress(name, address))) throw refusal;
      byName = false;
    });
    return async () => {
      await this.limits.refund(FAILURES_BY_NAME_AND_ADDRESS, `${name} ${address}`);
      await this.limits.refund(FAILURES_BY_ADDRESS, address);
      if (byName) await this.limits.refund(FAILURES_BY_NAME, name);
    };
  }

  private loginOf(account: Account, pair: TokenPair, refreshTokenIn: 'body' | 'cookie' | undefined): Login {
    const inCookie = refreshTokenIn === 'cookie';
    return {
      view: { account: accountView(account, this.clock.now()), ...tokenPairView(pair, inCookie) },
      cookie: inCookie ? pair.refreshToken : null,
    };
  }
}

function hashOf({ passwordHash, pepperVersion }: Account): { hash: string; pepperVersion: number } {
  return { hash: passwordHash, pepperVersion };
}
