import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { InvalidCursor } from './problems/general.errors.js';

/** The end of a page: the sort key and id of its last row. */
export type Position = readonly (number | string)[];

const MAC_BYTES = 12;
const MAX_CURSOR_LENGTH = 400;

/**
 * Cursors are opaque and signed, and the signature covers the list they belong to (route, sort and filters): one that
 * was altered, or carried over to another list, is 400 INVALID_CURSOR and never a page of something else.
 */
@Injectable()
export class Cursors {
  private readonly keys: Buffer[];

  constructor(config: Config) {
    this.keys = config.jwtSecrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'madang cursor', 32)));
  }

  /** @param list names route, sort and every filter of the list */
  encode(list: string, position: Position): string {
    const body = Buffer.from(JSON.stringify(position));
    return Buffer.concat([mac(this.keys[0], list, body), body]).toString('base64url');
  }

  /** @throws InvalidCursor unless `encode` made it for the same list */
  decode(list: string, cursor: string | undefined): Position | null {
    if (cursor === undefined) return null;
    if (cursor.length > MAX_CURSOR_LENGTH || !/^[\w-]+$/.test(cursor)) throw new InvalidCursor();
    const bytes = Buffer.from(cursor, 'base64url');
    // The decoder ignores a rest at the end.
    if (bytes.toString('base64url') !== cursor) throw new InvalidCursor();
    const [given, body] = [bytes.subarray(0, MAC_BYTES), bytes.subarray(MAC_BYTES)];
    const genuine = given.length === MAC_BYTES && this.keys.some((key) => timingSafeEqual(given, mac(key, list, body)));
    if (!genuine) throw new InvalidCursor();
    return JSON.parse(body.toString()) as Position;
  }
}

function mac(key: Buffer, list: string, body: Buffer): Buffer {
  return createHmac('sha256', key).update(list).update('\0').update(body).digest().subarray(0, MAC_BYTES);
}
