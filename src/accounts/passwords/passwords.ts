import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { Config, type VersionedSecret } from '../../config/config.js';
import { HashQueue, type Asker } from './hash-queue.js';

export interface PasswordHash {
  /** From bcrypt; contains the cost. */
  hash: string;
  pepperVersion: number;
  /** Of the digest that bcrypt hashed. */
  version: number;
}

/** How a hash was made. */
export type HashKind = Pick<PasswordHash, 'pepperVersion' | 'version'> & { cost: number };

type Digest = (password: string, pepper: VersionedSecret) => string;

/** By version. Add a version to change the digest: stored hashes stay valid and are renewed at log-in. */
const DIGESTS: ReadonlyMap<number, Digest> = new Map([
  [1, (password, { secret }) => createHmac('sha384', secret).update(password.normalize('NFC')).digest('base64')],
]);
const CURRENT_VERSION = 1;
const currentDigest = DIGESTS.get(CURRENT_VERSION)!;

/**
 * bcrypt over a peppered digest. bcrypt ignores everything after byte 72, which is 24 Hangul syllables. Instead it hashes
 * an HMAC-SHA-384 of the whole password (64 characters in base64), keyed with a pepper that is not in the database. One
 * hash at a time: otherwise a burst of log-ins takes the cores from all other requests.
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
    const hash = await this.queue.run(asker, () =>
      bcrypt.hash(currentDigest(password, pepper), this.config.bcryptCost),
    );
    return { hash, pepperVersion: pepper.version, version: CURRENT_VERSION };
  }

  /**
   * @param stored `null` for an unknown name takes the same time and never matches
   * @throws Unavailable
   */
  async matches(password: string, stored: PasswordHash | null, asker: Asker): Promise<boolean> {
    const pepper = this.peppers.find(({ version }) => version === stored?.pepperVersion);
    const digest = DIGESTS.get(stored?.version ?? CURRENT_VERSION);
    const isKnown = stored !== null && pepper !== undefined && digest !== undefined;
    const hash = isKnown ? stored.hash : await this.dummy;
    const matches = await this.queue.run(asker, () =>
      bcrypt.compare((digest ?? currentDigest)(password, pepper ?? this.peppers[0]), hash),
    );
    return matches && isKnown;
  }

  /** If false, hash the password anew at the next log-in. */
  isCurrent(stored: PasswordHash): boolean {
    return this.isCurrentKind({ ...stored, cost: bcrypt.getRounds(stored.hash) });
  }

  isCurrentKind({ version, pepperVersion, cost }: HashKind): boolean {
    return version === CURRENT_VERSION && pepperVersion === this.peppers[0].version && cost === this.config.bcryptCost;
  }
}
