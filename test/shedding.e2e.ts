import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import bcrypt from 'bcrypt';
import { Passwords } from '../src/accounts/passwords/passwords.js';
import { CostlyAnswers } from '../src/common/http/costly-answers.js';
import type { LongRoute } from '../src/common/http/deadline.js';
import { Shedder } from '../src/common/http/shedder.js';
import { Readiness } from '../src/health/readiness.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { parseExposition, valueOf } from './support/exposition.js';
import { anAccount, aSemester, aTimetable, PASSWORD } from './support/factories.js';
import { statementsOf } from './support/statements.js';

const ORIGIN = 'https://campus.example';
const LIMIT = 3;

let t: TestApp;
let shedder: Shedder;
/** Ends the requests of `/held` and `/held/upload`. */
let release: () => void;
let held: Promise<void>;

const metric = async (name: string, labels: Record<string, string> = {}) =>
  valueOf(parseExposition((await t.fastify.inject('/metrics')).payload), name, labels);

/** Waits until `count` requests of a kind are in progress. */
async function underWay(kind: 'request' | 'upload', count: number): Promise<void> {
  for (const deadline = performance.now() + 5_000; shedder.inFlight[kind] !== count; await sleep(5)) {
    if (performance.now() > deadline) throw new Error(`${shedder.inFlight[kind]} of kind ${kind}, not ${count}`);
  }
}

beforeAll(async () => {
  t = await startApp({
    env: { LOAD_SHEDDING: 'on', CORS_ORIGINS: ORIGIN },
    prepare: (fastify) => {
      const add = (url: string, config: LongRoute) =>
        fastify.get(url, { config: config as never }, async () => held.then(() => 'done'));
      add('/held', {});
      add('/held/upload', { kind: 'upload' });
    },
  });
  shedder = t.app.get(Shedder);
  await t.app.listen(0, '127.0.0.1');
});

beforeEach(() => {
  held = new Promise((resolve) => (release = resolve));
  jest.spyOn(shedder.limit, 'value', 'get').mockReturnValue(LIMIT);
});

afterEach(async () => {
  release();
  jest.restoreAllMocks();
  await underWay('request', 0);
});

/** The number of requests that are accepted at once. */
async function fill(): Promise<Promise<{ statusCode: number }>[]> {
  const requests = Array.from({ length: LIMIT }, () => t.fastify.inject('/held').then((answer) => answer));
  await underWay('request', LIMIT);
  return requests;
}

describe('more requests than the limit', () => {
  it('are 503 before any work, with the time of a retry', async () => {
    const requests = await fill();
    const { statements, result } = await statementsOf(() => t.anyone.get('/boards'));
    expect(result).toMatchObject({ status: 503, body: { code: 'OVERLOADED' } });
    expect(result.headers['retry-after']).toMatch(/^[1-3]$/);
    expect(statements).toEqual([]);
    release();
    expect((await Promise.all(requests)).map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    await underWay('request', 0);
    expect((await t.anyone.get('/boards')).status).toBe(200);
  });

  it('can be read by pages on other origins', async () => {
    await fill();
    const { status, headers } = await t.anyone.get('/boards', { origin: ORIGIN });
    expect(status).toBe(503);
    expect(headers['access-control-allow-origin']).toBe(ORIGIN);
    expect(headers['access-control-expose-headers']).toContain('Retry-After');
  });

  describe('over a connection, before Fastify sees them', () => {
    let address: string;

    beforeAll(() => {
      address = `http://127.0.0.1:${(t.app.getHttpServer().address() as AddressInfo).port}`;
    });

    it('get the same answer, also on other origins', async () => {
      await fill();
      const headers = { origin: ORIGIN, 'accept-language': 'ko' };
      const late = await t.fastify.inject({ url: '/api/v1/boards?limit=5', headers });
      const early = await fetch(`${address}/api/v1/boards?limit=5`, { headers });
      expect(early.status).toBe(503);
      expect({ ...((await early.json()) as object), traceId: '' }).toEqual({ ...late.json<object>(), traceId: '' });
      for (const name of ['content-type', 'cache-control', 'content-security-policy', 'x-content-type-options']) {
        expect(early.headers.get(name)).toBe(late.headers[name]);
      }
      expect(early.headers.get('retry-after')).toMatch(/^[1-3]$/);
      expect(early.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(early.headers.get('access-control-expose-headers')).toContain('Retry-After');
      const stranger = await fetch(`${address}/api/v1/boards`, { headers: { origin: 'https://evil.example' } });
      expect(stranger.headers.has('access-control-allow-origin')).toBe(false);
    });

    it('are counted too; probes, preflights and uploads are accepted', async () => {
      const before = await metric('madang_problems_total', { code: 'OVERLOADED' });
      const shedBefore = await metric('madang_http_requests_shed_total', { kind: 'request' });
      await fill();
      for (let i = 0; i < 5; i++) await fetch(`${address}/api/v1/boards`);
      expect(await metric('madang_problems_total', { code: 'OVERLOADED' })).toBe(before + 5);
      expect(await metric('madang_http_requests_shed_total', { kind: 'request' })).toBe(shedBefore + 5);
      expect((await fetch(`${address}/health/live`)).status).toBe(200);
      const asked = { origin: ORIGIN, 'access-control-request-method': 'GET' };
      expect((await fetch(`${address}/api/v1/boards`, { method: 'OPTIONS', headers: asked })).status).toBe(204);
      const upload = fetch(`${address}/held/upload`, { headers: { 'content-type': 'Multipart/form-data' } });
      await underWay('upload', 1);
      release();
      await upload;
      await underWay('upload', 0);
    });

    it('get `Connection: close` while the instance drains', async () => {
      const readiness = t.app.get(Readiness);
      await fill();
      const connectionOf = async () => {
        const { status, headers } = await fetch(`${address}/api/v1/boards`);
        return [status, headers.get('connection')];
      };
      expect(await connectionOf()).toEqual([503, 'keep-alive']);
      readiness.drain();
      const draining = await connectionOf();
      readiness.draining = false;
      expect(draining).toEqual([503, 'close']);
    });

    it('keep the connection usable, with any rest of their body', async () => {
      const requests = await fill();
      const socket = connect(Number(new URL(address).port), '127.0.0.1').setEncoding('latin1');
      let text = '';
      socket.on('data', (chunk) => (text += chunk));
      const body = JSON.stringify({ title: 'x'.repeat(100_000) });
      const head = `POST /api/v1/boards HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
      socket.write(head + body.slice(0, 10));
      while (!text.startsWith('HTTP/1.1 503')) await sleep(5);
      release();
      await Promise.all(requests);
      socket.write(body.slice(10));
      socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
      while (text.split('HTTP/1.1 ').length < 3) await sleep(5);
      expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 503', 'HTTP/1.1 200']);
      socket.destroy();
    });
  });

  it('are counted by their code, each once', async () => {
    const before = await metric('madang_problems_total', { code: 'OVERLOADED' });
    const shedBefore = await metric('madang_http_requests_shed_total', { kind: 'request' });
    await fill();
    for (let i = 0; i < 7; i++) await t.anyone.get('/boards');
    expect(await metric('madang_problems_total', { code: 'OVERLOADED' })).toBe(before + 7);
    expect(await metric('madang_http_requests_shed_total', { kind: 'request' })).toBe(shedBefore + 7);
  });

  it('do not block health checks and metrics', async () => {
    await fill();
    const answers = await Promise.all(
      ['/health/live', '/health/ready', '/metrics'].map((url) => t.fastify.inject(url)),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
  });

  it('do not include uploads, which have their own limit', async () => {
    const upload = () => t.fastify.inject('/held/upload').then((answer) => answer);
    const some = Array.from({ length: LIMIT }, upload);
    await underWay('upload', LIMIT);
    expect((await t.anyone.get('/boards')).status).toBe(200);
    await fill();
    expect((await t.anyone.get('/boards')).status).toBe(503);
    const others = Array.from({ length: 16 - LIMIT }, upload);
    await underWay('upload', 16);
    expect((await t.fastify.inject('/held/upload')).statusCode).toBe(503);
    release();
    expect(new Set((await Promise.all([...some, ...others])).map(({ statusCode }) => statusCode))).toEqual(
      new Set([200]),
    );
    await underWay('upload', 0);
  });

  it('replace requests whose client has disconnected', async () => {
    const { port } = t.app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /held HTTP/1.1\r\nHost: x\r\n\r\n');
    await underWay('request', 1);
    socket.destroy();
    await underWay('request', 0);
    expect(shedder.inFlight).toEqual({ request: 0, upload: 0 });
  });
});

describe('log-ins that wait for a hash', () => {
  it('do not count as accepted requests, also after their client has disconnected', async () => {
    jest.restoreAllMocks();
    const { username } = await anAccount(t);
    jest.spyOn(shedder.limit, 'value', 'get').mockReturnValue(LIMIT);
    jest.spyOn(bcrypt, 'compare').mockImplementation((async () => held.then(() => true)) as never);
    const asked = jest.spyOn(t.app.get(Passwords), 'matches');
    const waiting = async (count: number) => {
      for (const deadline = performance.now() + 5_000; asked.mock.calls.length < count; await sleep(5)) {
        if (performance.now() > deadline) throw new Error(`${asked.mock.calls.length} log-ins came, not ${count}`);
      }
      await underWay('request', 0);
    };
    const logins: ReturnType<Client['post']>[] = [];
    while (logins.length < 2 * LIMIT) {
      logins.push(t.anyone.post('/auth/login', { username, password: PASSWORD }));
      await waiting(logins.length);
    }
    const body = JSON.stringify({ username, password: PASSWORD });
    const { port } = t.app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await waiting(logins.length + 1);
    socket.destroy();
    const others = await fill();
    expect((await t.anyone.get('/boards')).status).toBe(503);
    release();
    expect((await Promise.all(others)).map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect((await Promise.all(logins)).map(({ status }) => status)).toEqual(logins.map(() => 200));
    await underWay('request', 0);
  });
});

describe('pipelined requests on one connection', () => {
  /** The requests of a connection that is closed afterwards. */
  async function closed(end: (socket: Socket) => void, text: string): Promise<void> {
    const { port } = t.app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.resume().write(text);
    await sleep(20);
    end(socket);
    await new Promise((resolve) => (socket.closed ? resolve(undefined) : socket.once('close', resolve)));
  }

  const GET = 'GET /api/v1/boards HTTP/1.1\r\nHost: x\r\n\r\n';
  const BROKEN =
    'POST /api/v1/boards HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhello';
  it.each([
    ['a reset', (socket: Socket) => socket.resetAndDestroy(), GET.repeat(60)],
    ['an end', (socket: Socket) => socket.destroy(), GET.repeat(5)],
    ['an answer that closes it', (socket: Socket) => socket.end(), BROKEN + GET.repeat(3)],
    ['an invalid request', (socket: Socket) => socket.end(), `${GET.repeat(3)}garbage\r\n\r\n`],
  ])('are all ended after %s', async (_, end, text) => {
    jest.restoreAllMocks();
    await closed(end, text);
    await underWay('request', 0);
    // The request for the metrics.
    expect(await metric('madang_http_requests_in_progress')).toBe(1);
  });
});

describe('more connections than MAX_CONNECTIONS', () => {
  it('are closed at once, and counted', async () => {
    const small = await startApp({ keepData: true, env: { MAX_CONNECTIONS: '2' } });
    await small.app.listen(0, '127.0.0.1');
    const { port } = small.app.getHttpServer().address() as AddressInfo;
    const open = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
    const third = connect(port, '127.0.0.1').on('error', () => undefined);
    await new Promise((resolve) => third.once('close', resolve));
    const { payload } = await small.fastify.inject('/metrics');
    expect(valueOf(parseExposition(payload), 'madang_http_connections_refused_total')).toBe(1);
    for (const socket of open) socket.destroy();
  });
});

describe('pictures, calendars and exports', () => {
  let me: Client;
  let path: string;

  beforeAll(async () => {
    jest.restoreAllMocks();
    me = await anAccount(t);
    path = `/timetables/${(await aTimetable(me, await aSemester(t))).id}`;
  });

  const outcome = (name: string) => metric('madang_costly_answers_total', { outcome: name });

  it('are computed once for the same content, and again for another content, look or language', async () => {
    const made = await outcome('made');
    const kept = await outcome('kept');
    const first = await me.get(`${path}/image.svg`);
    const again = await me.get(`${path}/image.svg`, { 'if-none-match': first.headers.etag });
    expect([first.status, again.status]).toEqual([200, 304]);
    expect([await outcome('made'), await outcome('kept')]).toEqual([made + 1, kept + 1]);
    await me.get(`${path}/image.svg`, { 'accept-language': 'ko' });
    await me.get(`${path}/image.svg?appearance=dark`);
    await me.get(`${path}/calendar.ics`);
    expect([await outcome('made'), await outcome('kept')]).toEqual([made + 4, kept + 1]);
    expect((await me.patch(path, { name: '다른 이름' })).status).toBe(200);
    const changed = await me.get(`${path}/image.svg`);
    expect(changed.raw.payload).toContain('다른 이름');
    expect(await outcome('made')).toBe(made + 5);
  });

  it('are computed two at a time: others wait a second, then get 503; cached ones need no place', async () => {
    expect((await me.patch(path, { name: '또 다른 이름' })).status).toBe(200);
    await me.get(`${path}/image.svg`);
    const refused = await outcome('refused');
    const costly = t.app.get(CostlyAnswers);
    const two = [costly.make(() => held), costly.make(() => held)];
    const answers = await Promise.all(
      [`${path}/image.svg?appearance=dark`, `${path}/calendar.ics`, '/accounts/me/export'].map((url) => me.get(url)),
    );
    const cached = await me.get(`${path}/image.svg`);
    release();
    await Promise.all(two);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [503, 'OVERLOADED']));
    expect(await outcome('refused')).toBe(refused + 3);
    expect(cached.status).toBe(200);
    expect((await me.get('/accounts/me/export')).status).toBe(200);
  });

  it('are never computed more than two at a time', async () => {
    const costly = t.app.get(CostlyAnswers);
    let now = 0;
    let most = 0;
    const one = async () => {
      now += 1;
      most = Math.max(most, now);
      await sleep(20);
      now -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => costly.make(one)));
    expect(most).toBe(2);
  });
});
