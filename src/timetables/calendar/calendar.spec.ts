import { describe, expect, it } from '@jest/globals';
import { anEntry, aMeeting } from '../../../test/support/entries.js';
import { expand } from '../../../test/support/expand-calendar.js';
import { weeksToMask, type Meeting } from '../../catalogue/meetings.js';
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

const timetable = (entries: Entry[], semester: Partial<InCalendar['semester']> = {}): InCalendar => ({
  name: '시간표 1',
  semester: { ...AUTUMN, ...semester },
  entries,
});

/** The lines as they were before they were folded. */
const linesOf = (calendar: string): string[] => calendar.replace(/\r\n /g, '').split('\r\n');

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
        anEntry({
          lecture,
          memo: '준비물: 노트북,\n충전기',
          meetings: [aMeeting(), aMeeting({ day: 2, room: '공학관 301; 302' })],
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
    const calendar = calendarOf(timetable([anEntry()], { holidays }), OPTIONS);
    expect(linesOf(calendar)).toContain('DTSTART;TZID=Asia/Seoul:20260914T103000');
    expect(linesOf(calendar)).toContain('EXDATE;TZID=Asia/Seoul:20261005T103000,20261221T103000');
    expect(expand(calendar)[0].starts).toHaveLength(13);
  });

  it('has no event for what is untimed, cancelled, or limited to weeks that the semester does not have', () => {
    const entries = [
      anEntry({ id: 1, meetings: [] }),
      anEntry({ id: 2, held: false, status: 'cancelled' }),
      anEntry({ id: 3, held: false, status: 'ok' }),
      anEntry({ id: 4, meetings: [aMeeting({ weeks: weeksToMask([18, 30]) })] }),
      // Week 1 has no Monday: it begins on a Tuesday.
      anEntry({ id: 5, meetings: [aMeeting({ weeks: weeksToMask([1]) })] }),
    ];
    const calendar = calendarOf(timetable(entries), OPTIONS);
    expect(calendar).not.toContain('VEVENT');
    expect(expand(calendar)).toEqual([]);
  });

  it('keeps to the weeks of a meeting', () => {
    const half = anEntry({ meetings: [aMeeting({ day: 1, weeks: weeksToMask([1, 2, 3, 4]) })] });
    const apart = anEntry({ meetings: [aMeeting({ day: 1, weeks: weeksToMask([1, 3, 4, 8]) })] });
    const once = anEntry({ meetings: [aMeeting({ day: 1, weeks: weeksToMask([5]) })] });
    const [one, two, three] = expand(calendarOf(timetable([half, apart, once]), OPTIONS)).map(({ starts }) =>
      starts.map((start) => start.slice(5, 10)),
    );
    expect(one).toEqual(['09-01', '09-08', '09-15', '09-22']);
    expect(two).toEqual(['09-01', '09-15', '09-22', '10-20']);
    expect(three).toEqual(['09-29']);
  });

  it('ends at midnight of the next day', () => {
    const [event] = expand(
      calendarOf(timetable([anEntry({ meetings: [aMeeting({ start: 1320, end: 1440 })] })]), OPTIONS),
    );
    expect([event.starts[0], event.ends[0]]).toEqual(['2026-09-07T22:00:00', '2026-09-08T00:00:00']);
  });

  it('follows the clocks of a zone with daylight saving', () => {
    const calendar = calendarOf(timetable([anEntry()], { timeZone: 'America/New_York' }), OPTIONS);
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
    const stamped = (now: Date) => calendarOf(timetable([anEntry()]), { ...OPTIONS, now });
    const later = stamped(new Date('2027-01-01T00:00:00Z'));
    expect(later).not.toBe(stamped(NOW));
    expect(later.replaceAll('20270101T000000Z', '20260820T030405Z')).toBe(stamped(NOW));
  });

  it('is well-formed whatever its texts hold', () => {
    const hostile = 'END:VEVENT\r\nBEGIN:VALARM\n;,\\:"\u0000\u0085\ud800💥한글';
    const calendar = calendarOf(
      {
        ...timetable([anEntry({ title: hostile, memo: hostile, meetings: [aMeeting({ room: hostile })] })]),
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
  const twice = [aMeeting(), aMeeting({ day: 2 })];

  it('outlives changes of the title, the room, the hour and the semester, with a higher SEQUENCE', () => {
    expect(uids(anEntry({ meetings: twice }))).toEqual(['71-1 0', '71-2 0']);
    const changed = anEntry({
      title: '고급 자료구조',
      memo: 'x',
      meetings: [aMeeting({ room: '301', start: 540 }), aMeeting({ day: 3 })],
      sequence: 4,
    });
    expect(uids(changed)).toEqual(['71-1 4', '71-2 4']);
    expect(uids(changed, { holidays: ['2026-10-05'], version: 3 })).toEqual(['71-1 6', '71-2 6']);
  });

  it('is not that of a meeting without an occurrence', () => {
    expect(uids(anEntry({ meetings: [aMeeting({ weeks: weeksToMask([30]) }), aMeeting({ day: 2 })] }))).toEqual([
      '71-2 0',
    ]);
  });

  it('does not hang on the order in which meetings at one time are read', () => {
    const rooms = [aMeeting({ room: '실험실 1' }), aMeeting({ room: '실험실 2' })];
    const calendar = (meetings: Meeting[]) => calendarOf(timetable([anEntry({ meetings })]), OPTIONS);
    expect(calendar([...rooms].reverse())).toBe(calendar(rooms));
  });
});
