import { codePoints } from '../../common/fields.js';
import { escapeLike } from '../../common/like.js';

const MAX_WORDS = 10;

/** What is searched: phrases anywhere in title or content, and single letters at the beginning of the title. */
export interface SearchWords {
  /** Two letters or more each. */
  phrases: string[];
  /** One letter each: the ngram index holds pairs of letters. */
  initials: string[];
}

/** Distinct words of a query; white space separates them, every other character is a letter. */
export function searchWords(q: string): SearchWords {
  const words = [...new Set(q.normalize('NFC').split(/\s+/).filter(Boolean))].slice(0, MAX_WORDS);
  return {
    phrases: words.filter((word) => codePoints(word) > 1),
    initials: words.filter((word) => codePoints(word) === 1),
  };
}

/** The words for MATCH … AGAINST (… IN BOOLEAN MODE): every phrase has to be there, and no character is an operator. */
export function booleanQuery({ phrases }: SearchWords): string {
  return phrases.map((phrase) => `+"${phrase.replaceAll('"', ' ')}"`).join(' ');
}

/** The words as LIKE conditions on table `x`, for rows that are looked at one by one. */
export function likeConditions({ phrases, initials }: SearchWords): { sql: string; parameters: string[] } {
  const conditions = [
    ...phrases.map(() => '(x.title LIKE ? OR x.content LIKE ?)'),
    ...initials.map(() => 'x.title LIKE ?'),
  ];
  const parameters = [
    ...phrases.flatMap((phrase) => Array<string>(2).fill(`%${escapeLike(phrase)}%`)),
    ...initials.map((letter) => `${escapeLike(letter)}%`),
  ];
  return { sql: conditions.join(' AND ') || 'FALSE', parameters };
}
