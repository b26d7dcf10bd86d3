import type { LongConnection } from '../../database/long-connection.js';
import type { Parameter } from '../../database/connection.js';
import type { SemesterDates } from '../semesters/semester-dates.js';
import { codeKeyOf } from '../subjects/code-key.js';
import { checkedKey, checkedRow, type RowKey } from './check-row.js';
import { excerpt } from './formats/cells.js';
import { BadRow, type CatalogueFormat, type CatalogueRecord } from './formats/format.js';
import type { CatalogueFile } from './reading/catalogue-file.js';
import { recordsOf, type LocatedRecord } from './reading/records.js';
import type { Findings } from './report.js';

const BATCH = 500;
/** Unknown names that are kept and reported. */
const MOST_NAMES = 1000;
const COLUMNS = ['code_key', 'section', 'ordinal', 'line', 'bad', 'content'];

interface Reading {
  connection: LongConnection;
  file: CatalogueFile;
  format: CatalogueFormat;
  semester: SemesterDates;
  findings: Findings;
  /** Called after each batch; throws to end the import. */
  progress(read: { rows: number; bytes: number }): void;
}

/** Reads the file into `import_rows`, a batch at a time. */
export async function readFile({ connection, file, format, semester, findings, progress }: Reading): Promise<void> {
  let bytes = 0;
  const unknown = unknownNames(format);
  let batch: Parameter[][] = [];
  const flush = async () => {
    if (batch.length > 0) await connection.insert('import_rows', COLUMNS, batch);
    batch = [];
    progress({ rows: findings.counts.rows, bytes });
  };
  for await (const located of recordsOf(file, format, (more) => (bytes += more))) {
    findings.counts.rows += 1;
    for (const name of unknown(located.record)) findings.warn(located.line, `"${name}" is not known and passed over`);
    const row = stagedRow(located, format, semester, findings);
    if (row) batch.push(row);
    // Also where no row of it is staged: for the progress, and so that the import can be ended.
    if (findings.counts.rows % BATCH === 0) await flush();
  }
  await flush();
}

/** Tells each name that the format does not know once. */
function unknownNames({ knows }: CatalogueFormat): (record: CatalogueRecord) => string[] {
  const told = new Set<string>(['', ...(knows ?? [])]);
  return (record) => {
    if (!knows || told.size > MOST_NAMES) return [];
    const names = Object.keys(record).filter((name) => !told.has(name));
    for (const name of names) told.add(name);
    return names.map(excerpt);
  };
}

/**
 * A bad record is staged as well when it tells which lecture it is of: that lecture is then left as it is, instead of
 * taken for one that the file does not have any more.
 */
function stagedRow(
  { line, record, fault }: LocatedRecord,
  format: CatalogueFormat,
  semester: SemesterDates,
  findings: Findings,
): Parameter[] | null {
  let key: RowKey | undefined;
  const staged = (bad: 0 | 1, content: string): Parameter[] | null =>
    key ? [codeKeyOf(key.code), key.section, findings.counts.rows, line, bad, content] : null;
  try {
    key = checkedKeyOr(fault, record, format);
    if (fault) throw new BadRow(fault);
    return staged(0, JSON.stringify(checkedRow(key, format.rowOf(record, semester))));
  } catch (error) {
    if (!(error instanceof BadRow)) throw error;
    findings.bad(line, error.message);
    return staged(1, '');
  }
}

/** @throws BadRow if the record as a whole is faulty */
function checkedKeyOr(fault: string | null, record: CatalogueRecord, format: CatalogueFormat): RowKey {
  try {
    return checkedKey(record, format);
  } catch (error) {
    throw fault ? new BadRow(fault) : error;
  }
}
