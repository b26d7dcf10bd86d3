import { HttpException } from '@nestjs/common';
import { databaseErrorOf } from '../../database/database.js';
import {
  BodyTooLarge,
  HeadersTooLarge,
  InternalError,
  MalformedRequest,
  RequestTimeout,
  RouteNotFound,
  TooManyRequests,
  Unavailable,
  UnsupportedMediaType,
  UriTooLong,
} from './general.errors.js';
import { Problem, type ProblemClass } from './problem.js';

/** Codes that mean: MySQL is away, frozen, full, or on its way down or over to another host. */
const DATABASE_AWAY = new Set([
  'NOT_CONNECTED',
  'HANDSHAKE_SSL_ERROR',
  'HANDSHAKE_NO_SSL_SUPPORT',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'POOL_EXHAUSTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_SERVER_SHUTDOWN',
  'ER_SERVER_OFFLINE_MODE',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_LOCK_DEADLOCK',
  'ER_QUERY_TIMEOUT',
  'ER_QUERY_INTERRUPTED',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_READ_ONLY_MODE',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
]);

const BY_STATUS: Record<number, ProblemClass> = {
  400: MalformedRequest,
  404: RouteNotFound,
  408: RequestTimeout,
  413: BodyTooLarge,
  414: UriTooLong,
  415: UnsupportedMediaType,
  429: TooManyRequests,
  431: HeadersTooLarge,
  503: Unavailable,
};

/** Makes a problem of whatever was thrown, by us, Nest, Fastify, a plugin or the database. Unknown things are 500. */
export function problemOf(error: unknown, request: { writes: boolean }): Problem {
  if (error instanceof Problem) return error;
  if (isDatabaseAway(error)) return databaseAway(request.writes);
  const status = statusOf(error);
  const problemClass =
    status === undefined ? undefined : (BY_STATUS[status] ?? (status < 500 ? MalformedRequest : undefined));
  return new (problemClass ?? InternalError)();
}

/** mysql2's own words: these have no code. */
const AWAY_IN_WORDS = /^(Queue limit reached\.|Pool is closed\.|Can't add new command when connection)/;

export function isDatabaseAway(error: unknown): boolean {
  const inner = databaseErrorOf(error);
  return DATABASE_AWAY.has(inner?.code ?? '') || AWAY_IN_WORDS.test((error as Error | null)?.message ?? '');
}

function databaseAway(writes: boolean): Problem {
  return new Unavailable({
    headers: { 'Retry-After': '2' },
    detail: writes
      ? {
          en: 'The database did not answer: the outcome is unknown. A retry with the same Idempotency-Key is safe.',
          ko: '데이터베이스가 응답하지 않아 처리 결과를 알 수 없습니다. 같은 Idempotency-Key로 다시 시도하면 안전합니다.',
        }
      : { en: 'The database did not answer.', ko: '데이터베이스가 응답하지 않습니다.' },
  });
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}
