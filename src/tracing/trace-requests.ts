import { AsyncLocalStorage } from 'node:async_hooks';
import { BlockList, isIPv6 } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TracedRequest } from '../common/http/logger.js';
import { onRequestEnd, type RequestEnd } from '../common/http/request-end.js';
import { loggablePath } from '../common/http/target.js';
import type { Tally } from '../common/tally.js';
import type { Config } from '../config/config.js';
import type { TracingConfig } from '../config/tracing.js';
import { Exporter } from './exporter.js';
import { SERVER, Span } from './span.js';
import { traceStatements } from './statements.js';
import { isKept, parseTraceParent, traceIdFor } from './trace-context.js';

/**
 * A span for every request and one for every statement in it, sent to a collector. No query, no body, no account, no
 * value of a statement. This module is loaded only where the environment asks for traces: else no hook is there.
 *
 * @returns how many spans were sent and dropped
 */
export function traceRequests(fastify: FastifyInstance, config: Config, tracing: TracingConfig): Tally {
  const exporter = new Exporter(tracing);
  const isTrusted = trustIn(config.trustedProxies);
  const spans = new WeakMap<FastifyRequest, Span>();
  const current = new AsyncLocalStorage<Span>();

  fastify.addHook('onRequest', (request: TracedRequest, _reply, done) => {
    // Anybody can send one, and nginx passes it on.
    const given = isTrusted(request.raw.socket.remoteAddress) ? request.headers.traceparent : undefined;
    const span = begin(request, given, tracing);
    if (!span) return done();
    request.traceId = span.traceId;
    spans.set(request, span);
    current.run(span, done);
  });
  // Once more: what a body's bytes call comes from the socket, which knows nothing of the request's context.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) current.run(span, done);
    else done();
  });
  onRequestEnd(fastify, (request, reply, end) => {
    const span = spans.get(request);
    if (!span) return;
    finish(span, request, reply, end);
    exporter.add(span);
  });
  const stop = traceStatements(
    () => current.getStore(),
    (span) => exporter.add(span),
  );
  fastify.addHook('onClose', async () => {
    stop();
    await exporter.stop();
  });
  return exporter.spans;
}

function begin(request: FastifyRequest, given: unknown, { ratio, parentBased }: TracingConfig): Span | null {
  const parent = parseTraceParent(given);
  const traceId = parent?.traceId ?? traceIdFor(request.id);
  // An id that begins here may be a client's choice (X-Request-Id): it must not choose to be kept.
  const drawn = parent ? isKept(traceId, ratio) : Math.random() < ratio;
  const kept = parent && parentBased ? parent.sampled : drawn;
  if (!kept) return null;
  return new Span(request.method, SERVER, traceId, parent?.spanId, {
    'http.request.method': request.method,
    'url.path': loggablePath(request.raw.url ?? '/'),
    'url.scheme': request.protocol,
  });
}

function finish(span: Span, request: FastifyRequest, reply: FastifyReply, end: RequestEnd): void {
  const { attributes } = span;
  const route = request.routeOptions.url;
  if (route !== undefined) {
    span.name = `${request.method} ${route}`;
    attributes['http.route'] = route;
  }
  if (end === 'aborted') attributes['error.type'] = 'aborted';
  else attributes['http.response.status_code'] = reply.statusCode;
  if (reply.statusCode >= 500) {
    span.failed = true;
    attributes['error.type'] = String(reply.statusCode);
  }
  span.end();
}

/** Whether an address is one of ours, by the list that also says whose X-Forwarded-For is believed. */
function trustIn(proxies: readonly string[]): (address: string | undefined) => boolean {
  const list = new BlockList();
  for (const proxy of proxies) {
    const [address, bits] = proxy.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address = '') => {
    // An IPv4 address on a socket for both families.
    const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
    return plain !== '' && list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  };
}
