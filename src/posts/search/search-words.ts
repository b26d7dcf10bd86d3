import { codePoints } from '../../common/text.js';
import { escapeLike } from '../../common/like.js';

const MAX_WORDS = 10;

/**
 * Characters that MySQL's ngram parser certainly indexes: ASCII, Hangul, kana, Han. It skips most others by a table of
 * its own (`C++` has no pair, nor has an emoji), so the code concludes nothing from them.
 */
const INDEXED = /^[0-9A-Za-z_ㄱ-ㅎㅏ-ㅣ가-힣ぁ-ゖァ-ヺ一-龥]$/u;

/** A search: phrases anywhere in title or content, and single letters at the beginning of the title. */
export interface SearchWords {
  /** Two letters or more each. */
  phrases: string[];
  /** One letter each: the ngram index holds pairs of letters. */
  initials: string[];
}

/** Distinct words of a query. White space separates words; all other characters belong to them. */
export function searchWords(q: string): SearchWords {
  const words = [...new Set(q.normalize('NFC').split(/\s+/).filter(Boolean))].slice(0, MAX_WORDS);
  return {
    phrases: words.filter((word) => codePoints(word) > 1),
    initials: words.filter((word) => codePoints(word) === 1),
  };
}

/** The distinct pairs of letters that are in every matching post. */
export function pairsOf({ phrases }: SearchWords): string[] {
  const pairs = phrases.flatMap((phrase) => {
    const letters = Array.from(phrase);
    return letters.slice(1).flatMap((letter, i) => {
      const pair = [letters[i], letter];
      return pair.every((one) => INDEXED.test(one)) ? [pair.join('')] : [];
    });
  });
  return [...new Set(pairs)];
}

/** The words as conditions on table `x`: the one definition of a match. */
export function matchCondition({ phrases, initials }: SearchWords): { sql: string; parameters: string[] } {
  const conditions = [...phrases.map(() => containing), ...initials.map(() => 'x.title LIKE ?')];
  const parameters = [...phrases.flatMap(anywhere), ...initials.map((letter) => `${escapeLike(letter)}%`)];
  return { sql: conditions.join(' AND ') || 'FALSE', parameters };
}

/** The condition, with the parameters `anywhere`, that title or content of `x` contains a text. */
export const containing = '(x.title LIKE ? OR x.content LIKE ?)';

export function anywhere(text: string): string[] {
  return Array<string>(2).fill(`%${escapeLike(text)}%`);
}
