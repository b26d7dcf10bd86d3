import type { DatabaseConfig } from '../../config/database-config.js';
import { LongConnection } from '../../database/long-connection.js';
import type { SemesterName } from '../semesters/semester-name.js';
import { MOST_LISTED, type ImportReport } from './report.js';
import { semesterRow } from './semester-of-import.js';

interface Asked {
  semester: SemesterName;
  dryRun: boolean;
  force: boolean;
  strict: boolean;
}

type Ended = {
  bytes: number;
  began: Date;
  ended: Date;
} & (
  | { report: ImportReport }
  /** Why there is none. */
  | { reason: string }
);

/**
 * Lists an import that a command has run beside those of the API, once it has come to its end, or was refused. A dry
 * run of a semester that is not there yet is of nothing that could be listed.
 */
export async function rememberImport(database: DatabaseConfig, asked: Asked, ended: Ended): Promise<void> {
  const { bytes, began, ended: at } = ended;
  const { report, reason } =
    'report' in ended
      ? { report: ended.report, reason: ended.report.refusal?.text ?? null }
      : { report: null, reason: ended.reason };
  const connection = await LongConnection.open(database);
  try {
    const semester = await semesterRow(connection, asked.semester);
    if (!semester) return;
    const rows = report?.counts.rows ?? 0;
    const phase = !report ? 'reading' : report.applied ? 'applying' : 'comparing';
    const progress = {
      phase,
      rows,
      bytes,
      bytesTotal: bytes,
      compared: rows,
    };
    await connection.run(
      `INSERT INTO catalogue_imports (semester_id, format, dry_run, forced, strict, state, progress, report, reason,
         created_at, alive_at, finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[semester.id, report?.format ?? null, Number(asked.dryRun), Number(asked.force), Number(asked.strict)],
        ...[reason === null ? 'done' : 'refused', JSON.stringify(progress), report && JSON.stringify(cut(report))],
        ...[reason?.slice(0, 500) ?? null, began, at, at],
      ],
    );
  } finally {
    await connection.close();
  }
}

/** As long as those of the API. */
function cut(report: ImportReport): ImportReport {
  const first = <T extends { items: unknown[] }>(list: T): T => ({ ...list, items: list.items.slice(0, MOST_LISTED) });
  const { badRows, warnings, changes } = report;
  return { ...report, badRows: first(badRows), warnings: first(warnings), changes: first(changes) };
}
