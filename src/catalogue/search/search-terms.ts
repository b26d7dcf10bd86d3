import { DAY_MINUTES, DAYS, type Slot } from '../meetings.js';
import type { LectureFilter } from './lecture-filter.js';
import { fieldsOf, initialsOf } from './search-text.js';
import type { SearchWord } from './search-words.js';

/**
 * The terms of the index: what stands under them is what `lectureTerms` says, and `wantedTerms` concludes from a filter
 * which terms a lecture must have that passes it. It may want too little, as every lecture that the index names is looked
 * at again, but never too much. Kinds are told by the letter before the colon:
 *
 * `t` a letter of the title; `i` up to three neighbouring letters of its initials; `p` up to two of any other field;
 * `c` category; `k` whole credits; `d` the only day of its meetings; `e` hour of the first start, `f` hour of the last end;
 * `s` half an hour of the week that one of its meetings touches; `u` untimed; `*` every lecture.
 */
export const EVERY = '*';
const UNTIMED = 'u:';
/** As long as the column is, in code points. */
const MAX_TERM = 20;
/** Minutes of a term `s`: lectures begin and end at half hours, mostly. */
const PART = 30;
const PARTS_A_DAY = DAY_MINUTES / PART;
/** Letters of the longest terms `i` and `p`. Few consonants stand for many syllables: pairs of them are everywhere. */
const WIDTH = { i: 3, p: 2 };

export interface IndexedLecture {
  searchText: string;
  category: string | null;
  credits: number;
  creditsMax: number | null;
  slots: Pick<Slot, 'day' | 'start' | 'end'>[];
}

/** Calls `add` with every term of the lecture, with some of them more than once. */
export function lectureTerms(lecture: IndexedLecture, add: (term: string) => void): void {
  add(EVERY);
  const { title, initials, ...others } = fieldsOf(lecture.searchText);
  for (const text of title) for (const letter of text) add(`t:${letter}`);
  for (const text of initials) addNeighbours('i', text, add);
  for (const texts of Object.values(others)) for (const text of texts) addNeighbours('p', text, add);
  if (lecture.category !== null) add(categoryTerm(lecture.category));
  const { credits, creditsMax } = lecture;
  for (let whole = Math.floor(credits); whole <= (creditsMax ?? credits); whole++) add(`k:${whole}`);
  addTimes(lecture.slots, add);
}

function addNeighbours(kind: keyof typeof WIDTH, text: string, add: (term: string) => void): void {
  const letters = Array.from(text);
  letters.forEach((_, at) => {
    let term = `${kind}:`;
    for (const letter of letters.slice(at, at + WIDTH[kind])) add((term += letter));
  });
}

function addTimes(slots: IndexedLecture['slots'], add: (term: string) => void): void {
  if (slots.length === 0) return add(UNTIMED);
  if (slots.every(({ day }) => day === slots[0].day)) add(`d:${slots[0].day}`);
  add(`e:${hourOf(Math.min(...slots.map(({ start }) => start)))}`);
  add(`f:${hourOf(Math.max(...slots.map(({ end }) => end)))}`);
  for (const { day, start, end } of slots) {
    for (let part = Math.floor(start / PART); part * PART < end; part++) add(partTerm(day * PARTS_A_DAY + part));
  }
}

/** Of letters that every way of folding folds alike: the others are looked at in the lecture itself. */
function categoryTerm(category: string): string {
  return `c:${category.toLowerCase().replace(/[^0-9a-z가-힣]/g, '')}`.slice(0, MAX_TERM);
}

function hourOf(minute: number): number {
  return Math.floor(minute / 60);
}

function partTerm(partOfWeek: number): string {
  return `s:${partOfWeek}`;
}

/** Alternatives, each the terms that it takes together. */
export type Condition = string[][];

export interface WantedTerms {
  /** All of them hold. */
  conditions: Condition[];
  /** A lecture has none of these. */
  excluded: string[];
}

export function wantedTerms(filter: LectureFilter): WantedTerms {
  const { words, professor, department, category, credits, untimed, busy } = filter;
  const conditions = [
    ...words.map(wordCondition),
    ...[professor, department].filter((text) => text !== undefined).map((text): Condition => [neighbours('p', text)]),
    ...(category === undefined ? [] : [[[categoryTerm(category)]]]),
    ...(credits === undefined ? [] : [[[`k:${Math.floor(credits)}`]]]),
    ...timeConditions(filter),
  ];
  return { conditions, excluded: [...(untimed ? [] : [UNTIMED]), ...(busy ? takenParts(busy.slots) : [])] };
}

function wordCondition({ text, kind }: SearchWord): Condition {
  const elsewhere = neighbours('p', text);
  const initials = neighbours('i', initialsOf(text));
  if (kind === 'text') return [initials, elsewhere];
  const letters = Array.from(text);
  if (kind === 'letters') return [letters.map((letter) => `t:${letter}`), elsewhere];
  const syllables = letters.filter((letter) => !/[ㄱ-ㅎ]/.test(letter)).map((letter) => `t:${letter}`);
  return [[...syllables, ...initials], elsewhere];
}

/** The longest terms that a field has in which the text stands. */
function neighbours(kind: keyof typeof WIDTH, text: string): string[] {
  const letters = Array.from(text);
  const width = Math.min(WIDTH[kind], letters.length);
  return Array.from(
    { length: letters.length - width + 1 },
    (_, at) => `${kind}:${letters.slice(at, at + width).join('')}`,
  );
}

function timeConditions({ day, from, to, untimed }: LectureFilter): Condition[] {
  const besides = untimed ? [[UNTIMED]] : [];
  const hours = (kind: string, first: number, last: number): Condition =>
    Array.from({ length: last - first + 1 }, (_, i) => [`${kind}:${first + i}`]);
  return [
    ...(day === undefined ? [] : [[[`d:${day}`], ...besides]]),
    ...(from === undefined ? [] : [[...hours('e', hourOf(from), hourOf(DAY_MINUTES - 1)), ...besides]]),
    ...(to === undefined ? [] : [[...hours('f', 0, hourOf(to)), ...besides]]),
  ];
}

/**
 * Half hours that are taken from end to end in every week: no lecture fits that touches one. Of those in a row every
 * other one is enough to name: between two of them hardly a lecture has its place.
 */
function takenParts(slots: Slot[]): string[] {
  const minutes = new Uint8Array(DAYS * DAY_MINUTES);
  for (const { day, start, end, weeks } of slots) {
    if (weeks === null) minutes.fill(1, day * DAY_MINUTES + start, day * DAY_MINUTES + end);
  }
  const taken = Array.from({ length: DAYS * PARTS_A_DAY }, (_, part) =>
    minutes.subarray(part * PART, (part + 1) * PART).every(Boolean),
  );
  const terms: string[] = [];
  let row = 0;
  taken.forEach((isTaken, part) => {
    row = isTaken ? row + 1 : 0;
    if (row % 2 === 1 || (isTaken && !taken[part + 1])) terms.push(partTerm(part));
  });
  return terms;
}
