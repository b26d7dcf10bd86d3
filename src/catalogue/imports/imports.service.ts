import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { holdAccount } from '../../accounts/hold-account.js';
import { Background } from '../../common/background.js';
import { Clock } from '../../common/clock.js';
import { Cursors } from '../../common/cursor.js';
import { canonicalJson } from '../../common/idempotency/canonical-json.js';
import { Idempotency, type OnceKey } from '../../common/idempotency/idempotency.js';
import { MAX_ROW_ID, parseId } from '../../common/ids.js';
import { ListKey, type Page, pageOf, type PageQuery } from '../../common/pages.js';
import { Tally } from '../../common/tally.js';
import type { Me } from '../../common/viewer.js';
import { Config } from '../../config/config.js';
import { Database } from '../../database/database.js';
import type { Reader } from '../../database/reader.js';
import { date, flag, int, json, ROW_ID, type RowOf, selection, text } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { checkAdmin } from '../admins-only.js';
import { SemesterNotFound } from '../catalogue.errors.js';
import { parseSemesterName, type SemesterName } from '../semesters/semester-name.js';
import { TERMS } from '../semesters/semester.entity.js';
import type { SemesterRow } from '../semesters/semesters.dto.js';
import { SemestersQueries } from '../semesters/semesters.queries.js';
import type { ImportState } from './catalogue-import.entity.js';
import {
  ALL_OR_NOTHING,
  type ImportProgressView,
  type ImportReportView,
  importSummaryView,
  type ImportSummaryView,
  importView,
  type ImportView,
} from './imports.dto.js';
import { CannotImport } from './format.js';
import { ImportNotFound, TooManyImports } from './imports.errors.js';
import { fileOf } from './records.js';
import { runImport } from './run-import.js';
import { receiveUpload, TemporaryFiles, type Upload } from './upload.js';

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
  progress: json<ImportProgressView>('i.progress'),
  createdAt: date('i.created_at'),
  aliveAt: date('i.alive_at'),
  finishedAt: date('i.finished_at', 'nullable'),
});
const IMPORT = selection({ ...IMPORT_SUMMARY.columns, report: json<ImportReportView>('i.report', 'nullable') });
export type ImportSummaryRow = RowOf<typeof IMPORT_SUMMARY>;
export type ImportRow = RowOf<typeof IMPORT>;

const FROM = 'FROM catalogue_imports i JOIN semesters s ON s.id = i.semester_id';

/** Milliseconds between two signs of life of an import. */
const HEARTBEAT = 2_000;
/** Seconds that an import waits for others. */
const PATIENCE = 600;
/** As wide as the column. */
const MAX_REASON = 500;
/** Imports of one process that wait or run: each holds its file and a connection of its own. */
const MAX_AT_ONCE = 5;
/** Imports that are remembered. */
const KEPT = 200;

type Ended = Extract<ImportState, 'done' | 'refused' | 'failed'>;

/** How an import came out. */
interface Outcome {
  state: Ended;
  report: ImportReportView | null;
  reason: string | null;
}

class ServerStops extends Error {
  override message = 'The server was stopped. Nothing was changed.';
}

/** Imports by admins. Each runs in the background, and its row has the progress for every instance. */
@Injectable()
export class ImportsService implements OnModuleDestroy {
  /** Imports that this instance has finished, by outcome. */
  readonly outcomes = new Tally<Ended>('done', 'refused', 'failed');
  private readonly logger = new Logger(ImportsService.name);
  private readonly stopping = new AbortController();
  private atOnce = 0;

  constructor(
    private readonly database: Database,
    private readonly semesters: SemestersQueries,
    private readonly idempotency: Idempotency,
    private readonly background: Background,
    private readonly cursors: Cursors,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly files: TemporaryFiles,
  ) {}

  /**
   * @throws AdminsOnly, TooManyImports, SemesterNotFound, UnsupportedMediaType, MalformedRequest, BodyTooLarge,
   * InvalidInput, InsufficientStorage, UploadsUnavailable
   */
  async start(me: Me, request: FastifyRequest, once: OnceKey | null): Promise<ImportView> {
    checkAdmin(me);
    if (this.atOnce >= MAX_AT_ONCE) throw new TooManyImports();
    this.atOnce += 1;
    try {
      return await this.receive(me, request, once);
    } catch (error) {
      this.atOnce -= 1;
      throw error;
    }
  }

  private async receive(me: Me, request: FastifyRequest, once: OnceKey | null): Promise<ImportView> {
    const upload = await receiveUpload(request, this.files);
    try {
      const semester = await this.semester(upload.fields.semester);
      if (once) once.bodyHash = hashOf(upload);
      const remember = async (tx: Transaction): Promise<ImportView> => {
        await holdAccount(tx, me.id);
        const id = await this.remember(tx, upload, semester);
        return importView((await this.row(tx, id))!, this.clock.now());
      };
      const view = await this.idempotency.run(once, remember, { thing: ({ id }) => pathOf(id) });
      if (once?.replayed) {
        await this.drop(upload);
        return view;
      }
      const { id } = view;
      // An act of an admin, the only one that the log names.
      this.logger.log({ import: id, admin: me.id });
      const name = { year: semester.year, term: TERMS[semester.term] };
      // Last: from here on the import owns the file and closes it.
      void this.background.run('catalogue import', () => this.run(id, upload, name));
      return view;
    } catch (error) {
      await upload.handle.close();
      throw error;
    }
  }

  /** @throws AdminsOnly, ImportNotFound */
  async get(me: Me, id: number): Promise<ImportView> {
    checkAdmin(me);
    const row = await this.row(this.database, id);
    if (!row) throw new ImportNotFound();
    return importView(row, this.clock.now());
  }

  /** The newest first. @throws AdminsOnly */
  async list(me: Me, { limit, cursor }: PageQuery): Promise<Page<ImportSummaryView>> {
    checkAdmin(me);
    const list = new ListKey(this.cursors, '/catalogue/imports');
    const [before] = list.position(cursor) ?? [MAX_ROW_ID];
    const rows = await this.database.select(IMPORT_SUMMARY, `${FROM} WHERE i.id < ? ORDER BY i.id DESC LIMIT ?`, [
      Number(before),
      limit + 1,
    ]);
    const now = this.clock.now();
    return pageOf(
      rows,
      limit,
      (row) => importSummaryView(row, now),
      (last) => list.cursor(last.id),
    );
  }

  /** Imports that this instance has under way. */
  get underWay(): number {
    return this.atOnce;
  }

  /** Runs before the process waits for background work: an import ends, unless it is being applied. */
  onModuleDestroy(): void {
    this.stopping.abort(new ServerStops());
  }

  private row(reader: Reader, id: number): Promise<ImportRow | undefined> {
    return reader.selectOne(IMPORT, `${FROM} WHERE i.id = ?`, [id]);
  }

  private async semester(text: string): Promise<SemesterRow> {
    const [id, name] = [parseId(text), parseSemesterName(text)];
    const semester = id
      ? await this.semesters.one(id)
      : name && (await this.semesters.named(name.year, TERMS.indexOf(name.term)));
    if (!semester) throw new SemesterNotFound();
    return semester;
  }

  /** Of a retry: its first request runs the import. */
  private async drop({ handle }: Upload): Promise<void> {
    await handle.close();
    this.atOnce -= 1;
  }

  private async remember(tx: Transaction, { fields, bytes }: Upload, semester: SemesterRow): Promise<number> {
    const now = this.clock.now();
    const progress: ImportProgressView = { phase: 'waiting', rows: 0, bytes: 0, bytesTotal: bytes, compared: 0 };
    const { format = null, dryRun, force, strict } = fields;
    const { insertId } = await tx.run(
      `INSERT INTO catalogue_imports (semester_id, format, dry_run, forced, strict, state, progress, created_at, alive_at)
       VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?)`,
      [semester.id, format, dryRun, force, strict, JSON.stringify(progress), now, now],
    );
    const old = await tx.select(
      ROW_ID,
      "FROM catalogue_imports WHERE id <= ? AND state NOT IN ('queued', 'running') FOR UPDATE",
      [Math.max(0, insertId - KEPT)],
    );
    for (const { id } of old) {
      await tx.run('DELETE FROM catalogue_imports WHERE id = ?', [id]);
      await this.idempotency.forget(tx, pathOf(id));
    }
    return insertId;
  }

  private async run(id: number, upload: Upload, semester: SemesterName): Promise<void> {
    let progress: ImportProgressView | undefined;
    const heartbeat = setInterval(() => {
      this.write(id, { progress }).catch((error: Error) => this.logger.warn({ err: error }));
    }, HEARTBEAT);
    try {
      const outcome = await this.outcome(upload, semester, (now) => (progress = now));
      this.outcomes.add(outcome.state);
      await this.write(id, { progress, outcome });
    } finally {
      clearInterval(heartbeat);
      this.atOnce -= 1;
      await upload.handle.close();
    }
  }

  private async outcome(
    { fields, handle, bytes }: Upload,
    semester: SemesterName,
    onProgress: (progress: ImportProgressView) => void,
  ): Promise<Outcome> {
    const { format, dryRun, force, strict } = fields;
    try {
      const report = await runImport({
        ...{ database: this.config.database, file: fileOf(handle, bytes), semester, format, dryRun, force, strict },
        ...{ onProgress, signal: this.stopping.signal, waitSeconds: PATIENCE, now: () => this.clock.now() },
      });
      return { state: report.refusal ? 'refused' : 'done', report, reason: report.refusal?.text ?? null };
    } catch (error) {
      if (error instanceof CannotImport) return { state: 'refused', report: null, reason: error.message };
      if (error instanceof ServerStops) return { state: 'failed', report: null, reason: error.message };
      this.logger.error({ err: error });
      return {
        state: 'failed',
        report: null,
        reason: `Something went wrong here; the log has it. ${ALL_OR_NOTHING}`,
      };
    }
  }

  /** A sign of life with the progress; the last one has the outcome. */
  private async write(
    id: number,
    { progress, outcome }: { progress?: ImportProgressView; outcome?: Outcome },
  ): Promise<void> {
    const now = this.clock.now();
    const waits = progress === undefined || progress.phase === 'waiting';
    const { state = waits ? 'queued' : 'running', report = null } = outcome ?? {};
    const reason = outcome?.reason?.slice(0, MAX_REASON) ?? null;
    await this.database.transaction((tx) =>
      tx.run(
        `UPDATE catalogue_imports
            SET state = ?, progress = COALESCE(?, progress), report = ?, reason = ?, format = COALESCE(?, format),
                alive_at = ?, finished_at = ?
          WHERE id = ? AND finished_at IS NULL`,
        [
          ...[state, progress ? JSON.stringify(progress) : null, report ? JSON.stringify(report) : null, reason],
          ...[report?.format ?? null, now, outcome ? now : null, id],
        ],
      ),
    );
  }
}

/** The file by its content, independent of the form's boundary. */
function hashOf({ fields, digest }: Upload): Buffer {
  return createHash('sha256').update(canonicalJson(fields)).update(digest).digest();
}

function pathOf(id: number): string {
  return `import/${id}`;
}
