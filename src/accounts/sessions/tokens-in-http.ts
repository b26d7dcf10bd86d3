import type { FastifyReply, FastifyRequest } from 'fastify';
import { withoutPlace } from '../../common/http/place.js';
import type { Config } from '../../config/config.js';
import { setRefreshCookie } from './refresh-cookie.js';
import type { TokenPlace } from './refresh-token-in.js';
import { tokenPairView, type TokenPairView } from './sessions.dto.js';
import type { Caller, TokenPair } from './sessions.service.js';

export function callerOf(request: FastifyRequest, reply: FastifyReply): Caller {
  return {
    userAgent: request.headers['user-agent'] ?? '',
    address: request.ip,
    isOver: () => reply.sent || reply.raw.destroyed,
    withoutPlace: (wait) => withoutPlace(request, wait),
  };
}

/** Puts the refresh token into the body or the cookie, as the client asked, and forbids caching. */
export function handOutTokens(
  reply: FastifyReply,
  pair: TokenPair,
  place: TokenPlace | undefined,
  config: Config,
): TokenPairView {
  void reply.header('Cache-Control', 'no-store');
  if (place === 'cookie') setRefreshCookie(reply, pair.refreshToken, config);
  return tokenPairView(pair, place === 'cookie');
}
