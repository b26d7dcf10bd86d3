import { describe, expect, it } from '@jest/globals';
import { VerifiedTokens } from './verified-tokens.js';

const claims = (sub: number, exp: number) => ({ sub: String(sub), sid: sub, use: 'access' as const, exp });
const now = Date.now() / 1000;

describe('VerifiedTokens', () => {
  it('knows a token by its exact text', () => {
    const verified = new VerifiedTokens();
    verified.add('a.b.c', claims(1, now + 60));
    expect(verified.get('a.b.c')).toMatchObject({ sub: '1' });
    expect(verified.get('a.b.C')).toBeUndefined();
  });

  it('knows none that has expired', () => {
    const verified = new VerifiedTokens();
    verified.add('a', claims(1, now - 1));
    verified.add('b', { ...claims(1, 0), exp: undefined as never });
    expect([verified.get('a'), verified.get('b')]).toEqual([undefined, undefined]);
  });

  it('keeps 10,000, the newest', () => {
    const verified = new VerifiedTokens();
    for (let i = 0; i <= 10_000; i++) verified.add(`token ${i}`, claims(i, now + 60));
    expect(verified.get('token 0')).toBeUndefined();
    expect(verified.get('token 1')).toMatchObject({ sub: '1' });
    expect(verified.get('token 10000')).toMatchObject({ sub: '10000' });
  });
});
