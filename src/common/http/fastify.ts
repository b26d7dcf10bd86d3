import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import fastifyCookie from '@fastify/cookie';
import fastifyMultipart from '@fastify/multipart';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  LogController,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
  type HTTPMethods,
} from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import { MalformedRequest, MethodNotAllowed, UnsupportedMediaType } from '../problems/general.errors.js';
import { PROBLEM_HEADERS, PROBLEM_MEDIA_TYPE, problemDetails } from '../problems/problem-details.js';
import type { ProblemOptions } from '../problems/problem.js';
import { sendProblem } from '../problems/problem.filter.js';
import { AnsweringAdapter } from './answer.js';
import { languageAskedFor, problemOfParser, type ParserError } from './broken-request.js';
import { boundRequests, isForm, longRouteOf } from './deadline.js';
import { parseJsonBody } from './json-body.js';
import { watchEnd } from './request-end.js';
import { newRequestId, requestId } from './request-id.js';
import { addSecurityHeaders } from './security-headers.js';
import { Shedder } from './shedder.js';
import { checkTarget } from './target.js';

export const BODY_LIMIT = 256 * 1024;
/** Milliseconds for the whole body: by default Fastify waits for ever. */
export const REQUEST_TIMEOUT = 15_000;
/**
 * The same for its headers. Where this is the greater of the two, as Node's default of 60 s would be, Node takes one for
 * the other (ConnectionsList::Expired), and a body has 60 s.
 */
const HEADERS_TIMEOUT = 10_000;
/** Milliseconds between Node's checks for late requests. With its default of 30 s, a limit of 15 s would be 45. */
const TIMEOUT_CHECKS = 2_000;
/** Milliseconds for which bytes on a refused connection are read and dropped. */
const LINGER = 1_000;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'] as const;

/** RFC 9110, 15.5.16: the answer has the accepted codings. */
const NO_CODING: ProblemOptions = {
  headers: { 'Accept-Encoding': 'identity' },
  detail: {
    en: 'Send the body as it is, without a Content-Encoding.',
    ko: '본문을 압축하지 말고(Content-Encoding 없이) 보내 주세요.',
  },
};
const UTF8_ONLY: ProblemOptions = {
  detail: { en: 'Send the body in UTF-8.', ko: '본문을 UTF-8로 보내 주세요.' },
};

/** Fastify with this API's rules: strict input, problem+json for errors before Nest, bounded waits. */
export function fastifyAdapter(config: Config, logger: Logger): FastifyAdapter {
  return new AnsweringAdapter({
    loggerInstance: logger as never,
    // logger.ts writes one line a request; Fastify's own line has the query.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    // Without a Host header Node itself would answer, with an empty body.
    http: { connectionsCheckingInterval: TIMEOUT_CHECKS, headersTimeout: HEADERS_TIMEOUT, requireHostHeader: false },
    // Above nginx's idle time, which is above the load balancer's: the outer side closes first.
    keepAliveTimeout: 75_000,
    connectionTimeout: 0,
    // `true` would trust any client, and `1` nobody: exact addresses or none.
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    genReqId: requestId,
    requestIdHeader: false,
    routerOptions: { maxParamLength: 1_000, ignoreTrailingSlash: false },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      watchEnd(request.server, request, reply);
      sendProblem(error, request, reply);
    },
  });
}

/** Plugins and hooks that must be there before Nest registers its routes. */
export async function prepareFastify(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  acceptJsonOnly(fastify);
  // RFC 9110, 10.1.1: an expectation may be ignored. By itself Node answers it, without a body.
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
  boundRequests(fastify);
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-Id', request.id);
    const hosts = countHosts(request.raw.rawHeaders);
    if (hosts > 1 || (hosts === 0 && request.raw.httpVersion === '1.1')) throw new MalformedRequest();
    checkTarget(request.raw.url ?? '/');
    done();
  });
  // Before the body parser: only uploads may have forms, and they have nothing else.
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    checkMediaType(request);
    done(null, payload);
  });
  // A plugin, so that it runs after CORS, which is one.
  await app.register(sharingHooks((instance) => app.get(Shedder).watch(instance)) as never);
  await app.register(sharingHooks((instance) => addMultipart(instance)) as never);
  await app.register(fastifyCookie as never);
  await app.register(sharingHooks(addSecurityHeaders) as never);
}

function checkMediaType(request: FastifyRequest): void {
  const { 'content-encoding': coding = 'identity', 'content-type': type } = request.headers;
  if (coding.trim().toLowerCase() !== 'identity') throw new UnsupportedMediaType(NO_CODING);
  if (type === undefined) return;
  if (isForm(request) !== (longRouteOf(request).kind === 'upload')) throw new UnsupportedMediaType();
  if (!isUtf8(type)) throw new UnsupportedMediaType(UTF8_ONLY);
}

/** RFC 9112, 3.2 requires one. Of several, Node uses the first, and a proxy perhaps another. */
function countHosts(rawHeaders: string[]): number {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
}

/** Whether each charset of a media type is UTF-8 (RFC 9110, 8.3.1). JSON has no other. */
function isUtf8(type: string): boolean {
  return [...type.matchAll(/;\s*charset\s*=\s*"?([^";\s]*)/gi)].every(([, charset]) => /^utf-?8$/i.test(charset));
}

/**
 * Forms with files, read as streams. Without the plugin's hooks: they delete files that it stored on disk, which we do
 * not use, and cost every request two promises and a listener.
 */
function addMultipart(fastify: FastifyInstance): void {
  const withoutHooks = Object.create(fastify, { addHook: { value: () => withoutHooks } }) as FastifyInstance;
  fastifyMultipart(withoutHooks, {}, () => undefined);
}

/** A plugin whose hooks are for all routes: by default they would be for those inside of it. */
function sharingHooks(add: (fastify: FastifyInstance) => void): FastifyPluginAsync {
  const plugin: FastifyPluginAsync = async (fastify) => add(fastify);
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
}

/** JSON and nothing else: Nest and Fastify take urlencoded and plain text by default. */
function acceptJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

/**
 * Answers 405 with `Allow` where an address exists with another method (Fastify says 404), and 204 to OPTIONS.
 * Call after Nest has registered its routes and before the server is ready.
 *
 * @param routes every registered address with its methods, as `collectRoutes` gathered them
 */
export function refuseOtherMethods(fastify: FastifyInstance, routes: Map<string, Set<string>>): void {
  for (const [url, taken] of [...routes]) {
    if (url.includes('*')) continue;
    const allow = [...taken].sort().join(', ');
    const others = METHODS.filter((method) => !taken.has(method)) as HTTPMethods[];
    const refuse = (_request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(new MethodNotAllowed({ headers: { Allow: allow } }), _request, reply);
    };
    if (others.length > 0) fastify.route({ method: others, url, handler: refuse, exposeHeadRoute: false });
    if (!taken.has('OPTIONS')) {
      fastify.options(url, (_request, reply) => reply.code(204).header('Allow', `${allow}, OPTIONS`).send());
    }
  }
}

/** Starts to collect the routes that are registered from now on. */
export function collectRoutes(fastify: FastifyInstance): Map<string, Set<string>> {
  const routes = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? routes.set(url, new Set()).get(url)!;
    for (const one of [method].flat()) methods.add(one);
  });
  return routes;
}

/** Bytes that never became a request: there is no reply object, so the answer is written to the socket. */
function answerBrokenRequest(this: FastifyInstance, thrown: Error, socket: Socket): void {
  const error = thrown as ParserError; // Fastify's type for the packet is that of its JSON
  // Called again for each further packet, and at last for the end of the stream.
  const isLingering = socket.writableEnded && !socket.readableEnded;
  if (isLingering && error.code !== 'ECONNRESET') return;
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  // Closed at once, with bytes under way, the connection would be reset: nginx, sending them, would never see the answer,
  // and take this instance out for seconds. Any client can send bytes that no parser takes.
  setTimeout(() => socket.destroy(), LINGER).unref();
  const problem = problemOfParser(error);
  const id = newRequestId();
  // Method and path are unknown.
  this.log.info({ reqId: id, status: problem.status, code: error.code }, 'bytes that are no request');
  const body = JSON.stringify(problemDetails(problem, { path: '/', id, acceptLanguage: languageAskedFor(error) }));
  const headers = Object.entries(PROBLEM_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nX-Request-Id: ${id}\r\n${headers.join('')}` +
      `Connection: close\r\n\r\n${body}`,
  );
}
