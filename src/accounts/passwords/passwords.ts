import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { Unavailable } from '../../common/problems/general.errors.js';
import { Config, type VersionedSecret } from '../../config/config.js';

export interface PasswordHash {
  hash: string;
  pepperVersion: number;
}

/** Waiting hashes beyond this would not be answered within a request's deadline anyway. */
const MAX_WAITING = 60;

/**
 * bcrypt over a peppered digest. bcrypt ignores all after byte 72, which is 24 Hangul syllables: it gets an
 * HMAC-SHA-384 (64 characters in base64) of the whole password instead, keyed with a secret that is not in the
 * database. One at a time: a storm of log-ins would otherwise take the cores from every other request.
 */
@Injectable()
export class Passwords {
  private readonly peppers: VersionedSecret[];
  private readonly dummy: Promise<string>;
  private queue: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly config: Config) {
    this.peppers = config.passwordPeppers;
    this.dummy = bcrypt.hash('nobody has this password', config.bcryptCost);
  }

  async hash(password: string): Promise<PasswordHash> {
    const [pepper] = this.peppers;
    const hash = await this.inTurn(() => bcrypt.hash(digest(password, pepper), this.config.bcryptCost));
    return { hash, pepperVersion: pepper.version };
  }

  /** Whether it is the password. `null`, for a name that nobody has, takes the same time and is never right. */
  async matches(password: string, stored: PasswordHash | null): Promise<boolean> {
    const pepper = this.peppers.find(({ version }) => version === stored?.pepperVersion);
    const hash = stored && pepper ? stored.hash : await this.dummy;
    const matches = await this.inTurn(() => bcrypt.compare(digest(password, pepper ?? this.peppers[0]), hash));
    return matches && stored !== null && pepper !== undefined;
  }

  /** Whether the hash was made with today's pepper and cost; if not, renew it when the password is at hand. */
  isCurrent(stored: PasswordHash): boolean {
    return stored.pepperVersion === this.peppers[0].version && bcrypt.getRounds(stored.hash) === this.config.bcryptCost;
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= MAX_WAITING) throw new Unavailable({ headers: { 'Retry-After': '5' } });
    this.waiting++;
    const turn = this.queue.then(work).finally(() => this.waiting--);
    this.queue = turn.catch(() => undefined);
    return turn;
  }
}

function digest(password: string, pepper: VersionedSecret): string {
  return createHmac('sha384', pepper.secret).update(password.normalize('NFC')).digest('base64');
}
