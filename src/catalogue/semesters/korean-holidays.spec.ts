import { describe, expect, it } from '@jest/globals';
import { koreanHolidays, LUNAR_YEARS } from './korean-holidays.js';

const of = (year: number) => koreanHolidays(`${year}-01-01`, `${year}-12-31`);

describe('Korean public holidays', () => {
  it.each([
    [2023, '01-01 01-21 01-22 01-23 01-24 03-01 05-05 05-27 05-29 06-06 08-15 09-28 09-29 09-30 10-03 10-09 12-25'],
    [2024, '01-01 02-09 02-10 02-11 02-12 03-01 05-05 05-06 05-15 06-06 08-15 09-16 09-17 09-18 10-03 10-09 12-25'],
    // 어린이날 and 부처님오신날 on one day; 추석 together with 개천절's week.
    [2025, '01-01 01-28 01-29 01-30 03-01 03-03 05-05 05-06 06-06 08-15 10-03 10-05 10-06 10-07 10-08 10-09 12-25'],
    [
      2026,
      '01-01 02-16 02-17 02-18 03-01 03-02 05-05 05-24 05-25 06-06 07-17 08-15 08-17 09-24 09-25 09-26 10-03 10-05 10-09 12-25',
    ],
    [
      2027,
      '01-01 02-06 02-07 02-08 02-09 03-01 05-05 05-13 06-06 07-17 07-19 08-15 08-16 09-14 09-15 09-16 10-03 10-04 10-09 10-11 12-25 12-27',
    ],
    // 추석 on 개천절.
    [2028, '01-01 01-26 01-27 01-28 03-01 05-02 05-05 06-06 07-17 08-15 10-02 10-03 10-04 10-05 10-09 12-25'],
  ])('of %i are those of the government calendar', (year, days) => {
    expect(of(year)).toEqual(days.split(' ').map((day) => `${year}-${day}`));
  });

  it('have the lunar days of the Korean calendar, by the calendar that Unicode keeps', () => {
    const korean = new Intl.DateTimeFormat('en-u-ca-dangi', {
      timeZone: 'Asia/Seoul',
      month: 'numeric',
      day: 'numeric',
    });
    const lunar = (day: string) => {
      const parts = korean.formatToParts(new Date(`${day}T12:00:00+09:00`));
      return ['month', 'day'].map((type) => parts.find((part) => part.type === type)!.value).join('-');
    };
    for (const year of LUNAR_YEARS) {
      const names = of(year).map(lunar);
      for (const day of ['1-1', '4-8', '8-15']) expect([year, names.includes(day)]).toEqual([year, true]);
    }
    expect(LUNAR_YEARS.at(-1)).toBe(2035);
  });

  it('lie between two days, also over a new year; without lunar ones after the table', () => {
    expect(koreanHolidays('2026-09-01', '2026-12-21')).toEqual([
      ...['2026-09-24', '2026-09-25', '2026-09-26', '2026-10-03', '2026-10-05', '2026-10-09'],
    ]);
    expect(koreanHolidays('2026-12-22', '2027-01-18')).toEqual(['2026-12-25', '2027-01-01']);
    expect(koreanHolidays('2036-01-01', '2036-06-30')).toEqual([
      '2036-01-01',
      '2036-03-01',
      '2036-05-05',
      '2036-06-06',
    ]);
  });
});
