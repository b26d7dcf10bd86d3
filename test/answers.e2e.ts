import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { anAccount, aSemester, aTimetable } from './support/factories.js';

const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

let t: TestApp;
let me: Client;

beforeAll(async () => {
  t = await startApp();
  me = await anAccount(t);
});

describe('Content-Security-Policy', () => {
  it('allows nothing on JSON, errors included', async () => {
    const answers = await Promise.all([
      me.get('/accounts/me'),
      me.get('/boards/999999'),
      t.anyone.get('/nothing'),
      t.anyone.call('PUT', '/boards'),
      t.anyone.get('//health/live'),
    ]);
    expect(answers.map(({ headers }) => headers['content-security-policy'])).toEqual(answers.map(() => DATA_POLICY));
    for (const url of ['/openapi.json', '/api/v1/boards?q=%ff', '/api/v1/boards/%zz']) {
      expect((await t.fastify.inject(url)).headers['content-security-policy']).toBe(DATA_POLICY);
    }
  });

  it('differs on pages and pictures', async () => {
    expect((await t.fastify.inject('/')).headers['content-security-policy']).toContain("default-src 'self'");
    const { id } = await aTimetable(me, await aSemester(t));
    const picture = await me.get(`/timetables/${id}/image.svg`);
    expect(picture.headers['content-security-policy']).toBe("default-src 'none'; style-src 'unsafe-inline'");
  });
});

describe('security headers', () => {
  it.each(['/', '/docs/page.js', '/api/v1/boards', '/api/v1/boards/999999', '/api/v1/nothing'])(
    'are on %s',
    async (url) => {
      expect((await t.fastify.inject(url)).headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'origin-agent-cluster': '?1',
        'referrer-policy': 'no-referrer',
        'strict-transport-security': 'max-age=31536000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'x-dns-prefetch-control': 'off',
        'x-download-options': 'noopen',
        'x-frame-options': 'SAMEORIGIN',
        'x-permitted-cross-domain-policies': 'none',
        'x-xss-protection': '0',
      });
    },
  );
});

describe('Cache-Control', () => {
  it('keeps exports, sessions and tokens out of every cache', async () => {
    const login = { username: me.username, password: 'maeil-achim-9si' };
    const answers = await Promise.all([
      me.get('/accounts/me/export'),
      me.get('/auth/sessions'),
      t.anyone.post('/auth/login', login),
      t.anyone.post('/auth/refresh', { refreshToken: me.refreshToken }),
    ]);
    expect(answers.map(({ headers }) => headers['cache-control'])).toEqual(answers.map(() => 'no-store'));
  });

  it('allows revalidation of other private data by their ETag', async () => {
    const { headers } = await me.get('/accounts/me');
    expect(headers['cache-control']).toBe('private, no-cache');
    expect(headers.etag).toBeDefined();
  });
});

describe('a body', () => {
  const post = (body: string, headers: Record<string, string>) =>
    me.post('/boards', body, { 'content-type': 'application/json', ...headers });
  const BOARD = '{"name":"게시판"}';

  it.each(['gzip', 'br', 'deflate', 'x-unknown', 'gzip, identity'])(
    'with Content-Encoding %s is 415',
    async (coding) => {
      const { status, headers, body } = await post(BOARD, { 'content-encoding': coding });
      expect([status, body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
      expect(headers['accept-encoding']).toBe('identity');
    },
  );

  it.each(['euc-kr', 'utf-16', 'latin1', '""', 'utf-8x', 'utf-8; charset=utf-16'])(
    'with the charset %s is 415',
    async (charset) => {
      const { status, body } = await post(BOARD, { 'content-type': `application/json; charset=${charset}` });
      expect([status, body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    },
  );

  it.each(['utf-8', 'UTF-8', '"utf-8"', 'utf8'])('with the charset %s is accepted', async (charset) => {
    const headers = { 'content-type': `application/json; charset=${charset}`, 'content-encoding': 'identity' };
    expect((await post(BOARD, headers)).status).toBe(201);
  });

  it('with a duplicate key is 400 and names it', async () => {
    const { status, body } = await post('{"name":"하나","name":"둘"}', {});
    expect([status, body.code]).toEqual([400, 'INVALID_INPUT']);
    expect(body.errors).toMatchObject([{ pointer: '#/name', code: 'DUPLICATE_KEY' }]);
  });
});
