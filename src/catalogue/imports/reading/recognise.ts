import { excerpt } from '../formats/cells.js';
import type { CatalogueFormat, CsvFile, JsonFile } from '../formats/format.js';
import { FORMAT_NAMES, FORMATS } from '../formats/formats.js';
import { headOf, type CatalogueFile } from './catalogue-file.js';
import { headerOf } from './csv-records.js';
import { UnreadableFile } from './unreadable-file.js';

/**
 * The format of that name, or else the one that the file's content shows.
 *
 * @throws UnreadableFile where it is empty, is no UTF-8, or is of no known format
 */
export async function formatOf(file: CatalogueFile, name: string | undefined): Promise<CatalogueFormat> {
  const bytes = await headOf(file);
  if (bytes.toString('utf8').trim() === '') throw new UnreadableFile('The file is empty.');
  const head = decode(bytes);
  const fits = ({ file: wanted }: CatalogueFormat): boolean =>
    wanted.type === 'csv' ? isCsv(head, wanted) : isJson(head, wanted);
  const format = name === undefined ? FORMATS.find(fits) : FORMATS.find((one) => one.name === name);
  if (!format) {
    throw new UnreadableFile(`The format is not recognised: ${FORMAT_NAMES.join(', ')} are known. ${readIn(head)}`);
  }
  if (!fits(format)) {
    throw new UnreadableFile(`The file is not of the format ${format.name}: ${needs(format)}. ${readIn(head, format)}`);
  }
  return format;
}

/** A spreadsheet's "CSV" is often in the encoding of the country. */
function decode(bytes: Buffer): string {
  try {
    // As a stream, as the head may end within a character.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    throw new UnreadableFile('The file is not UTF-8: in a spreadsheet, save it as "CSV UTF-8".');
  }
}

function isCsv(head: string, { columns, skipLines, nameOf = (header) => header }: CsvFile): boolean {
  if (/^\s*[[{]/.test(head)) return false;
  const names = headerOf(head, skipLines)?.names.map(nameOf) ?? [];
  return columns.every((column) => names.includes(column));
}

function isJson(head: string, { list, bare, keys }: JsonFile): boolean {
  const isList = bare === true && /^\s*\[/.test(head);
  const holdsList = /^\s*\{/.test(head) && new RegExp(`"${list.split('.').at(-1)}"\\s*:\\s*\\[`).test(head);
  const isEmpty = /\[\s*\]/.test(head.slice(0, 200));
  return (isList || holdsList) && (isEmpty || keys.every((key) => head.includes(`"${key}"`)));
}

function needs({ file }: CatalogueFormat): string {
  if (file.type === 'csv') return `its header must have the columns ${file.columns.join(', ')}`;
  return `it must be JSON with a list "${file.list}" of objects with ${file.keys.join(', ')}`;
}

/** Names in the message. */
const MOST_NAMES = 12;

/** The beginning of the file, so that an operator sees the difference. */
function readIn(head: string, format?: CatalogueFormat): string {
  const isJson = /^\uFEFF?\s*[[{]/.test(head);
  const skipLines = format?.file.type === 'csv' ? format.file.skipLines : 0;
  const names = isJson
    ? [...new Set(Array.from(head.matchAll(/"((?:[^"\\]|\\.){1,60})"\s*:/g), ([, key]) => key))]
    : (headerOf(head, skipLines)?.names ?? []);
  if (names.length === 0) return isJson ? 'It is JSON without a key.' : 'It has no header.';
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  const shown = names
    .slice(0, MOST_NAMES)
    .map(excerpt)
    .map((name) => `"${name}"`);
  return `It is ${isJson ? 'JSON with the keys' : 'text, and its first row reads'} ${shown.join(', ')}${more}.`;
}
