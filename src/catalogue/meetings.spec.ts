import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clash, MAX_WEEK, overlaps, weeksOfMask, weeksToMask, type Slot } from './meetings.js';

const slot = (day: number, start: number, end: number, weeks: number[] | null = null): Slot => ({
  day,
  start,
  end,
  weeks: weeksToMask(weeks),
});

describe('overlaps', () => {
  it.each([
    ['back to back', slot(0, 630, 720), slot(0, 720, 810), false],
    ['a minute', slot(0, 630, 721), slot(0, 720, 810), true],
    ['one inside of the other', slot(0, 0, 1440), slot(0, 720, 721), true],
    ['the same', slot(6, 0, 1), slot(6, 0, 1), true],
    ['another day', slot(0, 0, 1440), slot(1, 0, 1440), false],
    ['two half-semesters', slot(0, 0, 60, [1, 2, 3]), slot(0, 0, 60, [4, 5, 6]), false],
    ['a shared week', slot(0, 0, 60, [1, 2, 3]), slot(0, 0, 60, [3, 4]), true],
    ['every week and one of them', slot(0, 0, 60), slot(0, 0, 60, [30]), true],
  ])('%s', (_, a, b, expected) => {
    expect([overlaps(a, b), overlaps(b, a)]).toEqual([expected, expected]);
  });
});

describe('clash', () => {
  const LAST_MINUTE = 12;
  const aSlot = fc
    .record({
      day: fc.integer({ min: 0, max: 6 }),
      start: fc.integer({ min: 0, max: LAST_MINUTE - 1 }),
      length: fc.integer({ min: 1, max: LAST_MINUTE }),
      weeks: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: MAX_WEEK }), { minLength: 1, maxLength: 8 })),
    })
    .map(({ day, start, length, weeks }) => slot(day, start, Math.min(start + length, LAST_MINUTE), weeks));
  const slots = fc.array(aSlot, { maxLength: 6 });

  /** Every minute of every week in which something is held. */
  const minutesOf = (held: Slot[]): Set<string> => {
    const minutes = new Set<string>();
    for (const { day, start, end, weeks } of held) {
      for (let week = 1; week <= MAX_WEEK; week++) {
        if (weeksOfMask(weeks)?.includes(week) === false) continue;
        for (let minute = start; minute < end; minute++) minutes.add(`${week} ${day} ${minute}`);
      }
    }
    return minutes;
  };

  it('is whether two share a minute of a week', () => {
    fc.assert(
      fc.property(slots, slots, (a, b) => {
        const minutes = minutesOf(b);
        expect(clash(a, b)).toBe([...minutesOf(a)].some((minute) => minutes.has(minute)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('weeks', () => {
  it('are the same after they were a mask', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: MAX_WEEK }), { minLength: 1 }), (weeks) => {
        expect(weeksOfMask(weeksToMask(weeks))).toEqual([...weeks].sort((a, b) => a - b));
        expect(weeksToMask(weeks)).toBeGreaterThan(0);
      }),
    );
    expect([weeksOfMask(null), weeksToMask(null), weeksToMask([])]).toEqual([null, null, null]);
  });
});
