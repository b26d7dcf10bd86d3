import { createHmac } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import bcrypt from 'bcrypt';
import { Passwords } from '../src/accounts/passwords/passwords.js';
import { AccessTokens } from '../src/accounts/sessions/access-tokens.js';
import { SessionsService } from '../src/accounts/sessions/sessions.service.js';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { aStaffAccount, anAccount, next, PASSWORD } from './support/factories.js';
import { statementsOf } from './support/statements.js';
import { readRows } from './support/rows.js';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});

const bearer = (token: string | null) => ({ authorization: `Bearer ${token}` });
const problem = (status: number, code: string) => ({ status, body: { status, code } });

const login = (username: string, password = PASSWORD, app = t, headers = {}): Promise<Answer> =>
  app.anyone.post('/auth/login', { username, password }, headers);

const refresh = (refreshToken: unknown, app = t): Promise<Answer> => app.anyone.post('/auth/refresh', { refreshToken });

const me = (accessToken: string, app = t): Promise<Answer> => app.anyone.get('/accounts/me', bearer(accessToken));

const many = <T>(count: number, work: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => work(i)));

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('POST /auth/login', () => {
  it('ignores a token', async () => {
    const account = await anAccount(t);
    const answer = await login(account.username, PASSWORD, t, bearer('nonsense'));
    expect(answer.status).toBe(200);
  });

  it.each([
    [{ username: 'minsu' }, '#/password'],
    [{ username: 0, password: PASSWORD }, '#/username'],
    [{ username: true, password: PASSWORD }, '#/username'],
    [{ username: ['minsu'], password: PASSWORD }, '#/username'],
    [{ username: { $ne: null }, password: PASSWORD }, '#/username'],
    [{ username: null, password: PASSWORD }, '#/username'],
    [{ username: 'minsu', password: 12345678 }, '#/password'],
    [{ username: 'minsu', password: 'x'.repeat(129) }, '#/password'],
    [{ username: 'minsu', password: PASSWORD, admin: true }, '#/admin'],
  ])('refuses %j', async (body, pointer) => {
    const answer = await t.anyone.post('/auth/login', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT', errors: [{ pointer }] } });
  });

  it('answers an unknown name like a wrong password, with the same work', async () => {
    const account = await anAccount(t);
    const names = [account.username, 'nobody_at_all', '없는사람', "' OR 1=1 --", '😀'];
    for (const username of names) {
      const compare = jest.spyOn(bcrypt, 'compare');
      const { result } = await statementsOf(() => login(username, 'wrong-password'));
      expect(result).toMatchObject(problem(401, 'WRONG_CREDENTIALS'));
      expect(result.headers['www-authenticate']).toBe('Bearer');
      expect({ ...result.body, traceId: null }).toEqual({
        ...(await login(account.username, 'wrong-password')).body,
        traceId: null,
      });
      expect(compare.mock.calls.map(([, hash]) => bcrypt.getRounds(hash))).toEqual([4, 4]);
      compare.mockRestore();
    }
    const [wrong, unknown] = [
      await statementsOf(() => login(account.username, 'wrong')),
      await statementsOf(() => login('nobody', 'wrong')),
    ];
    expect(wrong.statements).toHaveLength(unknown.statements.length);
  });

  it('accepts the name in any case and creates a session', async () => {
    const account = await anAccount(t);
    const { status, body, headers } = await login(account.username.toUpperCase());
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(body).toMatchObject({ account: { id: account.id }, tokenType: 'Bearer', expiresIn: 900 });
    expect((await me(body.accessToken)).body.id).toBe(account.id);
    expect((await me(account.accessToken!)).status).toBe(200);
  });

  it('stores neither password nor refresh token', async () => {
    const account = await anAccount(t);
    const rows = await readRows(
      t.database,
      `SELECT a.*, s.* FROM accounts a JOIN sessions s ON s.account_id = a.id WHERE a.id = ?`,
      [account.id],
    );
    const secret = account.refreshToken!.split('.')[2];
    const stored = JSON.stringify(rows, (_, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('base64url') : value,
    );
    expect(stored).not.toContain(PASSWORD);
    expect(stored).not.toContain(secret);
    for (let i = 0; i + 20 <= secret.length; i += 4) expect(stored).not.toContain(secret.slice(i, i + 20));
  });

  it('renews a hash made with an older pepper or cost, and still accepts the password', async () => {
    const account = await anAccount(t);
    const env = {
      PASSWORD_PEPPER: '2:another-pepper',
      PASSWORD_PEPPER_PREVIOUS: '1:development-only-password-pepper-development-only',
      BCRYPT_COST: '5',
    };
    const rotated = await startApp({ keepData: true, env });
    expect((await login(account.username, 'wrong-password', rotated)).status).toBe(401);
    expect((await login(account.username, PASSWORD, rotated)).status).toBe(200);
    const [row] = await readRows<{ version: number; hash: string }>(
      t.database,
      'SELECT pepper_version AS version, password_hash AS hash FROM accounts WHERE id = ?',
      [account.id],
    );
    expect([row.version, bcrypt.getRounds(row.hash)]).toEqual([2, 5]);
    expect((await login(account.username, PASSWORD, rotated)).status).toBe(200);
    const forgotten = await startApp({ keepData: true });
    expect(await login(account.username, PASSWORD, forgotten)).toMatchObject(problem(401, 'WRONG_CREDENTIALS'));
  });
});

describe('POST /auth/login during the renewal of a hash', () => {
  it('accepts eight simultaneous log-ins', async () => {
    const [account, costlier] = [await anAccount(t), await startApp({ keepData: true, env: { BCRYPT_COST: '5' } })];
    const answers = await many(8, () => login(account.username, PASSWORD, costlier));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  });
});

describe('POST /auth/refresh', () => {
  it.each([
    [{ refreshToken: 7 }, 400],
    [{ refreshToken: null }, 400],
    [{ refreshToken: ['x'] }, 400],
    [{ refreshToken: 'x'.repeat(101) }, 400],
    [{ token: 'x' }, 400],
    [{}, 401],
    [undefined, 401],
    [{ refreshToken: 'nonsense' }, 401],
    [{ refreshToken: `mr1.0.${'A'.repeat(64)}` }, 401],
    [{ refreshToken: `mr9999999999.0.${'A'.repeat(64)}` }, 401],
    [{ refreshToken: `mr1.4294967296.${'A'.repeat(64)}` }, 401],
  ])('answers %j with %i', async (body, status) => {
    expect((await t.anyone.post('/auth/refresh', body)).status).toBe(status);
  });

  it('accepts no access token, and other routes accept no refresh token', async () => {
    const account = await anAccount(t);
    expect((await refresh(account.accessToken)).status).toBe(400);
    expect(await me(account.refreshToken!)).toMatchObject(problem(401, 'TOKEN_INVALID'));
  });

  it('replaces the refresh token, and both access tokens are valid', async () => {
    const account = await anAccount(t);
    const { status, body, headers } = await refresh(account.refreshToken);
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: 900 });
    expect(body.refreshToken).not.toBe(account.refreshToken);
    expect((await me(body.accessToken)).body.id).toBe(account.id);
    expect((await me(account.accessToken!)).status).toBe(200);
  });

  it('gives twenty simultaneous requests the same successor, on two instances', async () => {
    const [account, other] = [await anAccount(t), await startApp({ keepData: true })];
    const answers = await many(20, (i) => refresh(account.refreshToken, i % 2 ? t : other));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map(({ body }) => body.refreshToken)).size).toBe(1);
    const [row] = await readRows(t.database, 'SELECT generation FROM sessions WHERE account_id = ?', [account.id]);
    expect(row).toEqual({ generation: 1 });
    expect((await refresh(answers[0].body.refreshToken)).status).toBe(200);
  });

  it('gives the previous token, repeated within 60 s, the same successor', async () => {
    const later = await startApp({ keepData: true });
    const account = await anAccount(later);
    const first = await refresh(account.refreshToken, later);
    later.clock.advance(58);
    const again = await refresh(account.refreshToken, later);
    expect([again.status, again.body.refreshToken]).toEqual([200, first.body.refreshToken]);
    expect((await me(again.body.accessToken)).status).toBe(200);
  });

  it('ends the session, and only that, if the previous token comes after 60 s', async () => {
    const later = await startApp({ keepData: true });
    const account = await anAccount(later);
    const elsewhere = await login(account.username, PASSWORD, later);
    const first = await refresh(account.refreshToken, later);
    later.clock.advance(61);
    expect(await refresh(account.refreshToken, later)).toMatchObject(problem(401, 'REFRESH_TOKEN_INVALID'));
    expect((await refresh(first.body.refreshToken, later)).status).toBe(401);
    expect(await me(first.body.accessToken)).toMatchObject(problem(401, 'SESSION_ENDED'));
    expect((await me(elsewhere.body.accessToken)).status).toBe(200);
    expect((await refresh(elsewhere.body.refreshToken, later)).status).toBe(200);
  });

  it('ends the session for an older token, at any time', async () => {
    const account = await anAccount(t);
    const child = await refresh(account.refreshToken);
    const grandchild = await refresh(child.body.refreshToken);
    expect((await refresh(account.refreshToken)).status).toBe(401);
    expect((await refresh(grandchild.body.refreshToken)).status).toBe(401);
  });

  it('ends no session for a forged token', async () => {
    const [account, thief] = [await anAccount(t), await anAccount(t)];
    const { body } = await refresh(account.refreshToken);
    const [session, , secret] = account.refreshToken!.split('.');
    const flipped = secret.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const stolen = thief.refreshToken!.split('.')[2];
    const forgeries = [
      `${session}.0.${flipped}`,
      `${session}.0.${stolen}`,
      `${session}.2.${secret}`,
      `${session}.1.${secret}`,
    ];
    for (const forged of forgeries) expect((await refresh(forged)).status).toBe(401);
    for (const forged of forgeries)
      expect((await t.anyone.post('/auth/logout', { refreshToken: forged })).status).toBe(401);
    expect((await refresh(body.refreshToken)).status).toBe(200);
  });

  it('expires 14 days after the last refresh', async () => {
    const later = await startApp({ keepData: true });
    const account = await anAccount(later);
    later.clock.advance(13 * 86_400);
    const { body } = await refresh(account.refreshToken, later);
    later.clock.advance(13 * 86_400);
    const second = await refresh(body.refreshToken, later);
    expect(second.status).toBe(200);
    later.clock.advance(14 * 86_400 + 1);
    expect(await refresh(second.body.refreshToken, later)).toMatchObject(problem(401, 'REFRESH_TOKEN_INVALID'));
    expect(await me(second.body.accessToken, later)).toMatchObject(problem(401, 'SESSION_ENDED'));
    while ((await later.app.get(SessionsService).forgetExpired()) > 0);
    expect(await readRows(t.database, 'SELECT 1 FROM sessions WHERE account_id = ?', [account.id])).toEqual([]);
    // The clock of this application is a month ahead, so sessions of earlier tests have expired too.
  });
});

describe('a session', () => {
  it('ends 180 days after its log-in, with any number of refreshes', async () => {
    const later = await startApp({ keepData: true });
    const account = await anAccount(later);
    let pair: { accessToken: string | null; refreshToken: string | null } = account;
    for (let day = 0; day < 169; day += 13) {
      later.clock.advance(13 * 86_400);
      const { status, body } = await refresh(pair.refreshToken, later);
      expect(status).toBe(200);
      pair = body;
    }
    const { body } = await later.anyone.get('/auth/sessions', bearer(pair.accessToken));
    const [{ createdAt, expiresAt }] = body.items;
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(180 * 86_400_000);
    later.clock.advance(11 * 86_400);
    expect(await me(pair.accessToken!, later)).toMatchObject(problem(401, 'SESSION_ENDED'));
    expect(await refresh(pair.refreshToken, later)).toMatchObject(problem(401, 'REFRESH_TOKEN_INVALID'));
  });

  it('older than a lowered SESSION_MAX_DAYS ends at its refresh', async () => {
    const account = await anAccount(t);
    const shorter = await startApp({ keepData: true, env: { SESSION_MAX_DAYS: '2' } });
    const young = await login(account.username, PASSWORD, shorter);
    shorter.clock.advance(2 * 86_400 - 60);
    expect((await refresh(young.body.refreshToken, shorter)).status).toBe(200);
    shorter.clock.advance(120);
    expect(await refresh(account.refreshToken, shorter)).toMatchObject(problem(401, 'REFRESH_TOKEN_INVALID'));
  });

  it('is one of at most fifty, also with simultaneous log-ins: the oldest ends', async () => {
    const account = await anAccount(t);
    const [second, third] = [await login(account.username), await login(account.username)];
    const logins: Answer[] = [];
    while (logins.length < 44) logins.push(await login(account.username));
    logins.push(...(await many(5, () => login(account.username))));
    expect(logins.map(({ status }) => status)).toEqual(Array(49).fill(200));
    expect(await readRows(t.database, 'SELECT 1 FROM sessions WHERE account_id = ?', [account.id])).toHaveLength(50);
    expect(await me(account.accessToken!)).toMatchObject(problem(401, 'SESSION_ENDED'));
    expect((await me(second.body.accessToken)).status).toBe(401);
    for (const { body } of [third, ...logins]) expect((await me(body.accessToken)).status).toBe(200);
  });

  it('that has expired does not count', async () => {
    const account = await anAccount(t);
    for (let i = 0; i < 49; i++) await login(account.username);
    await t.database.transaction((tx) =>
      tx.run('UPDATE sessions SET expires_at = ? WHERE account_id = ? AND id > ? ORDER BY id DESC LIMIT 10', [
        t.clock.in(-1),
        account.id,
        0,
      ]),
    );
    expect((await login(account.username)).status).toBe(200);
    expect((await me(account.accessToken!)).status).toBe(200);
  });
});

describe('POST /auth/logout', () => {
  it('needs a token that identifies the session', async () => {
    expect(await t.anyone.post('/auth/logout')).toMatchObject(problem(401, 'TOKEN_MISSING'));
    expect((await t.anyone.post('/auth/logout', {}, bearer('nonsense'))).status).toBe(401);
    expect((await t.anyone.post('/auth/logout', { session: 1 })).status).toBe(400);
  });

  it('invalidates both tokens of this session at once, on every instance, and no other session', async () => {
    const [account, other] = [await anAccount(t), await startApp({ keepData: true })];
    const elsewhere = await login(account.username);
    expect((await me(account.accessToken!, other)).status).toBe(200);
    expect((await account.post('/auth/logout')).status).toBe(204);
    for (const app of [t, other]) {
      expect(await me(account.accessToken!, app)).toMatchObject(problem(401, 'SESSION_ENDED'));
      expect((await refresh(account.refreshToken, app)).status).toBe(401);
      expect((await me(elsewhere.body.accessToken, app)).status).toBe(200);
    }
  });

  it('accepts the refresh token, also an older one, if the access token has expired', async () => {
    const account = await anAccount(t);
    const { body } = await refresh(account.refreshToken);
    const answer = await t.anyone.post(
      '/auth/logout',
      { refreshToken: account.refreshToken },
      bearer(expired(account)),
    );
    expect(answer.status).toBe(204);
    expect((await me(body.accessToken)).status).toBe(401);
    expect((await refresh(body.refreshToken)).status).toBe(401);
  });

  it('answers ten simultaneous requests with 204 or 401 only', async () => {
    const account = await anAccount(t);
    const statuses = (await many(10, () => account.post('/auth/logout'))).map(({ status }) => status);
    expect(statuses).toContain(204);
    expect(statuses.filter((status) => status !== 204 && status !== 401)).toEqual([]);
  });
});

describe('POST /auth/logout-all', () => {
  it('requires a token', async () => {
    expect(await t.anyone.post('/auth/logout-all')).toMatchObject(problem(401, 'TOKEN_MISSING'));
  });

  it('ends every session of the account and of no other', async () => {
    const [account, other] = [await anAccount(t), await anAccount(t)];
    const elsewhere = await login(account.username);
    expect((await account.post('/auth/logout-all')).status).toBe(204);
    for (const token of [account.accessToken!, elsewhere.body.accessToken]) {
      expect(await me(token)).toMatchObject(problem(401, 'SESSION_ENDED'));
    }
    expect((await refresh(elsewhere.body.refreshToken)).status).toBe(401);
    expect((await me(other.accessToken!)).status).toBe(200);
  });
});

describe('GET /auth/sessions', () => {
  it('requires a token', async () => {
    expect(await t.anyone.get('/auth/sessions')).toMatchObject(problem(401, 'TOKEN_MISSING'));
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=1e1',
    'limit=',
    'limit=1&limit=2',
    'cursor=x',
    `cursor=${'x'.repeat(10_000)}`,
    'offset=3',
  ])('refuses ?%s', async (query) => {
    expect((await (await anAccount(t)).get(`/auth/sessions?${query}`)).status).toBe(400);
  });

  it('lists own sessions, newest first, and marks the current one', async () => {
    const [account] = [await anAccount(t), await anAccount(t)];
    await login(account.username, PASSWORD, t, { 'user-agent': 'Phone/1.0 \u00e9' });
    const { body } = await account.get('/auth/sessions');
    expect(body.nextCursor).toBeNull();
    expect(body.items).toMatchObject([
      { current: false, userAgent: 'Phone/1.0 \u00e9', address: '127.0.0.1' },
      { current: true },
    ]);
  });

  it('needs two statements a page, and its cursor is invalid for another account', async () => {
    const [account, other] = [await anAccount(t), await anAccount(t)];
    for (let i = 0; i < 4; i++) await login(account.username);
    const ids = (await account.all('/auth/sessions', 2)).map(({ id }: { id: number }) => id);
    expect(ids).toHaveLength(5);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    const { result, statements } = await statementsOf(() => account.get('/auth/sessions?limit=2'));
    expect(statements).toHaveLength(2);
    const answer = await other.get(`/auth/sessions?cursor=${result.body.nextCursor}`);
    expect(answer).toMatchObject(problem(400, 'INVALID_CURSOR'));
  });
});

describe('DELETE /auth/sessions/:id', () => {
  const idOf = async (account: Client): Promise<number> => (await account.get('/auth/sessions')).body.items[0].id;

  it('requires a token', async () => {
    expect(await t.anyone.delete('/auth/sessions/1')).toMatchObject(problem(401, 'TOKEN_MISSING'));
  });

  it('is 404 for another account’s session, also for staff, and does not end it', async () => {
    const [account, other, admin] = [await anAccount(t), await anAccount(t), await aStaffAccount(t)];
    for (const who of [other, admin]) {
      expect(await who.delete(`/auth/sessions/${await idOf(account)}`)).toMatchObject(
        problem(404, 'SESSION_NOT_FOUND'),
      );
    }
    expect((await account.get('/accounts/me')).status).toBe(200);
  });

  it('ends that session', async () => {
    const account = await anAccount(t);
    const elsewhere = await login(account.username);
    const id = await idOf(account);
    expect((await account.delete(`/auth/sessions/${id}`)).status).toBe(204);
    expect((await me(elsewhere.body.accessToken)).status).toBe(401);
    expect((await account.get('/accounts/me')).status).toBe(200);
    expect((await account.delete(`/auth/sessions/${id}`)).status).toBe(404);
  });
});

const seconds = (): number => Math.floor(Date.now() / 1000);

/** A token as an attacker or another server would make it: valid except for the given parts. */
function forge({
  app = t,
  header = {},
  claims = {},
  secret = app.config.jwtSecrets[0],
}: {
  app?: TestApp;
  header?: object;
  claims?: Record<string, unknown>;
  secret?: string;
}): string {
  const now = Math.floor(Date.now() / 1000);
  const head = base64url({ alg: 'HS256', typ: 'JWT', ...header });
  const body = base64url({ use: 'access', iat: now, exp: now + 900, iss: 'madang', aud: 'madang-api', ...claims });
  return `${head}.${body}.${createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')}`;
}

/** A token with this text as its claims. */
function forgeBody(text: string): string {
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${Buffer.from(text).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', t.config.jwtSecrets[0]).update(signed).digest('base64url')}`;
}

/** Account and session; the times are those of the forgery. */
function claimsOf(account: Client): { sub: string; sid: number } {
  const { sub, sid } = payloadOf(account);
  return { sub, sid };
}

function payloadOf(account: Client): { sub: string; sid: number; iat: number; exp: number } {
  return JSON.parse(Buffer.from(account.accessToken!.split('.')[1], 'base64url').toString());
}

const expired = (account: Client): string => {
  const { sub, sid } = claimsOf(account);
  return forge({ claims: { sub, sid, exp: Math.floor(Date.now() / 1000) - 1 } });
};

describe('the access token', () => {
  it('can be made with the key, so that each forgery below fails for one reason only', async () => {
    const account = await anAccount(t);
    const { sub, sid } = claimsOf(account);
    expect((await me(forge({ claims: { sub, sid } }))).body.id).toBe(account.id);
  });

  const attacks: [string, string, (account: Client, other: Client) => string][] = [
    ['a changed signature', 'TOKEN_INVALID', ({ accessToken }) => accessToken!.replace(/.{4}$/, 'AAAA')],
    ['no signature', 'TOKEN_INVALID', ({ accessToken }) => accessToken!.replace(/[^.]+$/, '')],
    [
      'another account’s body on it',
      'TOKEN_INVALID',
      (a, b) => [a.accessToken!.split('.')[0], b.accessToken!.split('.')[1], a.accessToken!.split('.')[2]].join('.'),
    ],
    ['alg none', 'TOKEN_INVALID', (a) => `${base64url({ alg: 'none', typ: 'JWT' })}.${a.accessToken!.split('.')[1]}.`],
    ['alg none with a signature', 'TOKEN_INVALID', (a) => forge({ header: { alg: 'none' }, claims: claimsOf(a) })],
    ['alg HS512', 'TOKEN_INVALID', (a) => forge({ header: { alg: 'HS512' }, claims: claimsOf(a) })],
    ['alg RS256', 'TOKEN_INVALID', (a) => forge({ header: { alg: 'RS256' }, claims: claimsOf(a) })],
    [
      'another key',
      'TOKEN_INVALID',
      (a) => forge({ secret: 'another-secret-another-secret-another', claims: claimsOf(a) }),
    ],
    ['an empty key', 'TOKEN_INVALID', (a) => forge({ secret: '', claims: claimsOf(a) })],
    [
      'a key id that is a path',
      'TOKEN_INVALID',
      (a) => forge({ header: { kid: '../../dev/null' }, claims: claimsOf(a) }),
    ],
    ['a key id that is no text', 'TOKEN_INVALID', (a) => forge({ header: { kid: { a: 1 } }, claims: claimsOf(a) })],
    ['a key id of every object', 'TOKEN_INVALID', (a) => forge({ header: { kid: '__proto__' }, claims: claimsOf(a) })],
    ['no claims', 'TOKEN_INVALID', () => forgeBody('null')],
    ['claims that are a list', 'TOKEN_INVALID', () => forgeBody('[1]')],
    ['another issuer', 'TOKEN_INVALID', (a) => forge({ claims: { ...claimsOf(a), iss: 'elsewhere' } })],
    ['another audience', 'TOKEN_INVALID', (a) => forge({ claims: { ...claimsOf(a), aud: 'elsewhere' } })],
    ['no issuer', 'TOKEN_INVALID', (a) => forge({ claims: { ...claimsOf(a), iss: undefined } })],
    ['another use', 'TOKEN_INVALID', (a) => forge({ claims: { ...claimsOf(a), use: 'refresh' } })],
    ['no end', 'TOKEN_INVALID', (a) => forge({ claims: { ...claimsOf(a), exp: undefined } })],
    [
      'a longer life than ours have',
      'TOKEN_INVALID',
      (a) => forge({ claims: { ...claimsOf(a), exp: seconds() + 901, iat: seconds() } }),
    ],
    [
      'an end without an end',
      'TOKEN_INVALID',
      (a) => forge({ claims: { ...claimsOf(a), exp: 8_000_000_000, iat: seconds() } }),
    ],
    ['no time of issue', 'TOKEN_INVALID', (a) => forge({ claims: { ...claimsOf(a), iat: undefined } })],
    [
      'a time of issue that is text',
      'TOKEN_INVALID',
      (a) => forge({ claims: { ...claimsOf(a), iat: `${seconds()}` } }),
    ],
    [
      'a time of issue in the future',
      'TOKEN_INVALID',
      (a) => forge({ claims: { ...claimsOf(a), iat: seconds() + 30, exp: seconds() + 900 } }),
    ],
    ['not yet', 'TOKEN_INVALID', (a) => forge({ claims: { ...claimsOf(a), nbf: 4_000_000_000 } })],
    ['an expiry in the past', 'TOKEN_EXPIRED', (a) => expired(a)],
    [
      'another account’s session',
      'SESSION_ENDED',
      (a, b) => forge({ claims: { ...claimsOf(a), sub: claimsOf(b).sub } }),
    ],
    ['a subject that is no id', 'TOKEN_INVALID', (a) => forge({ claims: { ...claimsOf(a), sub: '1e0' } })],
    ['a session that is no number', 'TOKEN_INVALID', (a) => forge({ claims: { ...claimsOf(a), sid: '1 OR 1=1' } })],
    ['a body that is no object', 'TOKEN_INVALID', () => forge({}).replace(/\.[^.]+\./, `.${base64url('x')}.`)],
    ['no JSON at all', 'TOKEN_INVALID', () => 'a.b.c'],
    [
      'a line’s end in it',
      'TOKEN_INVALID',
      ({ accessToken }) => `${accessToken!.slice(0, 20)} ${accessToken!.slice(20)}`,
    ],
  ];

  it.each(attacks)('with %s is 401 %s, also on a public route', async (_, code, attack) => {
    const [account, other] = [await anAccount(t), await anAccount(t)];
    const answer = await me(attack(account, other));
    expect(answer).toMatchObject(problem(401, code));
    expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', 'Token x', ''])('is not %j', async (authorization) => {
    expect((await t.anyone.get('/accounts/me', { authorization })).status).toBe(401);
  });

  it('is accepted from an instance with a clock 4 s ahead', async () => {
    const account = await anAccount(t);
    const iat = seconds() + 4;
    const { sub, sid } = claimsOf(account);
    expect((await me(forge({ claims: { sub, sid, iat, exp: iat + 900 } }))).status).toBe(200);
  });

  it('is accepted with the scheme in any case', async () => {
    const account = await anAccount(t);
    const answer = await t.anyone.get('/accounts/me', { authorization: `bEARER  ${account.accessToken}` });
    expect(answer.status).toBe(200);
  });

  it('is valid for 15 minutes by default', async () => {
    const { exp, iat } = payloadOf(await anAccount(t));
    expect(exp - iat).toBe(900);
  });

  it('ends with its session in any spelling of its signature', async () => {
    const account = await anAccount(t);
    await account.post('/auth/logout');
    // 32 bytes leave two bits of the last character unused: four spellings, one signature.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(account.accessToken!.at(-1)!);
    for (let i = 0; i < 4; i++) {
      const spelled = account.accessToken!.slice(0, -1) + alphabet[(last & ~3) | i];
      expect((await me(spelled)).status).toBe(401);
    }
  });

  it('has the current rights of its account, not those at its creation', async () => {
    const account = await anAccount(t);
    await t.database.transaction((tx) => tx.run("UPDATE accounts SET role = 'admin' WHERE id = ?", [account.id]));
    expect((await account.get('/accounts/me')).body.role).toBe('admin');
  });

  it('needs one statement', async () => {
    const account = await anAccount(t);
    await account.get('/accounts/me');
    const { statements } = await statementsOf(() => account.get(`/accounts/${account.id}`));
    expect(statements).toHaveLength(2);
  });
});

describe('rotating the JWT key', () => {
  const NEW = 'a-new-secret-a-new-secret-a-new-secret';

  it('accepts tokens of every kind made with the previous key, and none after its removal', async () => {
    const account = await anAccount(t);
    for (let i = 0; i < 2; i++) await login(account.username);
    const { nextCursor } = (await account.get('/auth/sessions?limit=1')).body;
    const env = { JWT_SECRET: NEW, JWT_SECRET_PREVIOUS: t.config.jwtSecrets[0] };
    const rotated = await startApp({ keepData: true, env });
    expect((await me(account.accessToken!, rotated)).status).toBe(200);
    const page = await rotated.anyone.get(`/auth/sessions?limit=1&cursor=${nextCursor}`, bearer(account.accessToken));
    expect(page.status).toBe(200);
    const fresh = await refresh(account.refreshToken, rotated);
    expect(fresh.status).toBe(200);

    const forgotten = await startApp({ keepData: true, env: { JWT_SECRET: NEW } });
    expect(await me(account.accessToken!, forgotten)).toMatchObject(problem(401, 'TOKEN_INVALID'));
    expect((await me(fresh.body.accessToken, forgotten)).status).toBe(200);
    // The refresh token is identified by its stored hash, so absent members stay logged in.
    expect((await refresh(fresh.body.refreshToken, forgotten)).status).toBe(200);
  });

  it('gives the same successor at instances with the new key and without it', async () => {
    const account = await anAccount(t);
    const rotated = await startApp({
      keepData: true,
      env: { JWT_SECRET: NEW, JWT_SECRET_PREVIOUS: t.config.jwtSecrets[0] },
    });
    const byOld = await refresh(account.refreshToken, t);
    expect((await refresh(account.refreshToken, rotated)).body.refreshToken).toBe(byOld.body.refreshToken);
    const byNew = await refresh(byOld.body.refreshToken, rotated);
    // Without the new key an instance cannot make that successor again. It must not treat a retry as a theft.
    expect((await refresh(byOld.body.refreshToken, t)).status).toBe(401);
    expect((await refresh(byNew.body.refreshToken, rotated)).status).toBe(200);
  });

  it('still ends a session for an old token from before the rotation', async () => {
    const account = await anAccount(t);
    const rotated = await startApp({
      keepData: true,
      env: { JWT_SECRET: NEW, JWT_SECRET_PREVIOUS: t.config.jwtSecrets[0] },
    });
    const child = await refresh(account.refreshToken, t);
    const grandchild = await refresh(child.body.refreshToken, rotated);
    expect((await refresh(account.refreshToken, rotated)).status).toBe(401);
    expect((await refresh(grandchild.body.refreshToken, rotated)).status).toBe(401);
  });

  it('signs with the newest key and names its id', () => {
    const [token] = [t.app.get(AccessTokens).sign(1, 1)];
    const { kid, alg } = JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString());
    expect([typeof kid, alg]).toEqual(['string', 'HS256']);
  });
});

describe('the cookie mode', () => {
  const ORIGIN = 'https://campus.example';
  const FORMER_CLEARED = {
    name: 'madang_refresh',
    value: '',
    httpOnly: true,
    secure: true,
    sameSite: 'Strict',
    path: '/api/v1/auth',
    expires: new Date(0),
    maxAge: 0,
  };
  let browser: TestApp;
  beforeAll(async () => {
    browser = await startApp({
      keepData: true,
      env: { CORS_ORIGINS: ORIGIN, PUBLIC_URL: 'https://api.campus.example' },
    });
  });

  /** A browser that has logged in, with its cookies. */
  async function inBrowser(): Promise<{ cookie: string; accessToken: string }> {
    const account = await anAccount(browser);
    const { body, raw } = await browser.anyone.post('/auth/login', {
      username: account.username,
      password: PASSWORD,
      refreshTokenIn: 'cookie',
    });
    expect(body.refreshToken).toBeNull();
    const [cookie] = raw.cookies;
    return { cookie: `${cookie.name}=${cookie.value}`, accessToken: body.accessToken };
  }

  it('hides the refresh token from scripts, other sites and all other routes', async () => {
    const { body, raw } = await browser.anyone.post('/auth/register', {
      username: `browser${next()}`,
      password: PASSWORD,
      nickname: '민수',
      refreshTokenIn: 'cookie',
    });
    expect(body.refreshToken).toBeNull();
    expect(raw.cookies).toEqual([
      {
        name: '__Host-madang_refresh',
        value: expect.stringMatching(/^mr\d+\.0\.[\w-]{64}$/),
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
        path: '/',
        maxAge: 14 * 86_400,
      },
      FORMER_CLEARED,
    ]);
  });

  it('has no prefix over plain http, because browsers refuse it, unless a trusted proxy reports https', async () => {
    const laptop = await startApp({ keepData: true, env: { TRUSTED_PROXIES: '127.0.0.1' } });
    const account = await anAccount(laptop);
    const payload = { username: account.username, password: PASSWORD, refreshTokenIn: 'cookie' };
    const cookieBy = async (app: TestApp, headers = {}) =>
      (await app.anyone.post('/auth/login', payload, headers)).raw.cookies[0];
    const { name, value, ...flags } = await cookieBy(laptop);
    const plain = { httpOnly: true, sameSite: 'Strict', path: '/api/v1/auth', maxAge: 14 * 86_400 };
    expect([name, flags]).toEqual(['madang_refresh', plain]);
    const proxied = { 'x-forwarded-proto': 'https' };
    expect(await cookieBy(laptop, proxied)).toMatchObject({ name: '__Host-madang_refresh', secure: true, path: '/' });
    expect((await cookieBy(t, proxied)).name).toBe('madang_refresh');
    const sent = { cookie: `madang_refresh=${value}`, origin: 'http://localhost' };
    const { status, raw } = await laptop.anyone.post('/auth/refresh', undefined, { ...sent, host: 'localhost' });
    expect([status, raw.cookies.map((cookie) => cookie.name)]).toEqual([200, ['madang_refresh']]);
  });

  it('is accepted by its former name until the end of 2026, and replaced', async () => {
    const origin = 'https://api.campus.example';
    const then = await startApp({ keepData: true, env: { PUBLIC_URL: origin } });
    then.clock.advance((Date.parse('2026-12-30T23:00:00Z') - Date.now()) / 1000);
    const account = await anAccount(then);
    const refreshByFormer = async () => {
      const payload = { username: account.username, password: PASSWORD, refreshTokenIn: 'cookie' };
      const [{ value }] = (await then.anyone.post('/auth/login', payload)).raw.cookies;
      return then.anyone.post('/auth/refresh', undefined, { cookie: `madang_refresh=${value}`, origin });
    };
    const { status, raw } = await refreshByFormer();
    expect(status).toBe(200);
    expect(raw.cookies).toEqual([expect.objectContaining({ name: '__Host-madang_refresh' }), FORMER_CLEARED]);
    then.clock.advance(3_600);
    expect(await refreshByFormer()).toMatchObject(problem(401, 'REFRESH_TOKEN_INVALID'));
  });

  it('is refused if it comes with both names, or twice with one', async () => {
    const { cookie, accessToken } = await inBrowser();
    const former = cookie.replace('__Host-', '');
    for (const both of [`${cookie}; ${former}`, `${former};${cookie}`, `a=b; ${cookie}; ${cookie}`]) {
      for (const path of ['/auth/refresh', '/auth/logout']) {
        const answer = await browser.anyone.post(path, undefined, { cookie: both, origin: ORIGIN });
        expect(answer).toMatchObject(problem(400, 'REFRESH_COOKIE_TWICE'));
      }
    }
    expect((await me(accessToken, browser)).status).toBe(200);
    const other = `not_madang_refresh=x; ${cookie}; madang_refresher=y`;
    expect((await browser.anyone.post('/auth/refresh', undefined, { cookie: other, origin: ORIGIN })).status).toBe(200);
  });

  it.each([undefined, 'https://evil.example', 'null', 'https://campus.example.evil.example', 'http://campus.example'])(
    'does not take the cookie from the origin %s',
    async (origin) => {
      const { cookie, accessToken } = await inBrowser();
      const headers = { cookie, ...(origin ? { origin } : {}) };
      for (const path of ['/auth/refresh', '/auth/logout']) {
        expect(await browser.anyone.post(path, undefined, headers)).toMatchObject(problem(403, 'ORIGIN_NOT_ALLOWED'));
      }
      expect((await me(accessToken, browser)).status).toBe(200);
    },
  );

  it.each([ORIGIN, 'https://api.campus.example'])(
    'refreshes from %s and keeps the token out of the body',
    async (origin) => {
      const { cookie } = await inBrowser();
      const { status, body, raw } = await browser.anyone.post('/auth/refresh', undefined, { cookie, origin });
      expect([status, body.refreshToken]).toEqual([200, null]);
      expect(raw.cookies[0].value).not.toBe(cookie.split('=')[1]);
      expect((await me(body.accessToken, browser)).status).toBe(200);
    },
  );

  it('logs out with the cookie and clears it', async () => {
    const { cookie, accessToken } = await inBrowser();
    const { status, raw } = await browser.anyone.post('/auth/logout', undefined, { cookie, origin: ORIGIN });
    expect(status).toBe(204);
    expect(raw.cookies).toMatchObject([
      { name: '__Host-madang_refresh', value: '', path: '/', secure: true },
      FORMER_CLEARED,
    ]);
    expect(raw.cookies[0].expires!.getTime()).toBe(0);
    expect((await me(accessToken, browser)).status).toBe(401);
  });

  it('does not replace the access token', async () => {
    const { cookie } = await inBrowser();
    expect((await browser.anyone.get('/accounts/me', { cookie, origin: ORIGIN })).status).toBe(401);
    expect((await browser.anyone.get('/auth/sessions', { cookie, origin: ORIGIN })).status).toBe(401);
  });
});

describe('guessing passwords', () => {
  let proxied: TestApp;
  const limited = () => startApp({ keepData: true, env: { RATE_LIMITS: 'on', TRUSTED_PROXIES: '127.0.0.1' } });
  beforeAll(async () => {
    proxied = await limited();
  });

  const from = (address: string) => ({ 'x-forwarded-for': address });
  const fail = (username: string, address: string, app = proxied) =>
    login(username, 'wrong-password', app, from(address));
  const attempt = (username: string, address: string, app = proxied) => login(username, PASSWORD, app, from(address));

  it('ends for an address after ten failures at one account, also simultaneous ones', async () => {
    const account = await anAccount(t);
    const statuses = (await many(30, () => fail(account.username, '198.51.100.1'))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
    const refused = await attempt(account.username, '198.51.100.1');
    expect(refused).toMatchObject(problem(429, 'TOO_MANY_REQUESTS'));
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(900);
  });

  it('counts a name in any case as one, and an unknown name like a known one', async () => {
    const account = await anAccount(t);
    for (const name of [account.username, `nobody${next()}`]) {
      for (let i = 0; i < 10; i++) await fail(i % 2 ? name : name.toUpperCase(), '198.51.100.2');
      expect((await fail(name, '198.51.100.2')).status).toBe(429);
    }
  });

  it('counts an IPv6 /64 as one address', async () => {
    const account = await anAccount(t);
    for (let i = 0; i < 10; i++) await fail(account.username, `2001:db8::${i}:1`);
    expect((await fail(account.username, '2001:db8::ffff')).status).toBe(429);
    expect((await fail(account.username, '2001:db8:0:1::1')).status).toBe(401);
  });

  it('ends for everybody after a hundred failures at one account, but not for its owner', async () => {
    const account = await anAccount(t);
    await attempt(account.username, '203.0.113.7');
    for (let i = 0; i < 100; i++) await fail(account.username, `192.0.2.${i}`);
    expect((await attempt(account.username, '192.0.2.200')).status).toBe(429);
    expect((await attempt(account.username, '203.0.113.7')).status).toBe(200);
    // Guessing from the owner's own device is limited too: ten tries of everybody, ten of its own.
    for (let i = 0; i < 20; i++) expect((await fail(account.username, '203.0.113.7')).status).toBe(401);
    expect((await fail(account.username, '203.0.113.7')).status).toBe(429);
  });

  it('leaves the owner tries of her own after somebody at the same address has used up the others', async () => {
    const account = await anAccount(t);
    const NAT = '203.0.113.55';
    const phone = { ...from(NAT), 'user-agent': 'Madang/1.0 (iPhone)' };
    expect((await login(account.username, PASSWORD, proxied, phone)).status).toBe(200);
    for (let i = 0; i < 10; i++) await fail(account.username, NAT);
    expect((await attempt(account.username, NAT)).status).toBe(429);
    expect((await login(account.username, PASSWORD, proxied, phone)).status).toBe(200);
    for (let i = 0; i < 11; i++) await fail(account.username, NAT);
    for (let i = 0; i < 10; i++) {
      expect((await login(account.username, 'wrong-password-1', proxied, phone)).status).toBe(401);
    }
    expect((await login(account.username, PASSWORD, proxied, phone)).status).toBe(429);
  });

  it('ends with a password reset for an owner without a session', async () => {
    const account = await anAccount(t);
    await t.database.transaction((tx) =>
      tx.run('UPDATE accounts SET email = ?, email_key = ? WHERE id = ?', [
        `g${account.id}@example.com`,
        `g${account.id}@example.com`,
        account.id,
      ]),
    );
    for (let i = 0; i < 100; i++) await fail(account.username, `192.0.2.${i}`);
    const home = '203.0.113.8';
    expect((await attempt(account.username, home)).status).toBe(429);
    proxied.mails.splice(0);
    await proxied.anyone.post('/auth/password-reset', { email: `g${account.id}@example.com` });
    while (proxied.mails.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const token = /^[\w-]{43}$/m.exec(proxied.mails[0].text)![0];
    await proxied.anyone.post('/auth/password-reset/confirm', { token, newPassword: 'found-again-77' }, from(home));
    expect((await login(account.username, 'found-again-77', proxied, from(home))).status).toBe(200);
  });

  it('does not lock a campus behind one address: successes do not count, and owners elsewhere can log in', async () => {
    const campus = await limited();
    const NAT = '203.0.113.99';
    const [known, stranger] = [await anAccount(campus), await anAccount(campus)];
    for (let i = 0; i < 20; i++) expect((await attempt(known.username, NAT, campus)).status).toBe(200);
    for (let round = 0; round < 20; round++) {
      const answers = await many(50, (i) => fail(`guessed${round}_${i}`, NAT, campus));
      expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(401));
    }
    expect((await attempt(stranger.username, NAT, campus)).status).toBe(429);
    expect((await attempt(known.username, NAT, campus)).status).toBe(200);
    expect((await attempt(stranger.username, '203.0.113.100', campus)).status).toBe(200);
  });

  it('trusts X-Forwarded-For of a trusted proxy only', async () => {
    const direct = await startApp({ keepData: true, env: { RATE_LIMITS: 'on' } });
    const account = await anAccount(t);
    // Ten tries of the address, and ten of the device that registered there.
    for (let i = 0; i < 20; i++) await fail(account.username, `198.51.100.${i}`, direct);
    expect((await fail(account.username, '198.51.100.77', direct)).status).toBe(429);
  });

  it('resets failures after a success', async () => {
    const account = await anAccount(t);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 9; i++) await fail(account.username, '198.51.100.9');
      expect((await attempt(account.username, '198.51.100.9')).status).toBe(200);
    }
  });

  it('does not count failures caused by the server', async () => {
    const account = await anAccount(t);
    const compare = jest
      .spyOn(bcrypt, 'compare')
      .mockImplementation((() => Promise.reject(new Error('broken'))) as never);
    for (let i = 0; i < 12; i++) expect((await attempt(account.username, '198.51.100.10')).status).toBe(500);
    compare.mockRestore();
    expect((await attempt(account.username, '198.51.100.10')).status).toBe(200);
  });
});

describe('repeated log-ins', () => {
  const limited = (more = {}) =>
    startApp({ keepData: true, env: { RATE_LIMITS: 'on', TRUSTED_PROXIES: '127.0.0.1', ...more } });
  const from = (address: string) => ({ 'x-forwarded-for': address });

  /** The number of each status. */
  const statusesOf = (answers: Answer[]) => {
    const counts: Record<number, number> = {};
    for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };

  it('with the right password are allowed thirty times in five minutes and account, also simultaneous ones', async () => {
    const [app, account, other] = [await limited(), await anAccount(t), await anAccount(t)];
    const answers = await many(40, (i) => login(account.username, PASSWORD, app, from(`198.51.100.${i}`)));
    expect(statusesOf(answers)).toEqual({ 200: 30, 429: 10 });
    const refused = await login(account.username.toUpperCase(), PASSWORD, app, from('198.51.100.1'));
    expect(refused).toMatchObject(problem(429, 'TOO_MANY_REQUESTS'));
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(300);
    expect((await login(other.username, PASSWORD, app, from('198.51.100.1'))).status).toBe(200);
  });

  it('with a wrong password do not count as right ones, also simultaneous ones', async () => {
    const [app, account] = [await limited(), await anAccount(t)];
    await many(90, (i) => login(account.username, 'wrong-password', app, from(`198.51.100.${i}`)));
    expect((await login(account.username, PASSWORD, app, from('203.0.113.1'))).status).toBe(200);
  });

  /** Delays every hash until it is opened; `count` is the number of waiting ones. */
  function holdHashes(app: TestApp) {
    const passwords = app.app.get(Passwords);
    const asked = [jest.spyOn(passwords, 'matches'), jest.spyOn(passwords, 'hash')] as const;
    const asks = () => asked[0].mock.calls.length + asked[1].mock.calls.length;
    const began = performance.now();
    let open = () => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    for (const method of ['compare', 'hash'] as const) {
      const real = bcrypt[method].bind(bcrypt) as (...args: unknown[]) => Promise<never>;
      jest.spyOn(bcrypt, method).mockImplementation((async (...args: unknown[]) => {
        await opened;
        return real(...args);
      }) as never);
    }
    const come = async (count: number) => {
      while (asks() < count && performance.now() - began < 20_000) await sleep(5);
      expect(asks()).toBe(count);
    };
    return { open, come };
  }
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('on seventy connections do not block others', async () => {
    const [app, hog] = [await limited(), await anAccount(t)];
    const members = await many(8, () => anAccount(t));
    const { open, come } = holdHashes(app);
    const connections = many(70, (i) => login(hog.username, PASSWORD, app, from(`198.51.100.${i % 10}`)));
    await come(30);
    const others = many(8, (i) => login(members[i].username, PASSWORD, app, from(`203.0.113.${i}`)));
    await come(38);
    open();
    expect(statusesOf(await others)).toEqual({ 200: 8 });
    expect(statusesOf(await connections)).toEqual({ 200: 30, 429: 40 });
  });

  it.each(['login', 'register'])('with seventy unknown names do not block others: %s', async (path) => {
    const [app, members] = [await limited(), await many(8, () => anAccount(t))];
    const { open, come } = holdHashes(app);
    const storm = many(70, (i) => {
      const body = {
        username: `no_${path}_${i}`,
        password: PASSWORD,
        ...(path === 'register' && { nickname: '민수' }),
      };
      return app.anyone.post(`/auth/${path}`, body, from('198.51.100.1'));
    });
    await come(70);
    const others = many(8, (i) => login(members[i].username, PASSWORD, app, from('198.51.100.1')));
    await come(78);
    open();
    expect(statusesOf(await others)).toEqual({ 200: 8 });
    // One was being hashed and sixty waited; eight of them were replaced.
    expect(statusesOf(await storm)).toEqual({ [path === 'login' ? 401 : 201]: 53, 503: 17 });
  });

  it('by many accounts of one network do not block other networks, and the queue stays short', async () => {
    const [app, crowd] = [await limited(), await many(10, () => anAccount(t))];
    const members = await many(8, () => anAccount(t));
    const { open, come } = holdHashes(app);
    const storm = many(100, (i) => login(crowd[i % 10].username, PASSWORD, app, from('198.51.100.1')));
    await come(100);
    const others = many(8, (i) => login(members[i].username, PASSWORD, app, from(`203.0.113.${i}`)));
    await come(108);
    open();
    expect(statusesOf(await others)).toEqual({ 200: 8 });
    // One was being hashed and sixty waited; eight of them were replaced.
    expect(statusesOf(await storm)).toEqual({ 200: 53, 503: 47 });
  });
});

describe('signing up', () => {
  it('is allowed five hundred times an hour and address', async () => {
    const app = await startApp({ keepData: true, env: { RATE_LIMITS: 'on' } });
    const taken = (await anAccount(app)).username;
    const register = () => app.anyone.post('/auth/register', { username: taken, password: PASSWORD, nickname: '민수' });
    for (let round = 0; round < 10; round++) await many(49, register);
    for (let i = 490; i < 499; i++) expect(await register()).toMatchObject(problem(409, 'USERNAME_TAKEN'));
    expect(await register()).toMatchObject(problem(429, 'TOO_MANY_REQUESTS'));
  });
});
