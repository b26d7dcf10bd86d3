/**
 * Korea's public holidays: 관공서의 공휴일에 관한 규정, articles 2 and 3, as in force since May 2023, with 제헌절 (July 17), a
 * public holiday again since 2026 (공휴일에 관한 법률, passed on 2026-01-29). Not in here: days that are set from case to
 * case (elections, temporary holidays), and later laws; an admin adds these to a semester.
 */

const DAY = 86_400_000;
const [SUNDAY, SATURDAY] = [0, 6];

/** 설날, 부처님오신날 and 추석 of a year: lunar 1-1, 4-8 and 8-15 of the Korean calendar (Korea Astronomy and Space Science Institute). */
const LUNAR: Record<number, [newYear: string, buddha: string, chuseok: string]> = {
  2023: ['01-22', '05-27', '09-29'],
  2024: ['02-10', '05-15', '09-17'],
  2025: ['01-29', '05-05', '10-06'],
  2026: ['02-17', '05-24', '09-25'],
  2027: ['02-07', '05-13', '09-15'],
  2028: ['01-27', '05-02', '10-03'],
  2029: ['02-13', '05-20', '09-22'],
  2030: ['02-03', '05-09', '09-12'],
  2031: ['01-23', '05-28', '10-01'],
  2032: ['02-11', '05-16', '09-19'],
  2033: ['01-31', '05-06', '09-08'],
  2034: ['02-19', '05-25', '09-27'],
  2035: ['02-08', '05-15', '09-16'],
};
export const LUNAR_YEARS = Object.keys(LUNAR).map(Number);

interface Holiday {
  day: number;
  /** On which weekdays another day is free instead; `null` for a holiday without substitute. */
  moves: readonly number[] | null;
}

/** The days between two days, both included, in order. Outside of the table's years only those that are fixed. */
export function koreanHolidays(startsOn: string, endsOn: string): string[] {
  const [first, last] = [startsOn, endsOn].map((day) => Number(day.slice(0, 4)));
  const years = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const days = years.flatMap(holidaysOf).filter((day) => day >= startsOn && day <= endsOn);
  return [...new Set(days)].sort();
}

function holidaysOf(year: number): string[] {
  const holidays = [...fixed(year), ...lunar(year)].sort((a, b) => a.day - b.day);
  const free = new Map<number, number>();
  for (const { day } of holidays) free.set(day, (free.get(day) ?? 0) + 1);
  const days = new Set(free.keys());
  if (!LUNAR[year]) return [...days].map(textOf);
  // Of two holidays on one day, one moves; and one of several days moves once for each of them.
  const shared = new Set<number>();
  for (const { day, moves } of holidays) {
    if (!moves) continue;
    const isShared = free.get(day)! > 1 && !shared.has(day);
    if (isShared) shared.add(day);
    if (isShared || moves.includes(weekdayOf(day))) days.add(substitute(day, days));
  }
  return [...days].map(textOf);
}

/** Article 3: the first day after it that is neither a holiday nor a Saturday or Sunday. */
function substitute(day: number, taken: ReadonlySet<number>): number {
  let next = day + DAY;
  while (taken.has(next) || [SUNDAY, SATURDAY].includes(weekdayOf(next))) next += DAY;
  return next;
}

const WEEKEND = [SUNDAY, SATURDAY];
/** 설날 and 추석 move for a Sunday only. */
const SUNDAYS = [SUNDAY];

function fixed(year: number): Holiday[] {
  const on = (month: number, day: number, moves: Holiday['moves']) => ({ day: Date.UTC(year, month - 1, day), moves });
  return [
    ...[on(1, 1, null), on(3, 1, WEEKEND), on(5, 5, WEEKEND), on(6, 6, null), on(8, 15, WEEKEND)],
    ...(year >= 2026 ? [on(7, 17, WEEKEND)] : []),
    ...[on(10, 3, WEEKEND), on(10, 9, WEEKEND), on(12, 25, WEEKEND)],
  ];
}

function lunar(year: number): Holiday[] {
  const table = LUNAR[year];
  if (!table) return [];
  const [newYear, buddha, chuseok] = table.map((day) => Date.parse(`${year}-${day}T00:00:00Z`));
  const around = (day: number) => [day - DAY, day, day + DAY].map((one) => ({ day: one, moves: SUNDAYS }));
  return [...around(newYear), { day: buddha, moves: WEEKEND }, ...around(chuseok)];
}

const weekdayOf = (day: number): number => new Date(day).getUTCDay();
const textOf = (day: number): string => new Date(day).toISOString().slice(0, 10);
