import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { drawnTime, sideBySide, spanOf } from './layout.js';

const at = (day: number, start: number, end: number) => ({ day, start, end });

describe('what a picture spans', () => {
  it('is Monday to Friday, 9 to 18, when nothing has a time', () => {
    expect(spanOf([])).toEqual({ days: 5, from: 9, to: 18 });
  });

  it('is from the first hour used to the last', () => {
    expect(spanOf([at(0, 630, 720), at(3, 605, 1081)])).toEqual({ days: 5, from: 10, to: 19 });
    expect(spanOf([at(0, 0, 1440)])).toEqual({ days: 5, from: 0, to: 24 });
  });

  it('is six days for a Saturday, seven for a Sunday', () => {
    expect(spanOf([at(5, 600, 660)]).days).toBe(6);
    expect(spanOf([at(6, 600, 660)]).days).toBe(7);
  });
});

it('draws what is short long enough to be read, within the day', () => {
  expect(drawnTime(at(0, 600, 605))).toEqual(at(0, 600, 620));
  expect(drawnTime(at(0, 1438, 1440))).toEqual(at(0, 1420, 1440));
  expect(drawnTime(at(0, 600, 690))).toEqual(at(0, 600, 690));
});

describe('boxes of one time', () => {
  const places = (...boxes: ReturnType<typeof at>[]) =>
    sideBySide(boxes).map(({ day, start, column, columns, width }) => [day, start, column, columns, width]);

  it('stand side by side, others have the day for themselves', () => {
    expect(places(at(0, 600, 700), at(0, 650, 720), at(0, 720, 800), at(1, 600, 700))).toEqual([
      [0, 600, 0, 2, 1],
      [0, 650, 1, 2, 1],
      [0, 720, 0, 1, 1],
      [1, 600, 0, 1, 1],
    ]);
  });

  it('are as wide as their neighbours let them be', () => {
    expect(places(at(0, 600, 700), at(0, 600, 640), at(0, 600, 640), at(0, 650, 700))).toEqual([
      [0, 600, 0, 3, 1],
      [0, 600, 1, 3, 1],
      [0, 650, 1, 3, 2],
      [0, 600, 2, 3, 1],
    ]);
  });

  it('never cover each other', () => {
    const box = fc
      .record({
        day: fc.integer({ min: 0, max: 6 }),
        start: fc.integer({ min: 0, max: 1400 }),
        length: fc.integer({ min: 20, max: 300 }),
      })
      .map(({ day, start, length }) => drawnTime(at(day, start, Math.min(1440, start + length))));
    fc.assert(
      fc.property(fc.array(box, { maxLength: 30 }), (boxes) => {
        const placed = sideBySide(boxes);
        expect(placed).toHaveLength(boxes.length);
        for (const [index, a] of placed.entries()) {
          expect(a.column + a.width).toBeLessThanOrEqual(a.columns);
          for (const b of placed.slice(index + 1)) {
            if (a.day !== b.day || a.start >= b.end || b.start >= a.end) continue;
            expect(a.columns).toBe(b.columns);
            expect(a.column + a.width <= b.column || b.column + b.width <= a.column).toBe(true);
          }
        }
      }),
    );
  });
});
