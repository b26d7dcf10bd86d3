import { MalformedRequest } from '../problems/general.errors.js';
import { isStorable } from '../text.js';

/** Visible ASCII without an escape. */
const PLAIN = /^[\x21-\x24\x26-\x7e]+$/;

/**
 * Refuses a request target that is not ASCII (RFC 9112, 3.2), or has broken percent-encoding or characters that no text
 * may have: the query parser would pass it on silently.
 */
export function checkTarget(url: string): void {
  if (PLAIN.test(url)) return;
  let text: string | undefined;
  try {
    if (/^[\x21-\x7e]+$/.test(url)) text = decodeURIComponent(url);
  } catch {
    // refused below
  }
  if (text !== undefined && isStorable(text)) return;
  throw new MalformedRequest({
    detail: { en: 'The address is not valid percent-encoded UTF-8.', ko: '주소의 인코딩이 올바르지 않습니다.' },
  });
}

/** The path as logs and answers may hold it: no query, no secret of a calendar feed, nothing as long as a token. */
export function loggablePath(url: string): string {
  return url
    .split('?', 1)[0]
    .replace(/^(\/api\/v1\/calendars\/)[^/]+/, '$1[hidden]')
    .replace(/[\w-]{32,}/g, '[hidden]')
    .slice(0, 300);
}

/** A health check: must be answered under any load. */
export function isProbe(url: string): boolean {
  return url.startsWith('/health/') || url === '/metrics';
}
