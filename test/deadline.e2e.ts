import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { SessionsService } from '../src/accounts/sessions/sessions.service.js';
import type { LongRoute } from '../src/common/http/deadline.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { anAccount } from './support/factories.js';
import { keepTimeLimits } from './support/time-limits.js';

keepTimeLimits();

const SOON = 150;

/** Shorter deadlines for some of the API's routes, and slow routes. */
function prepare(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (`${route.method} ${route.url}` === 'POST /api/v1/boards' || route.url === '/api/v1/accounts/me') {
      route.config = { ...route.config, deadline: SOON } as typeof route.config;
    }
  });
  const add = (url: string, config: LongRoute, handler: () => Promise<string>) =>
    fastify.get(url, { config: config as never }, handler);
  add('/slow/upload', { kind: 'upload', deadline: 10_000 }, () => sleep(3 * SOON, 'there'));
  add('/slow/short', { deadline: SOON }, () => sleep(3 * SOON, 'there'));
  const file: LongRoute = { deadline: SOON };
  fastify.get('/slow/file', { config: file as never }, (_request, reply) => {
    reply.raw.writeHead(200, { 'Content-Type': 'text/plain' }).write('begun ');
    setTimeout(() => reply.raw.end('ended'), 3 * SOON);
  });
}

let t: TestApp;
let me: Client;
let port: number;

beforeAll(async () => {
  t = await startApp({ prepare });
  me = await anAccount(t);
  await t.app.listen(0, '127.0.0.1');
  port = (t.app.getHttpServer().address() as AddressInfo).port;
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Delays the session of each route's guard until `go` is called. */
function hangingGuard(): { go: () => void } {
  const sessions = t.app.get(SessionsService);
  const find = sessions.find.bind(sessions);
  let go!: () => void;
  const open = new Promise<void>((resolve) => (go = resolve));
  jest.spyOn(sessions, 'find').mockImplementation(async (...args) => {
    await open;
    return find(...args);
  });
  return { go };
}

describe('the deadline of a request', () => {
  it('includes the guards', async () => {
    hangingGuard();
    const answer = await me.get('/accounts/me');
    expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE', detail: 'The answer took too long.' } });
    expect(answer.headers['retry-after']).toBe('2');
  });

  it('applies to a request whose body was read; its handler does not start any more', async () => {
    const guard = hangingGuard();
    const answer = await me.post('/boards', { name: '늦은 게시판' });
    expect(answer).toMatchObject({ status: 503, body: { detail: expect.stringContaining('outcome is unknown') } });
    guard.go();
    jest.restoreAllMocks();
    // Nest would start within the turn in which the guard is done.
    await sleep(50);
    expect((await me.get('/boards')).body.items).toEqual([]);
  });

  it('is 408 while the body is being sent, and the connection ends', async () => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (bytes) => (received += bytes.toString()));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.write(
      `POST /api/v1/boards HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${me.accessToken}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name":',
    );
    await closed;
    expect(received).toMatch(/^HTTP\/1\.1 408 [^]*connection: close[^]*"code":"REQUEST_TIMEOUT"/i);
    expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

describe('the deadline of a route', () => {
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, text: await answer.text() };
  };

  it('may be longer for an upload', async () => {
    expect(await ask('/slow/upload')).toEqual({ status: 200, text: 'there' });
    expect(await ask('/slow/short')).toMatchObject({ status: 503 });
  });

  it('does not interrupt an answer that has begun', async () => {
    expect(await ask('/slow/file')).toEqual({ status: 200, text: 'begun ended' });
  });
});
