import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseConfig } from '../../config/database-config.js';
import { LongConnection } from '../../database/long-connection.js';
import { databaseErrorOf } from '../../database/mysql-errors.js';
import { flag, selection } from '../../database/selection.js';
import { datesOfNew } from '../semesters/default-dates.js';
import { faultOf, type SemesterDates } from '../semesters/semester-dates.js';
import { semesterName, type SemesterName } from '../semesters/semester-name.js';
import { TERMS } from '../semesters/semester.entity.js';
import type { SemesterRow } from '../semesters/semesters.dto.js';
import { SEMESTER } from '../semesters/semesters.queries.js';
import { Comparison } from './compare.js';
import { formatOf } from './formats.js';
import { CannotImport } from './format.js';
import { StoredLectures } from './lecture-pages.js';
import { type CatalogueFile, firstRecords } from './records.js';
import type { ImportProgressView, ImportReportView, RefusalView } from './imports.dto.js';
import { Findings, MOST_LISTED, type Phase } from './report.js';
import { apply, createStaging, readFile } from './staging.js';

/** The part of the existing lectures that may vanish or lose their times: some scraped files have shifted columns. */
const MOST_LOST = 0.1;
/** Records that are read for a file's own dates. */
const TELLING = 200;
const ATTEMPTS = 4;
/** A deadlock, or a lock that was held too long. */
const IN_THE_WAY = [1213, 1205];

/** The result of the comparison. */
const STAGED = selection({
  isDifferent: flag('EXISTS (SELECT 1 FROM import_lectures) OR EXISTS (SELECT 1 FROM import_subjects)'),
});

export interface ImportOptions {
  database: DatabaseConfig;
  file: CatalogueFile;
  semester: SemesterName;
  /** Of the semester, where it has to be made. */
  dates?: Partial<SemesterDates>;
  /** The name of the file's format; recognised by default. */
  format?: string;
  /** Entries of each list of the report; 100 by default. */
  listed?: number;
  /** A dry run: reports only. */
  dryRun: boolean;
  /** Does it although much would be lost. */
  force: boolean;
  /** Does nothing when there is a bad row. */
  strict: boolean;
  /** How long it waits for another import to end. */
  waitSeconds: number;
  now: () => Date;
  /** Ends it with the signal's reason, unless the changes are being applied. */
  signal: AbortSignal;
  onProgress(progress: ImportProgressView): void;
}

/**
 * Updates a semester's catalogue from a file.
 * The file is read into temporary tables and compared with the catalogue. The differences are applied in one short
 * transaction. All on one connection: when it ends, everything unfinished is gone.
 *
 * @throws CannotImport (UnreadableFile) where there is nothing to report on; the signal's reason; the database's errors
 */
export async function runImport(options: ImportOptions): Promise<ImportReportView> {
  const connection = await LongConnection.open(options.database);
  try {
    return await new Import(options, connection).run();
  } finally {
    await connection.close();
  }
}

class Import {
  private readonly findings: Findings;
  private readonly progress: ImportProgressView;
  private readonly took: Record<Phase, number> = { waiting: 0, reading: 0, comparing: 0, applying: 0 };
  private phaseBegan = performance.now();
  /** From then on it is not ended any more. */
  private isApplying = false;

  constructor(
    private readonly options: ImportOptions,
    private readonly connection: LongConnection,
  ) {
    this.findings = new Findings(options.listed);
    this.progress = { phase: 'waiting', rows: 0, bytes: 0, bytesTotal: options.file.bytes, compared: 0 };
  }

  async run(): Promise<ImportReportView> {
    const { options, connection, findings } = this;
    const { file } = options;
    const format = await formatOf(file, options.format);
    await lockCatalogue(connection, options.waitSeconds, () => this.tell({}));
    const told = format.datesOf?.(await firstRecords(file, format, TELLING)) ?? {};
    const semester = await semesterFor(connection, options.semester, options.dates ?? {}, told);
    await createStaging(connection);

    this.begin('reading');
    const progress = (read: Partial<ImportProgressView>) => this.tell(read);
    await readFile({ connection, file, format, semester: semester.dates, findings, progress });

    this.begin('comparing');
    const compared = (done: number) => this.tell({ compared: done });
    await new Comparison({ connection, semesterId: semester.id, format, findings, progress: compared }).run();

    const refusal = await this.refusal(semester);
    const applied = refusal === null && !options.dryRun;
    if (applied) await this.apply(semester);
    this.begin(null);
    const { dryRun } = options;
    const about = { semester: semesterName(semester.name), format: format.name };
    return findings.report({ ...about, applied, dryRun, refusal, took: this.took });
  }

  /** Why it must not be applied, if so. */
  private async refusal({ id }: ImportSemester): Promise<RefusalView | null> {
    const { findings, options } = this;
    const { lectures, removed, lostTimes } = findings.counts;
    if (lectures === 0) return { code: 'empty', text: 'There is no lecture in the file.' };
    if (options.strict && findings.badRowCount > 0) {
      return { code: 'badRows', text: `Bad rows: ${findings.badRowCount}, and it was to be strict.` };
    }
    const before = await new StoredLectures(this.connection, id).count();
    if (options.force || removed + lostTimes <= before * MOST_LOST) return null;
    const text =
      `Of ${before} lectures ${removed} would be cancelled and ${lostTimes} would lose their times: ` +
      `more than ${MOST_LOST * 100} %. Look at the file; if it is right, force it.`;
    return { code: 'lost', text };
  }

  private async apply(semester: ImportSemester): Promise<void> {
    const { connection, options } = this;
    this.begin('applying');
    this.isApplying = true;
    if (!(await connection.selectOne(STAGED, ''))!.isDifferent) return;
    await this.withRetries(() =>
      connection.transaction(async () => {
        const id = semester.id ?? (await insertSemester(connection, semester));
        await apply(connection, id, options.now());
      }),
    );
  }

  /** A member who adds lectures may hold a lock for a moment. */
  private async withRetries<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        const inTheWay = IN_THE_WAY.includes(databaseErrorOf(error)?.errno ?? 0);
        if (attempt === ATTEMPTS || !inTheWay) throw error;
        await sleep(Math.random() * 50 * 2 ** attempt);
      }
    }
  }

  private begin(phase: Phase | null): void {
    const now = performance.now();
    this.took[this.progress.phase] = Math.round(now - this.phaseBegan);
    this.phaseBegan = now;
    if (phase) this.tell({ phase });
  }

  private tell(more: Partial<ImportProgressView>): void {
    Object.assign(this.progress, more);
    if (!this.isApplying) this.options.signal.throwIfAborted();
    this.options.onProgress({ ...this.progress });
  }
}

/** One name for each database; the server's names are its databases' together, and have 64 characters at most. */
const LOCK_NAME = "SHA2(CONCAT(DATABASE(), ' catalogue import'), 256)";
/** Its parameter: seconds to wait. `null` after an error. */
const LOCK = selection({ isOurs: flag(`GET_LOCK(${LOCK_NAME}, ?)`, 'nullable') });

/**
 * Allows one import at a time: two of one semester would overwrite each other, and subjects belong to all semesters.
 * The lock belongs to the connection.
 *
 * @param waiting is called before each wait of a second; throws when the import is to end
 * @param seconds the longest wait for another import
 * @throws CannotImport when the other import is still running after `seconds`
 */
export async function lockCatalogue(connection: LongConnection, seconds: number, waiting: () => void): Promise<void> {
  for (let waited = 0; ; waited++) {
    const row = await connection.selectOne(LOCK, '', [waited === 0 ? 0 : 1]);
    if (row?.isOurs) return;
    if (waited >= seconds) throw new CannotImport('Another import is running: try again when it is done.');
    waiting();
  }
}

/** The semester of an import; `id` is `null` until it exists. */
interface ImportSemester {
  id: number | null;
  name: SemesterName;
  dates: SemesterDates;
}

async function semesterRow(connection: LongConnection, { year, term }: SemesterName): Promise<SemesterRow | undefined> {
  const key = [year, TERMS.indexOf(term)];
  return connection.selectOne(SEMESTER, 'FROM semesters s WHERE s.year = ? AND s.term = ?', key);
}

/**
 * The stored semester, or a new one. Its dates are the given ones, else those in the file, else those of the academic
 * year.
 *
 * @throws CannotImport for dates that are none, and for given ones that are not those of a semester that is there
 */
async function semesterFor(
  connection: LongConnection,
  name: SemesterName,
  given: Partial<SemesterDates>,
  told: Partial<SemesterDates>,
): Promise<ImportSemester> {
  const row = await semesterRow(connection, name);
  if (!row) return { id: null, name, dates: checkedDates(datesOfNew(name, { ...told, ...given })) };
  const { startsOn, endsOn, timeZone, holidays } = row;
  const dates: SemesterDates = { startsOn, endsOn, timeZone, holidays };
  if (JSON.stringify({ ...dates, ...given }) !== JSON.stringify(dates)) {
    const asked = `catalogue semester ${semesterName(name)}`;
    throw new CannotImport(`The semester is there with other dates: change them first with \`${asked}\`.`);
  }
  return { id: row.id, name, dates };
}

/** @throws CannotImport */
function checkedDates(dates: SemesterDates): SemesterDates {
  const checked = { ...dates, holidays: [...new Set(dates.holidays)].sort() };
  const fault = faultOf(checked);
  if (fault) throw new CannotImport(`The semester's ${fault.field} ${fault.texts.en}.`);
  return checked;
}

/** @returns its id */
async function insertSemester(connection: LongConnection, { name, dates }: ImportSemester): Promise<number> {
  const { startsOn, endsOn, timeZone, holidays } = dates;
  const { insertId } = await connection.run(
    'INSERT INTO semesters (year, term, starts_on, ends_on, time_zone, holidays) VALUES (?, ?, ?, ?, ?, ?)',
    [name.year, TERMS.indexOf(name.term), startsOn, endsOn, timeZone, JSON.stringify(holidays)],
  );
  return insertId;
}

interface RememberedImport {
  semester: SemesterName;
  dryRun: boolean;
  force: boolean;
  strict: boolean;
}

type EndedImport = {
  bytes: number;
  began: Date;
  ended: Date;
} & (
  | { report: ImportReportView }
  /** Why there is none. */
  | { reason: string }
);

/**
 * Lists an import by the command beside those of the API, after its end or refusal. A dry run for a semester that does
 * not exist is not listed.
 */
export async function rememberImport(
  database: DatabaseConfig,
  asked: RememberedImport,
  ended: EndedImport,
): Promise<void> {
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

/** Shortens the lists of a report to MOST_LISTED entries, as for imports through the API. */
function cut(report: ImportReportView): ImportReportView {
  const first = <T extends { items: unknown[] }>(list: T): T => ({ ...list, items: list.items.slice(0, MOST_LISTED) });
  const { badRows, warnings, changes } = report;
  return { ...report, badRows: first(badRows), warnings: first(warnings), changes: first(changes) };
}
