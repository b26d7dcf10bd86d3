import { createReadStream } from 'node:fs';
import { type FileHandle, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { JSONParser, TokenType } from '@streamparser/json';
import { type CsvError, parse } from 'csv-parse';
import { parse as parseWhole } from 'csv-parse/sync';
import {
  BadRow,
  type CatalogueFormat,
  type CatalogueRecord,
  type CsvFile,
  type JsonFile,
  UnreadableFile,
} from './format.js';

/** A file that is read twice: first its head, to recognise the format, then the whole. */
export interface CatalogueFile {
  /** Its size. */
  bytes: number;
  /** @param end the last byte that is wanted; to the end of the file by default */
  open(end?: number): Readable;
}

/** Bytes of the head: enough for the format and, where it has them, the dates of the semester. */
const HEAD_BYTES = 256 * 1024;
/** Bytes that are read at once. */
const PIECE = 64 * 1024;

/** @throws the system's error when there is no such file */
export async function fileAt(path: string): Promise<CatalogueFile> {
  const found = await stat(path);
  if (!found.isFile()) throw Object.assign(new Error(`${path} is no file`), { code: 'EISDIR' });
  return { bytes: found.size, open: (end) => createReadStream(path, { end }) };
}

/** A file that is open already, and may have no name any more. It stays open. */
export function fileOf(handle: FileHandle, bytes: number): CatalogueFile {
  // Not a stream of its descriptor: one that is not read to its end closes that when it is destroyed.
  return { bytes, open: (end = Infinity) => Readable.from(piecesOf(handle, end + 1), { objectMode: false }) };
}

async function* piecesOf(handle: FileHandle, end: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < end;) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE, end - at));
    const { bytesRead } = await handle.read(piece, 0, piece.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

export async function headOf(file: CatalogueFile): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of file.open(HEAD_BYTES - 1)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export interface LocatedRecord {
  /** The line of a CSV file on which the record ends, or the place in the list of a JSON file; from 1. */
  line: number;
  record: CatalogueRecord;
  /** Why it is none, if so. */
  fault: string | null;
}

/**
 * The records of a file one by one. Only a piece of the file is in memory.
 *
 * @param read gets the number of bytes as they are read
 * @throws UnreadableFile where the file breaks off or is no such file
 */
export function recordsOf(
  file: CatalogueFile,
  format: CatalogueFormat,
  read: (bytes: number) => void = () => {},
): AsyncIterable<LocatedRecord> {
  return format.file.type === 'csv'
    ? csvRecords(file, format.file, format.knows ?? [], read)
    : jsonRecords(file, format.file, read);
}

/** The first records of a file. */
export async function firstRecords(
  file: CatalogueFile,
  format: CatalogueFormat,
  most: number,
): Promise<CatalogueRecord[]> {
  const records: CatalogueRecord[] = [];
  for await (const { record, fault } of recordsOf(file, format)) {
    if (!fault) records.push(record);
    if (records.length === most) break;
  }
  return records;
}

const DELIMITERS = [',', ';', '\t'];
/** Longer than any row: otherwise an open quote would include the whole file. */
const MAX_ROW_CHARACTERS = 1024 * 1024;

interface Parsed {
  info: { lines: number };
  record: string[];
}

/** Options for rows and the header: a spreadsheet writes rows of separators, and line breaks within cells. */
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
async function* csvRecords(
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
      if (!isHeader) yield locatedRow(names, record, info.lines - countedTwice);
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

function locatedRow(names: string[], cells: string[], line: number): LocatedRecord {
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

/** Deeper than any record. Without a limit, nesting would fill the memory. */
const MAX_DEPTH = 32;
/** Tokens from one record to the next: far more than a record has. */
const MAX_TOKENS = 500_000;

/** @throws UnreadableFile */
async function* jsonRecords(
  file: CatalogueFile,
  { list, recordsOf }: JsonFile,
  read: (bytes: number) => void,
): AsyncIterable<LocatedRecord> {
  const isBare = /^\uFEFF?\s*\[/.test((await headOf(file)).toString('utf8'));
  const parser = new JSONParser({ paths: [isBare ? '$.*' : `$.${list}.*`], keepStack: false });
  const tokens = refuseTooMuch(parser);
  let waiting: unknown[] = [];
  let line = 0;
  parser.onValue = ({ value }) => {
    tokens.sinceRecord = 0;
    waiting.push(value);
  };
  for await (const chunk of file.open() as AsyncIterable<Buffer>) {
    read(chunk.length);
    writeChunk(parser, chunk, line);
    const values = waiting;
    waiting = [];
    // Not in `onValue`: the parser would take a fault of the format for a fault of the file.
    for (const value of values) yield* locatedItem(++line, value, recordsOf);
  }
  if (!parser.isEnded) throw new UnreadableFile(`The JSON breaks off after ${line} records.`);
}

/** The records in one value of the list, all with its position. */
function locatedItem(line: number, value: unknown, recordsOf: JsonFile['recordsOf']): LocatedRecord[] {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject) return [{ line, record: {}, fault: 'is no object' }];
  const record = value as CatalogueRecord;
  try {
    return (recordsOf?.(record) ?? [record]).map((one) => ({ line, record: one, fault: null }));
  } catch (error) {
    if (!(error instanceof BadRow)) throw error;
    return [{ line, record, fault: error.message }];
  }
}

/** The parser keeps an unfinished record in memory. */
function refuseTooMuch(parser: JSONParser): { sinceRecord: number } {
  const tokens = { sinceRecord: 0 };
  let depth = 0;
  parser.onToken = ({ token }) => {
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) depth++;
    else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) depth--;
    if (depth > MAX_DEPTH) throw new UnreadableFile(`The JSON is nested deeper than ${MAX_DEPTH} levels.`);
    if (++tokens.sinceRecord > MAX_TOKENS) throw new UnreadableFile('The JSON has a record without end.');
  };
  return tokens;
}

/** It reports by throwing or by a callback, depending on where it stands; after its end it takes white space only. */
function writeChunk(parser: JSONParser, chunk: Buffer, line: number): void {
  let failure: Error | undefined;
  parser.onError = (error) => (failure = error);
  try {
    parser.write(chunk);
  } catch (error) {
    failure = error as Error;
  }
  if (failure instanceof UnreadableFile) throw failure;
  if (failure) throw new UnreadableFile(`The file is no valid JSON (after ${line} records): ${failure.message}`);
}
