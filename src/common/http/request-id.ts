import { randomFillSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** nginx's id if it sends one, so that both logs have the same; else a new one. */
export function requestId(request: { headers: IncomingMessage['headers'] }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : newRequestId();
}

const BYTES = 16;
/** Random bytes for 256 ids: asking for a few costs as much as for all of them. */
const pool = Buffer.alloc(256 * BYTES);
let used = pool.length;

/** With the shape of a W3C trace id. */
export function newRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.toString('hex', used, (used += BYTES));
}
