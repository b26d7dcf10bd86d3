import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import type { Me } from '../../common/viewer.js';
import { Config } from '../../config/config.js';
import { AccessTokens, ALGORITHM, type AccessTokenClaims } from './access-tokens.js';
import { bearerOf } from './bearer.js';
import { SessionEnded, TokenInvalid } from './sessions.errors.js';
import { SessionsService } from './sessions.service.js';

/** Algorithm, issuer, audience and use are pinned; then the session decides, by its row. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    config: Config,
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
      issuer: config.jwtIssuer,
      audience: config.jwtAudience,
    });
  }

  async validate(claims: AccessTokenClaims): Promise<Me> {
    if (claims.use !== 'access' || !Number.isSafeInteger(claims.sid)) throw new TokenInvalid();
    const me = await this.sessions.find(claims.sid, Number(claims.sub));
    if (!me) throw new SessionEnded();
    return me;
  }
}
