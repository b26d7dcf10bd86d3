/** The length of a text as limits count it. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Text of which nothing is seen, such as Hangul fillers and the blank of Braille, is as good as white space. */
export const UNSEEN = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/**
 * Control characters, ends of lines, marks and overrides of direction (UAX #9), and blanks without width. The joiners
 * stay: emoji and some scripts need them.
 */
export const DISGUISING =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb]/u;

/**
 * Neither NUL nor a lone surrogate, which MySQL would store and no client could read back; no more than 30 marks on one
 * character, which is beyond any script (UAX #15, 13) and takes Unicode normalisation seconds: its time grows with the
 * square of their number.
 */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0') && !/\p{M}{31}/u.test(text);
}
