import type { EntryStatus } from '../entries/entry.js';
import { breakUp, heldTo, measure, widthOf, wrap, xml, type Broken, type Measured } from './text.js';
import type { Paint } from './themes.js';

/** Font sizes of the title, the largest first. Smaller ones are used when the whole title does not fit. */
const TITLE_SIZES = [18, 16, 15, 14, 13];
const DETAIL_SIZE = 14;
/** The height of a line, in font sizes. */
const LINE = 1.22;
/** That one detail takes at most. */
const DETAIL_LINES = 3;
/** The width of a mark in the first line. */
const MARK_ROOM = 20;
/** A box narrower than this has no bar at its side. */
const NARROW = 80;
/** In a box narrower than this the mark is below the title, and there are no details. */
const SLIM = 50;

export interface Ink {
  page: string;
  grid: string;
  text: string;
  muted: string;
  marks: Record<Mark, string>;
}

/** States of an entry that the picture marks for its owner. */
export type Mark = Exclude<EntryStatus, 'ok'>;

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  title: string;
  /** Below the title if there is room, the most important first. */
  details: string[];
  /** The tooltip. */
  tooltip: string;
  paint: Paint;
  mark: Mark | null;
}

interface Line {
  text: string;
  size: number;
  isTitle: boolean;
  /** The width that it may take. */
  room: number;
}

/** A rounded box that clips text which the viewer's font makes larger than measured. */
export function drawBox(box: Box, ink: Ink): string {
  const { width, height, paint, mark } = box;
  const isCancelled = mark === 'cancelled';
  const isNarrow = width < NARROW;
  const left = isNarrow ? 5 : 13;
  const markBelow = mark !== null && width < SLIM;
  const lines = fit(box, width - left - (isNarrow ? 3 : 6), height - 6 - (markBelow ? MARK_ROOM : 0));
  const color = isCancelled ? ink.muted : paint.text;
  const bar = `<rect x="4.5" y="6" width="3.5" height="${round(height - 12)}" rx="1.75" fill="${color}" opacity=".5"/>`;
  return (
    `<svg x="${round(box.x)}" y="${round(box.y)}" width="${round(width)}" height="${round(height)}" class="box">` +
    `<title>${xml(box.tooltip)}</title>` +
    drawFrame(round(width), round(height), 9, paint, mark, ink) +
    (isNarrow ? '' : bar) +
    `<g fill="${color}">${drawLines(lines, left, height - (markBelow ? MARK_ROOM : 0), isCancelled)}</g>` +
    (mark ? drawMark(mark, markBelow ? width / 2 : width - 13, markBelow ? height - 13 : 13, ink) : '') +
    '</svg>'
  );
}

/** The background of an entry: its colour; hatched when it does not take place, and bordered when it has a mark. */
function drawFrame(width: number, height: number, radius: number, paint: Paint, mark: Mark | null, ink: Ink): string {
  const rect = (inset: number, attributes: string) =>
    `<rect x="${inset}" y="${inset}" width="${round(width - 2 * inset)}" height="${round(height - 2 * inset)}" rx="${radius}" ${attributes}/>`;
  if (!mark) return rect(0, `fill="${paint.fill}"`);
  const border = `stroke="${ink.marks[mark]}" stroke-width="2"`;
  if (mark !== 'cancelled') return rect(1, `fill="${paint.fill}" ${border}`);
  return rect(1, `fill="${ink.page}"`) + rect(1, `fill="url(#${hatchId(ink)})" ${border} stroke-dasharray="6 4"`);
}

const hatchId = (ink: Ink): string => `hatch-${ink.grid.slice(1)}`;

/** The pattern on entries that do not take place. */
export function drawHatch(ink: Ink): string {
  return (
    `<pattern id="${hatchId(ink)}" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
    `<path d="M0 0V9" stroke="${ink.grid}" stroke-width="3"/></pattern>`
  );
}

/** Drawn, not written: no font has to have it. */
const SIGNS: Record<Mark, string> = {
  changed: 'M-3.6 1.2A3.8 3.8 0 1 0-2.7-2.7M-3.4-5.2V-2H-.4',
  cancelled: 'M-3-3 3 3M3-3-3 3',
  conflict: 'M0-4.2V.8M0 4V4.1',
};

/** A round sign around a point. */
export function drawMark(mark: Mark, x: number, y: number, ink: Ink): string {
  return (
    `<g transform="translate(${round(x)} ${round(y)})"><circle r="8.5" fill="${ink.marks[mark]}" stroke="${ink.page}"/>` +
    `<path d="${SIGNS[mark]}" fill="none" stroke="${ink.page}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/></g>`
  );
}

/** The largest title that fits, if possible with a first detail; then the other details. */
function fit(box: Box, width: number, height: number): Line[] {
  const { title, mark } = box;
  const isSlim = box.width < SLIM;
  const inset = mark && !isSlim ? MARK_ROOM : 0;
  const details = isSlim ? [] : box.details;
  const { size, lines } = fitTitle(measure(title), details.length > 0, width, height, inset);
  const room = lines.length > 0 ? height - heightOf(size, lines.length) : 0;
  const below = fitDetails(details, width, Math.floor(room / heightOf(DETAIL_SIZE, 1)));
  const head = lines.map((text, index) => ({ text, size, isTitle: true, room: width - (index === 0 ? inset : 0) }));
  return [...head, ...below];
}

function fitTitle(
  title: Measured,
  hasDetails: boolean,
  width: number,
  height: number,
  inset: number,
): { size: number; lines: string[] } {
  const tries = TITLE_SIZES.map((size) => {
    const most = Math.floor(height / heightOf(size, 1));
    const isWhole = ({ lines }: Broken) => lines.length > 0 && lines.length <= most;
    const [besideMark, belowMark] = [false, true].map((skip) => breakUp(title, size, width, most, inset, skip));
    const inWords = [besideMark, belowMark].find((broken) => isWhole(broken) && broken.parted === 0);
    return { size, broken: inWords ?? (isWhole(besideMark) ? besideMark : undefined) };
  });
  const whole = tries.flatMap(({ size, broken }) => (broken ? [{ size, ...broken }] : []));
  // A word that fits in smaller letters stays whole beside one that never does.
  const fewest = Math.min(...whole.map(({ parted }) => parted));
  const choice = whole.filter(({ parted }) => parted === fewest);
  const detail = hasDetails ? heightOf(DETAIL_SIZE, 1) : 0;
  const smallest = TITLE_SIZES[TITLE_SIZES.length - 1];
  return (
    choice.find(({ size, lines }) => heightOf(size, lines.length) + detail <= height) ??
    choice[0] ?? { size: smallest, lines: wrap(title, smallest, width, linesIn(height, smallest), inset) }
  );
}

/** Gives each detail one line, in order. Free lines go to the earlier details. */
function fitDetails(details: string[], width: number, lines: number): Line[] {
  const drawn: string[] = [];
  details.slice(0, lines).forEach((detail, index, shown) => {
    const free = lines - drawn.length - (shown.length - index - 1);
    drawn.push(...wrap(detail, DETAIL_SIZE, width, Math.min(DETAIL_LINES, free)));
  });
  return drawn.map((text) => ({ text, size: DETAIL_SIZE, isTitle: false, room: width }));
}

const heightOf = (size: number, lines: number): number => size * LINE * lines;

/** At least one: a line slightly higher than its box is still readable. */
const linesIn = (height: number, size: number): number => Math.max(1, Math.floor(height / (size * LINE)));

function drawLines(lines: Line[], left: number, height: number, isStruck: boolean): string {
  const total = lines.reduce((sum, { size }) => sum + heightOf(size, 1), 0);
  let y = Math.min(7, (height - total) / 2);
  const drawn = lines.map(({ text, size, isTitle, room }) => {
    const baseline = y + size * 0.98;
    y += heightOf(size, 1);
    const style = isTitle ? ` font-weight="700"${isStruck ? ' text-decoration="line-through"' : ''}` : '';
    if (text === '') return '';
    return `<text x="${left}" y="${round(baseline)}" font-size="${size}"${style}${heldTo(room, text, size)}>${xml(text)}</text>`;
  });
  return drawn.join('');
}

const PILL_SIZE = 16;
const PILL_HEIGHT = 36;
const PILL_GAP = 8;
const PILL_PADDING = 14;

export type Pill = Pick<Box, 'title' | 'tooltip' | 'paint' | 'mark'>;

/** Boxes of one line, in rows of the given `width`. */
export function drawPills(pills: Pill[], width: number, ink: Ink): { drawn: string; height: number } {
  let x = 0;
  let y = 0;
  const drawn = pills.map((pill) => {
    const text = wrap(pill.title, PILL_SIZE, width - 2 * PILL_PADDING - MARK_ROOM, 1)[0] ?? '';
    const own = widthOf(text) * PILL_SIZE + 2 * PILL_PADDING + (pill.mark ? MARK_ROOM : 0);
    if (x > 0 && x + own > width) {
      x = 0;
      y += PILL_HEIGHT + PILL_GAP;
    }
    const one = drawPill(pill, text, x, y, own, ink);
    x += own + PILL_GAP;
    return one;
  });
  return { drawn: drawn.join(''), height: pills.length > 0 ? y + PILL_HEIGHT : 0 };
}

function drawPill({ tooltip, paint, mark }: Pill, text: string, x: number, y: number, width: number, ink: Ink): string {
  const struck = mark === 'cancelled' ? ' text-decoration="line-through"' : '';
  const held = heldTo(width - 2 * PILL_PADDING - (mark ? MARK_ROOM : 0), text, PILL_SIZE);
  return (
    `<svg x="${round(x)}" y="${y}" width="${round(width)}" height="${PILL_HEIGHT}" class="box"><title>${xml(tooltip)}</title>` +
    drawFrame(round(width), PILL_HEIGHT, 12, paint, mark, ink) +
    `<text x="${PILL_PADDING}" y="23.5" font-size="${PILL_SIZE}" font-weight="700" fill="${mark === 'cancelled' ? ink.muted : paint.text}"${struck}${held}>${xml(text)}</text>` +
    (mark ? drawMark(mark, width - 17, PILL_HEIGHT / 2, ink) : '') +
    '</svg>'
  );
}

/** Two places are finer than any screen. */
export const round = (value: number): number => Math.round(value * 100) / 100;
