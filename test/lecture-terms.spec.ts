import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Busy, LectureFilter } from '../src/catalogue/search/lecture-filter.js';
import { lectureTerms, wantedTerms } from '../src/catalogue/search/search-terms.js';
import { fold, searchTextOf } from '../src/catalogue/search/search-text.js';
import { searchWords } from '../src/catalogue/search/search-words.js';
import {
  isFound,
  someLecture,
  someQuery,
  someSlots,
  type PlainLecture,
  type PlainQuery,
} from './support/obvious-search.js';

const termsOf = (lecture: PlainLecture): Set<string> => {
  const terms = new Set<string>();
  const rooms = lecture.meetings.map(({ room }) => room);
  const searchText = searchTextOf({ ...lecture, rooms });
  lectureTerms({ ...lecture, searchText, slots: lecture.meetings }, (term) => terms.add(term));
  return terms;
};

const filterOf = ({ q = '', includeUntimed, ...query }: PlainQuery, busy: Busy): LectureFilter => ({
  ...query,
  words: searchWords(q),
  professor: query.professor && fold(query.professor),
  department: query.department && fold(query.department),
  category: query.category && fold(query.category),
  untimed: includeUntimed ?? [query.day, query.from, query.to].every((time) => time === undefined),
  busy,
});

const couldPass = (terms: Set<string>, filter: LectureFilter): boolean => {
  const { conditions, excluded } = wantedTerms(filter);
  return (
    conditions.every((alternatives) => alternatives.some((all) => all.every((term) => terms.has(term)))) &&
    !excluded.some((term) => terms.has(term))
  );
};

describe('the terms of a lecture', () => {
  it('are all that any query wants that finds it', () => {
    let found = 0;
    fc.assert(
      fc.property(someLecture, someQuery, someSlots(4), (lecture, query, slots) => {
        if (!isFound(lecture, query, slots)) return;
        found++;
        expect({
          lecture,
          query,
          couldPass: couldPass(termsOf(lecture), filterOf(query, { slots, lectureIds: [] })),
        }).toMatchObject({
          couldPass: true,
        });
      }),
      { numRuns: 5_000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('keep out what most queries do not find', () => {
    const titled = (title: string) =>
      termsOf({
        title,
        code: 'A1',
        professors: [],
        department: null,
        place: null,
        category: '전공 필수',
        credits: 3,
        creditsMax: null,
        cancelled: false,
        meetings: [],
      });
    const asked = (query: PlainQuery, slots: Busy['slots'] = []) =>
      couldPass(titled('컴퓨터공학개론'), filterOf(query, { slots, lectureIds: [] }));
    for (const q of ['컴공', '개론', 'ㅋㅍㅌ', '컴ㅍ', 'a1']) expect([q, asked({ q })]).toEqual([q, true]);
    for (const q of ['물리', 'ㅋㅌㅍ', '컴ㅌㅍ', 'a2', '컴퓨터2']) expect([q, asked({ q })]).toEqual([q, false]);
    expect(asked({ category: '전공필수', credits: 3 })).toBe(true);
    expect(asked({ category: '전공선택' })).toBe(false);
    expect(asked({ credits: 2 })).toBe(false);
    expect(asked({ day: 0 })).toBe(false);
    expect(asked({ includeUntimed: false })).toBe(false);
  });

  it('keep out what clashes with an hour that is taken every week, and nothing that only touches it', () => {
    const meeting = { day: 2, room: null, weeks: null };
    const held = (start: number, end: number, weeks: number | null = null) =>
      termsOf({
        title: '가',
        code: 'A',
        professors: [],
        department: null,
        place: null,
        category: null,
        credits: 3,
        creditsMax: null,
        cancelled: false,
        meetings: [{ ...meeting, start, end, weeks }],
      });
    const taken = { slots: [{ day: 2, start: 600, end: 720, weeks: null }], lectureIds: [] };
    const fits = (terms: Set<string>, busy: Busy = taken) => couldPass(terms, { words: [], untimed: true, busy });
    expect([fits(held(540, 600)), fits(held(720, 780))]).toEqual([true, true]);
    expect([fits(held(540, 630)), fits(held(690, 780)), fits(held(600, 720, 0b1))]).toEqual([false, false, false]);
    const someWeeks = { slots: [{ day: 2, start: 600, end: 720, weeks: 0b1 }], lectureIds: [] };
    expect(fits(held(600, 720), someWeeks)).toBe(true);
  });
});
