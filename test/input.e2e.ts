import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AccountsService } from '../src/accounts/accounts.service.js';
import { Database } from '../src/database/database.js';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { anAccount, PASSWORD } from './support/factories.js';
import { cpuOf } from './support/cpu.js';
import { keepTimeLimits } from './support/time-limits.js';
import { readRows } from './support/rows.js';

keepTimeLimits();

let t: TestApp;
let me: Client;
beforeAll(async () => {
  t = await startApp();
  me = await anAccount(t);
});

/** Every error has exactly this shape. */
function expectProblem({ status, body, headers }: Answer, expected: number, code?: string): void {
  expect({ status, code: body.code }).toEqual({ status: expected, code: code ?? body.code });
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  expect(body).toEqual({
    type: `urn:madang:problem:${body.code}`,
    title: expect.any(String),
    status: expected,
    detail: expect.any(String),
    instance: expect.stringMatching(/^\//),
    code: expect.stringMatching(/^[A-Z_]+$/),
    traceId: headers['x-request-id'],
    errors: expect.any(Array),
  });
}

/** Detects quadratic cost, which would take ten seconds of CPU or more. */
async function atOnce(work: () => Promise<Answer>): Promise<Answer> {
  let answer: Answer;
  expect(await cpuOf(async () => (answer = await work()))).toBeLessThan(3_000);
  return answer!;
}

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('ids in a path', () => {
  const ids = [
    '1e3',
    '0x10',
    '1abc',
    '-1',
    '0',
    '01',
    '+1',
    '1.0',
    '9007199254740993',
    '99999999999999999999',
    'NaN',
    'null',
    '%20',
    '1%20',
    '１',
    '1%2F2',
    "1'--",
    '1;2',
    '%F0%9F%98%80',
    '1'.repeat(250),
  ];

  it.each(ids)('%s is no id', async (id) => {
    expectProblem(await atOnce(() => me.get(`/accounts/${encodeURI(decodeURI(id))}`)), 400, 'INVALID_ID');
    expectProblem(await atOnce(() => me.delete(`/auth/sessions/${encodeURI(decodeURI(id))}`)), 400, 'INVALID_ID');
  });

  it('is 404 for the greatest id', async () => {
    expectProblem(await me.get('/accounts/9007199254740991'), 404, 'ACCOUNT_NOT_FOUND');
  });

  it.each(['%00', '%ED%A0%80', '%FF', '%', '%zz', '%C0%AF', '%EF%BF%BD%00'])('%s is no text', async (text) => {
    expectProblem(await me.get(`/accounts/${text}`), 400, 'MALFORMED_REQUEST');
    expectProblem(await me.get(`/auth/sessions?cursor=${text}`), 400, 'MALFORMED_REQUEST');
  });
});

/** Routes with a body: an invalid body is invalid for all. */
const routes: ['post' | 'put' | 'patch' | 'delete', string][] = [
  ['post', '/auth/register'],
  ['post', '/auth/login'],
  ['post', '/auth/refresh'],
  ['post', '/auth/password-reset'],
  ['patch', '/accounts/me'],
  ['put', '/accounts/me/email'],
  ['put', '/accounts/me/password'],
  ['delete', '/accounts/me'],
];

describe.each(routes)('a bad body for %s %s', (verb, path) => {
  const send = (body: unknown, headers?: Record<string, string>) => atOnce(() => me[verb](path, body, headers));

  it.each([
    ['no JSON', '{"a":', 'MALFORMED_REQUEST'],
    ['JavaScript', "{a: 'b'}", 'MALFORMED_REQUEST'],
    ['NaN', '{"nickname": NaN}', 'MALFORMED_REQUEST'],
    ['invalid UTF-8', Buffer.from('{"nickname":"\xff\xfe"}', 'latin1'), 'MALFORMED_REQUEST'],
    ['an overlong encoding', Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]), 'MALFORMED_REQUEST'],
    ['100,000 levels of lists', deep(100_000), 'MALFORMED_REQUEST'],
    ['100,000 levels that never end', '['.repeat(100_000), 'MALFORMED_REQUEST'],
    ['33 levels', `{"nickname":${deep(32)}}`, 'MALFORMED_REQUEST'],
    ['__proto__', '{"__proto__": {"role": "admin"}}', 'MALFORMED_REQUEST'],
    ['__proto__ in disguise', '{"\\u005f_proto__": {"role": "admin"}}', 'MALFORMED_REQUEST'],
    ['__proto__ further in', '{"nickname": {"__proto__": 1}}', 'MALFORMED_REQUEST'],
    ['constructor.prototype', '{"constructor": {"prototype": {"role": "admin"}}}', 'MALFORMED_REQUEST'],
    ['constructor', '{"constructor": 1}', 'INVALID_INPUT'],
    ['toString', '{"toString": "x"}', 'INVALID_INPUT'],
    ['hasOwnProperty further in', '{"nickname": {"hasOwnProperty": 1}}', 'INVALID_INPUT'],
    ['a list', '[]', 'INVALID_INPUT'],
    ['a list of objects', '[{"nickname":"x"}]', 'INVALID_INPUT'],
    ['a string', '"nickname"', 'INVALID_INPUT'],
    ['a number', '1', 'INVALID_INPUT'],
    ['NUL', '{"nickname":"a\\u0000b"}', 'INVALID_INPUT'],
    ['NUL in a key', '{"a\\u0000b":1}', 'INVALID_INPUT'],
    ['a lone surrogate', '{"nickname":"\\ud800"}', 'INVALID_INPUT'],
    ['a lone surrogate in a key', '{"\\udc00":1}', 'INVALID_INPUT'],
    ['an unknown key', '{"nickName":"x"}', 'INVALID_INPUT'],
    ['20,000 unknown keys', `{${Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join()}}`, 'MALFORMED_REQUEST'],
    ['100 unknown keys', `{${Array.from({ length: 100 }, (_, i) => `"k${i}":1`).join()}}`, 'INVALID_INPUT'],
    ['120,000 numbers', `{"nickname":[${'1,'.repeat(120_000)}1]}`, 'MALFORMED_REQUEST'],
    ['5,000 objects', `{"nickname":[${'{},'.repeat(4_998)}{}]}`, 'INVALID_INPUT'],
    ['130,000 quotation marks', `{"nickname":"${'\\"'.repeat(130_000)}"`, 'MALFORMED_REQUEST'],
    [
      '120,000 marks on one letter',
      JSON.stringify({ nickname: `a${'\u0301'.repeat(60_000)}${'\u0316'.repeat(60_000)}` }),
      'INVALID_INPUT',
    ],
    [
      'a quarter of a megabyte of name',
      JSON.stringify({ nickname: 'x'.repeat(260_000), username: 'x' }),
      'INVALID_INPUT',
    ],
  ])('%s', async (_, body, code) => {
    expectProblem(await send(body), 400, code);
  });

  it('is refused by its media type', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'text/json',
      'multipart/form-data; boundary=x',
      'application/xml',
      'application/json-patch+json',
      'x',
    ]) {
      expectProblem(await send('username=minsu&password=x', { 'content-type': type }), 415, 'UNSUPPORTED_MEDIA_TYPE');
    }
  });

  it('is refused by its size', async () => {
    expectProblem(await send({ username: 'minsu', password: 'x'.repeat(1024 * 1024) }), 413, 'BODY_TOO_LARGE');
  });

  it('is refused for an unknown query parameter', async () => {
    const { status } = await me[verb](`${path}?debug=1`, {});
    expect(status).toBe(400);
  });
});

describe('a bad value', () => {
  const values: unknown[] = [
    0,
    1,
    -1,
    1.5,
    true,
    false,
    null,
    [],
    {},
    ['민수'],
    { 0: '민', length: 2 },
    { toISOString: 1 },
  ];
  const fields: [string, 'post' | 'put' | 'patch', Record<string, unknown>, string][] = [
    ['/accounts/me', 'patch', {}, 'nickname'],
    ['/auth/login', 'post', { username: 'minsu', password: PASSWORD }, 'username'],
    ['/auth/login', 'post', { username: 'minsu', password: PASSWORD }, 'password'],
    ['/auth/login', 'post', { username: 'minsu', password: PASSWORD }, 'refreshTokenIn'],
    ['/auth/register', 'post', { username: 'minsu', password: PASSWORD, nickname: '민수' }, 'username'],
    ['/auth/register', 'post', { username: 'minsu', password: PASSWORD, nickname: '민수' }, 'email'],
    ['/auth/password-reset', 'post', {}, 'email'],
    ['/auth/password-reset/confirm', 'post', { token: 'x', newPassword: PASSWORD }, 'token'],
    ['/accounts/me/email/confirm', 'post', {}, 'code'],
    ['/accounts/me/school-email', 'post', {}, 'email'],
    ['/accounts/me/password', 'put', { currentPassword: PASSWORD, newPassword: PASSWORD }, 'currentPassword'],
  ];

  it.each(fields)('of %s (%s) instead of a string', async (path, verb, rest, field) => {
    for (const value of values) {
      const answer = await me[verb](path, { ...rest, [field]: value });
      expectProblem(answer, 400, 'INVALID_INPUT');
      expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
        expect.stringMatching(new RegExp(`^#/${field}`)),
      ]);
    }
  });

  it('names the violated rule, as a code and as a sentence', async () => {
    const { body } = await me.patch('/accounts/me', { nickname: 'x'.repeat(21) });
    expect(body.errors).toEqual([
      { pointer: '#/nickname', code: 'WRONG_LENGTH', message: 'must have 2 to 20 characters' },
    ]);
  });

  it('has the right pointer during simultaneous refusals', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        i % 2 ? me.get('/auth/sessions?limit=x&other=1') : me.patch('/accounts/me', { nickname: 1, other: 1 }),
      ),
    );
    answers.forEach(({ body }, i) => {
      const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer).sort();
      expect(pointers).toEqual(i % 2 ? ['?limit', '?other'] : ['#/nickname', '#/other']);
    });
  });

  it('escapes the key in the pointer', async () => {
    const { body } = await me.patch('/accounts/me', { 'a/b~c': 1 });
    expect(body.errors[0].pointer).toBe('#/a~1b~0c');
  });
});

describe('a bad query', () => {
  it.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1e1',
    'limit=0x10',
    'limit=1.0',
    'limit=',
    'limit=%201',
    'limit=１',
    'limit=1&limit=1',
    'limit[]=1',
    'unknown=1',
    'constructor=1',
    '__proto__=1',
    'toString=1',
    'cursor=',
    'cursor=a&cursor=b',
    'cursor=%F0%9F%98%80',
    `cursor=${'A'.repeat(10_240)}`,
  ])('?%s', async (query) => {
    const answer = await atOnce(() => me.get(`/auth/sessions?${query.replace('１', encodeURIComponent('１'))}`));
    expect(answer.body.code).toMatch(/^INVALID_(INPUT|CURSOR)$/);
    expectProblem(answer, 400);
  });

  it('is refused also by routes without parameters', async () => {
    expectProblem(await me.get('/accounts/me?x=1'), 400, 'INVALID_INPUT');
    expectProblem(await me.get(`/accounts/${me.id}?__proto__=1`), 400, 'INVALID_INPUT');
    expectProblem(await me.delete('/auth/sessions/1', { x: 1 }), 400, 'INVALID_INPUT');
  });

  it('with an altered cursor', async () => {
    for (let i = 0; i < 2; i++) await t.anyone.post('/auth/login', { username: me.username, password: PASSWORD });
    const { nextCursor } = (await me.get('/auth/sessions?limit=1')).body;
    expect((await me.get(`/auth/sessions?limit=1&cursor=${nextCursor}`)).status).toBe(200);
    for (const altered of [
      `${nextCursor}A`,
      nextCursor.slice(1),
      nextCursor.slice(0, -2),
      nextCursor.replace(/.$/, '!'),
      'e30',
      'WzFd',
    ]) {
      expectProblem(await me.get(`/auth/sessions?limit=1&cursor=${encodeURIComponent(altered)}`), 400);
    }
  });
});

describe('an empty body', () => {
  it('with a JSON content type is accepted if no body is required', async () => {
    const account = await anAccount(t);
    expect((await account.post('/auth/logout', '', { 'content-type': 'application/json' })).status).toBe(204);
  });

  it('lacks its fields if some are required', async () => {
    expectProblem(await t.anyone.post('/auth/login', '', { 'content-type': 'application/json' }), 400, 'INVALID_INPUT');
  });
});

describe('an unknown address or method', () => {
  it.each([
    '/nothing',
    '/accounts/me/',
    '/Accounts/me',
    '//api/v2/accounts/me',
    '//nothing',
    '/auth',
    '/calendars/secret',
  ])('%s is 404', async (path) => expectProblem(await me.get(path), 404, 'ROUTE_NOT_FOUND'));

  it.each([
    ['GET', '/auth/login', 'POST'],
    ['DELETE', '/auth/register', 'POST'],
    ['PUT', '/accounts/me', 'DELETE, GET, HEAD, PATCH'],
    ['POST', '/accounts/1', 'GET, HEAD'],
    ['POST', '/auth/sessions', 'GET, HEAD'],
    ['PATCH', '/auth/sessions/1', 'DELETE'],
    ['TRACE', '/accounts/me', 'DELETE, GET, HEAD, PATCH'],
  ])('%s %s is 405 with Allow: %s', async (method, path, allow) => {
    const answer = await t.anyone.call(method as 'GET', path);
    expectProblem(answer, 405, 'METHOD_NOT_ALLOWED');
    expect(answer.headers.allow).toBe(allow);
  });

  it('OPTIONS lists the methods of an address', async () => {
    const { status, headers } = await t.anyone.call('OPTIONS', '/auth/login');
    expect([status, headers.allow]).toEqual([204, 'POST, OPTIONS']);
  });

  it('answers with its path, but without query and secret', async () => {
    const { body } = await t.anyone.get('/calendars/very-secret.ics?token=xyzzy');
    expect(JSON.stringify(body)).not.toMatch(/secret|xyzzy/);
    expect(body.instance).toBe('/api/v1/calendars/[hidden]');
  });
});

describe('the language of a problem', () => {
  it.each([
    [undefined, 'There is nothing at this address.'],
    ['ko', '없는 주소입니다.'],
    ['ko-KR,ko;q=0.9,en-US;q=0.8', '없는 주소입니다.'],
    ['en;q=0.5, ko;q=0.4', 'There is nothing at this address.'],
    ['fr, ko;q=0.1', '없는 주소입니다.'],
    ['fr', 'There is nothing at this address.'],
    ['ko;q=0', 'There is nothing at this address.'],
    [',;=q;;;,'.repeat(500), 'There is nothing at this address.'],
  ])('for Accept-Language %s', async (language, title) => {
    const { body } = await t.anyone.get('/nothing', language ? { 'accept-language': language } : {});
    expect(body.title).toBe(title);
  });

  it('applies to every message in it', async () => {
    const { body } = await me.patch('/accounts/me', { nickname: 'x', y: 1 }, { 'accept-language': 'ko' });
    const messages = [body.title, body.detail, ...body.errors.map(({ message }: { message: string }) => message)];
    expect(messages).toHaveLength(4);
    for (const message of messages) expect(message).toMatch(/[가-힣]/);
  });
});

describe('caching', () => {
  it('keeps private answers out of shared caches', async () => {
    const { headers } = await me.get('/accounts/me');
    expect(headers['cache-control']).toBe('private, no-cache');
    expect(headers.vary).toBe('Authorization, Accept-Language');
    expect(headers.etag).toMatch(/^"v1-[\w-]{16}"$/);
    expect((await me.get('/auth/sessions')).headers.etag).toMatch(/^"[\w-]{16}"$/);
  });

  it('answers 304 if the client has the same version, and not after an edit', async () => {
    const account = await anAccount(t);
    const { etag } = (await account.get('/accounts/me')).headers;
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const { status, body, headers } = await account.get('/accounts/me', { 'if-none-match': known });
      expect([status, body, headers.etag]).toEqual([304, '', etag]);
    }
    for (const other of ['"x"', etag.slice(0, -2), '', 'x'.repeat(5_000)]) {
      expect((await account.get('/accounts/me', { 'if-none-match': other })).status).toBe(200);
    }
    await account.patch('/accounts/me', { nickname: '새이름' });
    expect((await account.get('/accounts/me', { 'if-none-match': etag })).status).toBe(200);
  });

  it('is the same for HEAD, without the body', async () => {
    const get = await me.get('/accounts/me');
    const head = await me.call('HEAD', '/accounts/me');
    expect([head.status, head.body, head.headers.etag]).toEqual([200, '', get.headers.etag]);
  });

  it.each(['"x"', '"v2-abc"', 'v1-abc', 'garbage', '""', '"v1-a", nonsense"'.slice(0, 3)])(
    'edits nothing under If-Match: %s',
    async (tag) => {
      expectProblem(await me.patch('/accounts/me', { nickname: '새이름' }, { 'if-match': tag }), 412, 'EDIT_CONFLICT');
      expect((await me.get('/accounts/me')).body.nickname).toBe(me.nickname);
    },
  );

  it.each(['*', '"v1-whatever"', 'W/"v1-by-nginx"', '"v7-x", "v1-x"'])('edits under If-Match: %s', async (tag) => {
    const account = await anAccount(t);
    expect((await account.patch('/accounts/me', { nickname: '새이름' }, { 'if-match': tag })).status).toBe(200);
  });
});

describe('CORS', () => {
  const ORIGIN = 'https://campus.example';
  let open: TestApp;
  beforeAll(async () => {
    open = await startApp({ keepData: true, env: { CORS_ORIGINS: `${ORIGIN}, http://localhost:5173` } });
  });

  it('allows no origin by default', async () => {
    const answer = await t.anyone.get('/accounts/me', { origin: ORIGIN });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('allows the configured origins, and separates cached answers', async () => {
    const { headers } = await open.anyone.get('/accounts/me', {
      origin: ORIGIN,
      authorization: `Bearer ${me.accessToken}`,
    });
    expect(headers['access-control-allow-origin']).toBe(ORIGIN);
    expect(headers['access-control-expose-headers']!.split(/, */)).toEqual([
      'ETag',
      'Location',
      'Retry-After',
      'Idempotency-Replayed',
      'RateLimit-Policy',
      'RateLimit',
    ]);
    expect(headers.vary!.split(/, */).sort()).toEqual(['Accept-Language', 'Authorization', 'Origin']);
  });

  it('allows every page on localhost in development, and no other', async () => {
    const app = await startApp({ keepData: true, env: { NODE_ENV: 'development', BCRYPT_COST: '10' } });
    const allowed = async (origin: string) =>
      (await app.anyone.get('/boards', { origin })).headers['access-control-allow-origin'];
    for (const origin of ['http://localhost:5173', 'http://127.0.0.1:8080', 'http://[::1]:3001', 'https://localhost']) {
      expect(await allowed(origin)).toBe(origin);
    }
    for (const origin of [
      'http://localhost.evil.example',
      'http://evil.example:3000',
      'http://localhost:3000@evil.example',
      'null',
    ]) {
      expect(await allowed(origin)).toBeUndefined();
    }
  });

  it('answers OPTIONS without a preflight too', async () => {
    expect((await open.fastify.inject({ method: 'OPTIONS', url: '/api/v1/boards' })).statusCode).toBe(204);
  });

  it('allows only them to read errors too', async () => {
    expect((await open.anyone.get('/accounts/me', { origin: ORIGIN })).headers['access-control-allow-origin']).toBe(
      ORIGIN,
    );
    for (const origin of ['https://evil.example', 'null', 'https://campus.example.evil.example']) {
      const { headers } = await open.anyone.get('/accounts/me', { origin });
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('answers the preflight with allowed methods and headers', async () => {
    const { status, headers } = await open.anyone.call('OPTIONS', '/accounts/me', undefined, {
      origin: ORIGIN,
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'if-match',
    });
    expect(status).toBe(204);
    expect(headers['access-control-allow-methods']).toContain('PATCH');
    expect(headers['access-control-allow-headers']!.split(/, */)).toEqual([
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'Accept-Language',
    ]);
  });
});

describe('an internal error', () => {
  it('is 503 after five seconds, with advice for the client', async () => {
    const accounts = t.app.get(AccountsService);
    const spy = jest.spyOn(accounts, 'change').mockReturnValueOnce(new Promise(() => {}));
    const start = performance.now();
    const answer = await me.patch('/accounts/me', { nickname: '새이름' });
    expect(performance.now() - start).toBeGreaterThan(4_900);
    spy.mockRestore();
    expectProblem(answer, 503, 'UNAVAILABLE');
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.body.detail).toContain('outcome is unknown');
  });

  it('is 503 if the database is away, and tells that the outcome of a write is unknown', async () => {
    const away = () =>
      Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:3306'), { code: 'ECONNREFUSED', errno: -111 });
    const database = t.app.get(Database);
    const select = jest.spyOn(database, 'select').mockImplementation(() => Promise.reject(away()));
    const read = await me.get('/accounts/me');
    const write = await t.anyone.post('/auth/refresh', { refreshToken: me.refreshToken });
    select.mockRestore();
    for (const answer of [read, write]) {
      expectProblem(answer, 503, 'UNAVAILABLE');
      expect(answer.headers['retry-after']).toBe('2');
      expect(JSON.stringify(answer.body)).not.toContain('10.0.0.7');
    }
    expect(read.body.detail).not.toContain('unknown');
    expect(write.body.detail).toContain('outcome is unknown');
  });

  it('is 500 without any detail', async () => {
    const spy = jest.spyOn(t.app.get(AccountsService), 'me').mockRejectedValueOnce(new Error('secret of the house'));
    const answer = await me.get('/accounts/me');
    spy.mockRestore();
    expectProblem(answer, 500, 'INTERNAL_ERROR');
    expect(JSON.stringify(answer.body)).not.toContain('secret');
  });
});

describe('invalid bytes', () => {
  let port: number;
  beforeAll(async () => {
    await t.app.listen(0, '127.0.0.1');
    port = (t.app.getHttpServer().address() as AddressInfo).port;
  });

  /** Sends the bytes and reads until the server closes or the answer is complete. */
  function exchange(bytes: string | Buffer): Promise<{ status: number; headers: string; body: any }> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      let text = '';
      socket.setTimeout(8_000, () => socket.destroy(new Error(`no answer: ${text}`)));
      socket.on('error', reject);
      const parse = () => {
        const [head, body = ''] = text.split('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? -1);
        if (length < 0 || Buffer.byteLength(body) < length) return;
        resolve({ status: Number(head.split(' ')[1]), headers: head, body: JSON.parse(body) });
        socket.destroy();
      };
      socket.on('data', (chunk) => {
        text += chunk.toString();
        parse();
      });
      socket.on('close', () => reject(new Error(`closed: ${text}`)));
    });
  }

  const host = 'Host: localhost\r\n';
  const get = (target: string, headers = host) => `GET ${target} HTTP/1.1\r\n${headers}\r\n`;

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['no Host', get('/api/v1/accounts/me', ''), 400],
    ['two Hosts', get('/api/v1/boards', `${host}host: elsewhere\r\n`), 400],
    ['an expectation, which is ignored', get('/api/v1/accounts/me', `${host}Expect: miracles\r\n`), 401],
    ['two lengths', `POST /api/v1/auth/login HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}`, 400],
    [
      'a length and chunks',
      `POST /api/v1/auth/login HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['a length that is no number', `POST /api/v1/auth/login HTTP/1.1\r\n${host}Content-Length: five\r\n\r\n{}`, 400],
    ['a header that is none', get('/api/v1/accounts/me', `${host}no header\r\n`), 400],
    ['a header of 20 KB', get('/api/v1/accounts/me', `${host}X-Long: ${'x'.repeat(20_000)}\r\n`), 431],
    ['an address of 20 KB', get(`/api/v1/auth/sessions?cursor=${'x'.repeat(20_000)}`), 431],
    ['an address with raw bytes', Buffer.from(get('/api/v1/accounts/\xff\xfe'), 'latin1'), 400],
    ['an address with raw Hangul', Buffer.from(get('/api/v1/accounts/me?이름=1')), 400],
    ['a broken escape', get('/api/v1/accounts/%zz'), 400],
    ['an unknown method', `BREW /api/v1/accounts/me HTTP/1.1\r\n${host}\r\n`, 400],
    [
      'a body that is too long by its length',
      `POST /api/v1/auth/login HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n`,
      413,
    ],
  ])('%s gets an ordinary problem', async (_, bytes, status) => {
    const { status: answered, headers, body } = await exchange(bytes);
    expect(answered).toBe(status);
    expect(headers).toMatch(/content-type: application\/problem\+json/i);
    for (const name of ['strict-transport-security', 'x-content-type-options', 'referrer-policy', 'cache-control']) {
      expect(headers.toLowerCase()).toContain(`${name}: `);
    }
    expect(headers).toMatch(/content-security-policy: default-src 'none'/i);
    expect(body).toMatchObject({ status, code: expect.any(String), traceId: expect.any(String), errors: [] });
  });

  it('reports an address that is not percent-encoded', async () => {
    const { body } = await exchange(Buffer.from(get('/api/v1/boards?q=컴공')));
    expect(body.detail).toBe('The address is not percent-encoded.');
  });

  it('ends a body that never comes', async () => {
    const server = t.app.getHttpServer();
    expect(server.requestTimeout).toBe(15_000);
    // In the other order Node would swap the two.
    const { headersTimeout } = server;
    expect(headersTimeout).toBeLessThan(15_000);
    server.requestTimeout = server.headersTimeout = 500;
    try {
      const { status, body } = await exchange(
        `POST /api/v1/auth/login HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"user`,
      );
      expect([status, body.code]).toEqual([408, 'REQUEST_TIMEOUT']);
    } finally {
      Object.assign(server, { requestTimeout: 15_000, headersTimeout });
    }
  });
});

describe('the log', () => {
  it('contains no token from any part of an address', async () => {
    const written: { status?: number | null }[] = [];
    // Fastify's log is a child of the application's and inherits its settings.
    const log = Object.getPrototypeOf(t.fastify.log) as Record<string, unknown>;
    // The line of an earlier request may come after its answer.
    await sleep(100);
    const before = log.info;
    log.info = (entry: { status?: number | null }) => written.push(entry);
    const secrets = [me.accessToken!, me.refreshToken!, 'a'.repeat(43)];
    for (const secret of secrets) {
      await t.anyone.get(`/accounts/me?access_token=${secret}`);
      await t.anyone.get(`/auth/refresh/${secret}`);
      await t.anyone.get(`/calendars/${secret.slice(0, 10)}.ics`);
      await t.anyone.post('/auth/refresh', { refreshToken: secret });
      await t.anyone.get('/accounts/me', { authorization: `Bearer ${secret}`, cookie: `madang_refresh=${secret}` });
    }
    await sleep(100);
    log.info = before;
    // An aborted client of another test may be logged only now.
    expect(written.filter(({ status }) => status !== null)).toHaveLength(15);
    for (const secret of secrets) {
      for (const part of secret.split('.')) {
        if (part.length >= 10) expect(JSON.stringify(written)).not.toContain(part.slice(0, 10));
      }
    }
  });
});

describe('all tests above', () => {
  it('have changed nothing', async () => {
    const { body } = await me.get('/accounts/me');
    expect(body).toMatchObject({ id: me.id, nickname: me.nickname, role: 'member', email: null });
    expect(await readRows(t.database, "SELECT 1 FROM accounts WHERE role <> 'member'")).toEqual([]);
    expect(({} as { role?: string }).role).toBeUndefined();
  });
});
