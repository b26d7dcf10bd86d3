import { CannotImport } from '../catalogue/imports/format.js';
import { loadConfig } from '../config/config.js';
import { Misuse, parseCommand } from './catalogue/arguments.js';
import { runImportCommand } from './catalogue/import-command.js';
import { linesOf } from './catalogue/print-report.js';
import { runSemester } from './catalogue/semester-command.js';
import { CATALOGUE_USAGE } from './catalogue/usage.js';
import { explain } from './explain.js';

const INTERRUPTED = 130;

/** Ctrl-C. */
class Interrupted extends Error {
  override message = 'Interrupted: nothing was changed.';
}

/** `catalogue` brings a semester's lectures in from a file of the university, and makes semesters. */
async function main(args: string[]): Promise<number> {
  const command = parseCommand(args);
  const config = loadConfig(process.env);
  if (command.name === 'semester') {
    console.log(await runSemester(command, config));
    return 0;
  }
  const report = await runImportCommand(command, config.database, process.stderr, abortOnSignal());
  for (const line of linesOf(report)) console.log(line);
  return report.refusal === null ? 0 : 1;
}

/**
 * The first Ctrl-C ends the import at the next safe point. The second ends the process, and the import is rolled back.
 */
function abortOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(INTERRUPTED);
      controller.abort(new Interrupted());
    });
  }
  return controller.signal;
}

function resultOfError(error: unknown): { text: unknown; exitCode: number } {
  if (error instanceof Misuse) return { text: `${error.message}\n\n${CATALOGUE_USAGE}`, exitCode: 2 };
  if (error instanceof Interrupted) return { text: error.message, exitCode: INTERRUPTED };
  return { text: explain(error, CannotImport), exitCode: 1 };
}

const args = process.argv.slice(2);
if (args.length === 0 || args.includes('--help') || args.includes('-h')) {
  console.log(CATALOGUE_USAGE);
} else {
  try {
    process.exitCode = await main(args);
  } catch (error) {
    const { text, exitCode } = resultOfError(error);
    console.error(text);
    process.exitCode = exitCode;
  }
}
