import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseConfig } from '../../config/database-config.js';
import { databaseErrorOf } from '../../database/mysql-errors.js';
import { LongConnection } from '../../database/long-connection.js';
import { flag, selection } from '../../database/selection.js';
import type { SemesterDates } from '../semesters/semester-dates.js';
import { semesterName, type SemesterName } from '../semesters/semester-name.js';
import { apply } from './apply.js';
import { Comparison } from './compare.js';
import { lockCatalogue } from './import-lock.js';
import type { Phase, Progress } from './progress.js';
import { readFile } from './read-file.js';
import type { CatalogueFile } from './reading/catalogue-file.js';
import { formatOf } from './reading/recognise.js';
import { firstRecords } from './reading/records.js';
import { Findings, type ImportReport, type Refusal } from './report.js';
import { insertSemester, semesterFor, type ImportSemester } from './semester-of-import.js';
import { createStaging } from './staging.js';
import { StoredLectures } from './stored-lectures.js';

/** Of the lectures that are there, so many may vanish or lose their times: real scrapes come with shifted columns. */
const MOST_LOST = 0.1;
/** Records that are read for a file's own dates. */
const TELLING = 200;
const ATTEMPTS = 4;
/** A deadlock, or a lock that somebody held too long. */
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
  /** Ends it, with the signal's reason, but not once it is being applied. */
  signal: AbortSignal;
  onProgress(progress: Progress): void;
}

/**
 * Brings a semester's catalogue to the state of a file.
 *
 * The file is read into temporary tables, these are compared with the catalogue, and what differs is applied in one
 * short transaction. It is on one connection of its own, whose end ends everything that it has begun.
 *
 * @throws CannotImport (UnreadableFile) where there is nothing to report on; the signal's reason; the database's errors
 */
export async function runImport(options: ImportOptions): Promise<ImportReport> {
  const connection = await LongConnection.open(options.database);
  try {
    return await new Import(options, connection).run();
  } finally {
    await connection.close();
  }
}

class Import {
  private readonly findings: Findings;
  private readonly progress: Progress;
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

  async run(): Promise<ImportReport> {
    const { options, connection, findings } = this;
    const { file } = options;
    const format = await formatOf(file, options.format);
    await lockCatalogue(connection, options.waitSeconds, () => this.tell({}));
    const told = format.datesOf?.(await firstRecords(file, format, TELLING)) ?? {};
    const semester = await semesterFor(connection, options.semester, options.dates ?? {}, told);
    await createStaging(connection);

    this.begin('reading');
    const progress = (read: Partial<Progress>) => this.tell(read);
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
  private async refusal({ id }: ImportSemester): Promise<Refusal | null> {
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

  /** Somebody who adds lectures may hold a lock for a moment. */
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

  private tell(more: Partial<Progress>): void {
    Object.assign(this.progress, more);
    if (!this.isApplying) this.options.signal.throwIfAborted();
    this.options.onProgress({ ...this.progress });
  }
}
