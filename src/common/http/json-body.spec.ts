import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Problem } from '../problems/problem.js';
import { isStorable } from '../text.js';
import { parseJsonBody } from './json-body.js';
import { cpuOf } from '../../../test/support/cpu.js';

const parse = (text: string) => parseJsonBody(Buffer.from(text));

function complaint(body: string | Buffer): { code: string; pointer?: string; what?: string } {
  try {
    parseJsonBody(Buffer.from(body as string));
  } catch (error) {
    const [first] = (error as Problem).options.errors ?? [];
    return { code: (error as Problem).code, ...(first && { pointer: first.pointer, what: first.code }) };
  }
  throw new Error('It was taken.');
}

describe('a body', () => {
  it('is what JSON.parse makes of it', () => {
    const keys = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((key) => !(key in Object.prototype) && isStorable(key));
    const values = fc.dictionary(keys, fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string())));
    fc.assert(
      fc.property(values, (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('\\u0000'));
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('may be empty, deep as 32 and hold brackets in its strings', () => {
    expect(parse('')).toBeUndefined();
    expect(parse(`${'['.repeat(32)}${']'.repeat(32)}`)).toBeInstanceOf(Array);
    expect(parse(JSON.stringify({ a: `${'[{'.repeat(100)}"\\`, b: ['\\"['] }))).toHaveProperty('b');
  });

  it.each([
    ['33 levels', `${'['.repeat(33)}${']'.repeat(33)}`],
    ['levels behind an escaped quotation mark', `{"a":"\\"","b":${'['.repeat(40)}${']'.repeat(40)}}`],
    ['more than 5,000 values', `[${'0,'.repeat(5_000)}0]`],
    ['more than 5,000 values in pieces', `[${`[${'0,'.repeat(99)}0],`.repeat(60)}0]`],
    ['more than 100 keys', JSON.stringify(Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`k${i}`, 0])))],
    ['__proto__', '{"a":{"__proto__":1}}'],
    ['half of a JSON', '{"a"'],
    ['two of them', '{}{}'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
  ])('must not be %s', (_, body) => expect(complaint(body)).toEqual({ code: 'MALFORMED_REQUEST' }));

  it.each([
    ['{"a":["x","\\u0000"]}', '#/a/1', 'UNSTORABLE_TEXT'],
    ['{"a":{"b":"\\ud83d"}}', '#/a/b', 'UNSTORABLE_TEXT'],
    ['"\\udc00"', '#', 'UNSTORABLE_TEXT'],
    ['{"a/b":{"c~d":"\\u0000"}}', '#/a~1b/c~0d', 'UNSTORABLE_TEXT'],
    ['{"\\ud800":1}', '#/\ufffd', 'UNSTORABLE_TEXT'],
    [JSON.stringify({ a: `e${'\u0301'.repeat(31)}` }), '#/a', 'UNSTORABLE_TEXT'],
    ['{"a":[{"constructor":1}]}', '#/a/0/constructor', 'UNKNOWN_KEY'],
    ['{"valueOf":1}', '#/valueOf', 'UNKNOWN_KEY'],
  ])('%s is refused where it stands', (body, pointer, what) => {
    expect(complaint(body)).toEqual({ code: 'INVALID_INPUT', pointer, what });
  });
});

describe('text that can be stored', () => {
  it.each(['', '가나다', 'Zoë'.normalize('NFD'), '👩‍👩‍👧‍👦', 'ก็็็', 'नमस्ते', `e${'\u0301'.repeat(30)}`, '\ufffd', '\u200b'])(
    'is %j',
    (text) => expect(isStorable(text)).toBe(true),
  );
  it.each(['\0', 'a\ud800', '\udfffb', `e${'\u0301'.repeat(31)}`])('is not %j', (text) =>
    expect(isStorable(text)).toBe(false),
  );

  it('can be normalised in no time', async () => {
    const longest = `e${'\u0301'.repeat(15)}${'\u0316'.repeat(15)}`.repeat(4_000);
    expect(isStorable(longest)).toBe(true);
    expect(await cpuOf(() => longest.normalize('NFC'))).toBeLessThan(1_000);
  });
});

describe('a key that is there twice', () => {
  const errorsOf = (text: string) => {
    try {
      parseJsonBody(Buffer.from(text));
      return [];
    } catch (error) {
      return (error as Problem).options.errors?.map(({ pointer, code }) => [pointer, code]);
    }
  };

  it.each([
    ['{"a":1,"a":2}', '#/a'],
    ['{"a":1, "b" : {"c":[], "c":{}}}', '#/b/c'],
    ['[1,"x",{"a":"b","c":"a","a":1}]', '#/2/a'],
    ['{"a":1,"\\u0061":2}', '#/a'],
    ['{"x":[{"a":1},{"b":[[],{"c":1,"c":1}]}]}', '#/x/1/b/1/c'],
    ['{"":1,"":2}', '#/'],
  ])('%s is refused', (text, pointer) => expect(errorsOf(text)).toEqual([[pointer, 'DUPLICATE_KEY']]));

  it.each([
    '{"a":"a","b":"a"}',
    '{"a":{"a":1},"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '["a","a"]',
    '{"a":"{\\"b\\":1,\\"b\\":2}"}',
    '{"a\\\\":1,"a":2}',
    '"a"',
  ])('%s has none', (text) => expect(errorsOf(text)).toEqual([]));
});
