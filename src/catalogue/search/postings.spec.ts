import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { difference, firstFrom, idsIn, intersection, PostingList, union } from './postings.js';

const MAX_ID = 2 ** 32 - 1;
const ascending = (max: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max }), { maxLength: 60 }).map((ids) => ids.sort((a, b) => a - b));
/** Lists that have much in common, and lists that are far apart. */
const ids = fc.oneof(ascending(80), ascending(5_000), ascending(MAX_ID));
const listed = (list: Iterable<number>) => Uint32Array.from(list);

describe('PostingList', () => {
  it('keeps ids of any size', () => {
    fc.assert(
      fc.property(ids, (given) => {
        const list = new PostingList();
        for (const id of given) {
          list.add(id);
          list.add(id);
        }
        expect(list.count).toBe(given.length);
        expect([...idsIn(list.bytes, list.count)]).toEqual(given);
      }),
    );
  });

  it('takes a byte for each of a row', () => {
    const list = new PostingList();
    for (let id = 1; id <= 1000; id++) list.add(id);
    expect(list.bytes).toHaveLength(1000);
  });
});

describe('sets of ids', () => {
  it('are as sets are', () => {
    fc.assert(
      fc.property(ids, ids, fc.array(ids, { maxLength: 4 }), (a, b, lists) => {
        expect([...intersection(listed(a), listed(b))]).toEqual(a.filter((id) => b.includes(id)));
        expect([...difference(listed(a), listed(b))]).toEqual(a.filter((id) => !b.includes(id)));
        expect([...union(lists.map(listed))]).toEqual([...new Set(lists.flat())].sort((x, y) => x - y));
      }),
    );
  });

  it('are searched from a place on', () => {
    fc.assert(
      fc.property(ids, fc.nat(80), fc.integer({ min: 0, max: 90 }), (given, at, id) => {
        const from = Math.min(at, given.length);
        const after = given.slice(from).findIndex((one) => one >= id);
        expect(firstFrom(listed(given), from, id)).toBe(after === -1 ? given.length : from + after);
      }),
    );
  });
});
