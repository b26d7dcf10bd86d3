import { TERMS, type Term } from './semester.entity.js';

/** The years that a semester may be named after. */
export const FIRST_YEAR = 1900;
export const LAST_YEAR = 2200;

/** A semester as people name it. */
export interface SemesterName {
  year: number;
  term: Term;
}

/** The semester named like `2025-autumn`; `undefined` for any other text. `fall` is autumn. */
export function parseSemesterName(text: string): SemesterName | undefined {
  const [, year, word] = /^(\d{4})-([a-z]+)$/.exec(text) ?? [];
  const term = TERMS.find((one) => one === (word === 'fall' ? 'autumn' : word));
  if (term === undefined || Number(year) < FIRST_YEAR || Number(year) > LAST_YEAR) return undefined;
  return { year: Number(year), term };
}

export function semesterName({ year, term }: SemesterName): string {
  return `${year}-${term}`;
}
