import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Config } from '../config/config.js';
import { Cursors } from './cursor.js';
import { ListKey, pageOf } from './pages.js';

const cursors = new Cursors({ jwtSecrets: ['secret'] } as Config);
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

describe('a cursor', () => {
  it('holds its position', () => {
    const positions = fc.array(fc.oneof(fc.integer(), fc.string({ unit: 'grapheme' })), { maxLength: 4 });
    fc.assert(
      fc.property(positions, (position) => {
        fc.pre(JSON.stringify(position).length < 200);
        expect(cursors.decode('list', cursors.encode('list', position))).toEqual(position);
      }),
    );
  });

  it('is none at the first page', () => expect(cursors.decode('list', undefined)).toBeNull());

  it('is of no other list, key or form', () => {
    const cursor = cursors.encode('list', [7]);
    const refused = (decode: () => unknown) => expect(decode).toThrow('INVALID_CURSOR');
    refused(() => cursors.decode('other', cursor));
    refused(() => new Cursors({ jwtSecrets: ['other'] } as Config).decode('list', cursor));
    for (const text of ['', 'x', '!', '====', `${cursor}A`, `${cursor}=`, ` ${cursor}`, 'A'.repeat(401)]) {
      refused(() => cursors.decode('list', text));
    }
  });

  it('is void with any one character changed', () => {
    const cursor = cursors.encode('list', [1700000000000, 42]);
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...ALPHABET), (at, character) => {
        fc.pre(cursor[at] !== character);
        const altered = cursor.slice(0, at) + character + cursor.slice(at + 1);
        expect(() => cursors.decode('list', altered)).toThrow('INVALID_CURSOR');
      }),
    );
  });

  it('outlives a rotation of the key', () => {
    const rotated = new Cursors({ jwtSecrets: ['new', 'secret'] } as Config);
    expect(rotated.decode('list', cursors.encode('list', [7]))).toEqual([7]);
  });
});

describe('a list', () => {
  it('is the same whatever order its filters come in, and another with other filters', () => {
    const cursor = new ListKey(cursors, '/posts', { tag: 'a', board: 1, q: undefined }).cursor(7);
    expect(new ListKey(cursors, '/posts', { board: 1, tag: 'a' }).position(cursor)).toEqual([7]);
    for (const filters of [{}, { tag: 'a' }, { tag: 'a', board: 2 }, { tag: 'a', board: '1' }]) {
      expect(() => new ListKey(cursors, '/posts', filters).position(cursor)).toThrow('INVALID_CURSOR');
    }
    expect(() => new ListKey(cursors, '/tags', { tag: 'a', board: 1 }).position(cursor)).toThrow('INVALID_CURSOR');
  });

  it('has a next page when there is one row more than the limit', () => {
    const page = (rows: number[]) => pageOf(rows, 2, (row) => row * 10, String);
    expect(page([])).toEqual({ items: [], nextCursor: null });
    expect(page([1, 2])).toEqual({ items: [10, 20], nextCursor: null });
    expect(page([1, 2, 3])).toEqual({ items: [10, 20], nextCursor: '2' });
  });
});
