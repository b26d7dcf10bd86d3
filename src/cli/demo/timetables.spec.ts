import { describe, expect, it } from '@jest/globals';
import { clash, overlaps, type Meeting } from '../../catalogue/meetings.js';
import { CHOICES } from './courses.js';
import { imagineTimetables } from './timetables.js';

const NOWS = ['2026-03-19T05:30:00Z', '2026-07-31T15:00:00Z', '2026-08-01T00:00:00Z', '2027-01-02T00:00:00Z'];

describe.each(NOWS)('the demo timetables at %s', (now) => {
  const tables = Object.fromEntries(imagineTimetables(new Date(now)).map(({ table, rows }) => [table, rows]));
  const meetingsOf = (lectureId: unknown): Meeting[] =>
    tables.lecture_meetings.filter((row) => row.lecture_id === lectureId) as unknown as Meeting[];

  it('have a semester of this year with its holidays inside', () => {
    const [{ year, starts_on, ends_on, holidays }] = tables.semesters;
    expect(year).toBe(new Date(now).getUTCFullYear());
    for (const day of JSON.parse(String(holidays))) expect(day >= starts_on! && day <= ends_on!).toBe(true);
  });

  it('find every lecture that is chosen, and none that clashes with another of its timetable', () => {
    const chosen = Object.values(CHOICES).flat();
    const entries = tables.timetable_entries.filter(({ lecture_id }) => lecture_id !== null);
    expect(entries).toHaveLength(chosen.length);
    for (const entry of entries) {
      expect(entry.lecture_id).toBeGreaterThan(0);
      const others = entries.filter((other) => other !== entry && other.timetable_id === entry.timetable_id);
      for (const other of others) expect(clash(meetingsOf(entry.lecture_id), meetingsOf(other.lecture_id))).toBe(false);
    }
  });

  it('are as odd as real catalogues', () => {
    const { lectures, lecture_meetings } = tables;
    const meetings = lecture_meetings as unknown as (Meeting & { lecture_id: number })[];
    const timed = new Set(meetings.map(({ lecture_id }) => lecture_id)).size;
    expect(lectures.length - timed).toBeGreaterThan(2);
    expect(lectures.filter(({ credits_max }) => credits_max !== null).length).toBeGreaterThan(1);
    expect(lectures.filter((row) => Number(row.enrolled) > Number(row.capacity)).length).toBeGreaterThan(2);
    expect(lectures.filter(({ professors }) => professors === '[]').length).toBeGreaterThan(1);
    expect(meetings.filter(({ weeks }) => weeks !== null).length).toBeGreaterThan(3);
    expect(meetings.filter(({ end }) => end % 30 !== 0).length).toBeGreaterThan(3);
    expect(new Set(meetings.map(({ day }) => day)).size).toBe(6);
    const clashesWithItself = meetings.some((one) =>
      meetings.some((other) => other !== one && other.lecture_id === one.lecture_id && overlaps(one, other)),
    );
    expect(clashesWithItself).toBe(true);
  });
});
