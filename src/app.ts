import 'reflect-metadata';
import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { collectRoutes, fastifyAdapter, prepareFastify, refuseOtherMethods } from './common/http/fastify.js';
import { LastGuard } from './common/http/last-guard.js';
import { createLogger, logRequests, NestLogger } from './common/http/logger.js';
import { Shedder } from './common/http/shedder.js';
import { POLICY_HEADER, STATE_HEADER } from './common/limits/headers.js';
import { Reads } from './common/limits/reads.js';
import type { Config } from './config/config.js';
import { serveDocs } from './docs/docs.js';
import { InstanceStops } from './health/health.errors.js';
import { Readiness } from './health/readiness.js';
import { Metrics } from './metrics/metrics.js';
import { serveMetrics } from './metrics/serve-metrics.js';

/** Methods and headers that a browser on another origin may use (CORS_ORIGINS). */
const CORS = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match', 'Accept-Language'],
  exposedHeaders: ['ETag', 'Location', 'Retry-After', 'Idempotency-Replayed', POLICY_HEADER, STATE_HEADER],
  credentials: true,
  maxAge: 600,
  // Otherwise an OPTIONS that is no preflight gets 400 in plain text.
  strictPreflight: false,
};

/** The whole application, ready to listen. */
export async function createApp(config: Config): Promise<NestFastifyApplication> {
  const logger = createLogger(config);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config), fastifyAdapter(config, logger), {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  return configureApp(app, config, logger);
}

/** Everything between the modules and the network. The tests use it too, with their own outer parts. */
export async function configureApp(
  app: NestFastifyApplication,
  config: Config,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  const routes = collectRoutes(fastify);
  const metrics = app.get(Metrics);
  // Before the hooks that refuse requests: refused requests are logged and counted as well.
  logRequests(fastify, logger);
  metrics.watch(fastify);
  // Pages on other origins must be able to read the answers of the shedder.
  if (config.corsOrigins.length > 0) app.enableCors({ origin: config.corsOrigins, ...CORS });
  await prepareFastify(app);
  const server = app.getHttpServer() as Server;
  server.maxConnections = config.maxConnections;
  const readiness = app.get(Readiness);
  fastify.addHook('onRequest', (request, _reply, done) => {
    const isRefused = readiness.turningAway && request.method === 'GET' && !request.url.startsWith('/health/');
    done(isRefused ? new InstanceStops({ headers: { 'Retry-After': '1' } }) : undefined);
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (readiness.draining) reply.header('Connection', 'close');
    done();
  });
  // An early refusal has none of these headers.
  app.get(Shedder).guard(server, () => !readiness.draining);
  app.get(Reads).watch(fastify);
  // The guards of the modules are registered already.
  app.useGlobalGuards(new LastGuard());
  prefixRoutes(app);
  serveDocs(app, config);
  serveMetrics(fastify, metrics);
  await app.init();
  refuseOtherMethods(fastify, routes);
  await fastify.ready();
  return app;
}

/** Everything below one versioned path, but for health checks. */
export function prefixRoutes(app: NestFastifyApplication): void {
  app.setGlobalPrefix('api/v1', { exclude: ['health/live', 'health/ready'] });
}
