import { once } from 'node:events';
import { tracingChannel } from 'node:diagnostics_channel';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { aBoard, anAccount } from './support/factories.js';
import { readSources } from './architecture/sources.js';
import { keepTimeLimits } from './support/time-limits.js';
import { plainly } from './support/database.js';

keepTimeLimits();

interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status: { code?: number };
  attributes: Record<string, string>;
}

const open: Server[] = [];
afterAll(() => {
  for (const server of open) {
    server.closeAllConnections();
    server.close();
  }
});

/** Takes OTLP as a collector does. */
async function aCollector(answer = 200) {
  const spans: ReceivedSpan[] = [];
  const requests: { url?: string; headers: Record<string, unknown>; text: string }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    requests.push({ url: request.url, headers: request.headers, text });
    if (answer < 300) spans.push(...spansOf(JSON.parse(text)));
    response.writeHead(answer, { 'content-type': 'application/json' }).end('{}');
  });
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { spans, requests, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function spansOf({ resourceSpans }: any): ReceivedSpan[] {
  return resourceSpans
    .flatMap(({ scopeSpans }: any) => scopeSpans)
    .flatMap(({ spans }: any) => spans)
    .map(({ attributes, ...span }: any) => ({
      ...span,
      attributes: Object.fromEntries(attributes.map(({ key, value }: any) => [key, Object.values(value)[0]])),
    }));
}

async function urlOf(t: TestApp): Promise<string> {
  if (!t.app.getHttpServer().listening) await t.app.listen(0, '127.0.0.1');
  return `http://127.0.0.1:${(t.app.getHttpServer().address() as AddressInfo).port}/api/v1`;
}

const PARENT = { traceId: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', spanId: 'bbbbbbbbbbbbbbbb' };
const traceparent = `00-${PARENT.traceId}-${PARENT.spanId}-01`;

describe('with a collector', () => {
  let collector: Awaited<ReturnType<typeof aCollector>>;
  let posted: { status: number; id: string };
  let failed: { traceId: string };
  const lines: Record<string, any>[] = [];

  /** By the id that the request was answered with. */
  const serverSpan = (traceId: string) => collector.spans.find((span) => span.traceId === traceId && span.kind === 2)!;
  const below = ({ spanId }: ReceivedSpan) => collector.spans.filter(({ parentSpanId }) => parentSpanId === spanId);

  beforeAll(async () => {
    collector = await aCollector();
    const env = {
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.address}/otlp/`, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b' },
      ...{ OTEL_SERVICE_NAME: 'madang-test', OTEL_RESOURCE_ATTRIBUTES: 'host.name=one', LOG_LEVEL: 'info' },
    };
    const t = await startApp({ env, log: { write: (line) => void lines.push(JSON.parse(line)) } });
    const account = await anAccount(t, { username: 'hunter2secret', nickname: 'hunter2이름' });
    const board = await aBoard(t, { owner: account });
    const api = await urlOf(t);
    const headers = { authorization: `Bearer ${account.accessToken}`, 'content-type': 'application/json' };
    // In two pieces over a real socket: the second one's callbacks do not know of the request.
    const body = JSON.stringify({ title: 'hunter2 제목', content: 'hunter2 내용', tags: ['hunter2'], anonymous: true });
    const pieces = new ReadableStream({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode(body.slice(0, 20)));
        await sleep(50);
        controller.enqueue(new TextEncoder().encode(body.slice(20)));
        controller.close();
      },
    });
    const post = { method: 'POST', headers: { ...headers, traceparent }, body: pieces, duplex: 'half' } as RequestInit;
    const answer = await fetch(`${api}/boards/${board.id}/posts?`, post);
    posted = { status: answer.status, id: answer.headers.get('x-request-id')! };
    await fetch(`${api}/posts?q=hunter2`, { headers });
    await plainly('RENAME TABLE tags TO tags_away');
    failed = (await (await fetch(`${api}/tags?prefix=hunter2`)).json()) as { traceId: string };
    await plainly('RENAME TABLE tags_away TO tags');
    await t.app.close();
  });

  it('a request is a span, and its statements are spans below it', () => {
    expect(posted.status).toBe(201);
    const server = serverSpan(posted.id);
    expect(server).toMatchObject({
      name: 'POST /api/v1/boards/:id/posts',
      status: {},
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/api/v1/boards/:id/posts',
        'http.response.status_code': '201',
        'url.scheme': 'http',
      },
    });
    const statements = below(server);
    expect(statements.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['SELECT sessions', 'START', 'SELECT boards', 'INSERT posts', 'COMMIT']),
    );
    for (const { kind, traceId, attributes, startTimeUnixNano, endTimeUnixNano } of statements) {
      expect({ kind, traceId, system: attributes['db.system.name'] }).toEqual({
        ...{ kind: 3, traceId: posted.id, system: 'mysql' },
      });
      expect(BigInt(startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(server.startTimeUnixNano));
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano));
      expect(BigInt(endTimeUnixNano)).toBeLessThanOrEqual(BigInt(server.endTimeUnixNano));
    }
    const prepared = statements.find(({ name }) => name === 'SELECT boards')!;
    expect(prepared.attributes['db.query.text']).toMatch(/^\s*SELECT .* = \?/s);
    // A statement as text may hold values.
    const plain = statements.find(({ name }) => name === 'COMMIT')!;
    expect(plain.attributes).not.toHaveProperty('db.query.text');
  });

  it('a fault is marked, with its code and without its words', () => {
    const server = serverSpan(failed.traceId);
    expect(server).toMatchObject({ status: { code: 2 }, attributes: { 'error.type': '500' } });
    const statement = below(server).find(({ status }) => status.code === 2)!;
    expect(statement.attributes).toMatchObject({
      'error.type': 'ER_NO_SUCH_TABLE',
      'db.response.status_code': '1146',
    });
  });

  it('the id of the answer, of the log and of the trace is one', () => {
    const line = lines.find(({ reqId, route }) => reqId === posted.id && route)!;
    expect(line).toMatchObject({ traceId: posted.id, status: 201 });
  });

  it('anybody’s traceparent begins no trace of theirs', () => {
    expect(collector.spans.filter(({ traceId }) => traceId === PARENT.traceId)).toEqual([]);
  });

  it('nothing of a person is in it', () => {
    expect(collector.spans.length).toBeGreaterThan(20);
    const text = collector.requests.map((request) => request.text).join();
    expect(text).not.toMatch(/hunter2|Bearer|eyJ|correct-horse/);
  });

  it('arrives where and as the environment says', () => {
    const [{ url, headers, text }] = collector.requests;
    expect(url).toBe('/otlp/v1/traces');
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-key': 'a b' });
    const [{ resource }] = JSON.parse(text).resourceSpans;
    expect(resource.attributes).toEqual([
      { key: 'host.name', value: { stringValue: 'one' } },
      { key: 'service.name', value: { stringValue: 'madang-test' } },
    ]);
  });
});

const ownPart = (part: string) => ({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: part });

describe('which traces are kept', () => {
  it.each<[string, Record<string, string>, string, boolean]>([
    ['what a trusted proxy began', { TRUSTED_PROXIES: '127.0.0.1' }, traceparent, true],
    ['not what it does not keep', { TRUSTED_PROXIES: '127.0.0.0/8' }, traceparent.replace(/01$/, '00'), false],
    ['not when all is off', { OTEL_TRACES_SAMPLER: 'always_off', TRUSTED_PROXIES: '127.0.0.1' }, traceparent, false],
    // The last digits of the trace's id decide: aaaaaaaa is two thirds of all.
    [
      'its own part of them',
      { ...ownPart('0.7'), TRUSTED_PROXIES: '127.0.0.1' },
      traceparent.replace(/01$/, '00'),
      true,
    ],
    ['and no more', { ...ownPart('0.6'), TRUSTED_PROXIES: '127.0.0.1' }, traceparent, false],
  ])('%s', async (_, env, parent, kept) => {
    const collector = await aCollector();
    const t = await startApp({ env: { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.address } });
    const api = await urlOf(t);
    await fetch(`${api}/boards`, { headers: { traceparent: parent } });
    await t.app.close();
    const servers = collector.spans.filter(({ name }) => name === 'GET /api/v1/boards');
    const expected = { traceId: PARENT.traceId, parentSpanId: PARENT.spanId };
    expect(servers).toEqual(kept ? [expect.objectContaining(expected)] : []);
  });

  it.each(['00000001', 'ffffffff'])('no client chooses, not by a request id that ends with %s', async (end) => {
    const collector = await aCollector();
    const t = await startApp({ env: { ...ownPart('0.5'), OTEL_EXPORTER_OTLP_ENDPOINT: collector.address } });
    const headers = { 'x-request-id': `${'a'.repeat(24)}${end}` };
    for (let i = 0; i < 200; i++) await t.fastify.inject({ url: '/health/live', headers });
    await t.app.close();
    // All or none where the id decides; so far from half only once in 10^15 tries else.
    expect(Math.abs(collector.spans.length - 100)).toBeLessThan(60);
  });
});

describe('a collector that is away', () => {
  it.each(['refuses', 'is silent', 'answers 503'])('and %s keeps no request and no stop waiting', async (how) => {
    const silent = createServer(() => undefined);
    open.push(silent);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const addresses: Record<string, string> = {
      refuses: 'http://127.0.0.1:1',
      'is silent': `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      'answers 503': (await aCollector(503)).address,
    };
    const lines: string[] = [];
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: addresses[how], LOG_LEVEL: 'warn' };
    const t = await startApp({ env, log: { write: (line) => void lines.push(line) } });
    // More than the queue holds.
    for (let i = 0; i < 2_500; i++) await t.fastify.inject('/health/live');
    const dropped = async () => {
      const { payload } = await t.fastify.inject('/metrics');
      return Number(/madang_trace_spans_total\{outcome="dropped"\} (\d+)/.exec(payload)![1]);
    };
    const before = await dropped();
    expect(before).toBeGreaterThan(400);
    const began = performance.now();
    await t.app.close();
    expect(performance.now() - began).toBeLessThan(5_000);
    // Told once, however many batches there were.
    expect(lines.filter((line) => line.includes('The collector takes no traces'))).toHaveLength(1);
  });
});

describe('without the environment asking for it', () => {
  it('there is no hook: nobody listens to mysql2', async () => {
    const t = await startApp();
    expect(t.config.tracing).toBeNull();
    for (const name of ['mysql2:execute', 'mysql2:query']) {
      expect(tracingChannel(name).start.hasSubscribers).toBe(false);
    }
  });

  it('nothing of it is loaded: one source imports it, when it is asked for', () => {
    const outside = readSources().filter(({ file }) => !file.startsWith('tracing/'));
    const loads = outside.filter(({ imports }) =>
      imports.some(({ file, typeOnly }) => file.startsWith('tracing/') && !typeOnly),
    );
    expect(loads.map(({ file }) => file)).toEqual(['app.ts']);
    expect(loads[0].text).not.toMatch(/^import .*'\.\/tracing\//m);
  });

  it('of OpenTelemetry no package is even installed', () => {
    expect(readSources().filter(({ text }) => text.includes("'@opentelemetry/"))).toEqual([]);
  });
});
