/** The length of a text as limits count it. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Invisible text, such as Hangul fillers and the blank of Braille, counts as white space. */
export const UNSEEN = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/** Control characters, line ends, bidi marks and overrides (UAX #9), and invisible characters. */
const DISGUISING = /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;

/** Emoji by UTS #51. Their selectors and joiners are invisible too. */
const PICTURE = String.raw`\p{Extended_Pictographic}[\p{Emoji_Modifier}\ufe0e\ufe0f]?`;
const EMOJI = new RegExp(
  // The flags of England, Scotland and Wales are spelt in invisible letters.
  String.raw`\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}` +
    String.raw`|[\d#*]\ufe0f\u20e3` +
    String.raw`|${PICTURE}(?:\u200d${PICTURE})*`,
  'gu',
);

/** Whether a line has characters that reverse or hide other text, or invisible ones, which let two lines look the same. */
export function isDisguised(line: string): boolean {
  return DISGUISING.test(line.replace(EMOJI, ''));
}

/**
 * Neither NUL nor a lone surrogate, which MySQL would store and no client could read back; no more than 30 marks on one
 * character, which is beyond any script (UAX #15, 13) and takes Unicode normalisation seconds: its time grows with the
 * square of their number.
 */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0') && !/\p{M}{31}/u.test(text);
}
