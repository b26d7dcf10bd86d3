import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { Reader } from '../../database/reader.js';
import type { SemesterRow } from './semesters.dto.js';

/** The columns of a SemesterRow, for a join of `semesters s`. */
export const SEMESTER_COLUMNS = `s.id, s.year, s.term, DATE_FORMAT(s.starts_on, '%Y-%m-%d') AS startsOn,
  DATE_FORMAT(s.ends_on, '%Y-%m-%d') AS endsOn, s.time_zone AS timeZone, s.holidays, s.version`;

@Injectable()
export class SemestersQueries {
  constructor(private readonly database: Database) {}

  one(id: number, reader: Reader = this.database): Promise<SemesterRow | undefined> {
    return reader.row<SemesterRow>(`SELECT ${SEMESTER_COLUMNS} FROM semesters s WHERE s.id = ?`, [id]);
  }

  /** @param term index into TERMS */
  named(year: number, term: number): Promise<SemesterRow | undefined> {
    return this.database.row<SemesterRow>(
      `SELECT ${SEMESTER_COLUMNS} FROM semesters s WHERE s.year = ? AND s.term = ?`,
      [year, term],
    );
  }

  /** The newest first: below a position of year and term. */
  page(year: number, term: number, limit: number): Promise<SemesterRow[]> {
    return this.database.rows<SemesterRow>(
      `SELECT ${SEMESTER_COLUMNS} FROM semesters s WHERE s.year < ? OR (s.year = ? AND s.term < ?)
        ORDER BY s.year DESC, s.term DESC LIMIT ?`,
      [year, year, term, limit],
    );
  }

  /** The one that runs on a day; else the next one; else the last one. Semesters are few. */
  current(today: string): Promise<SemesterRow | undefined> {
    return this.database.row<SemesterRow>(
      `SELECT ${SEMESTER_COLUMNS} FROM semesters s
        ORDER BY CASE WHEN ? BETWEEN s.starts_on AND s.ends_on THEN 0 WHEN s.starts_on > ? THEN 1 ELSE 2 END,
                 CASE WHEN s.starts_on > ? THEN s.starts_on END,
                 s.starts_on DESC, s.id DESC
        LIMIT 1`,
      [today, today, today],
    );
  }
}
