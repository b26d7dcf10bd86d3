/** The length of a text as limits count it. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Text of which nothing is seen, such as Hangul fillers and the blank of Braille, is as good as white space. */
export const UNSEEN = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Control characters, ends of lines, marks and overrides of direction (UAX #9), and all that is not seen. */
const DISGUISING = /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;

/** Emoji as UTS #51 spells them, with selectors and joiners that are not seen either. */
const PICTURE = String.raw`\p{Extended_Pictographic}[\p{Emoji_Modifier}\ufe0e\ufe0f]?`;
const EMOJI = new RegExp(
  // England, Scotland and Wales, in letters that are not seen.
  String.raw`\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}` +
    String.raw`|[\d#*]\ufe0f\u20e3` +
    String.raw`|${PICTURE}(?:\u200d${PICTURE})*`,
  'gu',
);

/** Whether a line holds what would reverse or hide the text beside it, or what makes two of lines that look the same. */
export function isDisguised(line: string): boolean {
  return DISGUISING.test(line) && DISGUISING.test(line.replace(EMOJI, ''));
}

/**
 * Neither NUL nor a lone surrogate, which MySQL would store and no client could read back; no more than 30 marks on one
 * character, which is beyond any script (UAX #15, 13) and takes Unicode normalisation seconds: its time grows with the
 * square of their number.
 */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0') && !/\p{M}{31}/u.test(text);
}
