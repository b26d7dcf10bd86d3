import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';

/** What a refresh token says: its session, its place in that session's succession, and the secret. */
export interface RefreshToken {
  sessionId: number;
  generation: number;
  /** Random, the same in all tokens of a session. */
  seed: Buffer;
  /** By the server's key, over all of the above. */
  mac: Buffer;
}

const SEED_BYTES = 16;
const MAC_BYTES = 32;
/** The last part is 48 bytes: 64 characters without a bit to spare, so no token has two spellings. */
const FORM = /^mr([1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,9})\.([\w-]{64})$/;

/**
 * Refresh tokens are made from a session's seed and a server key. So the successor of a token can be given again
 * although only a hash is stored, and a token of any age can be told from a forged one without a list of old ones.
 * Who reads the database can make no token, and who holds a token cannot make the next.
 */
@Injectable()
export class RefreshTokens {
  private readonly keys: Buffer[];

  constructor(config: Config) {
    this.keys = config.jwtSecrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'madang refresh', 32)));
  }

  /** The first token of a session. */
  first(sessionId: number): RefreshToken {
    return this.make(this.keys[0], { sessionId, generation: 0, seed: randomBytes(SEED_BYTES) });
  }

  /** The successors that a server may have given: by the present key and, while keys rotate, by the previous one. */
  successorsOf({ sessionId, generation, seed }: RefreshToken): RefreshToken[] {
    return this.keys.map((key) => this.make(key, { sessionId, generation: generation + 1, seed }));
  }

  /** Whether one of our servers made it, at any time that today's keys reach back to. */
  isGenuine(token: RefreshToken): boolean {
    return this.keys.some((key) => timingSafeEqual(this.make(key, token).mac, token.mac));
  }

  private make(key: Buffer, { sessionId, generation, seed }: Omit<RefreshToken, 'mac'>): RefreshToken {
    const mac = createHmac('sha256', key).update(`${sessionId}.${generation}.`).update(seed).digest();
    return { sessionId, generation, seed, mac };
  }
}

/** What is stored of a token. */
export function hashOf({ seed, mac }: RefreshToken): Buffer {
  return createHash('sha256').update(seed).update(mac).digest();
}

export function formatRefreshToken({ sessionId, generation, seed, mac }: RefreshToken): string {
  return `mr${sessionId}.${generation}.${Buffer.concat([seed, mac]).toString('base64url')}`;
}

/** The token's parts, or `undefined` for what is no refresh token. */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, sessionId, generation, secret] = FORM.exec(text) ?? [];
  if (!secret) return undefined;
  const bytes = Buffer.from(secret, 'base64url');
  return {
    sessionId: Number(sessionId),
    generation: Number(generation),
    seed: bytes.subarray(0, SEED_BYTES),
    mac: bytes.subarray(SEED_BYTES, SEED_BYTES + MAC_BYTES),
  };
}
