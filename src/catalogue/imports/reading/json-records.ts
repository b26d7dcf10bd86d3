import { JSONParser, TokenType } from '@streamparser/json';
import { BadRow, type CatalogueRecord, type JsonFile } from '../formats/format.js';
import { headOf, type CatalogueFile } from './catalogue-file.js';
import type { LocatedRecord } from './records.js';
import { UnreadableFile } from './unreadable-file.js';

/** Deeper than any record. Without a limit, nesting would fill the memory. */
const MAX_DEPTH = 32;
/** Tokens from one record to the next: far more than a record has. */
const MAX_TOKENS = 500_000;

/** @throws UnreadableFile */
export async function* jsonRecords(
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
    write(parser, chunk, line);
    const values = waiting;
    waiting = [];
    // Not in `onValue`: the parser would take a fault of the format for a fault of the file.
    for (const value of values) yield* located(++line, value, recordsOf);
  }
  if (!parser.isEnded) throw new UnreadableFile(`The JSON breaks off after ${line} records.`);
}

/** The records in one value of the list; all of them have its place. */
function located(line: number, value: unknown, recordsOf: JsonFile['recordsOf']): LocatedRecord[] {
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
function write(parser: JSONParser, chunk: Buffer, line: number): void {
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
