/** White space and invisible characters. */
const BLANK = /[\s\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Two consonants that a keyboard joins when they are typed one after the other, as final consonants are. */
const JOINED: Record<string, string> = {
  ㄳ: 'ㄱㅅ',
  ㄵ: 'ㄴㅈ',
  ㄶ: 'ㄴㅎ',
  ㄺ: 'ㄹㄱ',
  ㄻ: 'ㄹㅁ',
  ㄼ: 'ㄹㅂ',
  ㄽ: 'ㄹㅅ',
  ㄾ: 'ㄹㅌ',
  ㄿ: 'ㄹㅍ',
  ㅀ: 'ㄹㅎ',
  ㅄ: 'ㅂㅅ',
};

/** The form in which texts are compared: NFC, lower case, without blanks. Folding twice changes nothing. */
export function fold(text: string): string {
  return text
    .replace(BLANK, '')
    .normalize('NFC')
    .toLowerCase()
    .normalize('NFC')
    .replace(/[ㄳㄵㄶㄺ-ㅀㅄ]/g, (joined) => JOINED[joined]);
}

const INITIALS = Array.from('ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ');
const FIRST_SYLLABLE = 0xac00;
/** Syllables with the same initial consonant are adjacent in Unicode: 21 vowels by 28 endings. */
const PER_INITIAL = 21 * 28;

/** Every syllable as its initial consonant; other letters stay: `C언어` is `Cㅇㅇ`. */
export function initialsOf(text: string): string {
  return text.replace(
    /[가-힣]/g,
    (syllable) => INITIALS[Math.floor((syllable.charCodeAt(0) - FIRST_SYLLABLE) / PER_INITIAL)],
  );
}

/** The first and the last syllable with an initial consonant; `undefined` for any other letter. */
export function syllablesOf(initial: string): [first: string, last: string] | undefined {
  const index = INITIALS.indexOf(initial);
  if (index === -1) return undefined;
  const first = FIRST_SYLLABLE + index * PER_INITIAL;
  return [String.fromCharCode(first), String.fromCharCode(first + PER_INITIAL - 1)];
}

/** Endings of department names that no abbreviation has: `컴공` stands for 컴퓨터공학부, `컴과` does not. */
const ENDING = /(학과|학부|과|부|학|전공|계열|대학)$/;

/**
 * The folded names that abbreviations of a department may stand for: of each part of its name, without its ending.
 * `공과대학 컴퓨터공학부` gives `공과` and `컴퓨터공`.
 */
export function departmentStems(department: string | null): string[] {
  const parts = (department ?? '').split(/[\s·,/()&]+/).map(fold);
  return parts.map((part) => part.replace(ENDING, '')).filter((stem) => stem.length > 2);
}
