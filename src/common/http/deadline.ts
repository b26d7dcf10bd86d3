import type { IncomingMessage } from 'node:http';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RequestTimeout, Unavailable } from '../problems/general.errors.js';
import { isSafe, sendProblem } from '../problems/problem.filter.js';

/** Milliseconds from the arrival of a request to its answer: guards and the body are inside of it. */
export const DEADLINES = { request: 5_000 };

/** Declares a route that takes longer than others. The shedder counts each kind by itself. */
export interface LongRoute {
  /** `upload`: takes forms with files, and nothing else. */
  kind?: 'upload';
  /** In milliseconds. */
  deadline?: number;
}

export const AcceptsUpload = (deadline: number): MethodDecorator =>
  RouteConfig({ kind: 'upload', deadline } satisfies LongRoute);

/** The declaration of the request's route; empty without a route. */
export function longRouteOf(request: FastifyRequest): LongRoute {
  return (request.routeOptions.config as LongRoute | undefined) ?? {};
}

/** Whether a request has the media type of an upload. */
export function isForm({ headers }: { headers: IncomingMessage['headers'] }): boolean {
  return /^\s*multipart\//i.test(headers['content-type'] ?? '');
}

/**
 * Answers requests that take too long. Their transactions may still commit: the answer says that a retry is safe.
 * Not by Fastify's own `handlerTimeout`: it ends when the body has been read (fastify 5.12.8), so that a POST has none.
 */
export function boundRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { deadline = DEADLINES.request } = longRouteOf(request);
    const timer = setTimeout(expire, deadline, request, reply).unref();
    reply.raw.once('close', () => clearTimeout(timer));
    done();
  });
}

function expire(request: FastifyRequest, reply: FastifyReply): void {
  // A client that reads its file slowly is no fault of the route.
  if (reply.sent || reply.raw.headersSent) return;
  // Only a body that still arrives makes it false: without `Connection: close` its rest would keep the connection busy.
  const halfThere = request.raw.complete === false;
  const problem = halfThere ? new RequestTimeout({ headers: { Connection: 'close' } }) : tookTooLong(request.method);
  sendProblem(problem, request, reply);
}

function tookTooLong(method: string): Unavailable {
  return new Unavailable({
    headers: { 'Retry-After': '2' },
    detail: isSafe(method)
      ? { en: 'The answer took too long.', ko: '응답이 너무 오래 걸렸습니다.' }
      : {
          en: 'The answer took too long and the outcome is unknown. A retry with the same Idempotency-Key is safe.',
          ko: '응답이 너무 오래 걸려 처리 결과를 알 수 없습니다. 같은 Idempotency-Key로 다시 시도하면 안전합니다.',
        },
  });
}
