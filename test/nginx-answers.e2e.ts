import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as general from '../src/common/problems/general.errors.js';
import { Contract } from './support/contract.js';
import { ask, exchange, freePort, startNginx, withNginx, type Nginx } from './support/nginx.js';
import { aReplica, type Replica } from './support/replica.js';

/** nginx's own answers and logs. The app behind it is an imitation. */
withNginx('nginx by itself', () => {
  const contract = new Contract(JSON.parse(readFileSync('openapi.json', 'utf8')));
  let app: Replica;
  let nginx: Nginx;
  /** Another nginx, without a replica. */
  let alone: Nginx;

  beforeAll(async () => {
    app = await aReplica((request, response) => {
      if (request.url === '/api/v1/own-problem') {
        response.writeHead(503, { 'Content-Type': 'application/problem+json', 'Retry-After': '7' });
        response.end('{"code":"NOT_READY"}');
      } else response.end('the app');
    });
    nginx = await startNginx([app.port]);
    alone = await startNginx([await freePort()]);
  });

  afterAll(async () => {
    await nginx?.stop();
    await alone?.stop();
    app?.stop();
  });

  /** Every header and every member of a problem, as in the app. */
  function expectProblem(answer: { status: number; headers: any; body: any }, status: number, code: string): void {
    const { headers, body } = answer;
    expect([answer.status, body.status, body.code]).toEqual([status, status, code]);
    // All documented addresses have the same shape of a problem.
    contract.check('GET', '/api/v1/nothing', status, 'application/problem+json', body);
    expect(Object.keys(body)).toEqual(['type', 'title', 'status', 'detail', 'instance', 'code', 'traceId', 'errors']);
    expect(body).toMatchObject({
      type: `urn:madang:problem:${code}`,
      instance: expect.stringMatching(/^\//),
      errors: [],
    });
    const text =
      typeof headers === 'string'
        ? headers
        : Object.entries(headers)
            .map((pair) => pair.join(': '))
            .join('\n');
    expect(text).toContain('content-type: application/problem+json; charset=utf-8');
    expect(text).toContain('cache-control: no-store');
    expect(text).toContain('strict-transport-security: max-age=31536000; ');
    expect(text).toContain('x-content-type-options: nosniff');
    expect(text).toContain('referrer-policy: no-referrer');
    expect(text).toContain("content-security-policy: default-src 'none'; frame-ancestors 'none'");
    expect(text).toContain(`x-request-id: ${body.traceId}`);
    expect(/retry-after: 2/.test(text)).toBe([502, 503, 504].includes(status));
    expect(/\nallow: GET/i.test(text)).toBe(status === 405);
  }

  const get = (target: string, headers = '') =>
    exchange(nginx.port, `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n`);
  const line = (name: string, length: number) => `${name}: ${'x'.repeat(length)}\r\n`;

  describe('an error of its own is a problem', () => {
    it.each([
      ['no HTTP', 'hello\r\n\r\n', 400, 'MALFORMED_REQUEST'],
      ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400, 'MALFORMED_REQUEST'],
      ['two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400, 'MALFORMED_REQUEST'],
      [
        'two lengths',
        'POST /api/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
        400,
        'MALFORMED_REQUEST',
      ],
      [
        'a length and chunks',
        'POST /api/ HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
        400,
        'MALFORMED_REQUEST',
      ],
      [
        'an unknown Transfer-Encoding',
        'POST /api/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\nConnection: close\r\n\r\n',
        400,
        'MALFORMED_REQUEST',
      ],
      ['another HTTP', 'GET / HTTP/3.0\r\nHost: a\r\nConnection: close\r\n\r\n', 400, 'MALFORMED_REQUEST'],
      ['NUL in the address', 'GET /%00 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400, 'MALFORMED_REQUEST'],
      ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 405, 'METHOD_NOT_ALLOWED'],
      [
        'POST to a file',
        'POST /static/robots.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
        405,
        'METHOD_NOT_ALLOWED',
      ],
      [
        'an old tag of a file',
        'GET /static/robots.txt HTTP/1.1\r\nHost: a\r\nIf-Match: "x"\r\nConnection: close\r\n\r\n',
        412,
        'EDIT_CONFLICT',
      ],
      [
        '257 KiB',
        `POST /api/v1/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${257 * 1024}\r\n\r\n`,
        413,
        'BODY_TOO_LARGE',
      ],
      ['a long address', `GET /api/v1/${'x'.repeat(9_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414, 'URI_TOO_LONG'],
      ['a long header', `GET / HTTP/1.1\r\nHost: a\r\n${line('X', 9_000)}\r\n`, 431, 'HEADERS_TOO_LARGE'],
      ['long headers', `GET / HTTP/1.1\r\nHost: a\r\n${line('X', 3_000).repeat(6)}\r\n`, 431, 'HEADERS_TOO_LARGE'],
    ])('%s', async (_, bytes, status, code) => {
      expectProblem(await exchange(nginx.port, bytes), status, code);
    });

    it('plain HTTP for a page, without PUBLIC_URL', async () => {
      const headers = { 'X-Forwarded-Proto': 'http', Host: 'evil.example' };
      for (const path of ['/docs', '/api/v1/posts']) {
        const answer = await ask(nginx.port, path, { headers });
        expectProblem(answer, 403, 'HTTPS_REQUIRED');
        expect(answer.headers.location).toBeUndefined();
      }
    });

    it('no replica', async () => {
      const read = await ask(alone.port, '/api/v1/posts/7?q=secret');
      expectProblem(read, 502, 'UNAVAILABLE');
      expect(read.body).toMatchObject({
        instance: '/api/v1/posts/7',
        detail: 'The service is not available right now.',
      });
      const write = await ask(alone.port, '/api/v1/posts/7', {
        method: 'DELETE',
        headers: { 'Accept-Language': 'ko' },
      });
      expectProblem(write, 502, 'UNAVAILABLE');
      expect(write.body.detail).toMatch(/^처리 결과를 알 수 없습니다/);
    });

    it('headers that Node accepts pass', async () => {
      expect(
        (await ask(nginx.port, '/api/v1/x', { headers: { 'X-A': 'a'.repeat(7_000), 'X-B': 'b'.repeat(6_000) } }))
          .status,
      ).toBe(200);
    });

    it("has the app's texts", () => {
      const conf = readFileSync('nginx/problems.conf', 'utf8');
      const codes = [...conf.matchAll(/^ {2}en:([A-Z_]+) /gm)].map(([, code]) => code);
      expect(codes.length).toBeGreaterThan(8);
      for (const code of codes) {
        const { status, texts } = Object.values(general).find((one) => one.code === code)!;
        expect(conf).toContain(`  en:${code} "${texts.en}";\n  ko:${code} "${texts.ko}";\n`);
        expect(conf).toMatch(new RegExp(`^  (${status}|default) ${code};$`, 'm'));
      }
    });

    it.each([
      ['', 'en'],
      ['ko', 'ko'],
      ['ko-KR,ko;q=0.9,en-US;q=0.8', 'ko'],
      ['en;q=0.5, ko;q=0.4', 'en'],
      ['fr, ko;q=0.1', 'ko'],
      ['fr', 'en'],
      ['ko;q=0', 'en'],
      ['kok', 'en'],
    ])('Accept-Language "%s" is answered in %s', async (header, language) => {
      const { body } = await ask(nginx.port, '/nothing', header ? { headers: { 'Accept-Language': header } } : {});
      expect(body.title).toBe(new general.RouteNotFound().texts[language as 'en' | 'ko']);
    });

    it("keeps the app's own problems", async () => {
      const answer = await ask(nginx.port, '/api/v1/own-problem');
      expect(answer).toMatchObject({ status: 503, body: { code: 'NOT_READY' }, headers: { 'retry-after': '7' } });
    });
  });

  describe('addresses of the app that are closed to the outside', () => {
    it.each([
      '/metrics',
      '/metrics?x',
      '/metrics/',
      '//metrics',
      '/%6detrics',
      '/./metrics',
      '/api/../metrics',
      '/api/v1/%2e%2e/%2e%2e/metrics',
      '/api/..%2fmetrics',
      '/docs/..%2Fmetrics',
      '/.env',
      '/health',
      '/health/live/x',
      '/problem',
      '/apix',
    ])('%s is 404 from nginx', async (path) => {
      const before = app.asked.length;
      expectProblem(await get(path), 404, 'ROUTE_NOT_FOUND');
      expect(app.asked).toHaveLength(before);
    });

    it('an absolute address is the same', async () => {
      expectProblem(await get('http://evil.example/metrics'), 404, 'ROUTE_NOT_FOUND');
    });

    it('passes an address unchanged to the app', async () => {
      await ask(nginx.port, '/api/v1/tags/%ED%95%9C%2Fx//y?q=%20+');
      expect(app.asked.at(-1)).toBe('GET /api/v1/tags/%ED%95%9C%2Fx//y?q=%20+');
    });
  });

  describe('the logs', () => {
    const secret = 'S3cret_of-a-feed_0123456789abcdefghijklmnop';
    const token = `eyJhbGciOiJIUzI1NiJ9.${'c'.repeat(60)}.${'d'.repeat(43)}`;

    it('contain no secret, for any address and any answer', async () => {
      for (const { port } of [nginx, alone]) {
        const headers = { Authorization: `Bearer ${token}`, Cookie: `refresh=${token}`, Referer: `https://x/${token}` };
        const disguised = `%53${secret.slice(1)}`;
        for (const path of [
          `/api/v1/calendars/${secret}.ics`,
          `/api/v1/calendars/short-Secret.ics?x=${secret}`,
          `/api/v1/%63alendars/short-Secret.ics`,
          `/api/v1/calendars/${disguised}.ics`,
          `/api/v1//calendars/${secret}.ics`,
          `/calendars/${secret}.ics`,
          `/static/${secret}`,
          `/api/v1/accounts/${token}`,
          `/api/v1/posts?q=short-Secret`,
          `/nothing?q=short-Secret`,
        ]) {
          const { body } = await ask(port, path, { headers });
          expect(JSON.stringify(body)).not.toMatch(/S3cret|short-Secret|[cd]{30}/);
        }
      }
      await ask(nginx.port, '/the-end');
      await nginx.logged(({ path }) => path === '/the-end');
      const all = [nginx, alone].map((one) => one.accessLog() + one.errorLog()).join('');
      expect(all).not.toMatch(/cret_of|short-Secret|[cd]{30}|refresh=|Bearer/);
      expect(all.match(/"path":"\/api\/v1\/calendars\/\[hidden\]"/g)).toHaveLength(6);
    });

    it('are always JSON', async () => {
      await get('/api/v1/a"b\\c', 'X-Forwarded-For: "},{\r\n');
      await exchange(nginx.port, '\x16\x03\x01"\\\r\n\r\n');
      await exchange(nginx.port, 'GET /api/v1/\xff"<> HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n').catch(
        () => undefined,
      );
      const lines = nginx
        .accessLog()
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text));
      expect(lines.length).toBeGreaterThan(10);
      expect(new Set(lines.map((one) => Object.keys(one).join()))).toEqual(
        new Set([
          'service,time,reqId,client,peer,method,path,status,bytes,seconds,replica,replicaStatus,connectSeconds,replicaSeconds',
        ]),
      );
    });

    it('name the replica, and the path of a failed write', async () => {
      await ask(alone.port, '/api/v1/failed-write', { method: 'PUT' });
      const [failed] = await alone.logged(({ path }) => path === '/api/v1/failed-write');
      expect(failed).toMatchObject({ method: 'PUT', status: 502, replicaStatus: '502', connectSeconds: '-' });
      await ask(nginx.port, '/api/v1/good-read');
      const [good] = await nginx.logged(({ path }) => path === '/api/v1/good-read');
      expect(good).toMatchObject({ replica: `127.0.0.1:${app.port}`, replicaStatus: '200', status: 200 });
    });
  });

  describe('files', () => {
    beforeAll(() => {
      const put = (name: string, content = '<script>alert(1)</script>') =>
        writeFileSync(join(nginx.media, name), content);
      mkdirSync(join(nginx.media, 'folder'));
      for (const name of ['a.html', 'a.svg', 'a.png', 'a', 'A.HTML', 'a.png.html', 'a.js', '.hidden', 'folder/a.png'])
        put(name);
      mkdirSync(join(nginx.media, '.git'));
      put('.git/config');
      writeFileSync(join(nginx.media, '../secret.png'), 'secret');
      symlinkSync('/etc/passwd', join(nginx.media, 'passwd.png'));
      symlinkSync('/etc', join(nginx.media, 'etc'));
    });

    it.each(['a.html', 'a.svg', 'a', 'A.HTML', 'a.png.html', 'a.js'])(
      '/media/%s is downloaded, never shown',
      async (name) => {
        const { status, headers } = await ask(nginx.port, `/media/${name}`);
        expect([status, headers['content-type'], headers['content-disposition']]).toEqual([
          200,
          'application/octet-stream',
          'attachment',
        ]);
      },
    );

    it.each(['a.png', 'folder/a.png'])('/media/%s is shown, and no script in it runs', async (name) => {
      const { status, headers } = await ask(nginx.port, `/media/${name}`, { headers: { Range: 'bytes=90-' } });
      expect([status, headers['content-type'], headers['content-disposition']]).toEqual([200, 'image/png', undefined]);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' });
      expect(headers['content-security-policy']).toMatch(/default-src 'none';.* sandbox$/);
    });

    it.each([
      '/media',
      '/media/',
      '/media/folder',
      '/media/folder/',
      '/media/.hidden',
      '/media/.git/config',
      '/media/%2egit/config',
      '/media/passwd.png',
      '/media/etc/passwd',
      '/media/../secret.png',
      '/media/..%2fsecret.png',
      '/media/folder/../../secret.png',
      '/media../secret.png',
      '/media/%2e%2e/secret.png',
      '/static/../nginx.conf',
      '/static../nginx.conf',
      '/static/',
      '/static/nothing.txt',
    ])('%s is 404', async (path) => {
      expectProblem(await get(path), 404, 'ROUTE_NOT_FOUND');
    });

    it("/static/ has the repository's files", async () => {
      const { status, headers, body } = await ask(nginx.port, '/static/robots.txt');
      expect([status, body]).toEqual([200, readFileSync('nginx/static/robots.txt', 'utf8')]);
      expect(headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
      });
      expect(
        (await ask(nginx.port, '/static/robots.txt', { headers: { 'If-None-Match': headers.etag! } })).status,
      ).toBe(304);
    });

    it('reveals no version of nginx', async () => {
      for (const path of ['/nothing', '/static/robots.txt', '/media/a.png', '/api/v1/x']) {
        expect((await ask(nginx.port, path)).headers.server).toBe('nginx');
      }
    });
  });
});
