import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** nginx's id when it sends one, so that its log and ours meet; else a new one with the shape of a W3C trace id. */
export function requestId(request: { headers: IncomingMessage['headers'] }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomBytes(16).toString('hex');
}
