import { HttpException } from '@nestjs/common';
import { failureOf, outcomeOf, type Outcome } from '../../database/mysql-errors.js';
import {
  BodyTooLarge,
  HeadersTooLarge,
  InsufficientStorage,
  InternalError,
  MalformedRequest,
  RequestTimeout,
  RouteNotFound,
  TooManyRequests,
  Unavailable,
  UnsupportedMediaType,
  UriTooLong,
} from './general.errors.js';
import { Problem, type ProblemClass, type Texts } from './problem.js';

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

/** Makes a problem of any error: ours, of Nest, Fastify, a plugin or the database. Unknown errors are 500. */
export function problemOf(error: unknown, request: { writes: boolean }): Problem {
  if (error instanceof Problem) return error;
  const failure = failureOf(error);
  if (failure === 'full' && request.writes) return new InsufficientStorage();
  if (failure) return unavailable(request.writes ? (outcomeOf(error) ?? 'unknown') : null);
  const status = statusOf(error);
  const problemClass =
    status === undefined ? undefined : (BY_STATUS[status] ?? (status < 500 ? MalformedRequest : undefined));
  return new (problemClass ?? InternalError)();
}

/** Whether the database cannot be used now, for a reason that is no fault of ours. */
export function isDatabaseAway(error: unknown): boolean {
  return failureOf(error) !== undefined;
}

const OUTCOMES: Record<Outcome, Texts> = {
  'not started': {
    en: 'The database did not answer: nothing was done. Try again.',
    ko: '데이터베이스가 응답하지 않아 아무것도 처리하지 않았습니다. 다시 시도해 주세요.',
  },
  'rolled back': {
    en: 'The database did not answer: the change was undone. Try again.',
    ko: '데이터베이스가 응답하지 않아 변경을 취소했습니다. 다시 시도해 주세요.',
  },
  unknown: {
    en: 'The database did not answer: the outcome is unknown. A retry with the same Idempotency-Key is safe.',
    ko: '데이터베이스가 응답하지 않아 처리 결과를 알 수 없습니다. 같은 Idempotency-Key로 다시 시도하면 안전합니다.',
  },
};

function unavailable(outcome: Outcome | null): Problem {
  return new Unavailable({
    headers: { 'Retry-After': '2' },
    detail: outcome
      ? OUTCOMES[outcome]
      : { en: 'The database did not answer.', ko: '데이터베이스가 응답하지 않습니다.' },
  });
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}
