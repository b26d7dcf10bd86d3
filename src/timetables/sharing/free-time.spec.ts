import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Slot } from '../../catalogue/meetings.js';
import { freeTime, type Interval, type Window } from './free-time.js';

const slot = (day: number, start: number, end: number, weeks: number | null = null): Slot => ({
  day,
  start,
  end,
  weeks,
});
const ALL: Window = { from: 0, to: 1440, minMinutes: 1 };
const onMonday = (intervals: Interval[]) =>
  intervals.filter(({ day }) => day === 0).map(({ start, end }) => [start, end]);

/** The same, one minute after the other. */
function byMinutes(busy: Slot[], { from, to, minMinutes }: Window, week?: number): Interval[] {
  const intervals: Interval[] = [];
  for (let day = 0; day < 7; day++) {
    let start = from;
    for (let minute = from; minute <= to; minute++) {
      const taken = busy.some(
        (one) =>
          one.day === day &&
          one.start <= minute &&
          minute < one.end &&
          (week === undefined || one.weeks === null || ((one.weeks >>> (week - 1)) & 1) === 1),
      );
      if (minute < to && !taken) continue;
      if (minute - start >= minMinutes) intervals.push({ day, start, end: minute });
      start = minute + 1;
    }
  }
  return intervals;
}

describe('freeTime', () => {
  it('is the whole window of every day when nobody is busy', () => {
    const window = { from: 540, to: 1260, minMinutes: 30 };
    expect(freeTime([], window)).toEqual(Array.from({ length: 7 }, (_, day) => ({ day, start: 540, end: 1260 })));
  });

  it('begins in the minute in which something ends, and is never empty', () => {
    expect(onMonday(freeTime([slot(0, 540, 600), slot(0, 600, 660)], ALL))).toEqual([
      [0, 540],
      [660, 1440],
    ]);
    expect(onMonday(freeTime([slot(0, 0, 1440)], ALL))).toEqual([]);
    expect(onMonday(freeTime([slot(0, 0, 720), slot(0, 721, 1440)], ALL))).toEqual([[720, 721]]);
  });

  it('is as long as asked for, to the minute, within the window', () => {
    const busy = [slot(0, 600, 630), slot(0, 660, 700), slot(0, 729, 800)];
    expect(onMonday(freeTime(busy, { from: 570, to: 830, minMinutes: 30 }))).toEqual([
      [570, 600],
      [630, 660],
      [800, 830],
    ]);
  });

  it('knows weeks when it is asked for one, and otherwise takes every week for busy', () => {
    const busy = [slot(0, 540, 600, 0b10), slot(0, 700, 800, 1 << 29)];
    const window = { from: 540, to: 800, minMinutes: 30 };
    expect(onMonday(freeTime(busy, window))).toEqual([[600, 700]]);
    expect(onMonday(freeTime(busy, window, 1))).toEqual([[540, 800]]);
    expect(onMonday(freeTime(busy, window, 2))).toEqual([[600, 800]]);
    expect(onMonday(freeTime(busy, window, 30))).toEqual([[540, 700]]);
  });

  it('is what goes minute by minute', () => {
    const minute = fc.oneof(fc.integer({ min: 0, max: 1440 }), fc.constantFrom(0, 540, 600, 1260, 1440));
    const slots = fc
      .tuple(fc.integer({ min: 0, max: 6 }), minute, minute, fc.constantFrom(null, null, 0b1, 0b10, 0b111, 1 << 29))
      .filter(([, a, b]) => a !== b)
      .map(([day, a, b, weeks]) => slot(day, Math.min(a, b), Math.max(a, b), weeks));
    const windows = fc
      .tuple(minute, minute, fc.integer({ min: 1, max: 120 }))
      .filter(([a, b]) => a !== b)
      .map(([a, b, minMinutes]): Window => ({ from: Math.min(a, b), to: Math.max(a, b), minMinutes }));
    const week = fc.constantFrom(undefined, 1, 2, 3, 30);
    fc.assert(
      fc.property(fc.array(slots, { maxLength: 12 }), windows, week, (busy, window, one) => {
        expect(freeTime(busy, window, one)).toEqual(byMinutes(busy, window, one));
      }),
      { numRuns: 300 },
    );
  });
});
