import { describe, expect, it } from '@jest/globals';
import { anEntry } from '../../../test/support/entries.js';
import { weeksToMask, type Meeting } from '../../catalogue/meetings.js';
import type { LectureRow } from '../../catalogue/lectures/lectures.dto.js';
import type { Entry } from '../entries/entry.js';
import { drawTimetable, type Pictured } from './picture.js';
import { THEMES } from './themes.js';

const at = (day: number, start: number, end: number, more: Partial<Meeting> = {}): Meeting => ({
  day,
  start,
  end,
  room: null,
  weeks: null,
  ...more,
});

const entry = (given: Partial<Entry> = {}): Entry => anEntry({ id: 1, ...given });

const timetable = (entries: Entry[], more: Partial<Pictured> = {}): Pictured => ({
  name: '시간표 1',
  theme: 'madang',
  semester: { year: 2026, term: 2 },
  entries,
  ...more,
});

const draw = (entries: Entry[], more: Partial<Pictured> = {}): string =>
  drawTimetable(timetable(entries, more), { appearance: 'light', language: 'ko' });

/** The texts that a viewer sees, in the order in which they are drawn. */
const textsIn = (svg: string): string[] => [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
const count = (svg: string, what: string): number => svg.split(what).length - 1;

it('has the name, the semester and the credits at its head', () => {
  const svg = draw([entry(), entry({ credits: 2.5 })]);
  expect(textsIn(svg).slice(0, 2)).toEqual(['시간표 1', '2026년 2학기 · 5.5학점']);
  const english = drawTimetable(timetable([entry({ credits: 1 })]), { appearance: 'light', language: 'en' });
  expect(textsIn(english).slice(0, 4)).toEqual(['시간표 1', 'Autumn 2026 · 1 credit', 'Mon', 'Tue']);
});

it('names the days that it has', () => {
  const days = (day: number) =>
    textsIn(draw([entry({ meetings: [at(day, 600, 660)] })])).filter((text) => /^[월화수목금토일]$/.test(text));
  expect(days(4).join('')).toBe('월화수목금');
  expect(days(5).join('')).toBe('월화수목금토');
  expect(days(6).join('')).toBe('월화수목금토일');
});

it('shows where, who and in which weeks', () => {
  const lecture = { professors: ['김교수', '이교수'], place: '공학관' } as LectureRow;
  const texts = textsIn(
    draw([
      entry({
        lecture,
        meetings: [at(0, 540, 720, { weeks: weeksToMask([1, 2, 3, 8]) }), at(1, 540, 720, { room: '301' })],
      }),
    ]),
  );
  expect(texts).toEqual(expect.arrayContaining(['자료구조', '1–3, 8주', '공학관', '301', '김교수, 이교수']));
});

it('parts no word that fits in smaller letters, also beside one that fits in none', () => {
  const title = 'Introduction to Microeconomics and Macroeconomics';
  const texts = textsIn(draw([entry({ title, meetings: [at(2, 540, 660)] })])).join('|');
  for (const word of ['Introduction', 'to', 'and']) expect(texts.split(/[| ]/)).toContain(word);
});

it('puts what has no time below', () => {
  const svg = draw([entry({ title: '졸업논문', meetings: [] })]);
  expect(textsIn(svg)).toEqual(expect.arrayContaining(['시간 미정', '졸업논문', '9', '18']));
  expect(count(svg, 'class="box"')).toBe(1);
  expect(textsIn(draw([entry()]))).not.toContain('시간 미정');
});

it('paints by theme, number and appearance', () => {
  const { light, dark } = THEMES.forest[5];
  const options = { language: 'ko' } as const;
  const shown = timetable([entry({ color: 5 })], { theme: 'forest' });
  expect(drawTimetable(shown, { ...options, appearance: 'light' })).toContain(`fill="${light.fill}"`);
  expect(drawTimetable(shown, { ...options, appearance: 'dark' })).toContain(`fill="${dark.fill}"`);
});

describe('marks', () => {
  it.each([
    ['changed', '변경됨', true],
    ['conflict', '시간 겹침', true],
    ['cancelled', '폐강', false],
  ] as const)('set %s apart, and the picture says what they mean', (status, meaning, held) => {
    const svg = draw([entry({ status, held })]);
    expect(textsIn(svg)).toContain(meaning);
    expect(count(svg, '<circle')).toBe(2);
    expect(svg.includes('line-through')).toBe(!held);
  });

  it('are on what does not take place also when its owner knows', () => {
    expect(draw([entry({ status: 'ok', held: false })])).toContain('line-through');
  });

  it('are not there where nothing is to be marked', () => {
    expect(count(draw([entry()]), '<circle')).toBe(0);
  });
});

it('tells whoever does not see it', () => {
  const svg = draw([
    entry({ meetings: [at(2, 780, 840), at(0, 630, 720, { room: '301' })] }),
    entry({ title: '논문', meetings: [] }),
  ]);
  expect(svg).toMatch(/^<svg [^>]*role="img" xml:lang="ko"[^>]*><title>시간표 1, 2026년 2학기<\/title>/);
  expect(svg).toContain('<desc>월 10:30–12:00 자료구조 · 301; 수 13:00–14:00 자료구조; 시간 미정: 논문</desc>');
});

it('is the same picture of the same timetable, and stands by itself', () => {
  const svg = draw([entry({ status: 'cancelled', held: false })]);
  expect(svg).toBe(draw([entry({ status: 'cancelled', held: false })]));
  expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
    /https?:|<script|href|@import|@font-face|\son\w+=|<image|<foreignObject/,
  );
});

it('holds whatever texts there are without breaking out of them', () => {
  const hostile = '</text><script>alert(1)</script>\u0000\ud800]]>&"\'';
  const svg = draw(
    [
      entry({ title: hostile, meetings: [at(0, 540, 720, { room: hostile })] }),
      entry({ title: hostile, meetings: [] }),
    ],
    { name: hostile },
  );
  expect(svg).not.toContain('<script');
  expect(svg.isWellFormed()).toBe(true);
  // oxlint-disable-next-line no-control-regex
  expect(svg).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]|&(?!#\d+;)/);
});

it('draws as many boxes as one account can have meetings', () => {
  const all = Array.from({ length: 100 }, (_, id) =>
    entry({ id, meetings: Array.from({ length: 30 }, (_, n) => at(n % 7, 540, 600)) }),
  );
  expect(count(draw(all), 'class="box"')).toBe(3000);
});
