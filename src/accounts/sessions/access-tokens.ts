import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Config } from '../../config/config.js';

export interface AccessTokenClaims {
  /** The account's id, in decimal. */
  sub: string;
  /** The session's id. */
  sid: number;
  /** Separates access tokens from any other tokens that these keys may sign. */
  use: 'access';
}

interface Key {
  id: string;
  key: KeyObject;
}

export const ALGORITHM = 'HS256';

/**
 * The keys that sign and verify access tokens. KeyObjects, because jsonwebtoken needs 350 µs to make one from a string
 * for each token.
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

  /**
   * The key with the `kid` of the token's header, by default the current one; `undefined` for an unknown key. Also
   * `undefined` for claims that are no object: jsonwebtoken would read fields of `null`.
   */
  keyOf(token: string): KeyObject | undefined {
    const [header, claims] = token.split('.', 2).map(objectIn);
    if (!header || !claims) return undefined;
    const { kid } = header;
    return (kid === undefined ? this.keys[0] : this.keys.find(({ id }) => id === kid))?.key;
  }
}

function objectIn(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
