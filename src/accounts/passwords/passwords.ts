import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { Config, type VersionedSecret } from '../../config/config.js';
import { HashQueue, type Asker } from './hash-queue.js';

export interface PasswordHash {
  /** bcrypt's, with its cost. */
  hash: string;
  pepperVersion: number;
  /** Of the digest that bcrypt got. */
  version: number;
}

/** What there is to say of a hash without the hash. */
export type HashKind = Pick<PasswordHash, 'pepperVersion' | 'version'> & { cost: number };

type Digest = (password: string, pepper: VersionedSecret) => string;

/** By version. Another way to make it becomes a new one: stored hashes stay good, and are renewed at log-in. */
const DIGESTS: ReadonlyMap<number, Digest> = new Map([
  [1, (password, { secret }) => createHmac('sha384', secret).update(password.normalize('NFC')).digest('base64')],
]);
const VERSION = 1;
const CURRENT = DIGESTS.get(VERSION)!;

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
    const hash = await this.queue.run(asker, () => bcrypt.hash(CURRENT(password, pepper), this.config.bcryptCost));
    return { hash, pepperVersion: pepper.version, version: VERSION };
  }

  /**
   * Whether it is the password.
   *
   * @param stored `null`, for a name that nobody has, takes the same time and is never right
   * @throws Unavailable
   */
  async matches(password: string, stored: PasswordHash | null, asker: Asker): Promise<boolean> {
    const pepper = this.peppers.find(({ version }) => version === stored?.pepperVersion);
    const digest = DIGESTS.get(stored?.version ?? VERSION);
    const isKnown = stored !== null && pepper !== undefined && digest !== undefined;
    const hash = isKnown ? stored.hash : await this.dummy;
    const matches = await this.queue.run(asker, () =>
      bcrypt.compare((digest ?? CURRENT)(password, pepper ?? this.peppers[0]), hash),
    );
    return matches && isKnown;
  }

  /** Whether it was made as today's are; if not, renew it when the password is at hand. */
  isCurrent(stored: PasswordHash): boolean {
    return this.isCurrentKind({ ...stored, cost: bcrypt.getRounds(stored.hash) });
  }

  isCurrentKind({ version, pepperVersion, cost }: HashKind): boolean {
    return version === VERSION && pepperVersion === this.peppers[0].version && cost === this.config.bcryptCost;
  }
}
