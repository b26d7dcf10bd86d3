import { describe, expect, it } from '@jest/globals';
import type { Config } from '../../config/config.js';
import {
  formatRefreshToken,
  refreshHashOf,
  parseRefreshToken,
  RefreshTokens,
  type RefreshToken,
} from './refresh-tokens.js';

const withSecrets = (...jwtSecrets: string[]) => new RefreshTokens({ jwtSecrets } as Config);
const OLD = 'the-old-secret-the-old-secret-the-old';
const NEW = 'the-new-secret-the-new-secret-the-new';
const tokens = withSecrets(OLD);

/** The token `steps` refreshes after this one. */
const after = (token: RefreshToken, steps: number): RefreshToken =>
  steps === 0 ? token : after(tokens.successorsOf(token)[0], steps - 1);

describe('a refresh token', () => {
  it('is read back as it was written', () => {
    const token = tokens.first(7);
    const text = formatRefreshToken(token);
    expect(text).toMatch(/^mr7\.0\.[\w-]{64}$/);
    expect(parseRefreshToken(text)).toEqual(token);
  });

  it('is never the same for two sessions, even of one id', () => {
    expect(tokens.first(7)).not.toEqual(tokens.first(7));
  });

  it.each(['', 'mr', 'mr0.0.', `mr1.0.${'A'.repeat(63)}`, `mr1.0.${'A'.repeat(65)}`, `mr01.0.${'A'.repeat(64)}`])(
    'is not %j',
    (text) => {
      expect(parseRefreshToken(text)).toBeUndefined();
    },
  );

  it.each([
    `mr1.00.${'A'.repeat(64)}`,
    `mr1.-1.${'A'.repeat(64)}`,
    `mr1.0.${'A'.repeat(63)}+`,
    `mr1.0.${'A'.repeat(64)}\n`,
  ])('is not %j either', (text) => {
    expect(parseRefreshToken(text)).toBeUndefined();
  });

  it('has one spelling: each other last character is another token', () => {
    const text = formatRefreshToken(tokens.first(7));
    const spellings = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map(
      (last) => text.slice(0, -1) + last,
    );
    expect(spellings.map((one) => parseRefreshToken(one)!).filter((one) => tokens.isGenuine(one))).toHaveLength(1);
  });
});

describe('the succession', () => {
  it('is the same each time it is asked for', () => {
    const parent = tokens.first(7);
    expect(tokens.successorsOf(parent)).toEqual(tokens.successorsOf(parent));
    expect(tokens.successorsOf(parent)[0]).toMatchObject({ sessionId: 7, generation: 1 });
  });

  it('cannot be gone through without the key', () => {
    const parent = tokens.first(7);
    expect(withSecrets(NEW).successorsOf(parent)).not.toContainEqual(tokens.successorsOf(parent)[0]);
  });

  it('is followed by either key while keys rotate', () => {
    const parent = tokens.first(7);
    expect(withSecrets(NEW, OLD).successorsOf(parent)).toEqual([
      ...withSecrets(NEW).successorsOf(parent),
      ...tokens.successorsOf(parent),
    ]);
  });

  it('has another hash in each generation', () => {
    const parent = tokens.first(7);
    const hashes = [0, 1, 2, 3].map((steps) => refreshHashOf(after(parent, steps)).toString('hex'));
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('whether a token is genuine', () => {
  it('is known at any age', () => {
    const token = after(tokens.first(7), 5_000);
    expect(token.generation).toBe(5_000);
    expect(tokens.isGenuine(token)).toBe(true);
  });

  it('is known of the previous key, and of no third', () => {
    const token = tokens.first(7);
    expect(withSecrets(NEW, OLD).isGenuine(token)).toBe(true);
    expect(withSecrets(NEW).isGenuine(token)).toBe(false);
  });

  it('is denied to one of another session, generation, seed or signature', () => {
    const token = tokens.first(7);
    const forgeries: Partial<RefreshToken>[] = [
      { sessionId: 8 },
      { generation: 1 },
      { seed: Buffer.alloc(16) },
      { mac: Buffer.alloc(32) },
    ];
    for (const forgery of forgeries) expect(tokens.isGenuine({ ...token, ...forgery })).toBe(false);
  });

  it('is not fooled by digits that move from the session to the generation', () => {
    const { seed, mac } = after(tokens.first(1), 11);
    expect(tokens.isGenuine({ sessionId: 11, generation: 1, seed, mac })).toBe(false);
  });
});
