import { createHmac, hkdfSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { canonicalJson } from '../../common/idempotency/canonical-json.js';
import type { OnceKey } from '../../common/idempotency/idempotency.js';
import { Config } from '../../config/config.js';
import type { RegisterBody } from './sessions.dto.js';

/**
 * Recognises a registration that is sent again. All hashes are keyed and none includes the password: a reader of the
 * database can guess neither names nor passwords.
 */
@Injectable()
export class RegistrationKeys {
  private readonly secret: Buffer;

  constructor(config: Config) {
    // The oldest pepper: keys stay valid while peppers rotate.
    const { secret } = config.passwordPeppers.at(-1)!;
    this.secret = Buffer.from(hkdfSync('sha256', secret, '', 'madang registrations', 32));
  }

  /** @param key as it was sent; `null` for none */
  of(body: RegisterBody, key: string | null): OnceKey | null {
    if (key === null) return null;
    const withoutPassword = { ...body, password: undefined };
    const id = this.hash(canonicalJson(['key', body.username.toLowerCase(), key]));
    return {
      accountId: 0,
      id,
      bodyHash: this.hash(canonicalJson(['body', withoutPassword])),
      replayed: false,
      isRegistration: true,
    };
  }

  private hash(text: string): Buffer {
    return createHmac('sha256', this.secret).update(text).digest();
  }
}
