import { Injectable } from '@nestjs/common';
import { escapeLike } from '../../common/like.js';
import { Database } from '../../database/database.js';
import type { Reader } from '../../database/reader.js';
import { float, int, selection, text, type RowOf } from '../../database/selection.js';
import type { Source } from './subject.entity.js';

const SUBJECT = selection({
  id: int('c.id'),
  code: text('c.code'),
  name: text('c.name'),
  department: text('c.department', 'nullable'),
  credits: float('c.credits'),
  category: text('c.category', 'nullable'),
  source: text<Source>('c.source'),
  version: int('c.version'),
});
export type SubjectRow = RowOf<typeof SUBJECT>;

@Injectable()
export class SubjectsQueries {
  constructor(private readonly database: Database) {}

  one(id: number, reader: Reader = this.database): Promise<SubjectRow | undefined> {
    return reader.selectOne(SUBJECT, 'FROM subjects c WHERE c.id = ?', [id]);
  }

  /**
   * By id. A campus has some thousand subjects, so the name may be searched anywhere; white space in it and in the word
   * does not matter.
   */
  page(q: string | undefined, semesterId: number | undefined, after: number, limit: number): Promise<SubjectRow[]> {
    const pattern = `%${escapeLike((q ?? '').replace(/\s/g, ''))}%`;
    return this.database.select(
      SUBJECT,
      `FROM subjects c
        WHERE c.id > ? AND (REPLACE(c.name, ' ', '') LIKE ? OR c.code_key LIKE ?)
          AND (? = 0 OR EXISTS (SELECT 1 FROM lectures l
                                 WHERE l.subject_id = c.id AND l.semester_id = ? AND l.cancelled = 0))
        ORDER BY c.id LIMIT ?`,
      [after, pattern, pattern.toUpperCase(), semesterId ?? 0, semesterId ?? 0, limit],
    );
  }
}
