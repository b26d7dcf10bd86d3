import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { AccountsService } from '../src/accounts/accounts.service.js';
import { runAdmin } from '../src/cli/admin/commands.js';
import { Limits } from '../src/common/limits/limits.js';
import { SecurityEvents } from '../src/common/security-events.js';
import { LIKES } from '../src/posts/reactions/reactions.service.js';
import { startApp, type TestApp } from './support/app.js';
import { Client } from './support/client.js';
import { parseExposition, valueOf } from './support/exposition.js';
import { aBoard, anAccount, aPost, PASSWORD } from './support/factories.js';
import { settled } from './support/settled.js';

let t: TestApp;
const lines: string[] = [];

beforeAll(async () => {
  t = await startApp({
    env: { RATE_LIMITS: 'on', LOG_LEVEL: 'trace', SCHOOL_EMAIL_DOMAINS: 'madang.ac.kr' },
    log: { write: (line) => void lines.push(line) },
  });
});

/** The lines of security events during `work`. */
async function eventsOf(work: () => Promise<unknown>): Promise<Record<string, any>[]> {
  await settled(t);
  const from = lines.length;
  await work();
  await settled(t);
  return lines
    .slice(from)
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event !== undefined);
}

const login = (username: string, password: string) => t.anyone.post('/auth/login', { username, password });
const hashOf = ({ id }: Client) => t.app.get(SecurityEvents).hashOfAccount(id);
const counted = async (event: string) =>
  valueOf(parseExposition((await t.fastify.inject('/metrics')).payload), 'madang_security_events_total', { event });

/** Allowed keys of a line: none leads to a request, a place or an item. */
const KEYS = new Set('level time service context event account username network key limit role'.split(' '));

function expectNobody(events: Record<string, any>[], ...names: string[]): void {
  for (const line of events) expect(Object.keys(line).filter((key) => !KEYS.has(key))).toEqual([]);
  const text = JSON.stringify(events);
  for (const name of names) {
    const digests = ['sha1', 'sha256'].flatMap((kind) =>
      (['hex', 'base64url'] as const).map((form) => createHash(kind).update(name).digest(form).slice(0, 12)),
    );
    for (const trace of [name, ...digests]) expect(text).not.toContain(trace);
  }
}

describe('a security event', () => {
  it('has its own line with hashes, for failed log-ins by name and network, and a metric', async () => {
    const me = await anAccount(t);
    const before = await counted('login.failed');
    const events = await eventsOf(async () => {
      expect((await login(me.username, 'wrong-wrong-wrong')).status).toBe(401);
      expect((await login(me.username.toUpperCase(), 'wrong-wrong-wrong')).status).toBe(401);
      expect((await login('nobody_at_all', 'wrong-wrong-wrong')).status).toBe(401);
    });
    const network = events[0].network;
    expect(events.map(({ event, account, username }) => [event, account ?? username])).toEqual([
      ['login.failed', hashOf(me)],
      ['login.failed', hashOf(me)],
      ['login.failed', expect.stringMatching(/^[\w-]{16}$/)],
    ]);
    expect(events.map((one) => one.network)).toEqual([network, network, network]);
    expectNobody(events, me.username, 'nobody_at_all', '127.0.0.1');
    expect((await counted('login.failed')) - before).toBe(3);
  });

  it('exists for changes of a password, reused refresh tokens, wrong codes, the end of all sessions', async () => {
    const me = await anAccount(t);
    const next = 'another-horse-43';
    let now = me;
    const as = (body: any) => new Client(t.fastify, t.contract, body.accessToken, body.refreshToken, me.id);
    const events = await eventsOf(async () => {
      await me.put('/accounts/me/password', { currentPassword: 'wrong-wrong-wrong', newPassword: next });
      now = as((await me.put('/accounts/me/password', { currentPassword: PASSWORD, newPassword: next })).body);
      await now.post('/accounts/me/school-email', { email: 'somebody@madang.ac.kr' });
      const [code] = /\b\d{6}\b/.exec(t.mails.at(-1)!.text)!;
      const wrong = code === '000000' ? '000001' : '000000';
      expect((await now.post('/accounts/me/school-email/confirm', { code: wrong })).status).toBe(400);
      let { refreshToken } = now;
      for (let i = 0; i < 2; i++)
        refreshToken = (await t.anyone.post('/auth/refresh', { refreshToken })).body.refreshToken;
      expect((await t.anyone.post('/auth/refresh', { refreshToken: now.refreshToken })).status).toBe(401);
      now = as((await login(me.username, next)).body);
      await now.post('/auth/logout-all');
    });
    expect(events.map(({ event, account }) => [event, account])).toEqual(
      ['password.refused', 'password.changed', 'code.refused', 'refresh.reused', 'sessions.ended'].map((event) => [
        event,
        hashOf(me),
      ]),
    );
    expectNobody(events, me.username, me.nickname, 'somebody@madang.ac.kr');
    for (const { event } of events) expect(await counted(event)).toBeGreaterThan(0);
  });

  it('exists for a role given by an operator', async () => {
    const me = await anAccount(t);
    const given: object[] = [];
    const spy = { report: (...line: unknown[]) => void given.push(line) } as unknown as SecurityEvents;
    const console = { print: () => undefined, readPassword: async () => PASSWORD };
    await runAdmin(['grant', me.username, 'admin'], t.database, t.app.get(AccountsService), console, spy);
    expect(given).toEqual([['role.changed', { accountId: me.id }, { role: 'admin' }]]);
    // The command line prints the same hash as the server's log.
    expect(new SecurityEvents(t.config).hashOfAccount(me.id)).toBe(hashOf(me));
  });

  it('exists for the first refusal of a limit in its window', async () => {
    const me = await anAccount(t);
    const events = await eventsOf(async () => {
      for (let i = 0; i < 14; i++) await login(me.username, 'wrong-wrong-wrong');
    });
    expect(events.filter(({ event }) => event === 'limit.hit')).toMatchObject([
      { limit: 'login-pair', key: expect.stringMatching(/^[\w-]{16}$/) },
    ]);
    expectNobody(events, me.username, `${me.username} 127.0.0.1`);
  });

  it('exists for the first refusal also if a refused attempt returns its point, as right log-ins do', async () => {
    const me = await anAccount(t);
    const events = await eventsOf(async () => {
      for (let i = 0; i < 34; i++) await login(me.username, PASSWORD);
    });
    expect(events.map(({ event, limit }) => [event, limit])).toEqual([['limit.hit', 'login-right']]);
  });
});

describe('limits of writing, liking and reading', () => {
  it('are counted, but have no line: with the line of the request it would reveal an author', async () => {
    const me = await anAccount(t);
    const board = await aBoard(t);
    const post = await aPost(t, { board });
    const events = await eventsOf(async () => {
      const write = () =>
        me.post(`/boards/${board.id}/posts`, { title: '비밀', content: '아무도 모르게', anonymous: true });
      expect([(await write()).status, (await write()).status]).toEqual([201, 429]);
      const comment = () => me.post(`/posts/${post.id}/comments`, { content: '저도요', anonymous: true });
      expect([(await comment()).status, (await comment()).status]).toEqual([201, 429]);
      for (let i = 0; i < 59; i++) await t.app.get(Limits).spend(LIKES, me.id);
      const like = () => me.put(`/posts/${post.id}/like`);
      expect([(await like()).status, (await like()).status]).toEqual([204, 429]);
    });
    expect(events).toEqual([]);
    const metrics = parseExposition((await t.fastify.inject('/metrics')).payload);
    for (const limit of ['post', 'comment', 'like']) {
      expect(valueOf(metrics, 'madang_limit_decisions_total', { limit, outcome: 'refused' })).toBe(1);
    }
    expect(lines.join('')).not.toContain(hashOf(me));
  });
});

it('no line of a request has a hash of a person', () => {
  const requests = lines.map((line) => JSON.parse(line)).filter(({ reqId }) => reqId !== undefined);
  expect(requests.length).toBeGreaterThan(20);
  for (const { account, network, key, username, event } of requests) {
    expect([account, network, key, username, event]).toEqual(Array(5).fill(undefined));
  }
});
