import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { departmentStems, fold, initialsOf, syllablesOf } from './search-text.js';

describe('fold', () => {
  it('drops blanks of any kind and case, and puts Hangul together', () => {
    expect(fold(' C 언어\u3000\u200b와\u3164 UNIX\n')).toBe('c언어와unix');
    expect(fold('자료'.normalize('NFD'))).toBe('자료');
  });

  it('takes consonants apart that the keyboard joined', () => {
    expect(fold('ㄱㅅㄳㄵㅄㅀ')).toBe('ㄱㅅㄱㅅㄴㅈㅂㅅㄹㅎ');
    expect(fold('값닭')).toBe('값닭');
  });

  it('changes nothing the second time, and leaves no white space', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
        expect(fold(text)).not.toMatch(/\s/);
      }),
    );
  });
});

describe('initialsOf', () => {
  it('leaves what is no syllable', () => {
    expect(initialsOf('컴퓨터그래픽스2')).toBe('ㅋㅍㅌㄱㄹㅍㅅ2');
    expect(initialsOf('c언어🎉ㅋ')).toBe('cㅇㅇ🎉ㅋ');
  });

  it('agrees with how Unicode takes syllables apart', () => {
    for (let code = 0xac00; code <= 0xd7a3; code++) {
      const syllable = String.fromCharCode(code);
      const initial = initialsOf(syllable);
      const [first, last] = syllablesOf(initial)!;
      const begins = (one: string) => one.normalize('NFD')[0];
      expect([begins(first), begins(last)]).toEqual([begins(syllable), begins(syllable)]);
    }
    expect(syllablesOf('ㄳ')).toBeUndefined();
    expect(syllablesOf('a')).toBeUndefined();
  });
});

describe('departmentStems', () => {
  it('are the parts of the name without their endings', () => {
    expect(departmentStems('컴퓨터공학과')).toEqual(['컴퓨터공']);
    expect(departmentStems('공과대학 컴퓨터·AI학부')).toEqual(['컴퓨터']);
    expect(departmentStems('사회과학대학 정치외교학과')).toEqual(['사회과학', '정치외교']);
    expect(departmentStems('수학과')).toEqual([]);
    expect(departmentStems(null)).toEqual([]);
  });
});
