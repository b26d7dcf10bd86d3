import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { BadRow, type CatalogueFormat } from './format.js';
import { formatOf } from './formats.js';
import { type CatalogueFile, type LocatedRecord, recordsOf } from './records.js';

const fileWith = (text: string): CatalogueFile => {
  const bytes = Buffer.from(text);
  return {
    bytes: bytes.length,
    open: (end = Infinity) => Readable.from([bytes.subarray(0, Math.min(end + 1, bytes.length))]),
  };
};

const format = (file: CatalogueFormat['file']): CatalogueFormat => ({
  ...{ name: 'own', title: 'own', key: { code: 'code', section: 'section' }, recordIs: 'lecture' },
  file,
  rowOf: () => ({ meetings: [] }),
});

async function read(text: string, file: CatalogueFormat['file']): Promise<LocatedRecord[]> {
  const records: LocatedRecord[] = [];
  for await (const record of recordsOf(fileWith(text), format(file))) records.push(record);
  return records;
}

it('passes over lines before the header, and counts them', async () => {
  const text = '\uFEFF2026 가을, 개설강좌\n\ncode,section\nA,1\nB,2\n';
  expect(await read(text, { type: 'csv', columns: ['code'], skipLines: 2 })).toEqual([
    { line: 4, record: { code: 'A', section: '1' }, fault: null },
    { line: 5, record: { code: 'B', section: '2' }, fault: null },
  ]);
});

it('reads several records out of one object, in a list below the outermost object', async () => {
  const text = JSON.stringify({ data: { subjects: [{ code: 'A', sections: ['1', '2'] }, { code: 'B' }, 5] } });
  const records = await read(text, {
    type: 'json',
    list: 'data.subjects',
    keys: ['code'],
    recordsOf: ({ code, sections }) => {
      if (!Array.isArray(sections)) throw new BadRow('has no sections');
      return sections.map((section) => ({ code, section }));
    },
  });
  expect(records).toEqual([
    { line: 1, record: { code: 'A', section: '1' }, fault: null },
    { line: 1, record: { code: 'A', section: '2' }, fault: null },
    { line: 2, record: { code: 'B' }, fault: 'has no sections' },
    { line: 3, record: {}, fault: 'is no object' },
  ]);
});

it('does not take a fault of the format for a fault of the file', async () => {
  const file = {
    ...({ type: 'json', list: 'subjects', keys: ['code'] } as const),
    recordsOf: ({ sections }: any) => sections.map((section: string) => ({ section })),
  };
  await expect(read(JSON.stringify({ subjects: [{ code: 'A', sections: null }] }), file)).rejects.toThrow(TypeError);
});

describe('a rejected format', () => {
  it.each<[string, string | undefined, string]>([
    ['a,b\n1,2\n', undefined, 'It is text, and its first row reads "a", "b".'],
    ['a,b\n1,2\n', 'csv', 'It is text, and its first row reads "a", "b".'],
    ['{"rows": [{"x": 1}]}', undefined, 'It is JSON with the keys "rows", "x".'],
    ['{"rows": [{"x": 1}]}', 'dongguk', 'It is JSON with the keys "rows", "x".'],
    ['[1, 2]', undefined, 'It is JSON without a key.'],
    [`${Array.from({ length: 15 }, (_, i) => `c${i}`).join()}\n`, undefined, '"c11" and 3 more.'],
  ])('says what it read: %j as %s', async (text, name, told) => {
    await expect(formatOf(fileWith(text), name)).rejects.toThrow(told);
  });
});
