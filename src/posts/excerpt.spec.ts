import { describe, expect, it } from '@jest/globals';
import { excerptOf } from './excerpt.js';

describe('excerptOf', () => {
  it('is a short text itself, on one line', () => {
    expect(excerptOf('운영체제\n\n  중간고사')).toBe('운영체제 중간고사');
  });

  it('is 200 characters of a longer one, the last an ellipsis, and cuts no character in two', () => {
    expect(excerptOf('가'.repeat(200))).toBe('가'.repeat(200));
    expect(excerptOf('가'.repeat(201))).toBe(`${'가'.repeat(199)}…`);
    expect(excerptOf('😀'.repeat(20_000))).toBe(`${'😀'.repeat(199)}…`);
  });

  it('says that there is more behind a long gap, whole characters only', () => {
    const excerpt = excerptOf(`a${' '.repeat(1_598)}😀`);
    expect(excerpt).toBe('a…');
    expect(excerpt.isWellFormed()).toBe(true);
  });
});
