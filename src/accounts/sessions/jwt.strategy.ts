import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import passport from 'passport';
import { Strategy } from 'passport-jwt';
import { parseId } from '../../common/ids.js';
import type { Me } from '../../common/viewer.js';
import { Config } from '../../config/config.js';
import { AccessTokens, ALGORITHM, type AccessTokenClaims } from './access-tokens.js';
import { bearerOf } from './bearer.js';
import { SessionEnded, TokenInvalid } from './sessions.errors.js';
import { SessionsService } from './sessions.service.js';
import { VerifiedTokens } from './verified-tokens.js';

/** Unix times in seconds, if the token has valid ones. */
interface Times {
  iat?: unknown;
  exp?: unknown;
}

/** Seconds by which the clocks of two instances may differ. */
const CLOCK_TOLERANCE = 5;

type Claims = AccessTokenClaims & Times;

/** Checks algorithm, issuer, audience, use and times, then that the session still has a row. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  /** passport's list of strategies is global: several applications in one process, as in tests, need several names. */
  readonly id = `jwt ${randomUUID()}`;
  private readonly verified = new VerifiedTokens<Claims>();

  constructor(
    private readonly config: Config,
    tokens: AccessTokens,
    private readonly sessions: SessionsService,
  ) {
    super({
      jwtFromRequest: (request) => bearerOf(request.headers.authorization),
      secretOrKeyProvider: (_request, token, done) => {
        const key = tokens.keyOf(token as string);
        // passport-jwt's types know only strings and buffers; jsonwebtoken takes a KeyObject.
        done(key ? null : new TokenInvalid(), key as never);
      },
      algorithms: [ALGORITHM],
      passReqToCallback: true,
      issuer: config.jwtIssuer,
      audience: config.jwtAudience,
    });
    passport.use(this.id, this);
  }

  /** Called by passport with the claims of a token whose signature is right. */
  async validate({ headers }: FastifyRequest, claims: Claims): Promise<Me> {
    const me = await this.accountOf(claims);
    this.verified.add(bearerOf(headers.authorization)!, claims);
    return me;
  }

  /**
   * Asks for the session of a token that has been verified before and is still valid.
   *
   * @returns `undefined` for any other token
   * @throws SessionEnded
   */
  async validateAgain(token: string): Promise<Me | undefined> {
    const claims = this.verified.get(token);
    return claims && this.accountOf(claims);
  }

  private async accountOf(claims: Claims): Promise<Me> {
    const accountId = parseId(claims.sub);
    const isOurs = claims.use === 'access' && Number.isSafeInteger(claims.sid) && this.isTimely(claims);
    if (!isOurs || accountId === undefined) throw new TokenInvalid();
    const me = await this.sessions.find(claims.sid, accountId);
    if (!me) throw new SessionEnded();
    return me;
  }

  /** Not issued in the future, and not valid for longer than our tokens: limits the use of a leaked key. */
  private isTimely({ iat, exp }: Times): boolean {
    if (typeof iat !== 'number' || typeof exp !== 'number') return false;
    return iat <= Date.now() / 1000 + CLOCK_TOLERANCE && exp - iat <= this.config.accessTokenSeconds;
  }
}
