import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkedKey, checkedRow, fileLectureOf, type LocatedRow } from './file-lecture.js';
import { BadRow, type RawRow } from './format.js';

const KEY = { code: 'A1', section: '01' };
const meeting = { day: 0, start: 540, end: 600 };
const row = (raw: Partial<RawRow>) => checkedRow(KEY, { title: '자료구조', credits: 3, meetings: [], ...raw });
const format = { key: { code: 'code', section: 'section' } };

describe('a row', () => {
  it('is tidied: NFC, trimmed, one line, empty is absent', () => {
    expect(
      row({ title: ' 자료\n  구조\u1100\u1161 ', note: '', grade: '\u3164', capacity: '40', credits: '3.0' }),
    ).toMatchObject({
      title: '자료 구조가',
      note: null,
      grade: null,
      capacity: 40,
      credits: 3,
    });
  });

  it('may say credits as a range', () => {
    expect(row({ credits: '1-15' })).toMatchObject({ credits: 1, creditsMax: 15 });
    expect(row({ credits: '3', creditsMax: 3 })).toMatchObject({ credits: 3, creditsMax: null });
    expect(row({ credits: '0.5 – 2' })).toMatchObject({ credits: 0.5, creditsMax: 2 });
  });

  it.each<[string, Partial<RawRow>]>([
    ['title has more than 200 characters', { title: '가'.repeat(201) }],
    ['note has more than 2000 characters', { note: 'x'.repeat(2001) }],
    ['note has more than 2000 characters', { note: 'x'.repeat(1_000_000) }],
    ['title holds characters that cannot be stored', { title: 'a\0b' }],
    ['title holds characters that cannot be stored', { title: 'a\ud800b' }],
    ['title holds characters that cannot be stored', { title: `a${'\u0301'.repeat(40)}` }],
    ['title is not valid UTF-8', { title: 'a\uFFFDb' }],
    ['title is no text', { title: ['x'] }],
    ['credits is no number: "three"', { credits: 'three' }],
    ['credits is no number', { credits: {} }],
    ['credits is not from 0 to 99', { credits: 100 }],
    ['credits has more than one decimal place', { credits: '1.25' }],
    ['creditsMax is below credits', { credits: '5-3' }],
    ['capacity is no number: "-1"', { capacity: '-1' }],
    ['enrolled is no whole number from 0 to 100000', { enrolled: 1.5 }],
    ['has more than 20 professors', { professors: Array.from({ length: 21 }, String) }],
    ['the day of a meeting', { meetings: [{ ...meeting, day: 7 }] }],
    ['the start of a meeting', { meetings: [{ ...meeting, start: -1 }] }],
    ['the end of a meeting', { meetings: [{ ...meeting, end: NaN }] }],
    ['over midnight it is two meetings', { meetings: [{ ...meeting, start: 1320, end: 60 }] }],
    ['room has more than 100 characters', { meetings: [{ ...meeting, room: 'r'.repeat(101) }] }],
  ])('is bad: %s', (reason, raw) => expect(() => row(raw)).toThrow(reason));

  it('never breaks the import, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.record({ title: fc.anything(), credits: fc.anything(), note: fc.anything(), capacity: fc.anything() }),
        (raw) => {
          try {
            row(raw as Partial<RawRow>);
          } catch (error) {
            expect(error).toBeInstanceOf(BadRow);
          }
        },
      ),
    );
  });

  it('says which lecture it is of', () => {
    expect(checkedKey({ code: ' A1 ', section: 1 }, format)).toEqual({ code: 'A1', section: '1' });
    expect(() => checkedKey({ code: ' ', section: '01' }, format)).toThrow('code is missing');
    expect(() => checkedKey({ code: 'A', section: 'x'.repeat(21) }, format)).toThrow('section has more than 20');
  });
});

describe('the rows of a lecture', () => {
  const located = (...raws: Partial<RawRow>[]): LocatedRow[] =>
    raws.map((raw, index) => ({ line: index + 2, row: row(raw) }));
  const made = (...raws: Partial<RawRow>[]) => {
    const warnings: string[] = [];
    return { lecture: fileLectureOf(located(...raws), (line, text) => warnings.push(`${line}: ${text}`)), warnings };
  };

  it('are put together, by their meetings; later ones may leave out what the first has said', () => {
    const { lecture, warnings } = made(
      { professors: ['김'], place: 'A', meetings: [{ ...meeting, day: 2 }] },
      { title: null, credits: '', professors: ['이', '김'], place: 'B', capacity: 9, meetings: [meeting] },
    );
    expect(lecture).toMatchObject({
      line: 2,
      title: '자료구조',
      credits: 3,
      professors: ['이', '김'],
      place: 'B, A',
      capacity: 9,
    });
    expect(lecture.meetings.map(({ day }) => day)).toEqual([0, 2]);
    expect(warnings).toEqual([]);
  });

  it('are bad when they contradict each other, or when something is missing', () => {
    expect(() => made({}, { credits: 2 })).toThrow('line 3 says another credits than line 2');
    expect(() => made({ title: null })).toThrow('title is missing');
    expect(() => made({ credits: null })).toThrow('credits is missing');
    const meetings = Array.from({ length: 31 }, (_, i) => ({ ...meeting, start: i, end: 1000 }));
    expect(() => made({ meetings })).toThrow('more than 30 meetings');
  });

  it('are taken with a warning when they are odd', () => {
    expect(made({ meetings: [meeting] }, { meetings: [meeting] }).warnings).toEqual([expect.stringContaining('twice')]);
    const clashing = made({ meetings: [meeting, { ...meeting, end: 700 }] });
    expect(clashing.warnings).toEqual([expect.stringContaining('clash')]);
    expect(clashing.lecture.meetings).toHaveLength(2);
  });

  it('make the same lecture in any order of their meetings', () => {
    const slots = fc.record({
      day: fc.integer({ min: 0, max: 6 }),
      start: fc.integer({ min: 0, max: 99 }),
      end: fc.integer({ min: 100, max: 105 }),
      room: fc.constantFrom('A', 'B', null),
      weeks: fc.constantFrom(1, 2, null),
    });
    fc.assert(
      fc.property(fc.array(slots, { maxLength: 8 }), (meetings) => {
        const [one, other] = [meetings, meetings.toReversed()].map((list) => made({ meetings: list }).lecture.meetings);
        expect(one).toEqual(other);
      }),
    );
  });
});

describe('meetings that differ only in the room', () => {
  const rowAt = (line: number, room: string | null, more: object = {}): LocatedRow => ({
    line,
    row: row({ meetings: [{ ...meeting, room, ...more }] }),
  });
  const roomsOf = (...rows: LocatedRow[]) => fileLectureOf(rows, () => {}).meetings.map(({ room }) => room);

  it('are one, with all rooms', () => {
    expect(roomsOf(rowAt(2, '020-108'), rowAt(3, '020-104'))).toEqual(['020-104, 020-108']);
    expect(roomsOf(rowAt(2, '301'), rowAt(3, null))).toEqual(['301']);
    expect(roomsOf(rowAt(2, '301'), rowAt(3, '301'))).toEqual(['301']);
  });

  it('are two at other times or in other weeks, and where the rooms are too many', () => {
    expect(roomsOf(rowAt(2, 'a'), rowAt(3, 'b', { end: 660 }))).toEqual(['a', 'b']);
    expect(roomsOf(rowAt(2, 'a', { weeks: 1 }), rowAt(3, 'b', { weeks: 2 }))).toEqual(['a', 'b']);
    expect(roomsOf(rowAt(2, 'a'.repeat(60)), rowAt(3, 'b'.repeat(60)))).toHaveLength(2);
  });

  it('do not clash with each other', () => {
    const warnings: string[] = [];
    fileLectureOf([rowAt(2, 'a'), rowAt(3, 'b')], (_, text) => warnings.push(text));
    expect(warnings).toEqual([]);
  });
});
