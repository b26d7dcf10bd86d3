import { describe, expect, it } from '@jest/globals';
import { differing } from './differing.js';

describe('differing', () => {
  const row = { id: 1, name: 'a', memo: 'b' as string | null };

  it('is what is given and something else', () => {
    expect(differing(row, { name: 'b', memo: undefined })).toEqual({ name: 'b' });
    expect(Object.keys(differing(row, { name: undefined, memo: 'b' }))).toEqual([]);
  });

  it('knows null for a value of its own', () => {
    expect(differing(row, { memo: null })).toEqual({ memo: null });
    expect(differing({ memo: null }, { memo: null })).toEqual({});
  });
});
