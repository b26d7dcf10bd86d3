import { createHmac, hkdfSync } from 'node:crypto';

/** @param purpose separates the uses of one key */
export type KeyedHash = (purpose: string, text: string) => Buffer;

/** HMAC-SHA-256 with a key that is derived from the secret. */
export function keyedHash(secret: string): KeyedHash {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'madang addresses', 32));
  return (purpose, text) => createHmac('sha256', key).update(`${purpose}\0${text}`).digest();
}
