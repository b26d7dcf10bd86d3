import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { Reader } from '../../database/reader.js';
import { day, int, json, selection, text } from '../../database/selection.js';
import type { SemesterRow } from './semesters.dto.js';

/** For a join of `semesters s`. */
export const SEMESTER = selection({
  id: int('s.id'),
  year: int('s.year'),
  /** Index into TERMS. */
  term: int('s.term'),
  startsOn: day('s.starts_on'),
  endsOn: day('s.ends_on'),
  timeZone: text('s.time_zone'),
  holidays: json<string[]>('s.holidays'),
  version: int('s.version'),
});

@Injectable()
export class SemestersQueries {
  constructor(private readonly database: Database) {}

  one(id: number, reader: Reader = this.database): Promise<SemesterRow | undefined> {
    return reader.selectOne(SEMESTER, 'FROM semesters s WHERE s.id = ?', [id]);
  }

  /** @param term index into TERMS */
  named(year: number, term: number): Promise<SemesterRow | undefined> {
    return this.database.selectOne(SEMESTER, 'FROM semesters s WHERE s.year = ? AND s.term = ?', [year, term]);
  }

  /** The newest first: below a position of year and term. */
  page(year: number, term: number, limit: number): Promise<SemesterRow[]> {
    return this.database.select(
      SEMESTER,
      `FROM semesters s WHERE s.year < ? OR (s.year = ? AND s.term < ?)
        ORDER BY s.year DESC, s.term DESC LIMIT ?`,
      [year, year, term, limit],
    );
  }

  /** The one that runs on a day; else the next one; else the last one. Semesters are few. */
  current(today: string): Promise<SemesterRow | undefined> {
    return this.database.selectOne(
      SEMESTER,
      `FROM semesters s
        ORDER BY CASE WHEN ? BETWEEN s.starts_on AND s.ends_on THEN 0 WHEN s.starts_on > ? THEN 1 ELSE 2 END,
                 CASE WHEN s.starts_on > ? THEN s.starts_on END,
                 s.starts_on DESC, s.id DESC
        LIMIT 1`,
      [today, today, today],
    );
  }
}
