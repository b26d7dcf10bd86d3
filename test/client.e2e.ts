import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { everyItem, Madang, MadangError, NoAnswerOfTheApi, ok, type Tokens } from '../client/madang.js';
import { startApp, type TestApp } from './support/app.js';
import { aBoard, anAccount, PASSWORD } from './support/factories.js';

// The typed client of client/, on a real connection; .ci/clients runs its example.

let t: TestApp;
let baseUrl: string;
/** The sent requests of `POST /auth/refresh`. */
let refreshes: number;
/** The number of next refreshes to lose. */
let broken: number;

beforeAll(async () => {
  t = await startApp();
  await t.app.listen(0, '127.0.0.1');
  baseUrl = `http://127.0.0.1:${(t.app.getHttpServer().address() as AddressInfo).port}`;
});

beforeEach(() => {
  refreshes = broken = 0;
});

async function counting(request: Request): Promise<Response> {
  if (request.url.endsWith('/auth/refresh')) {
    refreshes++;
    if (broken-- > 0) throw new TypeError('fetch failed');
  }
  return fetch(request);
}

const clientWith = (tokens: Tokens, onTokens?: (tokens: Tokens | null) => void) =>
  new Madang({ baseUrl, tokens, onTokens, fetch: counting });

/** A token signed by the server that expired a minute ago. */
function expired(token: string): string {
  const [head, body] = token.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { iat: number; exp: number };
  const past = Buffer.from(JSON.stringify({ ...claims, iat: claims.iat - 960, exp: claims.exp - 960 }));
  const signed = `${head}.${past.toString('base64url')}`;
  return `${signed}.${createHmac('sha256', t.config.jwtSecrets[0]).update(signed).digest('base64url')}`;
}

/** A client with an expired access token and a refresh token. */
async function late(): Promise<Tokens> {
  const account = await anAccount(t);
  return { accessToken: expired(account.accessToken!), refreshToken: account.refreshToken! };
}

describe('an access token that has expired', () => {
  it('is refreshed once for any number of simultaneous calls', async () => {
    const tokens = await late();
    const refused = await t.anyone.get('/accounts/me', { authorization: `Bearer ${tokens.accessToken}` });
    expect(refused.body.code).toBe('TOKEN_EXPIRED');
    const kept: (Tokens | null)[] = [];
    const { api } = clientWith(tokens, (pair) => kept.push(pair));
    const calls = Array.from({ length: 20 }, () => ok(api.GET('/api/v1/accounts/me')));
    expect(new Set((await Promise.all(calls)).map(({ id }) => id)).size).toBe(1);
    expect({ refreshes, kept: kept.length }).toEqual({ refreshes: 1, kept: 1 });
    expect(kept[0]!.refreshToken).not.toBe(tokens.refreshToken);
  });

  it('is not refreshed again for a call that got its 401 later', async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const slow = async (request: Request): Promise<Response> => {
      const response = await counting(request);
      if (request.url.endsWith('/auth/sessions') && response.status === 401) await released;
      return response;
    };
    const { api } = new Madang({ baseUrl, tokens: await late(), fetch: slow });
    const later = api.GET('/api/v1/auth/sessions');
    expect((await api.GET('/api/v1/accounts/me')).response.status).toBe(200);
    release();
    expect((await later).response.status).toBe(200);
    expect(refreshes).toBe(1);
  });

  it('does not fail the call, and its body is sent again', async () => {
    const { api } = clientWith(await late());
    const name = '새 게시판';
    const board = await ok(api.POST('/api/v1/boards', { body: { name } }));
    expect(board.name).toBe(name);
    expect(refreshes).toBe(1);
  });

  it('is refreshed again after the first refresh was lost', async () => {
    broken = 1;
    const { api } = clientWith(await late());
    await expect(api.GET('/api/v1/accounts/me')).rejects.toThrow('fetch failed');
    expect((await api.GET('/api/v1/accounts/me')).response.status).toBe(200);
    expect(refreshes).toBe(2);
  });

  it('may be missing: the refresh token alone is enough', async () => {
    const { refreshToken } = await late();
    const { api } = clientWith({ accessToken: null, refreshToken });
    const [one, two] = await Promise.all([api.GET('/api/v1/accounts/me'), api.GET('/api/v1/accounts/me')]);
    expect([one.response.status, two.response.status, refreshes]).toEqual([200, 200, 1]);
  });
});

describe('a session that has ended', () => {
  it('is reported once and not refreshed again', async () => {
    const tokens = await late();
    const account = await anAccount(t);
    await account.post('/auth/logout-all');
    const kept: (Tokens | null)[] = [];
    const ended = { accessToken: tokens.accessToken, refreshToken: account.refreshToken! };
    const { api } = clientWith(ended, (pair) => kept.push(pair));
    const { error } = await api.GET('/api/v1/accounts/me');
    expect(error?.code).toBe('TOKEN_EXPIRED');
    expect(kept).toEqual([null]);
    expect((await api.GET('/api/v1/accounts/me')).error?.code).toBe('TOKEN_MISSING');
    expect(refreshes).toBe(1);
  });
});

describe('a log-in', () => {
  it('that is refused is an error with the problem', async () => {
    const account = await anAccount(t);
    const madang = new Madang({ baseUrl, language: 'ko', fetch: counting });
    const failure = await madang.logIn(account.username, 'wrong').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(MadangError);
    expect((failure as MadangError).problem).toMatchObject({ status: 401, code: 'WRONG_CREDENTIALS' });
    expect((failure as MadangError).problem.detail).toMatch(/[가-힣]/);
    expect(refreshes).toBe(0);
  });

  it('ends with the log-out', async () => {
    const account = await anAccount(t);
    const kept: (Tokens | null)[] = [];
    const madang = new Madang({ baseUrl, onTokens: (pair) => kept.push(pair) });
    expect(await madang.logIn(account.username, PASSWORD)).toMatchObject({ id: account.id });
    await madang.logOut();
    expect(kept.at(-1)).toBeNull();
    expect((await madang.api.GET('/api/v1/accounts/me')).error?.code).toBe('TOKEN_MISSING');
  });
});

it('reads a list to its end, each page when it is needed', async () => {
  const account = await anAccount(t);
  const { id } = await aBoard(t);
  const { api } = clientWith({ accessToken: account.accessToken, refreshToken: account.refreshToken! });
  for (let i = 0; i < 6; i++) {
    const body = { title: `제목 ${i}`, content: '내용' };
    await ok(api.POST('/api/v1/boards/{id}/posts', { params: { path: { id } }, body }));
  }
  const cursors: (string | undefined)[] = [];
  const posts = everyItem((cursor) => {
    cursors.push(cursor);
    const query = { limit: 3, cursor };
    return ok(api.GET('/api/v1/boards/{id}/posts', { params: { path: { id }, query } }));
  });
  expect((await posts.next()).value).toMatchObject({ title: '제목 5' });
  expect(cursors).toEqual([undefined]);
  const rest: number[] = [];
  for await (const post of posts) rest.push(post.id);
  expect({ rest: new Set(rest).size, pages: cursors.length }).toEqual({ rest: 5, pages: 2 });
});

describe('logging out', () => {
  it('with an expired access token ends the session', async () => {
    const tokens = await late();
    const kept: (Tokens | null)[] = [];
    await clientWith(tokens, (pair) => kept.push(pair)).logOut();
    expect(kept).toEqual([null]);
    const back = clientWith({ ...tokens, accessToken: null });
    expect((await back.api.GET('/api/v1/accounts/me')).error?.code).toBe('TOKEN_MISSING');
  });

  it('of an ended session is no error', async () => {
    const account = await anAccount(t);
    const kept: (Tokens | null)[] = [];
    const tokens = { accessToken: account.accessToken!, refreshToken: account.refreshToken! };
    const madang = clientWith(tokens, (pair) => kept.push(pair));
    await account.post('/auth/logout-all');
    await madang.logOut();
    expect(kept).toEqual([null]);
  });
});

describe('an error from a server before the API', () => {
  it.each([
    ['without a body', () => new Response(null, { status: 503, headers: { 'Content-Length': '0' } })],
    ['with a page', () => new Response('<h1>502</h1>', { status: 502, headers: { 'Content-Type': 'text/html' } })],
    ['with JSON of its own', () => Response.json({ message: 'Too many' }, { status: 429 })],
  ])('%s is no success, and ends no session', async (_, answer) => {
    const kept: (Tokens | null)[] = [];
    const tokens = { accessToken: 'a', refreshToken: 'b' };
    const options = { baseUrl, onTokens: (pair: Tokens | null) => kept.push(pair), fetch: async () => answer() };
    const { api } = new Madang({ ...options, tokens });
    await expect(ok(api.POST('/api/v1/boards', { body: { name: '새 게시판' } }))).rejects.toThrow(NoAnswerOfTheApi);
    const back = new Madang({ ...options, tokens: { ...tokens, accessToken: null as string | null } });
    await expect(ok(back.api.GET('/api/v1/accounts/me'))).rejects.toThrow(NoAnswerOfTheApi);
    await expect(back.logIn('minsu', PASSWORD)).rejects.toThrow(NoAnswerOfTheApi);
    expect(kept).toEqual([]);
  });
});
