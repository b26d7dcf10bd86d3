import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';

export interface RefreshToken {
  sessionId: number;
  /** Number of refreshes before it. */
  generation: number;
  /** Random, the same in all tokens of a session. */
  seed: Buffer;
  /** HMAC of the fields above with the server's key. */
  mac: Buffer;
}

const SEED_BYTES = 16;
const MAC_BYTES = 32;
/** The last part is 48 bytes in exactly 64 characters, without spare bits: no token has two spellings. */
const FORM = /^mr([1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,9})\.([\w-]{64})$/;

/**
 * Makes refresh tokens from a session's seed and a server key. The successor of a token can be made again although only a
 * hash is stored, and an old token is recognised without a list. Neither the database nor a token is enough to make the
 * next token.
 */
@Injectable()
export class RefreshTokens {
  private readonly keys: Buffer[];

  constructor(config: Config) {
    this.keys = config.jwtSecrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'madang refresh', 32)));
  }

  first(sessionId: number): RefreshToken {
    return this.make(this.keys[0], { sessionId, generation: 0, seed: randomBytes(SEED_BYTES) });
  }

  /** The possible successors: by the current key and, while keys rotate, by the previous one. */
  successorsOf({ sessionId, generation, seed }: RefreshToken): RefreshToken[] {
    return this.keys.map((key) => this.make(key, { sessionId, generation: generation + 1, seed }));
  }

  /** Whether it was made with one of the configured keys. */
  isGenuine(token: RefreshToken): boolean {
    return this.keys.some((key) => timingSafeEqual(this.make(key, token).mac, token.mac));
  }

  private make(key: Buffer, { sessionId, generation, seed }: Omit<RefreshToken, 'mac'>): RefreshToken {
    const mac = createHmac('sha256', key).update(`${sessionId}.${generation}.`).update(seed).digest();
    return { sessionId, generation, seed, mac };
  }
}

/** Stored instead of the token. */
export function refreshHashOf({ seed, mac }: RefreshToken): Buffer {
  return createHash('sha256').update(seed).update(mac).digest();
}

export function formatRefreshToken({ sessionId, generation, seed, mac }: RefreshToken): string {
  return `mr${sessionId}.${generation}.${Buffer.concat([seed, mac]).toString('base64url')}`;
}

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
