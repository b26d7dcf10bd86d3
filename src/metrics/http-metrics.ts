import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { onRequestEnd, type RequestEnd } from '../common/http/request-end.js';
import { Overloaded } from '../common/problems/general.errors.js';
import { codeOfProblem } from '../common/problems/problem.filter.js';
import { Tally } from '../common/tally.js';
import { byName, counter, gauge, type Metric } from './exposition.js';
import { Histogram } from './histogram.js';

/** Seconds: a list takes a few milliseconds, and after 5 s every request has been answered. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** Of the methods that Node's parser knows, those that routes here know; any other is one label. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Requests, their outcomes and durations. */
export class HttpMetrics {
  private readonly durations = new Histogram(
    'madang_http_request_duration_seconds',
    'From the arrival of a request to its answer, by the pattern of its route (unmatched: no route has the address) and ' +
      'the class of its status (aborted: the client had gone before).',
    ['method', 'route', 'status'],
    BUCKETS,
  );
  private readonly problems = new Tally();
  private refusedConnections = 0;
  private readonly inProgress = new Set<FastifyRequest>();

  /** Call before the routes are registered. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, _reply, done) => {
      this.inProgress.add(request);
      done();
    });
    onRequestEnd(fastify, (request, reply, end) => this.count(request, reply, end));
    fastify.server.on('drop', () => (this.refusedConnections += 1));
    fastify.server.on('shed', () => this.problems.add(Overloaded.code));
  }

  all(): Metric[] {
    return [
      this.durations,
      gauge('madang_http_requests_in_progress', 'Requests that wait for their answer.', () => this.inProgress.size),
      counter(
        'madang_http_connections_refused_total',
        'Connections that were closed: MAX_CONNECTIONS were open.',
        () => {
          return this.refusedConnections;
        },
      ),
      counter('madang_problems_total', 'Answers that are no success, by the code that clients see.', () =>
        byName('code', this.problems),
      ),
    ];
  }

  private count(request: FastifyRequest, reply: FastifyReply, end: RequestEnd): void {
    this.inProgress.delete(request);
    const method = METHODS.has(request.method) ? request.method : 'other';
    // The pattern, never the path: there are endless paths, and they may be private.
    const route = request.routeOptions.url ?? 'unmatched';
    const status = end === 'aborted' ? end : `${Math.floor(reply.statusCode / 100)}xx`;
    this.durations.observe(reply.elapsedTime / 1000, method, route, status);
    const code = codeOfProblem(reply);
    if (code !== undefined) this.problems.add(code);
  }
}
