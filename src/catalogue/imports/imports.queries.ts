import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { Reader } from '../../database/reader.js';
import { date, flag, int, json, selection, text, type RowOf } from '../../database/selection.js';
import type { ImportState } from './catalogue-import.entity.js';
import type { Progress } from './progress.js';
import type { ImportReport } from './report.js';

const IMPORT_SUMMARY = selection({
  id: int('i.id'),
  year: int('s.year'),
  term: int('s.term'),
  format: text('i.format', 'nullable'),
  dryRun: flag('i.dry_run'),
  forced: flag('i.forced'),
  strict: flag('i.strict'),
  state: text<ImportState>('i.state'),
  reason: text('i.reason', 'nullable'),
  progress: json<Progress>('i.progress'),
  createdAt: date('i.created_at'),
  aliveAt: date('i.alive_at'),
  finishedAt: date('i.finished_at', 'nullable'),
});
const IMPORT = selection({ ...IMPORT_SUMMARY.columns, report: json<ImportReport>('i.report', 'nullable') });
export type ImportSummaryRow = RowOf<typeof IMPORT_SUMMARY>;
export type ImportRow = RowOf<typeof IMPORT>;

const FROM = 'FROM catalogue_imports i JOIN semesters s ON s.id = i.semester_id';

@Injectable()
export class ImportsQueries {
  constructor(private readonly database: Database) {}

  one(id: number, reader: Reader = this.database): Promise<ImportRow | undefined> {
    return reader.selectOne(IMPORT, `${FROM} WHERE i.id = ?`, [id]);
  }

  /** The newest first, without their reports. */
  page(before: number, limit: number): Promise<ImportSummaryRow[]> {
    return this.database.select(IMPORT_SUMMARY, `${FROM} WHERE i.id < ? ORDER BY i.id DESC LIMIT ?`, [before, limit]);
  }
}
