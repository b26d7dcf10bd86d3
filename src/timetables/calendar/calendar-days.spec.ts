import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { aMeeting, anEntry } from '../../../test/support/entries.js';
import { expand } from '../../../test/support/expand-calendar.js';
import { inOrder, weeksToMask, type Meeting } from '../../catalogue/meetings.js';
import { calendarOf, type InCalendar } from './calendar.js';

const ZONES = [
  'Asia/Seoul',
  'America/New_York',
  'Europe/London',
  'Europe/Dublin',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Apia',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'UTC',
];

const DAY = 86_400_000;
const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** Where a meeting takes place, found by walking through the semester day by day. */
function slowly({ day, start, weeks }: Meeting, { startsOn, endsOn, holidays }: InCalendar['semester']): string[] {
  const starts: string[] = [];
  let week = 1;
  for (let date = startsOn; date <= endsOn; date = plusDays(date, 1)) {
    const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
    if (weekday === 0 && date !== startsOn) week++;
    const inWeek = weeks === null || Boolean((weeks >>> (week - 1)) & 1);
    if (weekday !== day || !inWeek || holidays.includes(date)) continue;
    const two = (value: number) => String(value).padStart(2, '0');
    starts.push(`${date}T${two(Math.floor(start / 60))}:${two(start % 60)}:00`);
  }
  return starts;
}

/** The instants, in seconds, at which the clocks of a zone show a time: none in a gap, two when they are put back. */
function instantsOf(local: string, timeZone: string): number[] {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const utc = Date.parse(`${local}Z`);
  const offsets = Array.from({ length: 4 * 28 + 1 }, (_, index) => (index - 4 * 14) * 900_000);
  return offsets
    .map((offset) => utc - offset)
    .filter((instant) => clock.format(instant).replace(' ', 'T') === local)
    .map((instant) => instant / 1000);
}

const someMeeting = fc
  .record({
    day: fc.integer({ min: 0, max: 6 }),
    start: fc.integer({ min: 0, max: 287 }).map((five) => five * 5),
    length: fc.integer({ min: 1, max: 288 }).map((five) => five * 5),
    weeks: fc.oneof(
      fc.constant(null),
      fc
        .uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 30 })
        .map((weeks) => weeksToMask(weeks)),
    ),
  })
  .map(({ day, start, length, weeks }) => aMeeting({ day, start, end: Math.min(1440, start + length), weeks }));

const someSemester = fc
  .record({
    startsOn: fc.integer({ min: 7300, max: 25_000 }).map((day) => plusDays('1970-01-01', day)),
    length: fc.integer({ min: 1, max: 200 }),
    timeZone: fc.constantFrom(...ZONES),
    holidays: fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 25 }),
    version: fc.integer({ min: 1, max: 9 }),
  })
  .map(({ startsOn, length, timeZone, holidays, version }) => ({
    startsOn,
    endsOn: plusDays(startsOn, length),
    timeZone,
    holidays: holidays.filter((day) => day <= length).map((day) => plusDays(startsOn, day)),
    version,
  }));

it('says exactly the days on which something takes place, in any semester and zone', () => {
  const run = (semester: InCalendar['semester'], meetings: Meeting[]): void => {
    const expanded = expand(
      calendarOf(
        { name: '시간표 1', semester, entries: [anEntry({ meetings })] },
        { now: new Date('2026-08-20T03:04:05.678Z'), host: 'madang.example' },
      ),
    );
    const expected = [...meetings]
      .sort((a, b) => inOrder(a, b) || (JSON.stringify(a.weeks) < JSON.stringify(b.weeks) ? -1 : 1))
      .map((one) => ({ one, starts: slowly(one, semester) }))
      .filter(({ starts }) => starts.length > 0);
    expect(expanded.map(({ starts }) => starts)).toEqual(expected.map(({ starts }) => starts));
    for (const [index, { starts, ends, startInstants }] of expanded.entries()) {
      const minutes = expected[index].one.end - expected[index].one.start;
      const endOf = (start: string): string =>
        new Date(Date.parse(`${start}Z`) + minutes * 60_000).toISOString().slice(0, 19);
      const [begun] = instantsOf(starts[0], semester.timeZone);
      const [ended] = instantsOf(endOf(starts[0]), semester.timeZone);
      // All events of a series last as long as the first one: RFC 5545, 3.8.5.3.
      const isSteady = ended - begun === minutes * 60;
      starts.forEach((start, at) => {
        const end = endOf(start);
        const instants = instantsOf(start, semester.timeZone);
        // In an hour that does not exist or comes twice parsers may differ.
        if (instants.length === 1) expect(startInstants[at]).toBe(instants[0]);
        if (isSteady && instants.length === 1 && instantsOf(end, semester.timeZone).length === 1) {
          expect(ends[at]).toBe(end);
        }
      });
    }
  };
  fc.assert(fc.property(someSemester, fc.array(someMeeting, { minLength: 1, maxLength: 3 }), run), { numRuns: 150 });
});
