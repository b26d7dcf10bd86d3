import type { Server } from 'node:http';
import { setImmediate as pollPhase, setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger as PinoLogger } from 'pino';
import { Readiness } from './health/readiness.js';

/**
 * Seconds for the work after the drain: mail, an import, closing the database. The grace period of compose includes
 * them.
 */
export const CLOSE_SECONDS = 5;
/** Seconds in which nginx gets a 502 for a read and stops sending; less than its fail_timeout of 2 s. */
const TURN_AWAY_SECONDS = 0.5;

const logger = new Logger('Stop');

/** All in seconds. */
export interface StopTimes {
  shutdownDelaySeconds: number;
  drainSeconds: number;
  closeSeconds?: number;
  /** The last part of the delay, in which reads are answered with 502. */
  turnAwaySeconds?: number;
}

/**
 * Stops the server on SIGTERM and SIGINT and ends the process: 0 after a clean stop, 1 after an error or when the three
 * times together were not enough. A second signal skips the rest of the delay.
 */
export function stopOnSignal(app: NestFastifyApplication, times: StopTimes): void {
  const hurry = new AbortController();
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return hurry.abort();
      stopping = true;
      logger.log(`${signal}: stopping`);
      stopOrGiveUp(app, times, (code) => process.exit(code), hurry.signal);
    });
  }
}

/** Stops, then calls `exit`: at the latest after the times of delay, drain and close. */
export function stopOrGiveUp(
  app: NestFastifyApplication,
  times: StopTimes,
  exit: (code: number) => void,
  hurry?: AbortSignal,
): void {
  const limit = times.shutdownDelaySeconds + times.drainSeconds + (times.closeSeconds ?? CLOSE_SECONDS);
  const timer = setTimeout(() => {
    logger.error(`The stop takes longer than ${limit} s: giving up the rest`);
    exit(1);
  }, limit * 1000);
  stop(app, times, hurry).then(
    () => {
      clearTimeout(timer);
      exit(0);
    },
    (error: Error) => {
      clearTimeout(timer);
      logger.error(error);
      exit(1);
    },
  );
}

/**
 * Ends the process on an uncaught error, also of a failed start. Node would print all its members: a statement's
 * parameters, a connection's password.
 */
export function endOnFault(log: PinoLogger): void {
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error });
    process.exit(1);
  });
}

/**
 * Stops without failing a request:
 *
 * 1. Not ready, and every answer says `Connection: close`. For `shutdownDelaySeconds` (or until `hurry`) it still takes
 *    connections: load balancers go on sending until their next checks.
 * 2. In the last half second of that, reads are answered with 502. nginx has no checks of its own: it repeats such a read at
 *    another instance, and sends nothing here for its fail_timeout (nginx/proxy.conf).
 * 3. No new connections. Requests in flight get `drainSeconds`; then they are cut (a half-sent body, a client that does
 *    not read).
 * 4. Work after answers (mail, views) ends, and the database is closed.
 */
export async function stop(
  app: NestFastifyApplication,
  { shutdownDelaySeconds, drainSeconds, turnAwaySeconds = TURN_AWAY_SECONDS }: StopTimes,
  hurry?: AbortSignal,
): Promise<void> {
  const readiness = app.get(Readiness);
  const wait = (ms: number) => sleep(ms, undefined, { signal: hurry }).catch(() => undefined);
  readiness.drain();
  if (shutdownDelaySeconds > 0) {
    await wait((shutdownDelaySeconds - turnAwaySeconds) * 1000);
    readiness.turnAway();
    await wait(turnAwaySeconds * 1000);
  }
  const server = app.getHttpServer() as Server;
  // Closing the listener resets connections that the kernel has accepted and Node has not. Node accepts in its poll
  // phase: close right after one.
  await pollPhase();
  const drained = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // Otherwise a connection that becomes idle after its last answer is kept until its time-out.
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const cut = await Promise.race([drained, sleep(drainSeconds * 1000, 'cut', { ref: false })]);
  clearInterval(idle);
  if (cut) {
    logger.warn(`Closed open connections after ${drainSeconds} s`);
    server.closeAllConnections();
  }
  await app.close();
}
