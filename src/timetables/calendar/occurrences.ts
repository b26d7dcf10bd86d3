import { MAX_WEEK, type Slot } from '../../catalogue/meetings.js';
import { mondayOf, type SemesterDates } from '../../catalogue/semesters/semester-dates.js';
import { dayNumber, dayText } from './days.js';

/** When a meeting takes place, as a weekly rule says it: on `first` and every seventh day to `until`, but on `except`. */
export interface Occurrences {
  /** Day numbers. */
  first: number;
  until: number;
  except: number[];
  /** Whether there are more than the first. */
  repeats: boolean;
}

export type TeachingDays = Pick<SemesterDates, 'startsOn' | 'endsOn' | 'holidays'>;

/**
 * The days on which a meeting takes place: in its weeks, within the semester, on no holiday. The rule of one that is
 * held every week runs to the semester's last day, that of another one to its last week.
 *
 * @returns `null` when there is none
 */
export function occurrencesOf({ day, weeks }: Pick<Slot, 'day' | 'weeks'>, semester: TeachingDays): Occurrences | null {
  const [begin, end] = [dayNumber(semester.startsOn), dayNumber(semester.endsOn)];
  const free = new Set(semester.holidays);
  const held = new Set<number>();
  for (let week = 1, date = mondayOf(semester.startsOn) + day; date <= end; week++, date += 7) {
    const inWeek = weeks === null || (week <= MAX_WEEK && (weeks & (1 << (week - 1))) !== 0);
    if (date >= begin && inWeek && !free.has(dayText(date))) held.add(date);
  }
  if (held.size === 0) return null;
  const [first, last] = [Math.min(...held), Math.max(...held)];
  const until = weeks === null ? end : last;
  const weekly = Array.from({ length: Math.floor((until - first) / 7) + 1 }, (_, index) => first + 7 * index);
  return { first, until, except: weekly.filter((date) => !held.has(date)), repeats: held.size > 1 };
}
