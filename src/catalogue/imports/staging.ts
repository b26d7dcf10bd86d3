import type { Parameter } from '../../database/connection.js';
import type { LongConnection } from '../../database/long-connection.js';
import { ROW_COUNT } from '../../database/selection.js';
import type { SemesterDates } from '../semesters/semester-dates.js';
import { codeKeyOf } from '../subjects/code-key.js';
import { checkedKey, checkedRow, type RowKey } from './file-lecture.js';
import { BadRow, CannotImport, type CatalogueFormat, type CatalogueRecord, excerpt } from './format.js';
import { type CatalogueFile, type LocatedRecord, recordsOf } from './records.js';
import type { Findings } from './report.js';

/**
 * The temporary tables of an import, which belong to its connection and end with it. So a killed import leaves nothing
 * behind, and no other statement sees them.
 */
const TABLES = {
  // One row for each record of the file whose lecture is known; `bad` says why it is left out.
  import_rows: `
    code_key varchar(80) COLLATE utf8mb4_0900_bin NOT NULL,
    section varchar(20) COLLATE utf8mb4_0900_bin NOT NULL,
    ordinal int UNSIGNED NOT NULL,
    line int UNSIGNED NOT NULL,
    bad tinyint NOT NULL,
    content mediumtext NOT NULL,
    PRIMARY KEY (code_key, section, ordinal)`,
  // New subjects, and those with other values in the file.
  import_subjects: `
    code_key varchar(80) COLLATE utf8mb4_0900_bin NOT NULL,
    subject_id int UNSIGNED NULL,
    code varchar(40) NOT NULL,
    name varchar(200) NOT NULL,
    department varchar(100) NULL,
    credits double NOT NULL,
    category varchar(50) NULL,
    PRIMARY KEY (code_key),
    INDEX (subject_id)`,
  // New and changed lectures, with their new values.
  import_lectures: `
    n int UNSIGNED NOT NULL AUTO_INCREMENT,
    lecture_id int UNSIGNED NULL,
    subject_id int UNSIGNED NULL,
    code_key varchar(80) COLLATE utf8mb4_0900_bin NOT NULL,
    section varchar(20) COLLATE utf8mb4_0900_bin NOT NULL,
    is_new tinyint NOT NULL,
    old_version int UNSIGNED NOT NULL,
    old_revision int UNSIGNED NOT NULL,
    old_facts json NULL,
    new_meetings tinyint NOT NULL,
    title varchar(200) NOT NULL,
    professors json NOT NULL,
    credits double NOT NULL,
    credits_max double NULL,
    grade varchar(50) NULL,
    capacity int UNSIGNED NULL,
    enrolled int UNSIGNED NULL,
    note varchar(2000) NULL,
    place varchar(300) NULL,
    cancelled tinyint NOT NULL,
    PRIMARY KEY (n),
    UNIQUE INDEX (lecture_id)`,
  // The meetings of those whose meetings are written anew.
  import_meetings: `
    n int UNSIGNED NOT NULL,
    position tinyint UNSIGNED NOT NULL,
    day tinyint UNSIGNED NOT NULL,
    start smallint UNSIGNED NOT NULL,
    end smallint UNSIGNED NOT NULL,
    room varchar(100) NULL,
    weeks int UNSIGNED NULL,
    PRIMARY KEY (n, position)`,
};

export async function createStaging(connection: LongConnection): Promise<void> {
  for (const [table, columns] of Object.entries(TABLES)) {
    await connection.run(
      `CREATE TEMPORARY TABLE ${table} (${columns}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`,
    );
  }
}

const BATCH = 500;
/** Unknown names that are kept and reported. */
const MOST_NAMES = 1000;
const ROW_COLUMNS = ['code_key', 'section', 'ordinal', 'line', 'bad', 'content'];

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
    if (batch.length > 0) await connection.insert('import_rows', ROW_COLUMNS, batch);
    batch = [];
    progress({ rows: findings.counts.rows, bytes });
  };
  for await (const located of recordsOf(file, format, (more) => (bytes += more))) {
    findings.counts.rows += 1;
    for (const name of unknown(located.record)) findings.warn(located.line, `"${name}" is not known and passed over`);
    const row = stagedRow(located, format, semester, findings);
    if (row) batch.push(row);
    // Also without staged rows: for the progress, and so that the import can be ended.
    if (findings.counts.rows % BATCH === 0) await flush();
  }
  await flush();
}

/** Reports each unknown name once. */
function unknownNames({ knows }: CatalogueFormat): (record: CatalogueRecord) => string[] {
  const told = new Set<string>(['', ...(knows ?? [])]);
  return (record) => {
    if (!knows || told.size > MOST_NAMES) return [];
    const names = Object.keys(record).filter((name) => !told.has(name));
    for (const name of names) told.add(name);
    return names.map(excerpt);
  };
}

/** Also stages a bad record with a known lecture. That lecture stays as it is; otherwise it would count as removed. */
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

/**
 * Applies the differences: a few set-based statements over the changed rows, in one transaction. So the catalogue is
 * always the old one or the new one.
 * The order matters to members who add lectures meanwhile, with a shared lock on the lecture's row. The earlier
 * statements share that lock too (by foreign keys), or write rows that nobody sees yet. Members wait only from the last
 * UPDATE to the commit.
 */
export async function apply(connection: LongConnection, semesterId: number, now: Date): Promise<void> {
  await insertSubjects(connection, now);
  await insertLectures(connection, semesterId, now);
  await storeOldFacts(connection, now);
  await replaceMeetings(connection);
  await updateSubjects(connection);
  await updateOtherLectures(connection);
  await updateLectures(connection);
}

async function insertSubjects(connection: LongConnection, now: Date): Promise<void> {
  await connection.run(
    `INSERT INTO subjects (code, code_key, catalogue_key, name, department, credits, category, source, created_at)
     SELECT code, code_key, code_key, name, department, credits, category, 'catalogue', ?
       FROM import_subjects WHERE subject_id IS NULL`,
    [now],
  );
  await connection.run(
    `UPDATE import_lectures i JOIN subjects s ON s.catalogue_key = i.code_key
        SET i.subject_id = s.id WHERE i.subject_id IS NULL`,
  );
}

async function insertLectures(connection: LongConnection, semesterId: number, now: Date): Promise<void> {
  await connection.run(
    `INSERT INTO lectures (semester_id, subject_id, section, catalogue_section, title, professors, credits, credits_max,
       grade, capacity, enrolled, note, place, source, cancelled, created_at)
     SELECT ?, subject_id, section, section, title, professors, credits, credits_max,
       grade, capacity, enrolled, note, place, 'catalogue', 0, ?
       FROM import_lectures WHERE is_new = 1 ORDER BY n`,
    [semesterId, now],
  );
  await connection.run(
    `UPDATE import_lectures i
       JOIN lectures l ON l.semester_id = ? AND l.subject_id = i.subject_id AND l.catalogue_section = i.section
        SET i.lecture_id = l.id WHERE i.is_new = 1`,
    [semesterId],
  );
}

async function storeOldFacts(connection: LongConnection, now: Date): Promise<void> {
  await connection.run(
    `INSERT INTO lecture_revisions (lecture_id, revision, facts, replaced_at)
     SELECT lecture_id, old_revision, old_facts, ? FROM import_lectures WHERE old_facts IS NOT NULL`,
    [now],
  );
}

async function replaceMeetings(connection: LongConnection): Promise<void> {
  await connection.run(
    `DELETE m FROM lecture_meetings m JOIN import_lectures i ON i.lecture_id = m.lecture_id
      WHERE i.new_meetings = 1 AND i.is_new = 0`,
  );
  await connection.run(
    `INSERT INTO lecture_meetings (lecture_id, position, day, start, end, room, weeks)
     SELECT i.lecture_id, m.position, m.day, m.start, m.end, m.room, m.weeks
       FROM import_lectures i JOIN import_meetings m ON m.n = i.n`,
  );
}

async function updateSubjects(connection: LongConnection): Promise<void> {
  await connection.run(
    `UPDATE import_subjects i STRAIGHT_JOIN subjects s ON s.id = i.subject_id
        SET s.code = i.code, s.name = i.name, s.department = i.department, s.credits = i.credits,
            s.category = i.category, s.version = s.version + 1`,
  );
}

/** Of the changed subjects, in other semesters or registered by members: they are found by their subject as well. */
async function updateOtherLectures(connection: LongConnection): Promise<void> {
  await connection.run(
    `UPDATE import_subjects s STRAIGHT_JOIN lectures l ON l.subject_id = s.subject_id
         LEFT JOIN import_lectures i ON i.lecture_id = l.id
        SET l.version = l.version + 1
      WHERE i.n IS NULL`,
  );
}

/** @throws CannotImport when a lecture has changed since the comparison */
async function updateLectures(connection: LongConnection): Promise<void> {
  const [{ count: expected }] = await connection.select(ROW_COUNT, 'FROM import_lectures WHERE is_new = 0');
  const { affectedRows } = await connection.run(
    `UPDATE import_lectures i STRAIGHT_JOIN lectures l ON l.id = i.lecture_id AND l.version = i.old_version
        SET l.title = i.title, l.professors = i.professors, l.credits = i.credits, l.credits_max = i.credits_max,
            l.grade = i.grade, l.capacity = i.capacity, l.enrolled = i.enrolled, l.note = i.note, l.place = i.place,
            l.cancelled = i.cancelled, l.revision = l.revision + (i.old_facts IS NOT NULL), l.version = l.version + 1
      WHERE i.is_new = 0`,
  );
  if (affectedRows !== expected) {
    throw new CannotImport(
      'The catalogue was changed by somebody else meanwhile. Nothing was written: start it again.',
    );
  }
}
