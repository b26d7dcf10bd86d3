import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** nginx's id if it sends one, so that both logs have the same; else a new one. */
export function requestId(request: { headers: IncomingMessage['headers'] }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : newRequestId();
}

/** With the shape of a W3C trace id. */
export function newRequestId(): string {
  return randomBytes(16).toString('hex');
}
