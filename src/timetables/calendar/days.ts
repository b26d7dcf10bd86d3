/** Days as numbers since 1970-01-01, a Thursday. Weeks are seven days in every zone. */

const DAY = 86_400_000;

/** @param day `2026-03-02` */
export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY;
}

export function dayText(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** `20260302T103000`; minute 1440 is the beginning of the next day. */
export function localTime(day: number, minutes: number): string {
  return basic(day * DAY + minutes * 60_000);
}

/** `20260302T103000` of an instant in milliseconds, in UTC; a `Z` after it marks UTC. */
export function basic(instant: number): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d+Z$/g, '');
}
