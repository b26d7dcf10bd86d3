import { escapeLike } from '../../common/like.js';
import { fold, syllablesOf } from './search-text.js';

/**
 * How a word is looked for, besides as it stands in any field. `letters`: its letters in order in the title, as `컴공`
 * stands for 컴퓨터공학; so every word with a syllable. `mixed`: syllables and initial consonants side by side in the title,
 * as `컴ㅍ` is while one types. `text`: nothing besides. Initial consonants alone are such a text, of the field of initials;
 * and Latin words: the letters of `art` stand in order in many a title.
 */
export interface SearchWord {
  text: string;
  kind: 'letters' | 'mixed' | 'text';
}

/** The distinct words of a query, separated by white space. */
export function searchWords(q: string): SearchWord[] {
  const texts = new Set(q.split(/\s+/).map(fold).filter(Boolean));
  return [...texts].map((text) => ({ text, kind: kindOf(text) }));
}

function kindOf(text: string): SearchWord['kind'] {
  if (!/[가-힣]/.test(text)) return 'text';
  return /[ㄱ-ㅎ]/.test(text) ? 'mixed' : 'letters';
}

/** For LIKE: the text somewhere. */
export function anywhere(text: string): string {
  return `%${escapeLike(text)}%`;
}

/** For LIKE: the letters in order. */
export function inOrder(text: string): string {
  return `%${Array.from(text, escapeLike).join('%')}%`;
}

/** For REGEXP_LIKE: the letters side by side, a consonant for each syllable that begins with it. */
export function sideBySide(text: string): string {
  return Array.from(text, (letter) => {
    const syllables = syllablesOf(letter);
    return syllables ? `[${letter}${syllables.join('-')}]` : `\\x{${letter.codePointAt(0)!.toString(16)}}`;
  }).join('');
}
