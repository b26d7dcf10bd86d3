import { weeksOfMask } from '../../catalogue/meetings.js';
import { TERMS, type Term } from '../../catalogue/semesters/semester.entity.js';
import type { Language } from '../../common/problems/language.js';
import type { Texts } from '../../common/problems/problem.js';
import type { EntryStatus } from '../entries/entry.js';

const DAY_NAMES: Record<Language, string[]> = {
  ko: ['월', '화', '수', '목', '금', '토', '일'],
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
};

const TERM_NAMES: Record<Term, Texts> = {
  spring: { en: 'Spring', ko: '1학기' },
  summer: { en: 'Summer', ko: '여름학기' },
  autumn: { en: 'Autumn', ko: '2학기' },
  winter: { en: 'Winter', ko: '겨울학기' },
};

export const MARKS: Record<Exclude<EntryStatus, 'ok'>, Texts> = {
  changed: { en: 'Changed', ko: '변경됨' },
  cancelled: { en: 'Cancelled', ko: '폐강' },
  conflict: { en: 'Conflict', ko: '시간 겹침' },
};

export const UNTIMED: Texts = { en: 'No fixed time', ko: '시간 미정' };

export const dayName = (day: number, language: Language): string => DAY_NAMES[language][day];

/** @param term index into TERMS */
export function semesterTitle({ year, term }: { year: number; term: number }, language: Language): string {
  const name = TERM_NAMES[TERMS[term]][language];
  return language === 'ko' ? `${year}년 ${name}` : `${name} ${year}`;
}

export function creditsText(credits: number, language: Language): string {
  return language === 'ko' ? `${credits}학점` : credits === 1 ? '1 credit' : `${credits} credits`;
}

/** `1–8, 10주`; empty for every week. */
export function weeksText(weeks: number | null, language: Language): string {
  const ranges: [number, number][] = [];
  for (const week of weeksOfMask(weeks) ?? []) {
    const last = ranges.at(-1);
    if (last?.[1] === week - 1) last[1] = week;
    else ranges.push([week, week]);
  }
  if (ranges.length === 0) return '';
  const list = ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
  return language === 'ko' ? `${list}주` : `Wk ${list}`;
}

/** `10:30`; 1440 is `24:00`. */
export function timeText(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}
