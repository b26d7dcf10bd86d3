import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { allLimits } from '../src/common/limits/limit.js';
import { Limits } from '../src/common/limits/limits.js';
import { READS, READS_BY_NETWORK, SEARCHES, SEARCHES_BY_NETWORK } from '../src/common/limits/reads.js';
import { GUESSES_BY_NETWORK } from '../src/accounts/addresses/mail-codes.js';
import { REFRESHES } from '../src/accounts/sessions/sessions.service.js';
import { LIKES } from '../src/posts/reactions/reactions.service.js';
import { startApp, type TestApp } from './support/app.js';
import { Client, type Answer } from './support/client.js';
import { parseExposition, valueOf } from './support/exposition.js';
import { aBoard, aComment, anAccount, aPost } from './support/factories.js';

/** Without limits, to create rows. */
let t: TestApp;
let limited: TestApp;

const PROXY = { TRUSTED_PROXIES: '127.0.0.1' };
async function start(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await startApp({ keepData: true, env: { RATE_LIMITS: 'on', ...PROXY, ...env } });
  app.clock.freeze();
  return app;
}

beforeAll(async () => {
  t = await startApp();
  limited = await start();
});

const as = (app: TestApp, account: Client) =>
  new Client(app.fastify, app.contract, account.accessToken, null, account.id);
const from = (address: string) => ({ 'x-forwarded-for': address });

/** Uses up `count` points without requests. */
function spend(app: TestApp, limit: typeof READS, key: string | number, count: number): void {
  const limits = app.app.get(Limits);
  for (let i = 0; i < count; i++) limits.spendLocally(limit, key);
}

async function refusedAfter(times: number, ask: () => Promise<Answer>): Promise<Answer> {
  for (let i = 0; i < times; i++) expect((await ask()).status).not.toBe(429);
  const refused = await ask();
  expect(refused).toMatchObject({ status: 429, body: { code: 'TOO_MANY_REQUESTS' } });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  return refused;
}

describe('reads', () => {
  it('of an account are counted for it alone: its network and other accounts are not affected', async () => {
    const [one, other] = [as(limited, await anAccount(t)), as(limited, await anAccount(t))];
    spend(limited, READS, one.id, 599);
    expect((await one.get('/boards')).headers.ratelimit).toMatch(/^"read";r=0;t=\d+$/);
    const refused = await one.get('/boards');
    expect(refused).toMatchObject({
      status: 429,
      headers: {
        'ratelimit-policy': '"read";q=600;w=60',
        ratelimit: expect.stringMatching(/^"read";r=0;t=\d+$/),
        'retry-after': expect.stringMatching(/^([1-9]|[1-5]\d|60)$/),
      },
    });
    expect((await one.call('HEAD', '/boards')).status).toBe(429);
    expect((await other.get('/boards')).status).toBe(200);
    expect((await limited.anyone.get('/boards')).status).toBe(200);
  });

  it('without an account are counted by network, which does not affect logged-in accounts', async () => {
    const member = as(limited, await anAccount(t));
    const [full, free] = [from('203.0.113.1'), from('203.0.113.2')];
    spend(limited, READS_BY_NETWORK, '203.0.113.1', 19_999);
    expect((await limited.anyone.get('/boards', full)).headers).toMatchObject({
      'ratelimit-policy': '"read-network";q=20000;w=60',
      ratelimit: expect.stringMatching(/^"read-network";r=0;t=\d+$/),
    });
    expect((await limited.anyone.get('/boards', full)).status).toBe(429);
    expect((await limited.anyone.get('/boards', free)).status).toBe(200);
    expect((await member.get('/boards', full)).status).toBe(200);
  });

  it('with a refused token, at unknown addresses, and of pages also count for the network', async () => {
    const network = from('203.0.113.3');
    spend(limited, READS_BY_NETWORK, '203.0.113.3', 20_000);
    const broken = { ...network, authorization: 'Bearer a.b.c' };
    for (const path of ['/boards', '/nothing', '//openapi.json', '//', '/calendars/x.ics']) {
      expect({ path, status: (await limited.anyone.get(path, network)).status }).toEqual({ path, status: 429 });
      expect({ path, status: (await limited.anyone.get(path, broken)).status }).toEqual({ path, status: 429 });
    }
    for (const path of ['//health/live', '//health/ready']) {
      expect((await limited.anyone.get(path, network)).status).toBe(200);
    }
    expect((await limited.anyone.post('/auth/login', {}, network)).status).toBe(400);
  });

  it('do not show a single request of neighbours in a network', async () => {
    const network = from('203.0.113.4');
    const [first] = [await limited.anyone.get('/boards', network), await limited.anyone.get('/boards', network)];
    const third = await limited.anyone.get('/boards', network);
    const left = ({ headers }: Answer) => /r=(\d+)/.exec(headers.ratelimit)![1];
    expect([left(first), left(third)]).toEqual(['19000', '19000']);
  });

  it('do not need Redis: they are counted during its outage, and no decision is made alone', async () => {
    const alone = await start({ REDIS_URL: 'redis://127.0.0.1:1' });
    spend(alone, READS_BY_NETWORK, '203.0.113.5', 19_999);
    for (const status of [200, 429]) {
      expect((await alone.anyone.get('/boards', from('203.0.113.5'))).status).toBe(status);
    }
    const metrics = parseExposition((await alone.fastify.inject('/metrics')).payload);
    const of = (outcome: string) =>
      valueOf(metrics, 'madang_limit_decisions_total', { limit: 'read-network', outcome });
    expect([of('allowed'), of('refused')]).toEqual([20_000, 1]);
    expect(valueOf(metrics, 'madang_limits_alone_total')).toBe(0);
  });
});

describe('limits by account', () => {
  it('allow 60 likes and scraps a minute, of posts and comments together', async () => {
    const me = as(limited, await anAccount(t));
    const post = await aPost(t);
    const comment = await aComment(t, { post });
    for (let i = 0; i < 54; i++) await limited.app.get(Limits).spend(LIKES, me.id);
    let n = 0;
    const paths = [`/posts/${post.id}/like`, `/posts/${post.id}/scrap`, `/comments/${comment.id}/like`];
    const refused = await refusedAfter(6, () => {
      const path = paths[n % 3];
      return n++ % 2 ? me.delete(path) : me.put(path);
    });
    expect(refused.headers['ratelimit-policy']).toBe('"like";q=60;w=60');
    expect((await as(limited, await anAccount(t)).put(paths[0])).headers.ratelimit).toMatch(/^"like";r=59;t=60$/);
  });

  it('allow 120 searches a minute, in all catalogues together; lists without words are free', async () => {
    const me = as(limited, await anAccount(t));
    const paths = ['/posts?q=a', '/boards?q=a', '/subjects?q=a', '/lectures?q=a'];
    for (let i = 0; i < 118; i++) await limited.app.get(Limits).spend(SEARCHES, me.id);
    let n = 0;
    await refusedAfter(2, () => me.get(paths[n++ % 4]));
    for (const path of paths) expect((await me.get(path)).status).toBe(429);
    expect((await me.get('/posts')).status).toBe(200);
    expect((await me.get('/posts?q=')).status).not.toBe(429);
    expect((await limited.anyone.get('/posts?q=a')).status).toBe(200);
  });

  it('allow 3,000 searches a minute of a network without an account, and name that limit', async () => {
    const me = as(limited, await anAccount(t));
    const [full, free] = [from('203.0.113.30'), from('203.0.113.31')];
    const paths = ['/posts?q=a', '/boards?q=a', '/subjects?q=a', '/lectures?q=a'];
    const policyOf = async (by: Client, path: string) => (await by.get(path, full)).headers['ratelimit-policy'];
    for (const path of paths) {
      expect(await policyOf(limited.anyone, path)).toBe('"read-network";q=20000;w=60, "search-network";q=3000;w=60');
      expect(await policyOf(me, path)).toBe('"read";q=600;w=60, "search";q=120;w=60');
    }
    expect(await policyOf(limited.anyone, '/posts')).toBe('"read-network";q=20000;w=60');
    for (let i = 0; i < 2_994; i++) await limited.app.get(Limits).spend(SEARCHES_BY_NETWORK, '203.0.113.30');
    let n = 0;
    const refused = await refusedAfter(2, () => limited.anyone.get(paths[n++ % 4], full));
    expect(refused.headers['ratelimit-policy']).toBe('"search-network";q=3000;w=60');
    for (const path of paths) {
      expect((await limited.anyone.get(path, full)).status).toBe(429);
      expect((await limited.anyone.get(path, free)).status).toBe(200);
      expect((await me.get(path, full)).status).toBe(200);
    }
    expect((await limited.anyone.get('/posts', full)).status).toBe(200);
  });

  it('do not show the remaining searches of a network, which would reveal its neighbours', async () => {
    const { headers } = await limited.anyone.get('/posts?q=a', from('203.0.113.32'));
    expect(headers.ratelimit).toMatch(/^"read-network";r=19000;t=\d+$/);
  });

  it('count searches of an IPv6 /64 as one network', async () => {
    for (let i = 0; i < 2_999; i++) await limited.app.get(Limits).spend(SEARCHES_BY_NETWORK, '2001:db8:0:1::/64');
    for (const [address, status] of [
      ['2001:db8:0:1::a', 200],
      ['2001:db8:0:1::b', 429],
      ['2001:db8:0:2::a', 200],
    ] as const) {
      expect((await limited.anyone.get('/posts?q=a', from(address))).status).toBe(status);
    }
  });

  it('allow five exports an hour', async () => {
    const me = as(limited, await anAccount(t));
    await refusedAfter(5, () => me.get('/accounts/me/export'));
    expect((await me.get('/accounts/me')).status).toBe(200);
  });

  it('allow an account 30 refreshes a minute, over all its sessions; an invented token counts for nobody', async () => {
    const { id, username, refreshToken } = await anAccount(t);
    const login = { username, password: 'correct-horse-42' };
    const tokens = [refreshToken!, (await t.anyone.post('/auth/login', login)).body.refreshToken as string];
    const refresh = async (i: number) => {
      const answer = await limited.anyone.post('/auth/refresh', { refreshToken: tokens[i] });
      if (answer.status === 200) tokens[i] = answer.body.refreshToken;
      return answer;
    };
    const forged = tokens[0].replace(/.{8}$/, 'AAAAAAAA');
    for (let i = 0; i < 31; i++) {
      expect((await limited.anyone.post('/auth/refresh', { refreshToken: forged })).status).toBe(401);
    }
    for (let i = 0; i < 26; i++) await limited.app.get(Limits).spend(REFRESHES, id);
    let n = 0;
    await refusedAfter(4, () => refresh(n++ % 2));
    // The session is still valid: a limit does not end it.
    expect((await t.anyone.post('/auth/refresh', { refreshToken: tokens[0] })).status).toBe(200);
  });

  it('allow the exact number of simultaneous requests', async () => {
    const me = as(limited, await anAccount(t));
    const { id } = await aPost(t);
    const answers = await Promise.all(Array.from({ length: 80 }, () => me.put(`/posts/${id}/like`)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(60);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });
});

describe('guesses of codes', () => {
  const email = 'victim@madang.ac.kr';
  const ask = (account: Client, to: string) => account.post('/accounts/me/school-email', { email: to });
  const codeTo = () => /\b\d{6}\b/.exec(limited.mails.at(-1)!.text)![0];

  /** The statuses of five simultaneous wrong codes. */
  async function guess(account: Client, network: Record<string, string>): Promise<number[]> {
    const code = codeTo() === '000000' ? '000001' : '000000';
    const tries = Array.from({ length: 5 }, () => account.post('/accounts/me/school-email/confirm', { code }, network));
    return (await Promise.all(tries)).map(({ status }) => status);
  }

  it('are ten an hour for one mailbox, over all accounts, tags and networks', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const account = as(limited, await anAccount(t));
      expect((await ask(account, email.replace('@', i % 2 ? `+${i}@` : '@'))).status).toBe(202);
      statuses.push(...(await guess(account, from(`203.0.113.${100 + i}`))));
    }
    expect(statuses.filter((status) => status === 400)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    // Another mailbox is not affected, and a right code does not count.
    const other = as(limited, await anAccount(t));
    await ask(other, 'other@madang.ac.kr');
    expect((await other.post('/accounts/me/school-email/confirm', { code: codeTo() })).status).toBe(200);
  });

  it('are a hundred an hour from one network, and then do not count for the mailbox', async () => {
    const network = from('203.0.113.120');
    const limits = limited.app.get(Limits);
    for (let i = 0; i < 97; i++) await limits.spend(GUESSES_BY_NETWORK, '203.0.113.120');
    const account = as(limited, await anAccount(t));
    await ask(account, 'third@madang.ac.kr');
    expect((await guess(account, network)).sort()).toEqual([400, 400, 400, 429, 429]);
    await ask(account, 'third@madang.ac.kr');
    expect(await guess(account, from('203.0.113.121'))).toEqual([400, 400, 400, 400, 400]);
    await ask(account, 'third@madang.ac.kr');
    expect((await guess(account, from('203.0.113.121'))).sort()).toEqual([400, 400, 429, 429, 429]);
  });

  it('accept sub-domains only if configured', async () => {
    const wide = await start({ SCHOOL_EMAIL_DOMAINS: '*.madang.ac.kr,Campus.example' });
    const account = as(wide, await anAccount(t));
    const statusOf = async (app: TestApp, to: string) => (await ask(as(app, account), to)).status;
    expect(await statusOf(limited, 'a@mail.madang.ac.kr')).toBe(400);
    expect(await statusOf(wide, 'a@mail.madang.ac.kr')).toBe(202);
    expect(await statusOf(wide, 'a@cs.mail.MADANG.ac.kr')).toBe(202);
    for (const to of ['a@madang.ac.kr', 'a@evilmadang.ac.kr', 'a@mail.campus.example']) {
      expect({ to, status: await statusOf(wide, to) }).toEqual({ to, status: 400 });
    }
    expect(await statusOf(wide, 'a@campus.example')).toBe(202);
  });
});

describe('limits in answers and in the document', () => {
  it('can be read by a browser on another origin, also with a 429', async () => {
    const origin = 'https://m.campus.example';
    const app = await start({ CORS_ORIGINS: origin });
    spend(app, READS_BY_NETWORK, '203.0.113.6', 19_999);
    for (const status of [200, 429]) {
      const { headers, status: answered } = await app.anyone.get('/boards', { ...from('203.0.113.6'), origin });
      expect(answered).toBe(status);
      expect(headers['access-control-allow-origin']).toBe(origin);
      const exposed = headers['access-control-expose-headers'].split(/,\s*/);
      expect(exposed).toEqual(expect.arrayContaining(['RateLimit', 'RateLimit-Policy', 'Retry-After']));
    }
  });

  it('are documented by a route whose service counts them', async () => {
    const me = as(limited, await anAccount(t));
    const board = await aBoard(t);
    const { headers } = await me.post(`/boards/${board.id}/posts`, { title: '제목', content: '내용' });
    expect(headers['ratelimit-policy']).toBe('"post";q=1;w=15, "same-text";q=1;w=300');
    expect(headers).not.toHaveProperty('ratelimit');
  });

  it('of a repeated registration with a key are those of a log-in', async () => {
    const body = { username: 'twice_again', password: 'correct-horse-42', nickname: '두번' };
    const register = (headers: Record<string, string> = {}) => limited.anyone.post('/auth/register', body, headers);
    const named = ({ headers }: Answer) =>
      [...headers['ratelimit-policy'].matchAll(/"([\w-]+)"/g)].map(([, name]) => name);
    const own = ['sign-up', 'mail-address'];
    const ofLogin = ['login-right', 'login-pair', 'login-address', 'login-name', 'login-device'];
    const key = { 'idempotency-key': 'twice' };
    expect(named(await register(key))).toEqual([...own, ...ofLogin]);
    expect(named(await register())).toEqual(own);
    const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8'));
    const documented: any[] = paths['/api/v1/auth/register'].post['x-rate-limit'];
    const withHeader = 'Idempotency-Key';
    expect(documented.map(({ name, withHeader }) => [name, withHeader])).toEqual([
      ...own.map((name) => [name, undefined]),
      ...ofLogin.map((name) => [name, withHeader]),
    ]);
    const refused = await refusedAfter(30, () => register(key));
    expect(refused.headers['ratelimit-policy']).toContain('"login-right";q=30;w=300');
    const login = await limited.anyone.post('/auth/login', { username: body.username, password: body.password });
    expect(login.status).toBe(429);
  });

  it('are absent if limits are off', async () => {
    const { headers } = await t.anyone.get('/boards');
    expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
  });

  it('are all in the document and in docs/clients.md, with their numbers', async () => {
    const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8'));
    const operations = Object.values<any>(paths).flatMap((path) => Object.values<any>(path));
    const documented = new Map(
      operations.flatMap((one) => one['x-rate-limit'] ?? []).map((one: any) => [one.name, one]),
    );
    for (const { name, points, seconds, by } of allLimits()) {
      expect({ name, in: documented.get(name) }).toMatchObject({ name, in: { limit: points, seconds, by } });
    }
    expect(documented.size).toBe(allLimits().length);
    const page = readFileSync('docs/clients.md', 'utf8');
    const rows = [...page.matchAll(/^\| `([\w-]+)` +\| +([\d,]+) in ([\d,]+) s +\|/gm)].map(
      ([, name, points, seconds]) => [name, points, seconds].join(' '),
    );
    const wanted = allLimits().map(({ name, points, seconds }) =>
      [name, points.toLocaleString('en'), seconds.toLocaleString('en')].join(' '),
    );
    expect(rows.sort()).toEqual(wanted.sort());
  });

  it('exist for every GET of the API', async () => {
    const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8'));
    const uncounted = Object.entries<any>(paths)
      .filter(
        ([path, { get }]) =>
          get && !path.startsWith('/health/') && !/"read/.test(JSON.stringify(get['x-rate-limit'] ?? [])),
      )
      .map(([path]) => path);
    expect(uncounted).toEqual([]);
  });
});
