import { Agent, type Server } from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BODY_LIMIT } from '../src/common/http/fastify.js';
import { startApp, type TestApp } from './support/app.js';
import { aBoard, anAccount, aStaffAccount, next, PASSWORD } from './support/factories.js';
import {
  ask,
  exchange,
  LOAD_BALANCER,
  startNginx,
  STRANGER,
  wire,
  withNginx,
  type Nginx,
  type Question,
} from './support/nginx.js';

/** A load balancer in front of a real nginx in front of two real instances. */
withNginx('behind nginx', () => {
  let t: TestApp;
  let nginx: Nginx;
  /** The connections that each instance got. */
  const connections: number[] = [];

  beforeAll(async () => {
    const env = { RATE_LIMITS: 'on', TRUSTED_PROXIES: LOAD_BALANCER };
    const apps = [await startApp({ env }), await startApp({ env, keepData: true })];
    t = apps[0];
    const ports: number[] = [];
    for (const [i, { app }] of apps.entries()) {
      await app.listen(0, '127.0.0.1');
      const server = app.getHttpServer() as Server;
      connections[i] = 0;
      server.on('connection', () => connections[i]++);
      ports.push((server.address() as { port: number }).port);
    }
    nginx = await startNginx(ports, { PUBLIC_URL: 'https://api.campus.example/' });
  });

  afterAll(() => nginx?.stop());

  /** As the load balancer passes on a request of a client with this address. */
  const from = (client: string, more: Record<string, string> = {}) => ({
    headers: { Host: 'api.campus.example', 'X-Forwarded-For': client, 'X-Forwarded-Proto': 'https', ...more },
  });

  const api = (path: string, question: Question = from('203.0.113.1')) => ask(nginx.port, `/api/v1${path}`, question);

  const json = (method: string, body: unknown, question: Question): Question => ({
    ...question,
    method,
    headers: { ...question.headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

  /** The number of wrong passwords for this name with 401 before a 429. Each instance accepts ten. */
  async function triesOf(username: string, client: () => Question): Promise<number> {
    for (let tries = 0; tries < 40; tries++) {
      const { status } = await api('/auth/login', json('POST', { username, password: 'wrong-horse-43' }, client()));
      if (status === 429) return tries;
      expect(status).toBe(401);
    }
    return Infinity;
  }

  it('an invented X-Forwarded-For avoids no limit, with or without the load balancer', async () => {
    const { username } = await anAccount(t);
    let n = 0;
    const throughIt = () => from(`198.51.100.${++n}, 203.0.113.7`);
    expect(await triesOf(username, throughIt)).toBe(20);
    // Another client at another address still has every try.
    expect(await triesOf(username, () => from('203.0.113.8'))).toBe(20);
    const aroundIt = () => ({
      ...from(`198.51.100.${++n}`, { 'X-Real-IP': `198.51.100.${n}`, Forwarded: `for=198.51.100.${n}` }),
      from: STRANGER,
    });
    expect(await triesOf(username, aroundIt)).toBe(20);
  });

  it.each([
    ['the only address', '203.0.113.9', LOAD_BALANCER, '203.0.113.9'],
    ['the last of several', '198.51.100.1, 203.0.113.9', LOAD_BALANCER, '203.0.113.9'],
    ['the last that is not a load balancer', '198.51.100.1, 203.0.113.9, 127.0.0.1', LOAD_BALANCER, '203.0.113.9'],
    ['an IPv6 address', '2001:db8::7', LOAD_BALANCER, '2001:db8::7'],
    ['an address with its port', '203.0.113.9:40001', LOAD_BALANCER, '203.0.113.9'],
    ['not a header of another client', '203.0.113.9', STRANGER, STRANGER],
  ])('the client is %s', async (_, header, peer, client) => {
    const id = `client-${next()}-test`;
    await api('/boards', { ...from(header, { 'X-Request-Id': id }), from: peer });
    expect(await nginx.logged(({ reqId }) => reqId === id)).toEqual([expect.objectContaining({ client, peer })]);
  });

  it('health checks work on plain HTTP without a redirect, also without a Host', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      for (const headers of [{}, { 'X-Forwarded-Proto': 'http' }, { Host: '10.0.3.17' }] as Record<string, string>[]) {
        expect(await ask(nginx.port, path, { headers })).toMatchObject({ status: 200, body: { status: 'ok' } });
      }
      expect(await exchange(nginx.port, `GET ${path} HTTP/1.0\r\n\r\n`)).toMatchObject({ status: 200 });
    }
    expect(nginx.accessLog()).not.toContain('/health/');
  });

  describe("over plain HTTP, by the load balancer's header", () => {
    const plain = (more = {}) => from('203.0.113.1', { Host: 'evil.example', 'X-Forwarded-Proto': 'http', ...more });

    it.each(['/', '/docs', '/openapi.json', '/docs/x?q=a%20b', '/static/robots.txt', '/media/x.png'])(
      'the page %s redirects to PUBLIC_URL, with any Host',
      async (path) => {
        const { status, headers } = await ask(nginx.port, path, plain());
        expect([status, headers.location]).toEqual([308, `https://api.campus.example${path}`]);
        expect(headers['cache-control']).toBe('no-store');
      },
    );

    it.each([
      ['GET', '/api/v1/posts?q=a%20b'],
      ['POST', '/api/v1/auth/login'],
      ['PUT', '/api/v1/posts/1/like'],
      ['DELETE', '/api/v1/posts/1'],
      ['GET', '/api/v1/calendars/x.ics'],
      ['POST', '/api/v1/catalogue/imports'],
      ['OPTIONS', '/api/v1/posts'],
    ])('%s %s is refused, and does not reach an instance', async (method, path) => {
      const id = `plain-${next()}-test`;
      const answer = await ask(nginx.port, path, { ...plain({ 'X-Request-Id': id }), method });
      expect(answer).toMatchObject({ status: 403, body: { status: 403, code: 'HTTPS_REQUIRED', traceId: id } });
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.headers.location).toBeUndefined();
      expect(await nginx.logged(({ reqId }) => reqId === id)).toEqual([expect.objectContaining({ replica: '' })]);
    });

    it("only the load balancer's header counts: without it nothing is refused", async () => {
      expect((await api('/boards', { ...plain(), from: STRANGER })).status).toBe(200);
      expect((await api('/boards', { headers: {} })).status).toBe(200);
    });
  });

  it('no answer contains the requested Host', async () => {
    for (const proto of ['http', 'https']) {
      for (const path of [
        '/',
        '/api',
        '/api/',
        '/api/v1/auth',
        '/api/v1/calendars',
        '/docs',
        '/docs/',
        '/health',
        '/health/ready',
        '/static',
        '/static/',
        '/media',
        '/nothing',
        'http://evil.example/docs',
      ]) {
        const answer = await exchange(
          nginx.port,
          `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Proto: ${proto}\r\nConnection: close\r\n\r\n`,
        );
        expect([path, answer.headers]).toEqual([path, expect.not.stringContaining('evil')]);
        expect([path, answer.status]).not.toEqual([path, 301]);
      }
    }
  });

  it.each([
    ['POST', '/boards', ''],
    ['POST', '/boards/1/posts', ''],
    ['PATCH', '/posts/1', ''],
    ['PUT', '/posts/1/like', ''],
    ['POST', '/posts/1/comments', ''],
    ['POST', '/%70osts/1/comments', ''],
    ['DELETE', '/comments/1', ''],
    ['POST', '/messages', ''],
    ['POST', '/images', ''],
    ['POST', '/auth/login', '203.0.113.40'],
    ['GET', '/posts/1', '203.0.113.40'],
  ])('the log of %s %s has the client "%s"', async (method, path, client) => {
    const id = `write-${next()}-test`;
    await api(path, { ...from('203.0.113.40', { 'X-Request-Id': id }), method });
    expect(await nginx.logged(({ reqId }) => reqId === id)).toEqual([
      expect.objectContaining({ method, client, peer: client && LOAD_BALANCER }),
    ]);
  });

  it('the refresh cookie belongs to the requested host; X-Forwarded-Host has no effect', async () => {
    const { username } = await anAccount(t);
    const login = json('POST', { username, password: PASSWORD, refreshTokenIn: 'cookie' }, from('203.0.113.20'));
    const cookie = (await api('/auth/login', login)).headers['set-cookie']![0].split(';')[0];
    const refresh = (origin: string, more = {}) =>
      api('/auth/refresh', { ...from('203.0.113.20', { Cookie: cookie, Origin: origin, ...more }), method: 'POST' });
    const evil = await refresh('https://evil.example', { 'X-Forwarded-Host': 'evil.example' });
    expect(evil).toMatchObject({ status: 403, body: { code: 'ORIGIN_NOT_ALLOWED' } });
    expect((await refresh('http://api.campus.example')).status).toBe(403);
    expect((await refresh('https://api.campus.example')).status).toBe(200);
  });

  it('a request has the same id in the app, its answer and both logs', async () => {
    const without = await api('/nothing');
    expect(without.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(without.body.traceId).toBe(without.headers['x-request-id']);
    expect(await nginx.logged(({ reqId }) => reqId === without.body.traceId)).toHaveLength(1);
    const own = await api('/nothing', from('203.0.113.1', { 'X-Request-Id': 'my-own_id-0001' }));
    expect([own.headers['x-request-id'], own.body.traceId]).toEqual(['my-own_id-0001', 'my-own_id-0001']);
    for (const bad of ['short', 'with space in it', 'x'.repeat(65), '"},{"level":"fatal']) {
      const { headers, body } = await api('/nothing', from('203.0.113.1', { 'X-Request-Id': bad }));
      expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
      expect(body.traceId).toBe(headers['x-request-id']);
    }
  });

  it('the tag of a compressed answer works like the original', async () => {
    const author = await anAccount(t);
    const board = await aBoard(t, { owner: author, readAccess: 'everyone' });
    const gzip = (more = {}) => from('203.0.113.1', { 'Accept-Encoding': 'gzip', ...more });
    const me = (more = {}) => gzip({ Authorization: `Bearer ${author.accessToken}`, ...more });
    const text = '오늘 학식은 무엇인가요? '.repeat(300);
    const written = await api(`/boards/${board.id}/posts`, json('POST', { title: '긴 글', content: text }, me()));
    expect(written.status).toBe(201);
    const post = written.headers.location!.replace('/api/v1', '');

    // Read without an account: a member's first read would count a view and change the tag.
    const read = await api(post, gzip());
    const etag = read.headers.etag!;
    expect(read.headers['content-encoding']).toBe('gzip');
    expect(read.headers.vary).toContain('Accept-Encoding');
    expect(etag).toMatch(/^W\/"v1-[\w-]{16}"$/);
    expect(JSON.parse(gunzipSync(read.bytes).toString()).content).toBe(text.trim());
    expect(read.bytes.length).toBeLessThan(text.length);
    expect(await api(post, gzip({ 'If-None-Match': etag }))).toMatchObject({ status: 304, body: '' });
    expect((await api(post, from('203.0.113.1', { 'If-None-Match': etag }))).status).toBe(304);

    const edit = (tag: string) => api(post, json('PATCH', { title: '고친 글' }, me({ 'If-Match': tag })));
    expect((await edit(etag)).status).toBe(200);
    expect(await edit(etag)).toMatchObject({ status: 412 });
    expect((await api(post, gzip({ 'If-None-Match': etag }))).status).toBe(200);
  });

  it('answers with tokens are not compressed, and the reference is', async () => {
    const account = await anAccount(t);
    for (let i = 0; i < 8; i++) await t.anyone.post('/auth/login', { username: account.username, password: PASSWORD });
    const zipped = { 'Accept-Encoding': 'gzip', Authorization: `Bearer ${account.accessToken}` };
    const sessions = await api('/auth/sessions', from('203.0.113.1', zipped));
    expect(sessions.bytes.length).toBeGreaterThan(1024);
    expect([sessions.status, sessions.headers['content-encoding']]).toEqual([200, undefined]);
    for (const path of ['/openapi.json', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css']) {
      const answer = await ask(nginx.port, path, from('203.0.113.1', { 'Accept-Encoding': 'gzip' }));
      expect([path, answer.status, answer.headers['content-encoding']]).toEqual([path, 200, 'gzip']);
    }
  });

  it('a body of 256 KiB reaches the app, one byte more does not, with or without a length', async () => {
    const body = (bytes: number) => JSON.stringify({ username: 'x'.repeat(bytes - 15) });
    const type = from('203.0.113.1', { 'Content-Type': 'application/json' });
    const fits = await api('/auth/login', { ...type, method: 'POST', body: body(BODY_LIMIT) });
    expect(fits).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
    const large = await api('/auth/login', { ...type, method: 'POST', body: body(BODY_LIMIT + 1) });
    expect(large).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE', instance: '/api/v1/auth/login' } });
    const chunk = `${(64 * 1024).toString(16)}\r\n${'x'.repeat(64 * 1024)}\r\n`;
    const chunked = await exchange(
      nginx.port,
      `POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n` +
        `Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}0\r\n\r\n`,
    );
    expect(chunked).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
  });

  it('a catalogue may have 64 MiB, for admins only, and nothing is stored before that check', async () => {
    const MIB = 1024 * 1024;
    const admin = await aStaffAccount(t);
    const part = (name: string, rest = '') => `--b\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n`;
    // An unknown semester is detected after the whole file has arrived, and the file is not read.
    const head = Buffer.from(`${part('semester')}1999-autumn\r\n${part('file', '; filename="a.csv"')}`);
    const upload = (bytes: number, more: Record<string, string> = {}) =>
      api('/catalogue/imports', {
        ...from('203.0.113.1', { 'Content-Type': 'multipart/form-data; boundary=b', ...more }),
        method: 'POST',
        body: Buffer.concat([head, Buffer.alloc(bytes, 'x'), Buffer.from('\r\n--b--\r\n')]),
      });
    const asAdmin = { Authorization: `Bearer ${admin.accessToken}` };
    expect(await upload(64 * MIB, asAdmin)).toMatchObject({ status: 404, body: { code: 'SEMESTER_NOT_FOUND' } });
    expect(await upload(64 * MIB + 1, asAdmin)).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
    const announced = await exchange(
      nginx.port,
      `POST /api/v1/catalogue/imports HTTP/1.1\r\nHost: x\r\nContent-Length: ${65 * MIB + 1}\r\n\r\n`,
    );
    expect(announced).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
    expect(await upload(8 * MIB)).toMatchObject({ status: 401 });

    const half = wire(nginx.port);
    half.socket.write(
      'POST /api/v1/catalogue/imports HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n' +
        `Content-Length: ${64 * MIB}\r\n\r\n${'x'.repeat(MIB)}`,
    );
    // Answered before most of the body has arrived.
    await once(half.socket, 'data');
    half.socket.destroy();
    expect(half.received()).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('connections to the instances are kept and shared', async () => {
    const before = connections.map((count) => count);
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    await Promise.all(Array.from({ length: 80 }, () => api('/boards', { ...from('203.0.113.1'), agent })));
    agent.destroy();
    const opened = connections.map((count, i) => count - before[i]);
    // At most one for each simultaneous request of a worker.
    expect(opened.reduce((a, b) => a + b)).toBeLessThanOrEqual(8);
    expect(Math.min(...connections)).toBeGreaterThan(0);
  });

  it('the sending side closes first: the load balancer, then nginx, then Node', () => {
    const seconds = (file: string, name: string) =>
      Number(new RegExp(`\\b${name} (\\d+)s;`).exec(readFileSync(`nginx/${file}`, 'utf8'))?.[1]);
    const node = t.app.getHttpServer() as Server;
    expect(seconds('connections.conf', 'keepalive_timeout')).toBeGreaterThan(60);
    expect(seconds('environment.sh', 'keepalive_timeout') * 1000).toBeLessThan(node.keepAliveTimeout);
    expect(seconds('environment.sh', 'keepalive_timeout')).toBeGreaterThan(0);
  });
});
