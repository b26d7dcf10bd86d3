import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';

/** What a refresh token says: its session, its place in that session's chain, and the secret. */
export interface RefreshToken {
  sessionId: number;
  generation: number;
  secret: Buffer;
}

const FORM = /^mr([1-9][0-9]{0,9})\.(0|[1-9][0-9]{0,9})\.([\w-]{43})$/;
/** 14 days of refreshing every 10 minutes; an older token is not worth following. */
const MAX_STEPS = 2_100;

/**
 * Refresh tokens form a chain: successor = HMAC(server key, token). So a lost answer can be given again although only
 * a hash is stored, and an old token can be told from a forged one by following the chain from it to today's hash.
 */
@Injectable()
export class RefreshTokens {
  private readonly keys: Buffer[];

  constructor(config: Config) {
    this.keys = config.jwtSecrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'madang refresh', 32)));
  }

  newSecret(): Buffer {
    return randomBytes(32);
  }

  /** The successors that this server may have given: by the present key and, while keys rotate, by the previous one. */
  successorsOf(secret: Buffer): Buffer[] {
    return this.keys.map((key) => step(key, secret));
  }

  /** Whether `steps` successions lead from `secret` to the token whose hash is stored. */
  leadsTo(secret: Buffer, steps: number, hash: Buffer): boolean {
    if (steps > MAX_STEPS) return false;
    return this.keys.some((key) => {
      let current = secret;
      for (let i = 0; i < steps; i++) current = step(key, current);
      return timingSafeEqual(hashOf(current), hash);
    });
  }
}

export function hashOf(secret: Buffer): Buffer {
  return createHash('sha256').update(secret).digest();
}

export function formatRefreshToken({ sessionId, generation, secret }: RefreshToken): string {
  return `mr${sessionId}.${generation}.${secret.toString('base64url')}`;
}

/** The token's parts, or `undefined` for what is no refresh token. */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, sessionId, generation, secret] = FORM.exec(text) ?? [];
  if (!secret) return undefined;
  return { sessionId: Number(sessionId), generation: Number(generation), secret: Buffer.from(secret, 'base64url') };
}

function step(key: Buffer, secret: Buffer): Buffer {
  return createHmac('sha256', key).update(secret).digest();
}
