import { offsetAt } from '../../common/campus-days.js';
import { basic } from './days.js';
import { line } from './lines.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

/**
 * A VTIMEZONE (RFC 5545, 3.6.5) that is right from `from` to `to`: the offset before, then each change, from this
 * server's time zone database. It has no rule for times before or after.
 *
 * @param timeZone IANA name
 * @param from instants in milliseconds
 */
export function timeZoneLines(timeZone: string, from: number, to: number): string[] {
  const { begin, standard } = standardTime(timeZone, from);
  const first = offsetAt(begin, timeZone);
  const observances = [{ at: begin, before: first, after: first }, ...changesOf(timeZone, begin, to)];
  return [
    'BEGIN:VTIMEZONE',
    line('TZID', timeZone),
    ...observances.flatMap(({ at, before, after }) => {
      const kind = after > standard ? 'DAYLIGHT' : 'STANDARD';
      return [
        `BEGIN:${kind}`,
        // In the time that the clocks showed before they were changed.
        line('DTSTART', basic(at + before)),
        line('TZOFFSETFROM', offsetText(before)),
        line('TZOFFSETTO', offsetText(after)),
        `END:${kind}`,
      ];
    }),
    'END:VTIMEZONE',
  ];
}

/**
 * Standard time is the smallest offset of a year. The zone begins in it, because some parsers fail on daylight saving
 * time without standard time before it.
 *
 * @returns the last instant of some months before `from` with that offset
 */
function standardTime(timeZone: string, from: number): { begin: number; standard: number } {
  const months = Array.from({ length: 13 }, (_, index) => from - index * 30 * DAY);
  const standard = Math.min(...months.map((at) => offsetAt(at, timeZone)));
  return { begin: months.find((at) => offsetAt(at, timeZone) === standard)!, standard };
}

interface Change {
  at: number;
  before: number;
  after: number;
}

/** Every change of the offset in a span, to the second. No zone has changed twice within a day. */
function changesOf(timeZone: string, from: number, to: number): Change[] {
  const changes: Change[] = [];
  let before = offsetAt(from, timeZone);
  for (let at = from; at < to; at += DAY) {
    const after = offsetAt(at + DAY, timeZone);
    if (after === before) continue;
    let [low, high] = [at, at + DAY];
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (offsetAt(middle, timeZone) === before) low = middle;
      else high = middle;
    }
    changes.push({ at: high, before, after });
    before = after;
  }
  return changes;
}

/** `+0900`; with seconds where a zone has them, as many had before 1912. */
function offsetText(offset: number): string {
  const sign = offset < 0 ? '-' : '+';
  const minutes = Math.floor(Math.abs(offset) / MINUTE);
  const seconds = (Math.abs(offset) % MINUTE) / 1000;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${sign}${two(Math.floor(minutes / 60))}${two(minutes % 60)}${seconds > 0 ? two(seconds) : ''}`;
}
