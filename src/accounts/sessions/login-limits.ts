import { Injectable } from '@nestjs/common';
import { limit, type Limit } from '../../common/limits/limit.js';
import { Limits } from '../../common/limits/limits.js';
import { networkOf } from '../../common/network.js';
import type { Account } from '../account.entity.js';
import { RefusalDelay } from '../refusal-delay.js';
import { SessionsService, storedUserAgent, type Caller, type Device } from './sessions.service.js';

/** Successful log-ins: each costs a hash, and all accounts share the queue of hashes. */
export const LOGINS_BY_NAME = limit({
  name: 'login-right',
  points: 30,
  seconds: 300,
  by: ['username'],
  logged: true,
});
export const FAILURES_BY_ADDRESS = limit({
  name: 'login-address',
  points: 1000,
  seconds: 3600,
  by: ['network'],
  logged: true,
});
export const FAILURES_BY_NAME = limit({
  name: 'login-name',
  points: 100,
  seconds: 900,
  by: ['username'],
  logged: true,
});
export const FAILURES_BY_NAME_AND_ADDRESS = limit({
  name: 'login-pair',
  points: 10,
  seconds: 900,
  by: ['username', 'network'],
  logged: true,
});
export const FAILURES_BY_DEVICE = limit({
  name: 'login-device',
  points: 10,
  seconds: 900,
  by: ['account', 'network', 'device'],
  logged: true,
});

type LimitedKey = [limit: Limit, key: string];

/** A log-in whose points are spent. Call the method of its outcome. */
export interface LoginAttempt {
  succeeded(): Promise<void>;
  failed(): Promise<void>;
  /** After an error that is not the client's. */
  cancelled(): Promise<void>;
}

/**
 * A whole campus may share one address, so an address alone has 1,000 failures an hour. Guesses at one account: 10
 * failures in 15 minutes from one address, 100 from all.
 *
 * Others must not lock the owner out. Where the account has an open session from the same network, the wide limits do
 * not apply. If the User-Agent is the same too, that device has ten attempts of its own beside the narrow limit. An
 * attacker with the same address and User-Agent can still lock the owner out: for 15 minutes, or until a reset by mail.
 */
@Injectable()
export class LoginLimits {
  private readonly delay = new RefusalDelay();

  constructor(
    private readonly limits: Limits,
    private readonly sessions: SessionsService,
  ) {}

  /** Before any query. A wrong password gives the point back. @throws TooManyRequests */
  async spendLogin(username: string, caller: Caller): Promise<void> {
    const key = username.toLowerCase();
    try {
      await this.limits.spend(LOGINS_BY_NAME, key);
    } catch (refusal) {
      // Parallel wrong attempts take points until they are known to be wrong. They must not lock the owner out.
      await this.limits.refund(LOGINS_BY_NAME, key);
      await this.delay.wait(caller);
      throw refusal;
    }
  }

  /**
   * Takes a point of every limit before the password is compared, so that parallel attempts cannot exceed the limits.
   *
   * @throws TooManyRequests
   */
  async spendAttempt(account: Account | null, username: string, caller: Caller): Promise<LoginAttempt> {
    const spent: LimitedKey[] = [];
    const failed = () => this.limits.refund(LOGINS_BY_NAME, username.toLowerCase());
    const cancelled = async () => {
      await failed();
      for (const [limit, key] of spent) await this.limits.refund(limit, key);
    };
    for (const [limit, key] of failureKeys(username, caller)) {
      try {
        await this.limits.spend(limit, key);
        spent.push([limit, key]);
      } catch (refusal) {
        const own = await this.fallback(limit, account, caller);
        if (own === 'free') continue;
        if (own && (await this.limits.trySpend(...own))) {
          spent.push(own);
          continue;
        }
        await cancelled();
        await this.delay.wait(caller);
        throw refusal;
      }
    }
    const succeeded = async () => {
      for (const [limit, key] of spent) {
        if (limit === FAILURES_BY_NAME_AND_ADDRESS || limit === FAILURES_BY_DEVICE) await this.limits.reset(limit, key);
        else await this.limits.refund(limit, key);
      }
    };
    return { succeeded, failed, cancelled };
  }

  /** After a password reset. The limit of the whole network stays. */
  async reset(username: string, device: Device): Promise<void> {
    for (const [limit, key] of failureKeys(username, device)) {
      if (limit !== FAILURES_BY_ADDRESS) await this.limits.reset(limit, key);
    }
  }

  /** The fallback of a known network or device for a limit that is used up; `null` for none. */
  private async fallback(limit: Limit, account: Account | null, device: Device): Promise<LimitedKey | 'free' | null> {
    if (account === null) return null;
    const network = networkOf(device.address);
    const known = await this.sessions.knownFrom(account.id, network);
    if (limit !== FAILURES_BY_NAME_AND_ADDRESS) return known.length > 0 ? 'free' : null;
    const isKnown = known.includes(storedUserAgent(device));
    return isKnown ? [FAILURES_BY_DEVICE, `${account.id} ${network} ${device.userAgent}`] : null;
  }
}

/** The limits that a failed log-in counts against, the narrowest first. */
function failureKeys(username: string, { address }: Device): LimitedKey[] {
  const [name, network] = [username.toLowerCase(), networkOf(address)];
  return [
    [FAILURES_BY_NAME_AND_ADDRESS, `${name} ${network}`],
    [FAILURES_BY_ADDRESS, network],
    [FAILURES_BY_NAME, name],
  ];
}
