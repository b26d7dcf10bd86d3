import { open, unlink, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Multipart, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { UNKNOWN_KEY } from '../../common/fields/field.js';
import { invalidField, InputPipe } from '../../common/http/validation.js';
import {
  BodyTooLarge,
  InsufficientStorage,
  InvalidInput,
  MalformedRequest,
  UnsupportedMediaType,
} from '../../common/problems/general.errors.js';
import { ImportFields } from './imports.dto.js';
import { UploadsUnavailable } from './imports.errors.js';

/** The largest catalogue known has 10 MB. All other bodies keep their limit. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;
const FILE = 'file';
const FIELD_BYTES = 1_000;
const MAX_PARTS = 20;

/** An upload: the fields, and the file on a disk of this server. The caller closes it. */
export interface Upload {
  fields: ImportFields;
  handle: FileHandle;
  bytes: number;
  /** SHA-256 of the file. */
  digest: Buffer;
}

/**
 * Takes a form with one file, which is written to disk as it arrives. The open file has no name, so the system frees
 * its space when the process ends in any way.
 *
 * @throws UnsupportedMediaType, MalformedRequest, BodyTooLarge, InvalidInput, InsufficientStorage, UploadsUnavailable
 */
export async function receiveUpload(request: FastifyRequest, files: TemporaryFiles): Promise<Upload> {
  if (!request.isMultipart()) {
    const detail = { en: 'Send a form (multipart/form-data).', ko: 'multipart/form-data로 보내 주세요.' };
    throw new UnsupportedMediaType({ detail });
  }
  // If this fails, the body is unread, and Node drops it.
  const handle = await files.open().catch((error: Error) => {
    throw problemOfDisk(error);
  });
  try {
    const limits = { fileSize: MAX_FILE_BYTES, fieldSize: FIELD_BYTES, parts: MAX_PARTS, fields: MAX_PARTS, files: 2 };
    const texts = new Map<string, unknown>();
    let stored: Pick<Upload, 'bytes' | 'digest'> | undefined;
    for await (const part of request.parts({ limits })) {
      if (part.type === 'field') addField(texts, part);
      else if (part.fieldname !== FILE) throw unknown(part.fieldname);
      else if (stored !== undefined)
        throw invalidField(`#/${FILE}`, 'TOO_MANY', 'must be one file', '파일은 하나여야 합니다');
      else stored = await store(part, handle);
    }
    const fields = (await new InputPipe().transform(Object.fromEntries(texts), {
      type: 'body',
      metatype: ImportFields,
    })) as ImportFields;
    if (stored === undefined) throw invalidField(`#/${FILE}`, 'REQUIRED', 'is required', '꼭 있어야 합니다');
    return { fields, handle, ...stored };
  } catch (error) {
    await handle.close();
    letBodyPass(request);
    throw isBrokenForm(error) ? new MalformedRequest({ detail: BROKEN_FORM }) : problemOfDisk(error as Error);
  }
}

/** The rest of the body is read and dropped: otherwise it would block the next request on this connection. */
function letBodyPass({ raw }: FastifyRequest): void {
  raw.unpipe();
  raw.resume();
}

const RETRY = { headers: { 'Retry-After': '60' } };
const DISK_FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** 507 when the disk is full, 503 when the system refuses a file for another reason, else the error itself. */
function problemOfDisk(error: Error): Error {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (DISK_FULL.has(code ?? '')) return new InsufficientStorage(RETRY);
  return syscall === 'open' || syscall === 'write' || syscall === 'unlink' ? new UploadsUnavailable(RETRY) : error;
}

const BROKEN_FORM = { en: 'The form breaks off, or has no boundary.', ko: '폼이 중간에 끊겼거나 boundary가 없습니다.' };

/** The parser's own complaints are plain errors with a text: a part without an end, a header without a boundary. */
function isBrokenForm(error: unknown): boolean {
  return error instanceof Error && error.name === 'Error' && !('code' in error) && /multipart/i.test(error.message);
}

/** Where uploads wait. Without a name the system gives the space back, however the process ends. */
@Injectable()
export class TemporaryFiles {
  async open(): Promise<FileHandle> {
    const path = join(tmpdir(), `madang-import-${randomUUID()}`);
    const handle = await open(path, 'wx+', 0o600);
    await unlink(path);
    return handle;
  }
}

function addField(texts: Map<string, unknown>, { fieldname, value }: Extract<Multipart, { type: 'field' }>): void {
  if (fieldname === FILE) throw invalidField(`#/${FILE}`, 'NOT_A_FILE', 'must be a file', '파일이어야 합니다');
  if (texts.has(fieldname)) throw invalidField(`#/${fieldname}`, 'DUPLICATE', 'is there twice', '두 번 들어 있습니다');
  texts.set(fieldname, value);
}

async function store({ file }: MultipartFile, handle: FileHandle): Promise<Pick<Upload, 'bytes' | 'digest'>> {
  const hash = createHash('sha256');
  const hashed = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of file as AsyncIterable<Buffer>) {
      hash.update(chunk);
      yield chunk;
    }
  };
  // Not with a stream of its descriptor: an aborted upload destroys the stream, which closes the descriptor too.
  await writeFile(handle, hashed());
  if (file.truncated) throw new BodyTooLarge();
  return { bytes: (await handle.stat()).size, digest: hash.digest() };
}

function unknown(name: string): InvalidInput {
  return new InvalidInput({ errors: [{ pointer: `#/${name.toWellFormed().slice(0, 100)}`, ...UNKNOWN_KEY }] });
}
