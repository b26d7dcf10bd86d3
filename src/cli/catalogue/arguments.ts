import { parseArgs } from 'node:util';
import { FORMAT_NAMES } from '../../catalogue/imports/formats.js';
import type { SemesterDates } from '../../catalogue/semesters/semester-dates.js';
import { parseSemesterName, type SemesterName } from '../../catalogue/semesters/semester-name.js';
import { isDay } from '../../common/campus-days.js';

/** The command was not understood. */
export class Misuse extends Error {}

export interface ImportCommand {
  name: 'import';
  path: string;
  semester: SemesterName;
  dates: Partial<SemesterDates>;
  format: string | undefined;
  dryRun: boolean;
  force: boolean;
  strict: boolean;
  /** Where the whole report goes. */
  report: string | undefined;
}

export interface SemesterCommand {
  name: 'semester';
  semester: SemesterName;
  dates: Partial<SemesterDates>;
}

const DATES = {
  starts: { type: 'string' },
  ends: { type: 'string' },
  'time-zone': { type: 'string' },
  holidays: { type: 'string' },
} as const;

const IMPORT = {
  ...DATES,
  semester: { type: 'string' },
  format: { type: 'string' },
  'dry-run': { type: 'boolean' },
  force: { type: 'boolean' },
  strict: { type: 'boolean' },
  report: { type: 'string' },
} as const;

/** @throws Misuse */
export function parseCommand([name, ...args]: string[]): ImportCommand | SemesterCommand {
  if (name === 'import') return importCommand(args);
  if (name === 'semester') return semesterCommand(args);
  throw new Misuse(`There is no command "${name}".`);
}

function importCommand(args: string[]): ImportCommand {
  const { values, positionals } = parsed(() => parseArgs({ args, options: IMPORT, allowPositionals: true }));
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new Misuse('Name one file.');
  if (values.semester === undefined) throw new Misuse('Say which semester: --semester 2025-autumn');
  if (values.format !== undefined && !FORMAT_NAMES.includes(values.format)) {
    throw new Misuse(`There is no format "${values.format}": ${FORMAT_NAMES.join(', ')}.`);
  }
  return {
    name: 'import',
    path,
    semester: semesterIn(values.semester),
    dates: datesIn(values),
    format: values.format,
    dryRun: values['dry-run'] ?? false,
    force: values.force ?? false,
    strict: values.strict ?? false,
    report: values.report,
  };
}

function semesterCommand(args: string[]): SemesterCommand {
  const { values, positionals } = parsed(() => parseArgs({ args, options: DATES, allowPositionals: true }));
  const [semester, ...others] = positionals;
  if (semester === undefined || others.length > 0) throw new Misuse('Name one semester, as in 2026-spring.');
  return { name: 'semester', semester: semesterIn(semester), dates: datesIn(values) };
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    // The first sentence says which option; the others how to quote a file's name.
    throw new Misuse((error as Error).message.split('. ')[0]);
  }
}

function semesterIn(text: string): SemesterName {
  const semester = parseSemesterName(text);
  if (!semester) throw new Misuse(`"${text}" names no semester: write it as 2025-autumn.`);
  return semester;
}

type GivenDates = { [Option in keyof typeof DATES]?: string };

function datesIn(given: GivenDates): Partial<SemesterDates> {
  const { starts, ends, holidays, 'time-zone': timeZone } = given;
  const days = holidays === 'none' ? [] : holidays?.split(',').map((day) => day.trim());
  for (const day of [starts, ends, ...(days ?? [])]) {
    if (day !== undefined && !isDay(day)) throw new Misuse(`"${day}" is no day: write it as 2025-09-01.`);
  }
  return {
    ...(starts === undefined ? {} : { startsOn: starts }),
    ...(ends === undefined ? {} : { endsOn: ends }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(days === undefined ? {} : { holidays: [...new Set(days)].sort() }),
  };
}
