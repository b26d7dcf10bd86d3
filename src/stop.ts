import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Server } from 'node:http';
import type { Config } from './config/config.js';
import { Readiness } from './health/readiness.js';

const logger = new Logger('Stop');

/**
 * On SIGTERM and SIGINT: not ready any more, no new connections, what is in flight is finished, and after DRAIN_SECONDS
 * whatever is left (a half-sent body, a client that does not read) is cut.
 */
export function stopOnSignal(app: NestFastifyApplication, config: Config): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      logger.log(`${signal}: finishing what is in flight`);
      stop(app, config).then(
        () => process.exit(0),
        (error: Error) => {
          logger.error(error);
          process.exit(1);
        },
      );
    });
  }
}

async function stop(app: NestFastifyApplication, config: Config): Promise<void> {
  app.get(Readiness).drain();
  const server = app.getHttpServer() as Server;
  server.on('request', (_request, response) => response.setHeader('Connection', 'close'));
  const drained = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // A connection that falls idle after its last answer would otherwise be kept until its time-out.
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const cut = await Promise.race([drained, sleep(config.drainSeconds * 1000, 'cut')]);
  clearInterval(idle);
  if (cut) server.closeAllConnections();
  await app.close();
}
