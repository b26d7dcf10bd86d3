import type { SearchedLecture } from './searched-lecture.js';
import { fold, syllablesOf } from './search-text.js';

/** The rank of a match. A lower rank comes first. */
export const RANKS = {
  exactTitle: 0,
  titlePrefix: 1,
  inTitle: 2,
  elsewhere: 3,
  lettersInOrder: 4,
  department: 5,
} as const;
export const LAST_RANK = RANKS.department;

/** The rank of a lecture, or -1 when it does not match. */
export type Ranking = (lecture: SearchedLecture) => number;

/**
 * The words of a query, separated by white space; each has to be found.
 *
 * In any field a word is found as it stands. In the title also by its letters in order (`컴공` for 컴퓨터공학), and by
 * initial consonants (`ㅋㅍㅌ`, `컴ㅍ`); in the department as its abbreviation. Latin words only as they stand: the
 * letters of `art` are in order in many a title.
 */
export function rankingOf(q: string): Ranking {
  const texts = [...new Set(q.split(/\s+/).map(fold).filter(Boolean))];
  if (texts.length === 0) return () => 0;
  const whole = fold(q);
  const words = texts.map(rankingOfWord);
  return (lecture) => {
    let rank: number = RANKS.inTitle;
    for (const rankOf of words) {
      const of = rankOf(lecture);
      if (of === -1) return -1;
      if (of > rank) rank = of;
    }
    if (lecture.title.startsWith(whole)) return lecture.title === whole ? RANKS.exactTitle : RANKS.titlePrefix;
    return rank;
  };
}

function rankingOfWord(word: string): Ranking {
  const hasSyllables = /[가-힣]/.test(word);
  const hasInitials = /[ㄱ-ㅎ]/.test(word);
  const letters = Array.from(word);
  const pattern = hasSyllables && hasInitials ? sideBySide(letters) : null;
  return (lecture) => {
    if (lecture.title.includes(word)) return RANKS.inTitle;
    if (lecture.others.includes(word)) return RANKS.elsewhere;
    if (pattern) return pattern.test(lecture.title) ? RANKS.lettersInOrder : -1;
    if (!hasSyllables) return lecture.initials.includes(word) ? RANKS.lettersInOrder : -1;
    if (areInOrder(letters, lecture.title)) return RANKS.lettersInOrder;
    return abbreviates(letters, lecture.stems) ? RANKS.department : -1;
  };
}

function areInOrder(letters: string[], text: string): boolean {
  let at = 0;
  for (const letter of letters) {
    const found = text.indexOf(letter, at);
    if (found === -1) return false;
    at = found + letter.length;
  }
  return true;
}

/** Whether a department is named so, in part or by its abbreviation. */
export function isDepartment(name: string, { department, stems }: SearchedLecture): boolean {
  return department.includes(name) || abbreviates(Array.from(name), stems);
}

const isSyllable = (letter: string): boolean => /[가-힣]/.test(letter);

/** A kind of course, no abbreviation of 전자공학부. */
const NO_ABBREVIATION = '전공';

/** `컴공` of 컴퓨터공, `정외` of 정치외교: the first letter, and others in order. */
function abbreviates(letters: string[], stems: string[]): boolean {
  if (letters.length < 2 || letters.join('') === NO_ABBREVIATION || !letters.every(isSyllable)) return false;
  return stems.some((stem) => stem.startsWith(letters[0]) && areInOrder(letters, stem));
}

/** The letters side by side, a consonant for each syllable that begins with it. */
function sideBySide(letters: string[]): RegExp {
  const pattern = letters.map((letter) => {
    const syllables = syllablesOf(letter);
    return syllables ? `[${letter}${syllables.join('-')}]` : `\\u{${letter.codePointAt(0)!.toString(16)}}`;
  });
  return new RegExp(pattern.join(''), 'u');
}
