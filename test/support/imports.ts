import { Readable } from 'node:stream';
import type { CatalogueFile } from '../../src/catalogue/imports/records.js';
import type { ImportReportView } from '../../src/catalogue/imports/imports.dto.js';
import { type ImportOptions, runImport } from '../../src/catalogue/imports/run-import.js';
import type { TestApp } from './app.js';

/** A catalogue file for tests. It is read in small pieces, so that records cross their ends. */
export function fileWith(content: string | Buffer): CatalogueFile {
  const bytes = Buffer.from(content);
  const pieces = function* (end: number) {
    for (let at = 0; at < end; at += 700) yield bytes.subarray(at, Math.min(end, at + 700));
  };
  return { bytes: bytes.length, open: (end = Infinity) => Readable.from(pieces(Math.min(bytes.length, end + 1))) };
}

/** Imports as the command does. */
export function importInto(
  t: TestApp,
  file: CatalogueFile | string,
  options: Partial<ImportOptions> & Pick<ImportOptions, 'semester'>,
): Promise<ImportReportView> {
  return runImport({
    ...{ database: t.config.database, file: typeof file === 'string' ? fileWith(file) : file },
    ...{ dryRun: false, force: false, strict: false, waitSeconds: 10, now: () => t.clock.now() },
    ...{ signal: new AbortController().signal, onProgress: () => undefined },
    ...options,
  });
}

/** A lecture in the project's own JSON. */
export interface PlainLecture {
  code: string;
  section: string;
  title: string;
  credits: number;
  [field: string]: unknown;
}

/** `count` lectures: `C000-01` and so on, each at another day and hour. */
export function plainLectures(count: number): PlainLecture[] {
  return Array.from({ length: count }, (_, i) => ({
    code: `C${String(i).padStart(3, '0')}`,
    section: '01',
    title: `강의 ${i}`,
    credits: 3,
    capacity: 40,
    professors: [`교수${i}`],
    meetings: [{ day: i % 5, start: 540 + 60 * (i % 8), end: 590 + 60 * (i % 8), room: `${100 + i}호` }],
  }));
}

export const plainFile = (lectures: unknown[]): string => JSON.stringify({ lectures });

/** A form with a file, for `Client.post(path, body, headers)`. */
export function form(
  fields: Record<string, string>,
  file?: string | Buffer,
  name = 'file',
): [body: Buffer, headers: Record<string, string>] {
  const boundary = '----madang-test-boundary';
  const parts = Object.entries(fields).map(
    ([key, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="c.csv"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const filePart = file === undefined ? [] : [Buffer.from(head), Buffer.from(file), Buffer.from('\r\n')];
  const body = Buffer.concat([Buffer.from(parts.join('')), ...filePart, Buffer.from(`--${boundary}--\r\n`)]);
  return [body, { 'content-type': `multipart/form-data; boundary=${boundary}` }];
}
