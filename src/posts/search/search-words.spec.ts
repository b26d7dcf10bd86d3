import { describe, expect, it } from '@jest/globals';
import { matchCondition, pairsOf, searchWords } from './search-words.js';

describe('searchWords', () => {
  it('separates phrases from single letters, whatever they are made of', () => {
    expect(searchWords('운영체제 A c++ "" 🎉')).toEqual({ phrases: ['운영체제', 'c++', '""'], initials: ['A', '🎉'] });
  });

  it('takes any white space between words, and each word once', () => {
    expect(searchWords(' 과제\u3000과제\n시험 ')).toEqual({ phrases: ['과제', '시험'], initials: [] });
  });

  it('puts Hangul together that came taken apart', () => {
    expect(searchWords('각'.normalize('NFD'))).toEqual({ phrases: [], initials: ['각'] });
  });

  it('takes ten words at most', () => {
    expect(searchWords(Array.from({ length: 20 }, (_, i) => `낱말${i}`).join(' ')).phrases).toHaveLength(10);
  });
});

describe('pairsOf', () => {
  it('gives neighbouring letters, each pair once', () => {
    expect(pairsOf(searchWords('중간고사 고사장'))).toEqual(['중간', '간고', '고사', '사장']);
    expect(pairsOf(searchWords('ㅋㅋㅋ'))).toEqual(['ㅋㅋ']);
  });

  it('gives none across what the index may skip', () => {
    expect(pairsOf(searchWords('C++ 3.14 a"b 🎉🎊'))).toEqual(['14']);
  });
});

describe('matching', () => {
  it('escapes wildcards', () => {
    expect(matchCondition(searchWords('50%_ %')).parameters).toEqual(['%50\\%\\_%', '%50\\%\\_%', '\\%%']);
  });

  it('matches nothing without words', () => {
    expect(matchCondition({ phrases: [], initials: [] }).sql).toBe('FALSE');
  });
});
