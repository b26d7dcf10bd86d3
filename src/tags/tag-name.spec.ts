import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalTag } from './tag-name.js';

describe('canonicalTag', () => {
  it.each([
    ['#중간고사', '중간고사'],
    ['  ##OS ', 'os'],
    ['# #os', 'os'],
    ['운영 체제', '운영 체제'],
    ['c#', 'c#'],
    ['e\u0301', 'é'],
    ['...', '...'],
    ['가'.repeat(50), '가'.repeat(50)],
    ['😀'.repeat(50), '😀'.repeat(50)],
    ['❤\ufe0f', '❤\ufe0f'],
    ['👩\u200d💻 개발', '👩\u200d💻 개발'],
  ])('%j is the tag %j', (text, tag) => {
    expect(canonicalTag(text)).toBe(tag);
  });

  it.each([
    '',
    ' ',
    '#',
    '# #',
    '.',
    '..',
    '#..',
    'a/b',
    'a  b',
    'a\tb',
    'a\nb',
    'a\u00a0b',
    'a\u200bb',
    '\u202ea',
    '\u3164',
    'a\u2800b',
    'a\u034fb',
    'a\ufe0fb',
    'a\u00adb',
    'a\u3164b',
    'a\u200db',
    '❤\ufe0f\ufe0f',
    '😀\u200d',
    'a\ufff9b',
    '가'.repeat(51),
  ])('%j is no tag', (text) => {
    expect(canonicalTag(text)).toBeUndefined();
  });

  it('leaves a tag as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const tag = canonicalTag(text);
        if (tag !== undefined) expect(canonicalTag(tag)).toBe(tag);
      }),
      { numRuns: 2_000 },
    );
  });
});
