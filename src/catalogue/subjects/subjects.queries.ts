import { Injectable } from '@nestjs/common';
import { escapeLike } from '../../common/like.js';
import { Database } from '../../database/database.js';
import type { Reader } from '../../database/reader.js';
import type { SubjectRow } from './subjects.dto.js';

const COLUMNS = 'c.id, c.code, c.name, c.department, c.credits, c.category, c.source, c.version';

@Injectable()
export class SubjectsQueries {
  constructor(private readonly database: Database) {}

  one(id: number, reader: Reader = this.database): Promise<(SubjectRow & { version: number }) | undefined> {
    return reader.row(`SELECT ${COLUMNS} FROM subjects c WHERE c.id = ?`, [id]);
  }

  /**
   * By id. A campus has some thousand subjects, so the name may be searched anywhere; white space in it and in the word
   * does not matter.
   */
  page(q: string | undefined, semesterId: number | undefined, after: number, limit: number): Promise<SubjectRow[]> {
    const pattern = `%${escapeLike((q ?? '').replace(/\s/g, ''))}%`;
    return this.database.rows<SubjectRow>(
      `SELECT ${COLUMNS} FROM subjects c
        WHERE c.id > ? AND (REPLACE(c.name, ' ', '') LIKE ? OR c.code_key LIKE ?)
          AND (? = 0 OR EXISTS (SELECT 1 FROM lectures l
                                 WHERE l.subject_id = c.id AND l.semester_id = ? AND l.cancelled = 0))
        ORDER BY c.id LIMIT ?`,
      [after, pattern, pattern.toUpperCase(), semesterId ?? 0, semesterId ?? 0, limit],
    );
  }
}
