import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../config/config.js';
import { Database } from '../../database/database.js';
import { Overloaded } from '../problems/general.errors.js';
import { PROBLEM_HEADERS, PROBLEM_MEDIA_TYPE, problemDetails } from '../problems/problem-details.js';
import { sendProblem } from '../problems/problem.filter.js';
import { Tally } from '../tally.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { isForm, longRouteOf } from './deadline.js';
import { onRequestEnd } from './request-end.js';
import { InFlightSlot } from './place.js';
import { requestId } from './request-id.js';
import { isProbe, loggablePath } from './target.js';

/** Uploads at once, beside the ordinary requests: a file arrives slowly. */
const UPLOADS = 16;
/** Milliseconds between two log lines with the number of shed requests. */
const REPORT_EVERY = 10_000;

export const KINDS = ['request', 'upload'] as const;
type Kind = (typeof KINDS)[number];

/**
 * Refuses requests with 503 before any work when there are more than this instance can answer soon. So accepted
 * requests stay quick. The limit follows from the waits for the event loop and for a database connection.
 * Not by @fastify/under-pressure (9.0): it samples the loop's delay and then refuses all requests or none until the
 * next sample. It counts neither requests in flight nor waits for the database.
 */
@Injectable()
export class Shedder {
  readonly shed = new Tally<Kind>(...KINDS);
  readonly inFlight = { request: 0, upload: 0 };
  readonly limit = new ConcurrencyLimit();
  private readonly logger = new Logger('Shedder');
  private unreported = 0;
  private reportedAt = -Infinity;
  private loop = eventLoop();
  private willMeasure = false;
  private waits = { count: 0, seconds: 0 };

  constructor(
    private readonly config: Config,
    private readonly database: Database,
  ) {}

  /** Call before other hooks are added, except those that count and log. */
  watch(fastify: FastifyInstance): void {
    if (!this.config.loadShedding) return;
    onRequestEnd(fastify, (request) => InFlightSlot.leave(request));
    fastify.addHook('onRequest', (request, reply, done) => {
      if (isProbe(request.url) || this.take(request)) done();
      else this.refuse(request, reply);
    });
  }

  /**
   * Refuses ordinary requests before Fastify's router and hooks, which cost more than the refusal. Routes are not known
   * here: possible uploads go on to the hook. Emits `shed` on the server for each refusal.
   *
   * @param isAllowed whether to refuse early; if not, the hook refuses
   */
  guard(server: Server, isAllowed: () => boolean): void {
    if (!this.config.loadShedding) return;
    const listeners = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request').on('request', (request, response) => {
      if (this.isFull() && isAllowed() && isOrdinary(request)) {
        this.measure();
        this.count('request');
        refuseAtOnce(request, response, this.config);
        server.emit('shed');
      } else for (const listener of listeners) listener.call(server, request, response);
    });
  }

  private isFull(kind: Kind = 'request'): boolean {
    return this.inFlight[kind] >= this.limitOf(kind);
  }

  /** The number of requests that are taken at once. */
  limitOf(kind: Kind): number {
    return kind === 'upload' ? UPLOADS : this.limit.value;
  }

  private take(request: FastifyRequest): boolean {
    this.measure();
    const kind = longRouteOf(request).kind ?? 'request';
    if (this.isFull(kind)) {
      this.count(kind);
      return false;
    }
    InFlightSlot.take(request, (difference) => (this.inFlight[kind] += difference));
    return true;
  }

  private refuse(request: FastifyRequest, reply: FastifyReply): void {
    sendProblem(new Overloaded({ headers: { 'Retry-After': retryAfter() } }), request, reply);
  }

  private count(kind: Kind): void {
    this.shed.add(kind);
    if (kind === 'request') this.limit.reached();
    this.unreported += 1;
    const now = performance.now();
    if (now - this.reportedAt < REPORT_EVERY) return;
    this.logger.warn(`Overloaded: ${this.unreported} requests refused, ${this.limit.value} are taken at once.`);
    this.reportedAt = now;
    this.unreported = 0;
  }

  /**
   * Once in a turn of the event loop that has requests. They came while the loop worked on the turn before: the time that
   * a turn takes is the longest that one of them has waited.
   */
  private measure(): void {
    if (this.willMeasure) return;
    this.willMeasure = true;
    setImmediate(() => {
      this.willMeasure = false;
      const now = eventLoop();
      const turns = Math.max(1, now.turns - this.loop.turns);
      const passed = now.at - this.loop.at;
      const worked = passed - (now.idle - this.loop.idle);
      this.loop = now;
      this.limit.observe(now.at, {
        busy: worked / passed,
        loopWait: worked / turns,
        databaseWait: this.waitForDatabase(),
      });
    });
  }

  /** The mean of the waits for a connection that ended since the last turn, in milliseconds. */
  private waitForDatabase(): number {
    const { waits, waitSeconds } = this.database.usage;
    const count = waits - this.waits.count;
    const mean = count > 0 ? ((waitSeconds - this.waits.seconds) * 1000) / count : 0;
    this.waits = { count: waits, seconds: waitSeconds };
    return mean;
  }
}

/** Whether it is an ordinary request: no health check, no CORS preflight and no upload. */
function isOrdinary(request: IncomingMessage): boolean {
  return !isProbe(request.url ?? '/') && request.method !== 'OPTIONS' && !isForm(request);
}

/** Random, or all clients would come back at once. */
function retryAfter(): string {
  return String(1 + Math.floor(Math.random() * 3));
}

const OVERLOADED = new Overloaded();

function refuseAtOnce(request: IncomingMessage, response: ServerResponse, config: Config): void {
  const { origin, 'accept-language': acceptLanguage } = request.headers;
  const id = requestId(request);
  const body = JSON.stringify(
    problemDetails(OVERLOADED, { path: loggablePath(request.url ?? '/'), id, acceptLanguage }),
  );
  response.writeHead(OVERLOADED.status, {
    'Content-Type': `${PROBLEM_MEDIA_TYPE}; charset=utf-8`,
    'Content-Length': Buffer.byteLength(body),
    'Retry-After': retryAfter(),
    ...PROBLEM_HEADERS,
    'X-Request-Id': id,
    Vary: 'Origin, Authorization, Accept-Language',
    ...(origin !== undefined && config.allowsOrigin(origin) && readableFrom(origin)),
  });
  response.end(body);
}

function readableFrom(origin: string): Record<string, string> {
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Expose-Headers': 'Retry-After',
  };
}

/** The number of turns of the event loop until now, and its idle time. */
function eventLoop(): { at: number; idle: number; turns: number } {
  const { idleTime, uvMetricsInfo } = performance.nodeTiming;
  return { at: performance.now(), idle: idleTime, turns: uvMetricsInfo.loopCount };
}
