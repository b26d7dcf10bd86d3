import { describe, expect, it } from '@jest/globals';
import type { SemesterDates } from '../semesters/semester-dates.js';
import { BadRow, timeOf, weeksBetween, weeksOf } from './format.js';
import { dongguk, plainCsv, plainJson, rpi } from './formats.js';

const autumn: SemesterDates = {
  startsOn: '2024-08-28',
  endsOn: '2024-12-20',
  timeZone: 'America/New_York',
  holidays: [],
};
/** Weeks as a mask. */
const weeks = (from: number, to: number): number =>
  Array.from({ length: to - from + 1 }, (_, i) => 1 << (from + i - 1)).reduce((a, b) => a | b, 0);

describe('cells', () => {
  it.each([
    ['0:00', 0],
    ['09:05', 545],
    ['24:00', 1440],
    ['9:00:00', 540],
    ['12:00AM', 0],
    ['12:30PM', 750],
    ['4:00 pm', 960],
  ])('%s is minute %i', (text, minutes) => expect(timeOf(text)).toBe(minutes));
  it.each(['', '9', '24:01', '12:60', '13:00PM', '0:30AM', '１２:00', '09:00-10:00'])('%j is no time', (text) =>
    expect(() => timeOf(text)).toThrow('is no time of day'),
  );

  it('read weeks', () => {
    expect(weeksOf('')).toBeNull();
    expect(weeksOf('1-5, 7')).toBe(weeks(1, 5) | weeks(7, 7));
    expect(weeksOf('30')).toBe(weeks(30, 30));
    for (const wrong of ['0', '31', '5-1', 'odd']) expect(() => weeksOf(wrong)).toThrow(BadRow);
  });

  it('tell the weeks between two days by the days on which something is held', () => {
    // A Wednesday, in week 1, to a Friday.
    expect(weeksBetween(2, '2024-08-28', '2024-12-20', autumn)).toBeNull();
    // The Monday of week 1 is before the semester: from week 2 is all it has.
    expect(weeksBetween(0, '2024-08-28', '2024-12-20', autumn)).toBeNull();
    expect(weeksBetween(0, '2024-08-28', '2024-12-19', autumn)).toBeNull();
    expect(weeksBetween(4, '2024-08-28', '2024-12-19', autumn)).toBe(weeks(1, 16));
    expect(weeksBetween(0, '2024-08-28', '2024-12-10', autumn)).toBe(weeks(2, 16));
    expect(() => weeksBetween(0, '2025-08-28', '2025-12-10', autumn)).toThrow('outside of the semester');
  });
});

describe('Dongguk', () => {
  const meetings = (TMTBL_DSC: unknown) => dongguk.rowOf({ TMTBL_DSC }, autumn).meetings;

  it('names several days at one time', () => {
    expect(meetings('화, 목 7교시(15:00) ~ 8교시(16:30)')).toEqual([
      { day: 1, start: 900, end: 990, weeks: null },
      { day: 3, start: 900, end: 990, weeks: null },
    ]);
  });

  it('limits to weeks until it says others', () => {
    const text =
      '8주차 - 8주차 화 1.5교시(09:30) ~ 2교시(10:30), 화 1교시(09:00) ~ 1교시(09:30), 9주차 - 15주차 화, 목 1교시(09:00) ~ 2교시(10:30)';
    expect(meetings(text)).toEqual([
      { day: 1, start: 570, end: 630, weeks: weeks(8, 8) },
      { day: 1, start: 540, end: 570, weeks: weeks(8, 8) },
      { day: 1, start: 540, end: 630, weeks: weeks(9, 15) },
      { day: 3, start: 540, end: 630, weeks: weeks(9, 15) },
    ]);
  });

  it('may have no time, but none that cannot be read', () => {
    expect(meetings(null)).toEqual([]);
    expect(() => meetings('화 7교시')).toThrow('cannot be read');
    expect(() => meetings('화, 목 7교시(15:00) ~ 8교시(16:30), 추후공지')).toThrow('cannot be read');
    expect(() => meetings(5)).toThrow('is no text');
  });
});

describe('RPI', () => {
  const record = {
    ...{ short_name: 'CHEM-1100', course_section: '04', full_name: 'Principles Of Chemistry I' },
    ...{ course_days_of_the_week: 'TF', course_start_time: '12:00PM', course_end_time: '1:20PM' },
    ...{ course_instructor: 'A/B', course_location: 'TBA', course_credit_hours: '1-15' },
    ...{ course_start_date: '2024-08-28', course_end_date: '2024-12-20' },
  };

  it('has a row for each meeting', () => {
    expect(rpi.rowOf(record, autumn)).toMatchObject({
      credits: '1-15',
      professors: ['A', 'B'],
      meetings: [
        { day: 1, start: 720, end: 800, weeks: null, room: '' },
        { day: 4, start: 720, end: 800, weeks: null, room: '' },
      ],
      warnings: [],
    });
  });

  it('warns of a day without a time and of a time without a day', () => {
    for (const half of [{ course_days_of_the_week: '' }, { course_start_time: '', course_end_time: '' }]) {
      expect(rpi.rowOf({ ...record, ...half }, autumn)).toMatchObject({
        meetings: [],
        warnings: [/untimed/].map(() => expect.any(String)),
      });
    }
  });

  it('says when the semester is held', () => {
    expect(rpi.datesOf!([{ ...record, course_end_date: '2024-11-13' }, record])).toEqual({
      startsOn: '2024-08-28',
      endsOn: '2024-12-20',
      timeZone: 'America/New_York',
    });
  });
});

describe("Madang's own", () => {
  it('CSV takes several days in a row, in English or Korean', () => {
    const times = { start: '10:30', end: '12:00', room: '공학관 301', weeks: '1-2' };
    const meeting = { start: 630, end: 720, room: '공학관 301', weeks: 3 };
    for (const day of ['Mon, Wed', '월, 수', 'monday/수요일', 'Mon Wed']) {
      expect(plainCsv.rowOf({ day, ...times }, autumn).meetings).toEqual([
        { day: 0, ...meeting },
        { day: 2, ...meeting },
      ]);
    }
    expect(plainCsv.rowOf({ day: 'Mon' }, autumn)).toMatchObject({ meetings: [], warnings: [expect.any(String)] });
    expect(() => plainCsv.rowOf({ day: 'Mon', start: '9:00' }, autumn)).toThrow('end is missing');
    expect(() => plainCsv.rowOf({ day: 'Moonday', start: '9:00', end: '10:00' }, autumn)).toThrow('no day of the week');
  });

  it('CSV knows its columns by many names', () => {
    const { nameOf } = plainCsv.file as { nameOf(header: string): string };
    expect(['Code', 'credits_max', 'Credits Max', '학수번호', '요일', '담당 교수', 'x'].map(nameOf)).toEqual([
      ...['code', 'creditsMax', 'creditsMax', 'code', 'day', 'professors', 'x'],
    ]);
  });

  it('JSON has the words of the API', () => {
    const meeting = { day: 0, start: 630, end: '12:00', room: null, weeks: [1, 3] };
    expect(plainJson.rowOf({ meetings: [meeting] }, autumn).meetings).toEqual([
      { day: 0, start: 630, end: 720, room: null, weeks: 5 },
    ]);
    for (const wrong of [
      { meetings: 'mon' },
      { meetings: [1] },
      { professors: 'Kim' },
      { meetings: [{ ...meeting, weeks: [0.5] }] },
    ]) {
      expect(() => plainJson.rowOf(wrong, autumn)).toThrow(BadRow);
    }
  });
});
