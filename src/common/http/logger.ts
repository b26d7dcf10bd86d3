import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pino, type DestinationStream, type LogFn, type Logger, type LoggerOptions } from 'pino';
import type { Config } from '../../config/config.js';
import { Overloaded } from '../problems/general.errors.js';
import { codeOfProblem } from '../problems/problem.filter.js';
import { standardOutput } from './log-output.js';
import { loggable } from './loggable.js';
import { onRequestEnd } from './request-end.js';
import { isProbe, loggablePath } from './target.js';

/** One line of JSON an event on `stream`, always through `loggable`. */
export function createLogger(config: Pick<Config, 'logLevel'>, stream: DestinationStream = standardOutput()): Logger {
  const options: LoggerOptions = {
    level: config.logLevel,
    base: { service: 'madang' },
    timestamp: pino.stdTimeFunctions.isoTime,
    // Errors are plain objects by then: pino's own serializer would read them again.
    serializers: { err: (plain: unknown) => plain },
    hooks: {
      logMethod(args, write) {
        const [first, ...rest] = args as unknown[];
        const line = first instanceof Error ? { err: first } : first;
        write.apply(this, [line, ...rest].map((one) => loggable(one)) as Parameters<LogFn>);
      },
    },
  };
  return pino(options, stream);
}

/**
 * One line for each request when it is over, with its outcome. No query, no body, no token.
 *
 * And nobody: no account, no address. Beside `POST /boards/3/posts` and the time an account would say who wrote the
 * anonymous post of that second, to everyone who reads logs. So the rule has no exceptions by route: the log of requests
 * does not know who asks. The database has the authors, where an admin looks them up under audit.
 */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  onRequestEnd(fastify, (request, reply, end) => {
    const level = levelOf(request, reply);
    if (level === 'debug' && !logger.isLevelEnabled(level)) return;
    logger[level]({
      reqId: request.id,
      method: request.method,
      path: loggablePath(request.raw.url ?? ''),
      route: request.routeOptions.url ?? null,
      // The client had gone before there was an answer.
      status: end === 'aborted' ? null : reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    });
  });
}

/** Health checks come every few seconds, and shed requests in thousands, which are counted: lines for debugging only. */
function levelOf(request: FastifyRequest, reply: FastifyReply): 'error' | 'info' | 'debug' {
  if (isProbe(request.url) || codeOfProblem(reply) === Overloaded.code) return 'debug';
  return reply.statusCode >= 500 ? 'error' : 'info';
}

/** Nest's own messages, in the same log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    // Nest logs each module and route at start: for debugging only.
    const chatter =
      context !== undefined &&
      /^(InstanceLoader|RouterExplorer|RoutesResolver|NestFactory|NestApplication)$/.test(context);
    this.write(chatter ? 'debug' : 'info', message, context);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest.at(-1));
  }

  warn(message: unknown, context?: string): void {
    this.write('warn', message, context);
  }

  debug(message: unknown, context?: string): void {
    this.write('debug', message, context);
  }

  private write(level: 'info' | 'error' | 'warn' | 'debug', message: unknown, context: unknown): void {
    if (message instanceof Error) this.logger[level]({ context, err: message });
    else if (typeof message === 'object' && message !== null) this.logger[level]({ context, ...message });
    else this.logger[level]({ context }, String(message));
  }
}
