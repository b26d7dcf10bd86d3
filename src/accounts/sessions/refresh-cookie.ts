import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.js';
import { OriginNotAllowed } from './sessions.errors.js';

const NAME = 'madang_refresh';
const OPTIONS = { path: '/api/v1/auth', httpOnly: true, secure: true, sameSite: 'strict' } as const;

export function setRefreshCookie(reply: FastifyReply, token: string, config: Config): void {
  void reply.setCookie(NAME, token, { ...OPTIONS, maxAge: config.refreshTokenSeconds });
}

export function clearRefreshCookie(reply: FastifyReply): void {
  void reply.clearCookie(NAME, OPTIONS);
}

/**
 * The refresh token in the cookie, or `undefined`. A cookie comes along by itself, so the request has to say that it
 * comes from our own origin or from an allowed one.
 *
 * @throws OriginNotAllowed
 */
export function refreshCookieOf(request: FastifyRequest, config: Config): string | undefined {
  const token = request.cookies[NAME];
  if (!token) return undefined;
  const origin = request.headers.origin;
  const own = [new URL(config.publicUrl).origin, `${request.protocol}://${request.host}`];
  if (origin === undefined || (!own.includes(origin) && !config.allowsOrigin(origin))) throw new OriginNotAllowed();
  return token;
}
