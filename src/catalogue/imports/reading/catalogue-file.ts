import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';

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
