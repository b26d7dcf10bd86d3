import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fieldsOf, fold, initialsOf, searchTextOf, syllablesOf, type SearchedLecture } from './search-text.js';

const lecture = (given: Partial<SearchedLecture> = {}): SearchedLecture => ({
  title: '자료 구조',
  code: 'CSE-2017',
  professors: ['김 민수', 'Ada Lovelace'],
  department: '컴퓨터공학과',
  place: '공학관',
  rooms: ['공학관 301', null, '공학관 301', 'B102'],
  ...given,
});

describe('fold', () => {
  it('drops blanks of any kind and case, and puts Hangul together', () => {
    expect(fold(' C 언어\u3000\u200b와\u3164 UNIX\n')).toBe('c언어와unix');
    expect(fold('자료'.normalize('NFD'))).toBe('자료');
  });

  it('takes consonants apart that the keyboard joined', () => {
    expect(fold('ㄱㅅㄳㄵㅄㅀ')).toBe('ㄱㅅㄱㅅㄴㅈㅂㅅㄹㅎ');
    expect(fold('값닭')).toBe('값닭');
  });

  it('changes nothing the second time, and leaves nothing that parts fields', () => {
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

describe('searchTextOf', () => {
  it('has every field at its place, folded', () => {
    expect(fieldsOf(searchTextOf(lecture()))).toEqual({
      title: ['자료구조'],
      initials: ['ㅈㄹㄱㅈ'],
      code: ['cse-2017'],
      department: ['컴퓨터공학과'],
      professors: ['김민수', 'adalovelace'],
      place: ['공학관'],
      rooms: ['공학관301', 'b102'],
    });
  });

  it('has empty fields at theirs', () => {
    const none = lecture({ professors: [], department: null, place: null, rooms: [] });
    expect(searchTextOf(none)).toBe('자료구조\nㅈㄹㄱㅈ\ncse-2017\n\n\n\n');
    expect(fieldsOf(searchTextOf(none))).toMatchObject({ department: [], professors: [], place: [], rooms: [] });
  });

  it('fits into its column, however long the fields are, and cuts no letter in half', () => {
    const long = lecture({
      title: '👩'.repeat(200),
      professors: Array.from({ length: 30 }, (_, i) => `${i}`.padEnd(100, '교')),
      place: '관'.repeat(300),
    });
    const text = searchTextOf(long);
    expect(Array.from(text)).toHaveLength(1500);
    expect(text.isWellFormed()).toBe(true);
    expect(fieldsOf(text)).toMatchObject({ title: ['👩'.repeat(200)], code: ['cse-2017'], place: [], rooms: [] });
  });
});
