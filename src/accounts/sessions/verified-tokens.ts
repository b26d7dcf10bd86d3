import type { AccessTokenClaims } from './access-tokens.js';

/** Tokens at most: the oldest makes room. */
const MAX_TOKENS = 10_000;

/**
 * The claims of tokens that were verified, by the exact text of the token, so that their signature is not computed again.
 * The session behind a token is asked for every time, and its end of validity is looked at every time. The keys are those
 * of the process's start, as long as this lives.
 */
export class VerifiedTokens<Claims extends AccessTokenClaims & { exp?: unknown }> {
  private readonly claims = new Map<string, Claims>();

  add(token: string, claims: Claims): void {
    if (this.claims.size >= MAX_TOKENS) {
      const [oldest] = this.claims.keys();
      this.claims.delete(oldest);
    }
    this.claims.set(token, claims);
  }

  /** @returns `undefined` for a token that is unknown or has expired */
  get(token: string): Claims | undefined {
    const claims = this.claims.get(token);
    if (!claims) return undefined;
    if (typeof claims.exp === 'number' && Date.now() / 1000 < claims.exp) return claims;
    this.claims.delete(token);
    return undefined;
  }
}
