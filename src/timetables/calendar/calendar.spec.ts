import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { inOrder, weeksToMask, type Meeting } from '../../catalogue/meetings.js';
import type { LectureRow } from '../../catalogue/lectures/lectures.dto.js';
import type { Entry } from '../entries/entry.js';
import { calendarOf, type InCalendar } from './calendar.js';

const NOW = new Date('2026-08-20T03:04:05.678Z');
const OPTIONS = { now: NOW, host: 'madang.example' };

const AUTUMN: InCalendar['semester'] = {
  startsOn: '2026-09-01', // a Tuesday
  endsOn: '2026-12-21', // a Monday
  timeZone: 'Asia/Seoul',
  holidays: [],
  version: 1,
};

const meeting = (given: Partial<Meeting> = {}): Meeting => ({
  day: 0,
  start: 630,
  end: 720,
  room: null,
  weeks: null,
  ...given,
});

function entry(given: Partial<Entry> = {}): Entry {
  return {
    id: 71,
    lecture: null,
    seenRevision: null,
    ownTitle: null,
    title: '자료구조',
    color: 0,
    memo: null,
    private: false,
    credits: 3,
    meetings: [meeting()],
    held: true,
    status: 'ok',
    changes: null,
    changedAt: null,
    conflictsWith: [],
    version: 1,
    sequence: 0,
    ...given,
  };
}

const timetable = (entries: Entry[], semester: Partial<InCalendar['semester']> = {}): InCalendar => ({
  name: '시간표 1',
  semester: { ...AUTUMN, ...semester },
  entries,
});

/** The lines as they were before they were folded. */
const linesOf = (calendar: string): string[] => calendar.replace(/\r\n /g, '').split('\r\n');

interface Expanded {
  uid: string;
  sequence: number;
  summary: string;
  /** `2026-09-07T10:30:00`, local. */
  starts: string[];
  ends: string[];
  /** The same in seconds since 1970. */
  startInstants: number[];
}

/** Every event as a strict parser that is not ours expands it. */
function expand(calendar: string): Expanded[] {
  const root = new ICAL.Component(ICAL.parse(calendar) as unknown as string);
  return root.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    const all: ICAL.Time[] = [];
    const ends: string[] = [];
    if (event.isRecurring()) {
      const iterator = event.iterator();
      for (let at = iterator.next(); at && all.length < 500; at = iterator.next()) {
        all.push(at);
        ends.push(event.getOccurrenceDetails(at).endDate.toString());
      }
    } else {
      all.push(event.startDate);
      ends.push(event.endDate.toString());
    }
    return {
      uid: event.uid,
      sequence: event.sequence,
      summary: event.summary,
      starts: all.map(String),
      ends,
      startInstants: all.map((at) => at.toUnixTime()),
    };
  });
}

describe('the calendar', () => {
  it('is a calendar of one event a meeting', () => {
    const lecture = {
      subject: { code: 'CSE2017' },
      section: '02',
      professors: ['김교수', '이교수'],
      place: '공학관',
    } as LectureRow;
    const calendar = calendarOf(
      timetable([
        entry({
          lecture,
          memo: '준비물: 노트북,\n충전기',
          meetings: [meeting(), meeting({ day: 2, room: '공학관 301; 302' })],
        }),
      ]),
      OPTIONS,
    );
    expect(calendar.endsWith('\r\nEND:VCALENDAR\r\n')).toBe(true);
    expect(calendar.replace(/\r\n/g, '')).not.toMatch(/[\r\n]/);
    expect(linesOf(calendar)).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//Madang//Timetables//EN',
      'CALSCALE:GREGORIAN',
      'NAME:시간표 1',
      'X-WR-CALNAME:시간표 1',
      'X-WR-TIMEZONE:Asia/Seoul',
      'REFRESH-INTERVAL;VALUE=DURATION:PT12H',
      'X-PUBLISHED-TTL:PT12H',
      'BEGIN:VTIMEZONE',
      'TZID:Asia/Seoul',
      'BEGIN:STANDARD',
      'DTSTART:20260831T090000',
      'TZOFFSETFROM:+0900',
      'TZOFFSETTO:+0900',
      'END:STANDARD',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'UID:71-1@madang.example',
      'DTSTAMP:20260820T030405Z',
      'SEQUENCE:0',
      'DTSTART;TZID=Asia/Seoul:20260907T103000',
      'DTEND;TZID=Asia/Seoul:20260907T120000',
      'RRULE:FREQ=WEEKLY;UNTIL=20261221T145959Z;BYDAY=MO',
      'SUMMARY:자료구조',
      'DESCRIPTION:김교수\\, 이교수\\nCSE2017-02\\n준비물: 노트북\\,\\n충전기',
      'LOCATION:공학관',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:71-2@madang.example',
      'DTSTAMP:20260820T030405Z',
      'SEQUENCE:0',
      'DTSTART;TZID=Asia/Seoul:20260902T103000',
      'DTEND;TZID=Asia/Seoul:20260902T120000',
      'RRULE:FREQ=WEEKLY;UNTIL=20261221T145959Z;BYDAY=WE',
      'SUMMARY:자료구조',
      'DESCRIPTION:김교수\\, 이교수\\nCSE2017-02\\n준비물: 노트북\\,\\n충전기',
      'LOCATION:공학관 301\\; 302',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ]);
  });

  it('takes holidays out that hit an occurrence, and begins after one', () => {
    const holidays = ['2026-09-07', '2026-09-25', '2026-10-05', '2026-12-21'];
    const calendar = calendarOf(timetable([entry()], { holidays }), OPTIONS);
    expect(linesOf(calendar)).toContain('DTSTART;TZID=Asia/Seoul:20260914T103000');
    expect(linesOf(calendar)).toContain('EXDATE;TZID=Asia/Seoul:20261005T103000,20261221T103000');
    expect(expand(calendar)[0].starts).toHaveLength(13);
  });

  it('has no event for what is untimed, cancelled, or limited to weeks that the semester does not have', () => {
    const entries = [
      entry({ id: 1, meetings: [] }),
      entry({ id: 2, held: false, status: 'cancelled' }),
      entry({ id: 3, held: false, status: 'ok' }),
      entry({ id: 4, meetings: [meeting({ weeks: weeksToMask([18, 30]) })] }),
      // Week 1 has no Monday: it begins on a Tuesday.
      entry({ id: 5, meetings: [meeting({ weeks: weeksToMask([1]) })] }),
    ];
    const calendar = calendarOf(timetable(entries), OPTIONS);
    expect(calendar).not.toContain('VEVENT');
    expect(expand(calendar)).toEqual([]);
  });

  it('keeps to the weeks of a meeting', () => {
    const half = entry({ meetings: [meeting({ day: 1, weeks: weeksToMask([1, 2, 3, 4]) })] });
    const apart = entry({ meetings: [meeting({ day: 1, weeks: weeksToMask([1, 3, 4, 8]) })] });
    const once = entry({ meetings: [meeting({ day: 1, weeks: weeksToMask([5]) })] });
    const [one, two, three] = expand(calendarOf(timetable([half, apart, once]), OPTIONS)).map(({ starts }) =>
      starts.map((start) => start.slice(5, 10)),
    );
    expect(one).toEqual(['09-01', '09-08', '09-15', '09-22']);
    expect(two).toEqual(['09-01', '09-15', '09-22', '10-20']);
    expect(three).toEqual(['09-29']);
  });

  it('ends at midnight of the next day', () => {
    const [event] = expand(
      calendarOf(timetable([entry({ meetings: [meeting({ start: 1320, end: 1440 })] })]), OPTIONS),
    );
    expect([event.starts[0], event.ends[0]]).toEqual(['2026-09-07T22:00:00', '2026-09-08T00:00:00']);
  });

  it('follows the clocks of a zone with daylight saving', () => {
    const calendar = calendarOf(timetable([entry()], { timeZone: 'America/New_York' }), OPTIONS);
    expect(linesOf(calendar)).toEqual(
      expect.arrayContaining([
        'BEGIN:STANDARD',
        'DTSTART:20260303T190000',
        'BEGIN:DAYLIGHT',
        'DTSTART:20260308T020000',
        'DTSTART:20261101T020000',
        'TZOFFSETFROM:-0400',
        'TZOFFSETTO:-0500',
        'RRULE:FREQ=WEEKLY;UNTIL=20261222T045959Z;BYDAY=MO',
      ]),
    );
    const [{ starts, startInstants }] = expand(calendar);
    expect(new Set(starts.map((start) => start.slice(11)))).toEqual(new Set(['10:30:00']));
    const hours = startInstants.map((at) => new Date(at * 1000).getUTCHours());
    expect(hours).toEqual([...Array<number>(8).fill(14), ...Array<number>(8).fill(15)]);
  });

  it('says the same of the same but for when it was made', () => {
    const stamped = (now: Date) => calendarOf(timetable([entry()]), { ...OPTIONS, now });
    const later = stamped(new Date('2027-01-01T00:00:00Z'));
    expect(later).not.toBe(stamped(NOW));
    expect(later.replaceAll('20270101T000000Z', '20260820T030405Z')).toBe(stamped(NOW));
  });

  it('is well-formed whatever its texts hold', () => {
    const hostile = 'END:VEVENT\r\nBEGIN:VALARM\n;,\\:"\u0000\u0085\ud800💥한글';
    const calendar = calendarOf(
      {
        ...timetable([entry({ title: hostile, memo: hostile, meetings: [meeting({ room: hostile })] })]),
        name: hostile,
      },
      OPTIONS,
    );
    const [event, ...more] = expand(calendar);
    expect(more).toEqual([]);
    expect(event.summary).toBe('END:VEVENT\nBEGIN:VALARM\n;,\\:" \n\ufffd💥한글');
  });
});

describe('the identity of an event', () => {
  const uids = (one: Entry, semester: Partial<InCalendar['semester']> = {}) =>
    expand(calendarOf(timetable([one], semester), OPTIONS)).map(
      ({ uid, sequence }) => `${uid.split('@')[0]} ${sequence}`,
    );
  const twice = [meeting(), meeting({ day: 2 })];

  it('outlives changes of the title, the room, the hour and the semester, with a higher SEQUENCE', () => {
    expect(uids(entry({ meetings: twice }))).toEqual(['71-1 0', '71-2 0']);
    const changed = entry({
      title: '고급 자료구조',
      memo: 'x',
      meetings: [meeting({ room: '301', start: 540 }), meeting({ day: 3 })],
      sequence: 4,
    });
    expect(uids(changed)).toEqual(['71-1 4', '71-2 4']);
    expect(uids(changed, { holidays: ['2026-10-05'], version: 3 })).toEqual(['71-1 6', '71-2 6']);
  });

  it('is not that of a meeting without an occurrence', () => {
    expect(uids(entry({ meetings: [meeting({ weeks: weeksToMask([30]) }), meeting({ day: 2 })] }))).toEqual(['71-2 0']);
  });

  it('does not hang on the order in which meetings at one time are read', () => {
    const rooms = [meeting({ room: '실험실 1' }), meeting({ room: '실험실 2' })];
    const calendar = (meetings: Meeting[]) => calendarOf(timetable([entry({ meetings })]), OPTIONS);
    expect(calendar([...rooms].reverse())).toBe(calendar(rooms));
  });
});

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
  .map(({ day, start, length, weeks }) => meeting({ day, start, end: Math.min(1440, start + length), weeks }));

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
    const expanded = expand(calendarOf(timetable([entry({ meetings })], semester), OPTIONS));
    const expected = [...meetings]
      .sort((a, b) => inOrder(a, b) || (JSON.stringify(a.weeks) < JSON.stringify(b.weeks) ? -1 : 1))
      .map((one) => ({ one, starts: slowly(one, semester) }))
      .filter(({ starts }) => starts.length > 0);
    expect(expanded.map(({ starts }) => starts)).toEqual(expected.map(({ starts }) => starts));
    for (const [index, { starts, ends, startInstants }] of expanded.entries()) {
      const { one } = expected[index];
      starts.forEach((start, at) => {
        const end = new Date(Date.parse(`${start}Z`) + (one.end - one.start) * 60_000).toISOString().slice(0, 19);
        const instants = instantsOf(start, semester.timeZone);
        // In an hour that does not exist or comes twice parsers may differ.
        if (instants.length === 1) expect(startInstants[at]).toBe(instants[0]);
        if (instants.length === 1 && instantsOf(end, semester.timeZone).length === 1) expect(ends[at]).toBe(end);
      });
    }
  };
  fc.assert(fc.property(someSemester, fc.array(someMeeting, { minLength: 1, maxLength: 3 }), run), { numRuns: 150 });
});
