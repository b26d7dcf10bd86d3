import { inOrder, type Meeting } from '../../catalogue/meetings.js';
import type { SemesterRow } from '../../catalogue/semesters/semesters.dto.js';
import { offsetAt } from '../../common/campus-days.js';
import type { Entry } from '../entries/entry.js';
import { basic, dayNumber, localTime } from './days.js';
import { calendarText, line, escapeText } from './lines.js';
import { occurrencesOf, type Occurrences } from './occurrences.js';
import { timeZoneLines } from './time-zone.js';

/** The data of a calendar file. */
export interface InCalendar {
  name: string;
  semester: Pick<SemesterRow, 'startsOn' | 'endsOn' | 'timeZone' | 'holidays' | 'version'>;
  entries: Entry[];
}

export interface CalendarOptions {
  /** Goes into DTSTAMP. */
  now: Date;
  /** After the `@` of each UID, so that no other installation has the same. */
  host: string;
}

const DAY = 86_400_000;
const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
/** The interval in which subscribed calendars reload. */
const REFRESH = 'PT12H';

/**
 * A timetable as iCalendar (RFC 5545): one event for each meeting of each entry, repeated weekly.
 * A UID is the entry and the position among its meetings by day and time. A changed title, room or hour keeps the UID
 * and raises SEQUENCE. So a second import changes the event instead of adding one. A new meeting moves the positions
 * after it: each is still one event with a higher SEQUENCE, and the whole calendar is right. With day or time as
 * identity, a moved lecture would get a second event.
 * A cancelled lecture has no events. Changed lectures and conflicts have theirs.
 */
export function calendarOf({ name, semester, entries }: InCalendar, { now, host }: CalendarOptions): string {
  const rules = new Rules(semester);
  const stamp = line('DTSTAMP', `${basic(now.getTime())}Z`);
  const events = entries.filter(({ held }) => held).flatMap((entry) => entryLines(entry, rules, stamp, host));
  return calendarText([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Madang//Timetables//EN',
    'CALSCALE:GREGORIAN',
    line('NAME', escapeText(name)),
    line('X-WR-CALNAME', escapeText(name)),
    line('X-WR-TIMEZONE', semester.timeZone),
    line('REFRESH-INTERVAL;VALUE=DURATION', REFRESH),
    line('X-PUBLISHED-TTL', REFRESH),
    // One more day on each side, for zones ahead of UTC or behind.
    ...timeZoneLines(
      semester.timeZone,
      (dayNumber(semester.startsOn) - 1) * DAY,
      (dayNumber(semester.endsOn) + 2) * DAY,
    ),
    ...events,
    'END:VCALENDAR',
  ]);
}

/** Also for two meetings at the same time, as in two rooms: the order must be stable. */
function inOneOrder(a: Meeting, b: Meeting): number {
  const [one, other] = [a, b].map(({ weeks, room }) => JSON.stringify([weeks, room]));
  return inOrder(a, b) || (one < other ? -1 : one > other ? 1 : 0);
}

/** The events of an entry. */
function entryLines(entry: Entry, rules: Rules, stamp: string, host: string): string[] {
  const { id, title, lecture, meetings, sequence } = entry;
  const description = describeEntry(entry);
  const summary = [
    line('SUMMARY', escapeText(title)),
    ...(description ? [line('DESCRIPTION', escapeText(description))] : []),
  ];
  return [...meetings].sort(inOneOrder).flatMap((meeting, index) => {
    const times = rules.linesOf(meeting);
    const place = meeting.room ?? lecture?.place;
    if (times.length === 0) return [];
    return [
      'BEGIN:VEVENT',
      line('UID', `${id}-${index + 1}@${host}`),
      stamp,
      line('SEQUENCE', String(sequence + rules.semester.version - 1)),
      ...times,
      ...summary,
      ...(place ? [line('LOCATION', escapeText(place))] : []),
      'END:VEVENT',
    ];
  });
}

/** When meetings take place in a semester. */
class Rules {
  private readonly known = new Map<string, Rule | null>();
  private readonly zone: string;

  constructor(readonly semester: InCalendar['semester']) {
    this.zone = `;TZID=${semester.timeZone}`;
  }

  /** None when it never does. */
  linesOf(meeting: Meeting): string[] {
    const rule = this.ruleOf(meeting);
    if (!rule) return [];
    const { first, except, repeats, recurrence } = rule;
    const { start, end } = meeting;
    const times = [
      line(`DTSTART${this.zone}`, localTime(first, start)),
      line(`DTEND${this.zone}`, localTime(first, end)),
    ];
    if (!repeats) return times;
    const missing = except.map((date) => localTime(date, start)).join(',');
    return [...times, line('RRULE', recurrence), ...(missing ? [line(`EXDATE${this.zone}`, missing)] : [])];
  }

  /** Most meetings of a semester share their weeks. */
  private ruleOf({ day, weeks }: Meeting): Rule | null {
    const key = `${day} ${weeks}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const occurrences = occurrencesOf({ day, weeks }, this.semester);
    const rule = occurrences && {
      ...occurrences,
      recurrence: `FREQ=WEEKLY;UNTIL=${endOfDay(occurrences.until, this.semester.timeZone)};BYDAY=${WEEKDAYS[day]}`,
    };
    this.known.set(key, rule);
    return rule;
  }
}

type Rule = Occurrences & { recurrence: string };

/** 23:59:59 local, in UTC (RFC 5545, 3.3.10: UNTIL is in UTC where DTSTART has a zone). */
function endOfDay(day: number, timeZone: string): string {
  const local = (day + 1) * DAY - 1000;
  // The offset at the wanted instant, found from the offset at a first guess.
  const guess = local - offsetAt(local, timeZone);
  return `${basic(local - offsetAt(guess, timeZone))}Z`;
}

function describeEntry({ lecture, memo }: Entry): string {
  const section = lecture && `${lecture.subject.code}-${lecture.section}`;
  return [lecture?.professors.join(', '), section, memo].filter(Boolean).join('\n');
}
