/** Layout of text: an SVG does not wrap text by itself, and the viewer's fonts are unknown. */

const segmenter = new Intl.Segmenter('ko', { granularity: 'grapheme' });

/** Characters that XML 1.0 forbids, or that change the direction of text: no picture needs them. */
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
 * The width of a text, in em: the largest one in the bold faces of the usual sans-serifs with Korean letters (Apple SD
 * Gothic Neo, Noto Sans KR, Malgun Gothic, Nanum Gothic, Pretendard).
 */
export function widthOf(text: string): number {
  return lettersOf(text).reduce((width, letter) => width + widthOfLetter(letter), 0);
}

/** Units that a reader sees as one letter: a syllable, an emoji with all its parts. */
function lettersOf(text: string): string[] {
  // The segmenter is slow, and nearly every title has only these.
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

const ASCII_BOUNDS: [RegExp, number][] = [
  [/[MWm%@]/, 1.2],
  [/[&HNw\\]/, 1],
  [/[A-IK-Z#+<=>^~]/, 0.92],
  [/[!"'()*,\-./:;?IJ[\]_`cfijlrstxz| ]/, 0.66],
  [/./, 0.78],
];
const OTHER_BOUNDS: [RegExp, number][] = [
  [/^\p{Script=Hangul}/u, 1],
  [/^[Ⅰ-ⅿ]/u, 2],
  [/^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}…·‧–‘’“”]/u, 1.02],
  [/^/, 1.4],
];

const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
/** Drawn by no font. */
const JOINERS = /\u200d|\ufe0f/g;

/** The width of a text in the widest fonts, in em: DejaVu, Verdana and monospaced faces, bold. */
function boundOf(text: string): number {
  return lettersOf(text).reduce((width, letter) => {
    if (letter >= '가' && letter <= '힣') return width + 1;
    const isAscii = letter.length === 1 && letter <= '~';
    const bound = (isAscii ? ASCII_BOUNDS : OTHER_BOUNDS).find(([letters]) => letters.test(letter))![1];
    return width + bound * (EMOJI.test(letter) ? [...letter.replace(JOINERS, '')].length : 1);
  }, 0);
}

/**
 * Attributes of a `<text>` that could be too wide in a wide font: they limit it to the measured width. A text with room
 * to spare needs none.
 *
 * @param room in the units of `size`
 */
export function heldTo(room: number, text: string, size: number): string {
  if (boundOf(text) * size <= room) return '';
  const width = Math.floor(Math.min(widthOf(text) * size, room) * 100) / 100;
  return ` textLength="${width}" lengthAdjust="spacingAndGlyphs"`;
}

/** A part of a word without a line break inside, unless it is wider than a line. */
interface Part {
  letters: string[];
  /** In em. */
  width: number;
}

/** Words: the text between two spaces. */
interface Word {
  parts: Part[];
  /** In em. */
  width: number;
}

/** A measured text, for lines of several widths. */
export type Measured = readonly Word[];

export function measure(text: string): Measured {
  return tidy(text)
    .split(' ')
    .filter(Boolean)
    .map((word) => {
      const parts = partsOf(word);
      return { parts, width: parts.reduce((sum, { width }) => sum + width, 0) };
    });
}

function partsOf(word: string): Part[] {
  const parts: Part[] = [];
  for (const letter of lettersOf(word)) {
    const last = parts.at(-1);
    if (last && sticks(last.letters.at(-1)!, letter)) {
      last.letters.push(letter);
      last.width += widthOfLetter(letter);
    } else parts.push({ letters: [letter], width: widthOfLetter(letter) });
  }
  return parts;
}

const CLOSES = /^[)\]}>,.:;!?·~%’”」』〉》]/u;
const OPENS = /^[([{<‘“「『〈《]/u;
/** As in 경영과학2. */
const NUMBERS_IT = /^[\dⅠ-Ⅻ]/;
const IN_WORDS = /^[\p{L}\p{N}\p{M}_'&+#–-]/u;
const IS_WIDE = /^[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/**
 * The break positions of a word that is wider than a line: Hangul anywhere. Latin letters, numbers, and a word with its
 * bracket or comma stay together.
 */
function sticks(letter: string, next: string): boolean {
  if (CLOSES.test(next) || OPENS.test(letter) || (IS_WIDE.test(letter) && NUMBERS_IT.test(next))) return true;
  // Catalogues join English words: `IntroductionToLegalStudies`.
  if (/^\p{Ll}/u.test(letter) && /^\p{Lu}/u.test(next)) return false;
  return IN_WORDS.test(letter) && IN_WORDS.test(next) && !IS_WIDE.test(letter) && !IS_WIDE.test(next);
}

/** Lines as they fill up. */
class Lines {
  readonly texts: string[] = [];
  /** Whether a part wider than a line was added. */
  overflows = false;
  private text = '';
  private width = 0;
  private pending = '';

  /** @param room of the line with a number from 0, in em */
  constructor(private readonly room: (line: number) => number) {}

  /** Whether this width fits into one line: this one or the next. */
  takes(width: number): boolean {
    return this.fits(width) || (this.text !== '' && width <= this.room(this.texts.length + 1));
  }

  /** Whether only the next line has room, and this line is empty: it is beside a mark. */
  needsSkip(width: number): boolean {
    return this.text === '' && !this.fits(width) && width <= this.room(this.texts.length + 1);
  }

  skip(): void {
    this.texts.push('');
    this.pending = '';
  }

  add(text: string, width: number): void {
    if (this.text !== '' && !this.fits(width)) this.end();
    if (!this.fits(width)) this.overflows = true;
    this.width += width + (this.pending === '' ? 0 : widthOfLetter(' '));
    this.text += this.pending + text;
    this.pending = '';
  }

  addPart({ letters, width }: Part): void {
    if (this.takes(width)) this.add(letters.join(''), width);
    else for (const letter of letters) this.add(letter, widthOfLetter(letter));
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

/** Lines, and the number of broken words. */
export interface Broken {
  lines: string[];
  parted: number;
}

/**
 * Breaks a text into lines, at spaces where words are no wider than a line.
 *
 * @param size of the letters, in the units of `width`
 * @param width that a line has; the first one `inset` less
 * @param most lines; an ellipsis ends the last when there is more text
 * @returns no line at all when not even one letter fits
 */
export function wrap(text: string | Measured, size: number, width: number, most: number, inset = 0): string[] {
  const measured = typeof text === 'string' ? measure(text) : text;
  const { lines } = breakUp(measured, size, width, most, inset, most > 1);
  if (lines.length <= most) return lines;
  const room = (width - (most === 1 ? inset : 0)) / size;
  const shown = cut(lines, most, room);
  return shown.length > 0 && widthOf(shown[most - 1]) > room ? [] : shown;
}

/**
 * As `wrap`, but a text of more than `most` lines gets one more, and is broken no further.
 *
 * @param maySkip the first line, which is shorter: it stays empty rather than that a word is parted
 */
export function breakUp(text: Measured, size: number, width: number, most: number, inset = 0, maySkip = false): Broken {
  const room = (line: number): number => (width - (line === 0 ? inset : 0)) / size + 1e-9;
  const lines = new Lines(room);
  let parted = 0;
  for (const { parts, width: whole } of text) {
    if (maySkip && lines.needsSkip(whole)) lines.skip();
    if (lines.takes(whole)) lines.add(parts.map(({ letters }) => letters.join('')).join(''), whole);
    else {
      parted += 1;
      for (const part of parts) lines.addPart(part);
    }
    lines.space();
    if (lines.overflows) return { lines: [], parted };
    if (lines.texts.length > most) return { lines: lines.texts.slice(0, most + 1), parted };
  }
  lines.end();
  return { lines: lines.texts, parted };
}

/** The first lines, the last of them ended by an ellipsis. */
function cut(lines: string[], most: number, room: number): string[] {
  if (most < 1) return [];
  const letters = lettersOf(lines[most - 1]);
  while (letters.length > 0 && widthOf(letters.join('') + ELLIPSIS) > room) letters.pop();
  return [...lines.slice(0, most - 1), letters.join('').trimEnd() + ELLIPSIS];
}
