import type { Texts } from '../../common/problems/problem.js';
import { isTimeZone } from '../../config/time-zone.js';
import { MAX_WEEK } from '../meetings.js';
import { LAST_YEAR } from './semester-name.js';

/** When a semester is held. */
export interface SemesterDates {
  /** `2026-03-02`. */
  startsOn: string;
  endsOn: string;
  /** IANA name. */
  timeZone: string;
  holidays: string[];
}

export interface DatesFault {
  field: keyof SemesterDates;
  code: string;
  texts: Texts;
}

const DAY = 86_400_000;
/** The first day that a field takes. A winter's lectures may be in the year after its name. */
const FIRST_DAY = '1970-01-01';
const LAST_DAY = `${LAST_YEAR + 1}-12-31`;

/** The Monday on or before a day, as days since 1970-01-01 (a Thursday). */
export function mondayOf(day: string): number {
  const days = Date.parse(`${day}T00:00:00Z`) / DAY;
  return days - ((days + 3) % 7);
}

/** The week of a semester that a day belongs to: week 1 is the Monday week that holds the semester's first day. */
function weekOf(day: string, startsOn: string): number {
  return (mondayOf(day) - mondayOf(startsOn)) / 7 + 1;
}

/** The fault of a semester's dates, if any. */
export function faultOf({ startsOn, endsOn, timeZone, holidays }: SemesterDates): DatesFault | null {
  if (startsOn < FIRST_DAY || endsOn > LAST_DAY) {
    const texts = { en: `must be from ${FIRST_DAY} to ${LAST_DAY}`, ko: `${FIRST_DAY}부터 ${LAST_DAY}까지여야 합니다` };
    return { field: startsOn < FIRST_DAY ? 'startsOn' : 'endsOn', code: 'OUT_OF_RANGE', texts };
  }
  if (endsOn <= startsOn) {
    const texts = { en: 'must be after startsOn', ko: 'startsOn보다 늦어야 합니다' };
    return { field: 'endsOn', code: 'NOT_AFTER_START', texts };
  }
  if (weekOf(endsOn, startsOn) > MAX_WEEK) {
    const texts = { en: `must be in week ${MAX_WEEK} at the latest`, ko: `${MAX_WEEK}주 안에 있어야 합니다` };
    return { field: 'endsOn', code: 'TOO_LONG', texts };
  }
  if (!isTimeZone(timeZone)) {
    const texts = { en: 'must be a time zone such as Asia/Seoul', ko: 'Asia/Seoul과 같은 시간대여야 합니다' };
    return { field: 'timeZone', code: 'NOT_A_TIME_ZONE', texts };
  }
  if (holidays.some((day) => day < startsOn || day > endsOn)) {
    const texts = { en: 'must lie within the semester', ko: '학기 안의 날짜여야 합니다' };
    return { field: 'holidays', code: 'OUT_OF_RANGE', texts };
  }
  return null;
}
