import { ArgumentsHost, Catch, ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { loggablePath } from '../http/target.js';
import { whiteSpaceInPath } from '../http/white-space.js';
import { Overloaded } from './general.errors.js';
import { RequestIsOver } from './request-is-over.js';
import { PROBLEM_HEADERS, PROBLEM_MEDIA_TYPE, problemDetails } from './problem-details.js';
import { problemOf } from './translate.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
const logger = new Logger('Problem');
const codes = new WeakMap<FastifyReply, string>();

/** The one place where an error becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** The code of the problem that was answered, if one was. */
export function codeOfProblem(reply: FastifyReply): string | undefined {
  return codes.get(reply);
}

/** Whether a method only reads (RFC 9110, 9.2.1). */
export function isSafe(method: string): boolean {
  return SAFE_METHODS.has(method);
}

/** Whether the client disconnected while it sent its body. The code, ECONNRESET, is also that of a lost database. */
function isBreakOff(error: unknown, { raw }: FastifyRequest): boolean {
  return Boolean(raw.errored) && error === raw.errored;
}

/** Answers with the problem for `error`. Does nothing after an answer has begun. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error, { writes: !isSafe(request.method) });
  // Shed requests are counted instead: log lines would cost too much.
  if (problem.status >= 500 && !(problem instanceof Overloaded)) {
    const isFault = !(problem instanceof RequestIsOver || isBreakOff(error, request));
    logger[isFault ? 'error' : 'debug']({ err: error, code: problem.code, reqId: request.id });
  }
  if (reply.sent || reply.raw.headersSent) return;
  codes.set(reply, problem.code);
  // RFC 9110, 15.5.2: every 401 has WWW-Authenticate.
  if (problem.status === 401) void reply.header('WWW-Authenticate', 'Bearer');
  void reply
    .code(problem.status)
    .headers(problem.options.headers ?? {})
    // Here because the router refuses an address before any hook runs.
    .headers(PROBLEM_HEADERS)
    .header('Vary', [reply.getHeader('Vary'), 'Authorization, Accept-Language'].filter(Boolean).join(', '))
    .header('X-Request-Id', request.id)
    .type(`${PROBLEM_MEDIA_TYPE}; charset=utf-8`)
    .send(
      JSON.stringify(
        problemDetails(problem, {
          path: loggablePath(request.raw.url ?? '/'),
          id: request.id,
          acceptLanguage: request.headers['accept-language'],
          flaw: whiteSpaceInPath(problem, request.raw.url ?? '/'),
        }),
      ),
    );
}
