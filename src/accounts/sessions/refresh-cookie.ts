import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.js';
import { OriginNotAllowed, RefreshCookieTwice } from './sessions.errors.js';

/** Browsers accept the prefix only with `Secure`, path `/` and no domain: no sub-domain can set this cookie. */
const HOST_NAME = '__Host-madang_refresh';
const HOST_OPTIONS = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const;
/** For plain http, as in development: browsers refuse the prefix there. */
const PLAIN_NAME = 'madang_refresh';
const PLAIN_OPTIONS = { path: '/api/v1/auth', httpOnly: true, secure: false, sameSite: 'strict' } as const;
/**
 * Until then, the plain name is accepted over https too and replaced at the next refresh: 30 days after the release that
 * introduced the prefix (2026-12-01).
 */
const PLAIN_NAME_OVER_HTTPS_UNTIL = new Date('2026-12-31T00:00:00Z');

export function setRefreshCookie(reply: FastifyReply, token: string, config: Config): void {
  const maxAge = config.refreshTokenSeconds;
  if (!isHttps(reply.request, config)) void reply.setCookie(PLAIN_NAME, token, { ...PLAIN_OPTIONS, maxAge });
  else {
    void reply.setCookie(HOST_NAME, token, { ...HOST_OPTIONS, maxAge });
    // Otherwise the next request has both.
    void reply.clearCookie(PLAIN_NAME, { ...PLAIN_OPTIONS, secure: true });
  }
}

export function clearRefreshCookie(reply: FastifyReply, config: Config): void {
  const isSecure = isHttps(reply.request, config);
  if (isSecure) void reply.clearCookie(HOST_NAME, HOST_OPTIONS);
  void reply.clearCookie(PLAIN_NAME, { ...PLAIN_OPTIONS, secure: isSecure });
}

/**
 * The refresh token in the cookie, or `undefined`. Browsers send cookies from any site, so the Origin must be ours or an
 * allowed one.
 *
 * @throws OriginNotAllowed
 * @throws RefreshCookieTwice for both names, or one of them twice: another site may have set one of the two
 */
export function refreshCookieOf(request: FastifyRequest, config: Config, now: Date): string | undefined {
  const names = [...(request.headers.cookie ?? '').matchAll(/(?<![^;\s])((?:__Host-)?madang_refresh)\s*=/g)];
  if (names.length === 0) return undefined;
  const origin = request.headers.origin;
  const own = [new URL(config.publicUrl).origin, `${request.protocol}://${request.host}`];
  if (origin === undefined || (!own.includes(origin) && !config.allowsOrigin(origin))) throw new OriginNotAllowed();
  if (names.length > 1) throw new RefreshCookieTwice();
  const [[, name]] = names;
  const isTaken = isHttps(request, config)
    ? name === HOST_NAME || now < PLAIN_NAME_OVER_HTTPS_UNTIL
    : name === PLAIN_NAME;
  return (isTaken && request.cookies[name]) || undefined;
}

/** As the client sees it: by X-Forwarded-Proto of a trusted proxy, or by PUBLIC_URL without that header. */
function isHttps(request: FastifyRequest, config: Config): boolean {
  return request.protocol === 'https' || config.publicUrl.startsWith('https:');
}
