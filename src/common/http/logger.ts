import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { pino, stdSerializers, type Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { loggablePath } from './target.js';

/** Never in a log, wherever they turn up. */
const SECRETS = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'newPassword',
  'currentPassword',
  'refreshToken',
  'accessToken',
  'token',
];

/** One line of JSON an event on stdout. */
export function createLogger(config: Config): Logger {
  return pino({
    level: config.logLevel,
    base: { service: 'madang' },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRETS.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]), censor: '[hidden]' },
    serializers: { err: withoutStatement },
  });
}

/** TypeORM's errors carry the statement's parameters, which may be anything that a person typed. */
function withoutStatement(error: Error): unknown {
  const { type, message, stack, ...rest } = stdSerializers.err(error) as Record<string, unknown>;
  return { type, message, stack, code: rest.code, errno: rest.errno };
}

/** One line a request when it is answered: who asked what, and what came of it. No query, no body, no token. */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', async (request, reply) => {
    const account = (request as { user?: { id: number } | null }).user?.id ?? null;
    const level = reply.statusCode >= 500 ? 'error' : request.url.startsWith('/health/') ? 'debug' : 'info';
    logger[level]({
      reqId: request.id,
      method: request.method,
      path: loggablePath(request.raw.url ?? ''),
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      account,
    });
  });
}

/** Nest's own messages, in the same log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    // Nest tells each module and route at start: that is for debugging Nest.
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
