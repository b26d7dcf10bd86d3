import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CannotImport } from '../../catalogue/imports/format.js';
import { type CatalogueFile, fileAt } from '../../catalogue/imports/records.js';
import type { ImportReportView } from '../../catalogue/imports/imports.dto.js';
import { rememberImport, runImport } from '../../catalogue/imports/run-import.js';
import type { DatabaseConfig } from '../../config/database-config.js';
import type { ImportCommand } from './arguments.js';
import { linesOf } from './print-report.js';
import { ProgressLine, type Screen } from './progress-line.js';

/** The import itself has come to its end. */
class NoReport extends CannotImport {}

/** Seconds in which another import has to end. */
const PATIENCE = 600;

/**
 * @throws CannotImport; the signal's reason when it was aborted
 */
export async function runImportCommand(
  command: ImportCommand,
  database: DatabaseConfig,
  screen: Screen,
  signal: AbortSignal,
): Promise<ImportReportView> {
  const { semester, dates, format, dryRun, force, strict } = command;
  const began = new Date();
  // npm changes to the project's folder and says here where it was called.
  const file = await fileOrExplanation(resolve(process.env.INIT_CWD ?? '.', command.path));
  const line = new ProgressLine(screen);
  try {
    const report = await runImport({
      ...{ database, file, semester, dates, format, dryRun, force, strict, signal },
      listed: command.report === undefined ? undefined : Infinity,
      waitSeconds: PATIENCE,
      now: () => new Date(),
      onProgress: (progress) => line.show(progress),
    });
    await rememberImport(database, command, { report, bytes: file.bytes, began, ended: new Date() });
    if (command.report !== undefined) await writeReport(resolve(process.env.INIT_CWD ?? '.', command.report), report);
    return report;
  } catch (error) {
    if (error instanceof CannotImport && !(error instanceof NoReport)) {
      await rememberImport(database, command, { reason: error.message, bytes: file.bytes, began, ended: new Date() });
    }
    throw error;
  } finally {
    line.clear();
  }
}

async function writeReport(path: string, report: ImportReportView): Promise<void> {
  const text = path.endsWith('.json') ? JSON.stringify(report, null, 2) : linesOf(report, Infinity).join('\n');
  try {
    await writeFile(path, `${text}\n`);
  } catch (error) {
    const done = report.applied ? 'The import is done, but its report' : 'The report';
    throw new NoReport(`${done} cannot be written to ${path}: ${(error as Error).message}`);
  }
}

async function fileOrExplanation(path: string): Promise<CatalogueFile> {
  try {
    return await fileAt(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CannotImport(`There is no file ${path}.`);
    if (code === 'EISDIR') throw new CannotImport(`${path} is no file.`);
    throw new CannotImport(`${path} cannot be read: ${(error as Error).message}`);
  }
}
