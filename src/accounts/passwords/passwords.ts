import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { Config, type VersionedSecret } from '../../config/config.js';
import { HashQueue, type Asker } from './hash-queue.js';

export interface PasswordHash {
  hash: string;
  pepperVersion: number;
}

/**
 * bcrypt over a peppered digest. bcrypt ignores all after byte 72, which is 24 Hangul syllables: it gets an
 * HMAC-SHA-384 (64 characters in base64) of the whole password instead, keyed with a secret that is not in the
 * database. One at a time: a storm of log-ins would otherwise take the cores from every other request.
 */
@Injectable()
export class Passwords {
  private readonly peppers: VersionedSecret[];
  private readonly dummy: Promise<string>;
  private readonly queue = new HashQueue();

  constructor(private readonly config: Config) {
    this.peppers = config.passwordPeppers;
    this.dummy = bcrypt.hash('nobody has this password', config.bcryptCost);
  }

  /** @throws Unavailable */
  async hash(password: string, asker: Asker): Promise<PasswordHash> {
    const [pepper] = this.peppers;
    const hash = await this.queue.run(asker, () => bcrypt.hash(digest(password, pepper), this.config.bcryptCost));
    return { hash, pepperVersion: pepper.version };
  }

  /**
   * Whether it is the password.
   *
   * @param stored `null`, for a name that nobody has, takes the same time and is never right
   * @throws Unavailable
   */
  async matches(password: string, stored: PasswordHash | null, asker: Asker): Promise<boolean> {
    const pepper = this.peppers.find(({ version }) => version === stored?.pepperVersion);
    const hash = stored && pepper ? stored.hash : await this.dummy;
    const matches = await this.queue.run(asker, () =>
      bcrypt.compare(digest(password, pepper ?? this.peppers[0]), hash),
    );
    return matches && stored !== null && pepper !== undefined;
  }

  /** Whether the hash was made with today's pepper and cost; if not, renew it when the password is at hand. */
  isCurrent(stored: PasswordHash): boolean {
    return stored.pepperVersion === this.peppers[0].version && bcrypt.getRounds(stored.hash) === this.config.bcryptCost;
  }
}

function digest(password: string, pepper: VersionedSecret): string {
  return createHmac('sha384', pepper.secret).update(password.normalize('NFC')).digest('base64');
}
