import type { CatalogueFormat, CatalogueRecord } from '../formats/format.js';
import type { CatalogueFile } from './catalogue-file.js';
import { csvRecords } from './csv-records.js';
import { jsonRecords } from './json-records.js';

export interface LocatedRecord {
  /** The line of a CSV file on which the record ends, or the place in the list of a JSON file; from 1. */
  line: number;
  record: CatalogueRecord;
  /** Why it is none, if so. */
  fault: string | null;
}

/**
 * The records of a file one by one; of the file, never more than a piece is in memory.
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
