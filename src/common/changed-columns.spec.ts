import { describe, expect, it } from '@jest/globals';
import { changedColumns } from './changed-columns.js';

describe('changedColumns', () => {
  const row = { id: 1, name: 'a', memo: 'b' as string | null };

  it('is what is given and something else', () => {
    expect(changedColumns(row, { name: 'b', memo: undefined })).toEqual({ name: 'b' });
    expect(Object.keys(changedColumns(row, { name: undefined, memo: 'b' }))).toEqual([]);
  });

  it('knows null for a value of its own', () => {
    expect(changedColumns(row, { memo: null })).toEqual({ memo: null });
    expect(changedColumns({ memo: null }, { memo: null })).toEqual({});
  });
});
