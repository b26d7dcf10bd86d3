import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Config } from '../../config/config.js';

export interface AccessTokenClaims {
  /** The account's id, in decimal. */
  sub: string;
  /** The session's id. */
  sid: number;
  /** Tells an access token from every other token that these keys may ever sign. */
  use: 'access';
}

interface Key {
  id: string;
  key: KeyObject;
}

export const ALGORITHM = 'HS256';

/**
 * The keys that sign and check access tokens. KeyObjects, because jsonwebtoken spends 350 µs a check on making one
 * from a string.
 */
@Injectable()
export class AccessTokens {
  private readonly keys: Key[];

  constructor(
    private readonly config: Config,
    private readonly jwt: JwtService,
  ) {
    this.keys = config.jwtSecrets.map((secret) => ({
      id: createHash('sha256').update(`kid ${secret}`).digest('base64url').slice(0, 8),
      key: createSecretKey(Buffer.from(secret)),
    }));
  }

  sign(accountId: number, sessionId: number): string {
    const [{ id, key }] = this.keys;
    const claims: AccessTokenClaims = { sub: String(accountId), sid: sessionId, use: 'access' };
    return this.jwt.sign(claims, {
      privateKey: key,
      keyid: id,
      algorithm: ALGORITHM,
      issuer: this.config.jwtIssuer,
      audience: this.config.jwtAudience,
      expiresIn: this.config.accessTokenSeconds,
    });
  }

  /** The key that the token's header names, today's by default; `undefined` for a key that is not (any more) ours. */
  keyOf(token: string): KeyObject | undefined {
    const kid = headerOf(token)?.kid;
    return (kid === undefined ? this.keys[0] : this.keys.find(({ id }) => id === kid))?.key;
  }
}

function headerOf(token: string): { kid?: unknown } | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.', 1)[0], 'base64url').toString());
    return typeof header === 'object' && header !== null ? header : undefined;
  } catch {
    return undefined;
  }
}
