import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { Reader } from '../../database/reader.js';
import type { ImportRow, ImportSummaryRow } from './imports.dto.js';

const COLUMNS = `i.id, s.year, s.term, i.format, i.dry_run AS dryRun, i.forced, i.strict, i.state, i.reason, i.progress,
  i.created_at AS createdAt, i.alive_at AS aliveAt, i.finished_at AS finishedAt`;
const FROM = 'FROM catalogue_imports i JOIN semesters s ON s.id = i.semester_id';

@Injectable()
export class ImportsQueries {
  constructor(private readonly database: Database) {}

  one(id: number, reader: Reader = this.database): Promise<ImportRow | undefined> {
    return reader.row<ImportRow>(`SELECT ${COLUMNS}, i.report ${FROM} WHERE i.id = ?`, [id]);
  }

  /** The newest first, without their reports. */
  page(before: number, limit: number): Promise<ImportSummaryRow[]> {
    return this.database.rows<ImportSummaryRow>(`SELECT ${COLUMNS} ${FROM} WHERE i.id < ? ORDER BY i.id DESC LIMIT ?`, [
      before,
      limit,
    ]);
  }
}
