import type { AccessTokenClaims } from './access-tokens.js';

/** Tokens at most: the oldest makes room. */
const MAX_TOKENS = 10_000;

/**
 * A cache of verified claims, by the exact text of the token. It saves computing the signature again. Each use still
 * checks the expiry, and the caller still reads the session. The signing keys cannot change while the process runs.
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
