/** Text in a picture that nobody lays out: an SVG wraps nothing by itself, and which fonts a viewer has is not known. */

const segmenter = new Intl.Segmenter('ko', { granularity: 'grapheme' });

/** Not in XML 1.0 at all, or turning round what follows: no text of a picture needs them. */
// oxlint-disable-next-line no-control-regex
const UNFIT = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+/g;

/** One line of well-formed text: control characters and runs of white space are one space, lone surrogates U+FFFD. */
export function tidy(text: string): string {
  return text.toWellFormed().replace(UNFIT, ' ').replace(/\s+/g, ' ').trim();
}

/** For text and attributes of XML 1.0; tidied. */
export function xml(text: string): string {
  return tidy(text).replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

/**
 * The room that a text takes, in em: the most that it takes in the bold faces of the usual sans-serifs with Korean
 * letters (Apple SD Gothic Neo, Noto Sans KR, Malgun Gothic, Nanum Gothic, Pretendard).
 */
export function widthOf(text: string): number {
  return lettersOf(text).reduce((width, letter) => width + widthOfLetter(letter), 0);
}

/** What a reader takes for one letter each: a syllable, an emoji with all its parts. */
function lettersOf(text: string): string[] {
  // The segmenter is slow, and nearly every title consists of these.
  if (/^[\x20-\x7e가-힣]*$/.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

const ELLIPSIS = '…';
const ASCII_WIDTHS: [RegExp, number][] = [
  [/[ijl|'.,:;!I ]/, 0.35],
  [/[()[\]{}frt\-/\\`"]/, 0.45],
  [/[mwMW@%]/, 1],
  [/[A-Z&#~<>=+]/, 0.78],
  [/./, 0.65],
];
const OTHER_WIDTHS: [RegExp, number][] = [
  [/^\p{Script=Hangul}/u, 0.96],
  [/\p{Extended_Pictographic}|\p{Regional_Indicator}/u, 1.4],
  [/^[·‧]/u, 0.5],
  [/^[–‘’“”]/u, 0.65],
  [/^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]/u, 0.85],
  [/^/, 1.05],
];

function widthOfLetter(letter: string): number {
  if (letter >= '가' && letter <= '힣') return 0.96;
  const isAscii = letter.length === 1 && letter <= '~';
  return (isAscii ? ASCII_WIDTHS : OTHER_WIDTHS).find(([letters]) => letters.test(letter))![1];
}

/** A part of a text within which no line ends, unless it is wider than a line; with the space behind it. */
interface Piece {
  letters: string[];
  /** In em, without the space. */
  width: number;
  space: boolean;
}

/** A text that has been measured, to be broken into lines of several widths. */
export type Measured = readonly Piece[];

export function measure(text: string): Measured {
  const pieces: Piece[] = [];
  for (const letter of lettersOf(tidy(text))) {
    const last = pieces.at(-1);
    if (letter === ' ' && last) last.space = true;
    else if (last && !last.space && sticks(last.letters.at(-1)!, letter)) {
      last.letters.push(letter);
      last.width += widthOfLetter(letter);
    } else pieces.push({ letters: [letter], width: widthOfLetter(letter), space: false });
  }
  return pieces;
}

const CLOSES = /^[)\]}>,.:;!?·~%’”」』〉》]/u;
const OPENS = /^[([{<‘“「『〈《]/u;
/** As in 경영과학2. */
const NUMBERS_IT = /^[\dⅠ-Ⅻ]/;
const IN_WORDS = /^[\p{L}\p{N}\p{M}_'&+#–-]/u;
const IS_WIDE = /^[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Hangul may be parted anywhere; words of other letters, numbers, and what a bracket or a comma belongs to may not. */
function sticks(letter: string, next: string): boolean {
  if (CLOSES.test(next) || OPENS.test(letter) || (IS_WIDE.test(letter) && NUMBERS_IT.test(next))) return true;
  // Catalogues run English words together: `IntroductionToLegalStudies`.
  if (/^\p{Ll}/u.test(letter) && /^\p{Lu}/u.test(next)) return false;
  return IN_WORDS.test(letter) && IN_WORDS.test(next) && !IS_WIDE.test(letter) && !IS_WIDE.test(next);
}

/** Whether lines of this width tear no word apart. */
export function keepsWords(text: Measured, size: number, width: number): boolean {
  return text.every((piece) => piece.width * size <= width);
}

/** Lines as they fill up. */
class Lines {
  readonly texts: string[] = [];
  /** Whether something was added that is wider than a line. */
  overflows = false;
  private text = '';
  private width = 0;
  private pending = '';

  /** @param room of the line with a number from 0, in em */
  constructor(private readonly room: (line: number) => number) {}

  /** Whether something of this width can stand in one line: in this one or in the next. */
  takes(width: number): boolean {
    return this.fits(width) || (this.text !== '' && width <= this.room(this.texts.length + 1));
  }

  add(text: string, width: number): void {
    if (this.text !== '' && !this.fits(width)) this.end();
    if (!this.fits(width)) this.overflows = true;
    this.width += width + (this.pending === '' ? 0 : widthOfLetter(' '));
    this.text += this.pending + text;
    this.pending = '';
  }

  space(): void {
    this.pending = ' ';
  }

  end(): void {
    if (this.text !== '') this.texts.push(this.text);
    this.text = this.pending = '';
    this.width = 0;
  }

  private fits(width: number): boolean {
    const space = this.pending === '' ? 0 : widthOfLetter(' ');
    return this.width + space + width <= this.room(this.texts.length);
  }
}

/**
 * Breaks a text into lines.
 *
 * @param size of the letters, in the units of `width`
 * @param width that a line has; the first one `inset` less
 * @param most lines; an ellipsis ends the last when there is more text
 * @returns no line at all when not even one letter fits
 */
export function wrap(text: string | Measured, size: number, width: number, most: number, inset = 0): string[] {
  const measured = typeof text === 'string' ? measure(text) : text;
  const lines = breakUp(measured, size, width, most, inset);
  if (lines.length <= most) return lines;
  const room = (width - (most === 1 ? inset : 0)) / size;
  const shown = cut(lines, most, room);
  return shown.length > 0 && widthOf(shown[most - 1]) > room ? [] : shown;
}

/** As `wrap`, but what is longer than `most` lines has one more, and is broken no further. */
export function breakUp(text: Measured, size: number, width: number, most: number, inset = 0): string[] {
  const room = (line: number): number => (width - (line === 0 ? inset : 0)) / size + 1e-9;
  const lines = new Lines(room);
  for (const { letters, width: whole, space } of text) {
    if (lines.takes(whole)) lines.add(letters.join(''), whole);
    else for (const letter of letters) lines.add(letter, widthOfLetter(letter));
    if (space) lines.space();
    if (lines.overflows) return [];
    if (lines.texts.length > most) return lines.texts.slice(0, most + 1);
  }
  lines.end();
  return lines.texts;
}

/** The first lines, the last of them ended by an ellipsis. */
function cut(lines: string[], most: number, room: number): string[] {
  if (most < 1) return [];
  const letters = lettersOf(lines[most - 1]);
  while (letters.length > 0 && widthOf(letters.join('') + ELLIPSIS) > room) letters.pop();
  return [...lines.slice(0, most - 1), letters.join('').trimEnd() + ELLIPSIS];
}
