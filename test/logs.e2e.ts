import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { aBoard, anAccount, aPost, aSemester, aTimetable } from './support/factories.js';
import { settled } from './support/settled.js';

let t: TestApp;
let lines: string[];

beforeAll(async () => {
  lines = [];
  t = await startApp({ env: { LOG_LEVEL: 'trace' }, log: { write: (line) => void lines.push(line) } });
});

/** What was logged while `work` ran, and the work that it left to be done afterwards. */
async function loggedBy(work: () => Promise<unknown>): Promise<Record<string, any>[]> {
  await settled(t);
  const from = lines.length;
  await work();
  await settled(t);
  return lines.slice(from).map((line) => JSON.parse(line));
}

describe('the line of a request', () => {
  it('says what was asked and what came of it', async () => {
    const [line] = await loggedBy(() => t.anyone.get('/boards?q=hunter2', { 'x-request-id': 'from-nginx-1' }));
    expect(line).toEqual({
      ...{ level: 30, time: expect.any(String), service: 'madang', reqId: 'from-nginx-1' },
      ...{ method: 'GET', path: '/api/v1/boards', route: '/api/v1/boards', status: 200, ms: expect.any(Number) },
    });
  });

  it('is one for each, also where nothing is found or everything is wrong', async () => {
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

  it('has the id that the answer says, also where the bytes were no request', async () => {
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

  it('does not say who asks, by name or anonymously: with the time it would tell who wrote', async () => {
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

describe('what must not be in the log', () => {
  it('is not there: passwords, tokens, cookies, queries, secrets of calendars', async () => {
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

  it('nor is what MySQL repeats of a statement that failed', async () => {
    const account = await anAccount(t);
    const found = await loggedBy(async () => {
      await t.database.transaction((tx) => tx.run('RENAME TABLE boards TO boards_away'));
      try {
        expect((await account.get('/boards?q=hunter2')).status).toBe(500);
      } finally {
        await t.database.transaction((tx) => tx.run('RENAME TABLE boards_away TO boards'));
      }
    });
    expect(found).toHaveLength(2);
    expect(found[0]).toMatchObject({ level: 50, err: { errno: 1146 }, reqId: found[1].reqId });
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });
});
