import { pipeline } from 'node:stream';
import { parse, type CsvError } from 'csv-parse';
import { parse as parseWhole } from 'csv-parse/sync';
import type { CsvFile } from '../formats/format.js';
import { headOf, type CatalogueFile } from './catalogue-file.js';
import type { LocatedRecord } from './records.js';
import { UnreadableFile } from './unreadable-file.js';

const DELIMITERS = [',', ';', '\t'];
/** Longer than any row: a quote that is never closed would else swallow the file. */
const MAX_ROW_CHARACTERS = 1024 * 1024;

interface Parsed {
  info: { lines: number };
  record: string[];
}

/** How a file is read, its header too: a spreadsheet leaves rows of separators alone, and breaks lines within cells. */
const LENIENT = {
  bom: true,
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  skip_records_with_empty_values: true,
};

/** The names in the header row and their delimiter; `null` where there is no such row. */
export function headerOf(head: string, skipLines = 0): { delimiter: string; names: string[] } | null {
  const text = head.split('\n').slice(skipLines).join('\n');
  const line = /^\uFEFF?\s*([^\r\n]+)/.exec(text)?.[1];
  if (!line) return null;
  const delimiter = DELIMITERS.toSorted((a, b) => line.split(b).length - line.split(a).length)[0];
  try {
    const [names] = parseWhole(text, { ...LENIENT, delimiter, to: 1 }) as string[][];
    return names ? { delimiter, names: names.map((name) => name.trim()) } : null;
  } catch {
    return null;
  }
}

/** @throws UnreadableFile */
export async function* csvRecords(
  file: CatalogueFile,
  { columns, skipLines = 0, nameOf = (header) => header }: CsvFile,
  knows: readonly string[],
  read: (bytes: number) => void,
): AsyncIterable<LocatedRecord> {
  const header = headerOf((await headOf(file)).toString('utf8'), skipLines);
  if (!header) throw new UnreadableFile('The file is empty.');
  const names = header.names.map(nameOf);
  const twice = [...columns, ...knows].find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice !== undefined) throw new UnreadableFile(`Two columns of the file are "${twice}".`);
  const options = {
    ...LENIENT,
    delimiter: header.delimiter,
    info: true,
    max_record_size: MAX_ROW_CHARACTERS,
    from_line: skipLines + 1,
  };
  const source = file.open().on('data', (chunk: Buffer) => read(chunk.length));
  // Errors of reading come out of the parser below.
  const parser = pipeline(source, parse(options), () => undefined);
  let isHeader = true;
  let countedTwice = 0;
  try {
    for await (const { info, record } of parser as AsyncIterable<Parsed>) {
      countedTwice += breaksWithin(record);
      if (!isHeader) yield located(names, record, info.lines - countedTwice);
      isHeader = false;
    }
  } catch (error) {
    throw (error as CsvError).code?.startsWith('CSV_') ? unreadable(error as CsvError) : error;
  }
}

/** The parser takes a Windows line break within a cell for two lines. */
function breaksWithin(cells: string[]): number {
  return cells.reduce((sum, one) => sum + (one.includes('\r\n') ? one.split('\r\n').length - 1 : 0), 0);
}

function located(names: string[], cells: string[], line: number): LocatedRecord {
  const record = Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  const tooMany = cells.slice(names.length).some((one) => one.trim() !== '');
  const fault = tooMany
    ? `has ${cells.length} columns, the header has ${names.length}`
    : cells.length < names.length
      ? `has ${cells.length} columns of ${names.length}`
      : null;
  return { line, record, fault };
}

function unreadable(error: CsvError): UnreadableFile {
  const line = Number(error.lines);
  const where = Number.isFinite(line) ? ` (near line ${line})` : '';
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return new UnreadableFile(`A quoted cell is never closed${where}.`);
  if (error.code === 'CSV_MAX_RECORD_SIZE') {
    return new UnreadableFile(`A row does not end: perhaps a quoted cell is never closed${where}.`);
  }
  return new UnreadableFile(`The file cannot be read as CSV: ${error.message}`);
}
