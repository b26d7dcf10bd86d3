import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import bcrypt from 'bcrypt';
import { Passwords } from '../src/accounts/passwords/passwords.js';
import { startApp, type TestApp } from './support/app.js';
import { aBoard, anAccount, aPost, aSemester, aStaffAccount, aTimetable, PASSWORD } from './support/factories.js';
import { settled } from './support/settled.js';
import { plainly } from './support/database.js';

let t: TestApp;
let lines: string[];

beforeAll(async () => {
  lines = [];
  t = await startApp({ env: { LOG_LEVEL: 'trace' }, log: { write: (line) => void lines.push(line) } });
});

/** The log lines of `work`, and of the tasks after its answers. */
async function loggedBy(work: () => Promise<unknown>): Promise<Record<string, any>[]> {
  await settled(t);
  const from = lines.length;
  await work();
  await settled(t);
  return lines.slice(from).map((line) => JSON.parse(line));
}

describe('the line of a request', () => {
  it('has the request and its result', async () => {
    const [line] = await loggedBy(() => t.anyone.get('/boards?q=hunter2', { 'x-request-id': 'from-nginx-1' }));
    expect(line).toEqual({
      ...{ level: 30, time: expect.any(String), service: 'madang', reqId: 'from-nginx-1' },
      ...{ method: 'GET', path: '/api/v1/boards', route: '/api/v1/boards', status: 200, ms: expect.any(Number) },
    });
  });

  it('exists once for each request, also for 404 and bad input', async () => {
    const found = await loggedBy(async () => {
      await t.anyone.get('/nothing/here');
      await t.anyone.post('/auth/login', '{"password":"hunter2"', { 'content-type': 'application/json' });
      await t.anyone.call('PUT', '/boards');
      await t.fastify.inject('/api/v1/boards?q=%ff');
      await t.fastify.inject('/api/v1/boards/%zz');
    });
    expect(found.map(({ path, route, status }) => [path, route, status])).toEqual([
      ['/api/v1/nothing/here', null, 404],
      ['/api/v1/auth/login', '/api/v1/auth/login', 400],
      ['/api/v1/boards', '/api/v1/boards', 405],
      ['/api/v1/boards', '/api/v1/boards', 400],
      ['/api/v1/boards/%zz', null, 400],
    ]);
  });

  it('has the id of the answer, also for invalid bytes', async () => {
    await t.app.listen(0, '127.0.0.1');
    let answer = '';
    const found = await loggedBy(async () => {
      const socket = connect((t.app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
      socket.on('data', (bytes) => (answer += bytes.toString()));
      socket.write('GET /hunter2 hunter2 HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(socket, 'close');
    });
    const { traceId } = JSON.parse(answer.split('\r\n\r\n')[1]);
    expect(found).toEqual([expect.objectContaining({ reqId: traceId, status: 400, code: 'HPE_INVALID_CONSTANT' })]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('has no account, by name or anonymously: with the time it would reveal an author', async () => {
    const author = await anAccount(t);
    const board = await aBoard(t);
    const found = await loggedBy(async () => {
      const post = await aPost(t, { author, board, anonymous: true });
      await author.get(`/posts/${post.id}`);
      await author.post(`/posts/${post.id}/comments`, { content: '저도요', anonymous: true });
      await author.get('/accounts/me');
    });
    expect(found).toHaveLength(4);
    const known = new Set(['level', 'time', 'service', 'reqId', 'method', 'path', 'route', 'status', 'ms']);
    for (const line of found) expect(Object.keys(line).filter((key) => !known.has(key))).toEqual([]);
    const text = JSON.stringify(found);
    for (const trace of [author.username, author.nickname, author.accessToken!]) expect(text).not.toContain(trace);
  });
});

describe('a request whose client has disconnected', () => {
  beforeAll(async () => {
    if (!t.app.getHttpServer().listening) await t.app.listen(0, '127.0.0.1');
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const send = (path: string, headers: Record<string, string>, body: string | Buffer) => {
    const socket = connect((t.app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
    const lines = Object.entries({ Host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST /api/v1${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    socket.write(body);
    return socket;
  };
  const parsed = (from: number) => lines.slice(from).map((line) => JSON.parse(line));
  async function until(condition: () => boolean): Promise<void> {
    for (const end = performance.now() + 10_000; !condition() && performance.now() < end;) await sleep(5);
    expect(condition()).toBe(true);
  }

  /** The log levels since a line: of the request, and of the error of its work. */
  async function levelsSince(from: number, path: string): Promise<Record<string, number>> {
    const isLine = (line: any) => line.path === `/api/v1${path}`;
    await until(() => parsed(from).some(isLine) && parsed(from).some(({ err }) => err !== undefined));
    const found = parsed(from);
    expect(found.filter(isLine)).toMatchObject([{ status: null }]);
    return {
      request: found.find(isLine)!.level,
      error: Math.max(...found.filter(({ err }) => err !== undefined).map(({ level }) => level)),
    };
  }

  it('is no error while its password waits for a hash', async () => {
    const { username } = await anAccount(t);
    const asked = jest.spyOn(t.app.get(Passwords), 'matches');
    let open = () => {};
    const opened = new Promise<boolean>((resolve) => (open = () => resolve(true)));
    jest.spyOn(bcrypt, 'compare').mockImplementation((() => opened) as never);
    const first = t.anyone.post('/auth/login', { username, password: PASSWORD });
    await until(() => asked.mock.calls.length === 1);
    const from = lines.length;
    const body = JSON.stringify({ username: 'nobody', password: PASSWORD });
    const type = { 'Content-Type': 'application/json', 'Content-Length': String(body.length) };
    const socket = send('/auth/login', type, body);
    await until(() => asked.mock.calls.length === 2);
    socket.destroy();
    await until(() => parsed(from).some(({ status }) => status === null));
    open();
    expect((await first).status).toBe(200);
    await until(() => parsed(from).some(({ err }) => err !== undefined));
    expect(parsed(from).filter(({ level }) => level > 30)).toEqual([]);
  });

  it.each([
    ['its body', '/auth/login', { 'Content-Type': 'application/json' }, '{'],
    [
      'its form',
      '/catalogue/imports',
      { 'Content-Type': 'multipart/form-data; boundary=b' },
      '--b\r\nContent-Disposition: form-data; name="file"; filename="c.csv"\r\n\r\nhalf',
    ],
  ])('is no error during %s', async (_, path, headers, body) => {
    const { accessToken } = await aStaffAccount(t);
    const from = lines.length;
    const arrived = once(t.app.getHttpServer(), 'request');
    const authorization = { Authorization: `Bearer ${accessToken}`, 'Content-Length': '9999' };
    const socket = send(path, { ...headers, ...authorization }, body);
    const [request] = (await arrived) as [IncomingMessage];
    await until(() => request.readableFlowing === true);
    socket.destroy();
    expect(await levelsSince(from, path)).toEqual({ request: 30, error: 20 });
  });
});

describe('data that must not be in the log', () => {
  it('are not there: passwords, tokens, cookies, queries, secrets of calendars', async () => {
    const account = await anAccount(t);
    const timetable = await aTimetable(account, await aSemester(t));
    const feed = (await account.post(`/timetables/${timetable.id}/feed`)).body;
    const secret = /calendars\/([^.]+)\.ics/.exec(feed.url)![1];
    const found = await loggedBy(async () => {
      await t.anyone.post('/auth/login', { username: account.username, password: 'hunter2-hunter2' });
      await t.anyone.post('/auth/refresh', { refreshToken: account.refreshToken });
      await t.anyone.get('/posts?q=hunter2', { cookie: 'session=hunter2', authorization: 'Bearer hunter2' });
      await t.anyone.get(`/calendars/${secret}.ics`);
      await t.anyone.get(`/calendars/${secret}`);
      await t.anyone.get(`/calendars/${secret}.ics/more`);
      await t.anyone.get(`/boards/${account.refreshToken}`);
    });
    expect(found.length).toBeGreaterThanOrEqual(7);
    const text = JSON.stringify(found);
    for (const word of ['hunter2', secret, account.refreshToken!, account.username]) expect(text).not.toContain(word);
  });

  it("are not there in MySQL's messages about failed statements", async () => {
    const account = await anAccount(t);
    const found = await loggedBy(async () => {
      await plainly('RENAME TABLE boards TO boards_away');
      try {
        expect((await account.get('/boards?q=hunter2')).status).toBe(500);
      } finally {
        await plainly('RENAME TABLE boards_away TO boards');
      }
    });
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({ level: 50, err: { errno: 1146 }, reqId: found[1].reqId });
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });
});
