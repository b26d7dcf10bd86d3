import { describe, expect, it } from '@jest/globals';
import { inOrder, searchWords, sideBySide } from './search-words.js';

describe('searchWords', () => {
  it('tells how each word is looked for', () => {
    expect(searchWords('컴공 ㅋㅍㅌ 컴ㅍ C++ 컴2 ㅏ')).toEqual([
      { text: '컴공', kind: 'letters' },
      { text: 'ㅋㅍㅌ', kind: 'text' },
      { text: '컴ㅍ', kind: 'mixed' },
      { text: 'c++', kind: 'text' },
      { text: '컴2', kind: 'letters' },
      { text: 'ㅏ', kind: 'text' },
    ]);
  });

  it('takes each word once, and none that is not seen', () => {
    expect(searchWords('  AI\u3000ai \u200b ')).toEqual([{ text: 'ai', kind: 'text' }]);
  });
});

describe('patterns', () => {
  it('have no letter that means something else', () => {
    expect(inOrder('1%_\\가')).toBe('%1%\\%%\\_%\\\\%가%');
    const pattern = sideBySide('가.*[ㅋ');
    expect(pattern).toBe('\\x{ac00}\\x{2e}\\x{2a}\\x{5b}[ㅋ카-킿]');
  });
});
