import { koreanHolidays } from './korean-holidays.js';
import type { SemesterDates } from './semester-dates.js';
import type { SemesterName } from './semester-name.js';

const DAY = 86_400_000;
const MONDAY = 1;
/** A semester's fifteen weeks of lectures and one of exams (고등교육법 시행령 제11조); a vacation's four. */
const WEEKS = { spring: 16, summer: 4, autumn: 16, winter: 4 };

/** The only zone whose holidays are known. */
const KOREA = 'Asia/Seoul';

/**
 * The dates of a new semester, of which some are given. Absent ones are those of the Korean academic year: spring from
 * the first Monday of March, autumn from 1 September; summer and winter from the Monday after the semester before them.
 * In Korea it has the public holidays.
 */
export function datesOfNew({ year, term }: SemesterName, given: Partial<SemesterDates> = {}): SemesterDates {
  const starts = startOf({ year, term });
  const dates = { startsOn: dayOf(starts), endsOn: dayOf(endOf(starts, WEEKS[term])), timeZone: KOREA, ...given };
  return { ...dates, holidays: given.holidays ?? defaultHolidays(dates) };
}

/** Of a semester without given ones; its days may still be wrong. */
export function defaultHolidays({ startsOn, endsOn, timeZone }: Omit<SemesterDates, 'holidays'>): string[] {
  return timeZone === KOREA && startsOn < endsOn ? koreanHolidays(startsOn, endsOn) : [];
}

function startOf({ year, term }: SemesterName): number {
  if (term === 'spring') return mondayFrom(Date.UTC(year, 2, 1));
  if (term === 'autumn') return Date.UTC(year, 8, 1);
  const before = term === 'summer' ? 'spring' : 'autumn';
  return mondayFrom(endOf(startOf({ year, term: before }), WEEKS[before]) + DAY);
}

const endOf = (starts: number, weeks: number): number => starts + (weeks * 7 - 1) * DAY;

/** The Monday on or after a day. */
function mondayFrom(day: number): number {
  return day + ((MONDAY + 7 - new Date(day).getUTCDay()) % 7) * DAY;
}

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);
