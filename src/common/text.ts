/** The length of a text as limits count it. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Text of which nothing is seen, such as Hangul fillers and the blank of Braille, is as good as white space. */
export const UNSEEN = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/**
 * Neither NUL nor a lone surrogate, which MySQL would store and no client could read back; no more than 30 marks on one
 * character, which is beyond any script (UAX #15, 13) and takes Unicode normalisation seconds: its time grows with the
 * square of their number.
 */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0') && !/\p{M}{31}/u.test(text);
}
