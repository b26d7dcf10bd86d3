import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger as PinoLogger } from 'pino';
import { Readiness } from './health/readiness.js';

const logger = new Logger('Stop');

/** Stops the server on SIGTERM and SIGINT and ends the process: with 0 when it stopped well. */
export function stopOnSignal(app: NestFastifyApplication, drainSeconds: number): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      logger.log(`${signal}: finishing what is in flight`);
      stop(app, drainSeconds).then(
        () => process.exit(0),
        (error: Error) => {
          logger.error(error);
          process.exit(1);
        },
      );
    });
  }
}

/**
 * Ends the process on an error that nobody caught, a failed start among them. Node would print it with all its members:
 * a statement's parameters, a connection's password.
 */
export function endOnFault(log: PinoLogger): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error });
    process.exit(1);
  });
}

/**
 * Not ready any more, no new connections; what is in flight is finished, each answer saying `Connection: close`. What
 * is left after `drainSeconds` (a half-sent body, a client that does not read) is cut. Then what happens after answers
 * (mail, views) is waited for, and the database is let go.
 */
export async function stop(app: NestFastifyApplication, drainSeconds: number): Promise<void> {
  app.get(Readiness).drain();
  const server = app.getHttpServer() as Server;
  const drained = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // A connection that falls idle after its last answer would otherwise be kept until its time-out.
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const cut = await Promise.race([drained, sleep(drainSeconds * 1000, 'cut', { ref: false })]);
  clearInterval(idle);
  if (cut) {
    logger.warn(`Cut what was still open after ${drainSeconds} s`);
    server.closeAllConnections();
  }
  await app.close();
}
