import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OnceKey } from '../idempotency/idempotency.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** A single thing with the version of its last edit, which its ETag carries. */
export interface Versioned<T> {
  version: number;
  view: T;
}

/** An answer that is no JSON. */
export interface Document {
  /** The media type with its charset. */
  type: string;
  text: string;
  /**
   * The text to hash for the ETag, where the answer differs each time, for example by its time. The tag is weak then
   * (RFC 9110, 8.8.1).
   */
  meaning?: string;
  headers?: Record<string, string>;
}

/** The result of a handler whose answer needs more than a JSON body. */
export class Answer {
  private constructor(
    readonly body: unknown,
    readonly version: number | null,
    readonly location: string | null,
    readonly document: Document | null = null,
  ) {}

  /** 200 with an ETag by version. */
  static one<T>(one: Versioned<T>): Answer {
    return new Answer(one.view, one.version, null);
  }

  /** 202 with Location: the work continues after the answer. */
  static accepted(location: string, body: unknown): Answer {
    return new Answer(body, null, location);
  }

  /** 201 with Location and an ETag by version. */
  static created<T>(location: string, one: Versioned<T>): Answer {
    return new Answer(one.view, one.version, location);
  }

  /** 200 with JSON that is text already, and an ETag by hash. */
  static json(text: string): Answer {
    return new Answer(null, null, null, { type: JSON_TYPE, text });
  }

  /** 200 with a text of another media type, and an ETag by hash. */
  static document(document: Document): Answer {
    return new Answer(null, null, null, document);
  }
}

/** Serialises answers, gives them ETag and caching headers, and answers 304 where the client has the same. */
export class AnsweringAdapter extends FastifyAdapter {
  /** Nest calls it with the result of a handler. */
  override reply(reply: FastifyReply, result: unknown): FastifyReply {
    // Past the deadline the client has its answer: a late result is dropped.
    return reply.sent ? reply : reply.send(answer(reply.request, reply, result));
  }
}

function answer(request: FastifyRequest & { once?: OnceKey }, reply: FastifyReply, result: unknown): unknown {
  const authorised = request.headers.authorization !== undefined || request.headers.cookie !== undefined;
  if (!reply.hasHeader('Cache-Control')) reply.header('Cache-Control', authorised ? 'private, no-cache' : 'no-cache');
  // CORS may have put an Origin there.
  reply.header('Vary', [reply.getHeader('Vary'), 'Authorization, Accept-Language'].filter(Boolean).join(', '));
  if (request.once?.replayed) reply.header('Idempotency-Replayed', 'true');
  if (result === undefined) return undefined;
  const { body, version, location, document } =
    result instanceof Answer ? result : { body: result, version: null, location: null, document: null };
  const text = document ? document.text : JSON.stringify(body);
  const { bytes, hash } = encode(text);
  const tag = document?.meaning === undefined ? hash : etagHash(document.meaning);
  const strong = version === null ? `"${tag}"` : `"v${version}-${tag}"`;
  const etag = document?.meaning === undefined ? strong : `W/${strong}`;
  reply.type(document?.type ?? JSON_TYPE).headers(document?.headers ?? {});
  if (location) reply.header('Location', location);
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (reads || version !== null) reply.header('ETag', etag);
  if (reads && matches(request.headers['if-none-match'], etag)) {
    reply.code(304);
    return '';
  }
  return bytes;
}

/** Longer texts, such as exports, are not kept. In characters. */
const MAX_KEPT = 200_000;

let last = { text: '', bytes: Buffer.alloc(0), hash: etagHash('') };

/**
 * The UTF-8 of a text and its hash. Computed once for the hash, the length and the socket. Also computed once for
 * consecutive requests with the same answer, as from a shared read.
 */
function encode(text: string): { bytes: Buffer; hash: string } {
  if (text === last.text) return last;
  const bytes = Buffer.from(text);
  const encoded = { text, bytes, hash: etagHash(bytes) };
  if (text.length <= MAX_KEPT) last = encoded;
  return encoded;
}

function etagHash(content: string | Buffer): string {
  return createHash('sha1').update(content).digest('base64url').slice(0, 16);
}

/** Weak comparison against a list of entity tags (RFC 9110, 13.1.2). */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => {
    const plain = tag.trim().replace(/^W\//, '');
    return plain === '*' || plain === etag.replace(/^W\//, '');
  });
}

/** The versions that `If-Match` allows; `null` when any will do. */
export type ExpectedVersion = number[] | null;

/**
 * Compared by version alone: a like or a view changes the hash but is no edit. So a weak tag works too: nginx makes
 * tags weak when it compresses.
 */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): ExpectedVersion => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined || header.trim() === '*') return null;
  return header.split(',').map((tag) => Number(/^\s*(?:W\/)?"v(\d{1,9})-[\w-]*"\s*$/.exec(tag)?.[1] ?? NaN));
});
