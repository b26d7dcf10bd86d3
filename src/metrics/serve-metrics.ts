import type { FastifyInstance } from 'fastify';
import { RouteNotFound } from '../common/problems/general.errors.js';
import { sendProblem } from '../common/problems/problem.filter.js';
import { EXPOSITION_TYPE } from './exposition.js';
import type { Metrics } from './metrics.js';

/** Headers that a proxy adds. */
const BY_PROXY = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'];

/**
 * `GET /metrics`, for a Prometheus in the same network. It is no part of the API: not in the OpenAPI document, past
 * guards, deadlines and the database, so that it answers when these do not. nginx closes it; for whoever comes through
 * a proxy all the same, as when somebody forgot that, it is not there.
 */
export function serveMetrics(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.get('/metrics', (request, reply) => {
    if (BY_PROXY.some((name) => request.headers[name] !== undefined)) {
      sendProblem(new RouteNotFound(), request, reply);
      return;
    }
    void reply.header('Cache-Control', 'no-store').type(EXPOSITION_TYPE).send(metrics.text());
  });
}
