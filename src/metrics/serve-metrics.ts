import type { FastifyInstance } from 'fastify';
import { RouteNotFound } from '../common/problems/general.errors.js';
import { sendProblem } from '../common/problems/problem.filter.js';
import { EXPOSITION_TYPE } from './exposition.js';
import type { Metrics } from './metrics.js';

/** Headers that a proxy adds. */
const BY_PROXY = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'];

/**
 * `GET /metrics`, for a Prometheus in the same network. It is not part of the API or the OpenAPI document. It works
 * without guards, deadlines and the database, so it answers when these fail. nginx closes it. A request with a proxy's
 * headers gets 404, for the case that nginx is configured wrongly.
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
