import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { LeavingService } from '../src/accounts/leaving/leaving.service.js';
import { RegistrationKeys } from '../src/accounts/sessions/registration-keys.js';
import { Idempotency } from '../src/common/idempotency/idempotency.js';
import { Limits } from '../src/common/limits/limits.js';
import { POSTS } from '../src/posts/posts.service.js';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import {
  aBoard,
  aComment,
  aLecture,
  anAccount,
  aPost,
  aSemester,
  aStaffAccount,
  aSubject,
  at,
  aTimetable,
  next,
  PASSWORD,
} from './support/factories.js';
import { form, plainFile, plainLectures } from './support/imports.js';
import { settled } from './support/settled.js';
import { readRow, readRows } from './support/rows.js';

let t: TestApp;
let minsu: Client;
let jiwoo: Client;
beforeAll(async () => {
  t = await startApp();
  [minsu, jiwoo] = await Promise.all([anAccount(t), anAccount(t)]);
});

const aKey = () => ({ 'idempotency-key': `key-${next()}` });
const count = async (table: string): Promise<number> =>
  (await readRow<{ n: number }>(t.database, `SELECT COUNT(*) AS n FROM ${table}`))!.n;
const codeIn = (text: string): string => /\b\d{6}\b/.exec(text)![0];
const mailTo = (address: string): string => t.mails.findLast(({ to }) => to === address)!.text;

/** One request that a client may repeat. */
interface Attempt {
  by: Client;
  path: string;
  body?: unknown;
  /** A body with another meaning; absent if the route takes none. */
  other?: unknown;
  headers?: Record<string, string>;
  /** A value that the request changes, and a second run would change again. */
  effect: () => Promise<unknown>;
  /** The number of requests in a race. */
  atOnce?: number;
  /** Deletes the created row; absent if there is none. */
  remove?: (id: number) => Promise<{ status: number }>;
}

const rows = (table: string) => () => count(table);
const sum = (column: string, table: string) => () =>
  readRow(t.database, `SELECT CAST(SUM(${column}) AS CHAR) AS n FROM ${table}`);

/** A request of jiwoo to minsu. */
async function aRequest(): Promise<{ from: Client; to: Client; id: number }> {
  const [from, to] = await Promise.all([anAccount(t), anAccount(t)]);
  return { from, to, id: (await from.post('/friend-requests', { username: to.username })).body.id };
}

/** An entry of a lecture that its author has changed since. */
async function aChangedEntry(): Promise<{ timetable: any; entry: any; by: Client }> {
  const [by, semester] = await Promise.all([anAccount(t), aSemester(t)]);
  const lecture = await aLecture(t, { owner: by, semester });
  const timetable = await aTimetable(by, semester);
  const { entry } = (await by.post(`/timetables/${timetable.id}/entries`, { lectureId: lecture.id })).body;
  await by.patch(`/lectures/${lecture.id}`, { section: `${next()}`, meetings: [at(0, 540, 630)] });
  return { timetable, entry, by };
}

/** Of semesters; those of the factory are earlier. */
let years = 1990;

/** Every documented route that takes a key. */
const ROUTES: Record<string, () => Promise<Attempt>> = {
  'POST /auth/register': async () => {
    const body = { username: `twice${next()}`, password: PASSWORD, nickname: '두번' };
    return {
      ...{ by: t.anyone, path: '/auth/register', body, other: { ...body, nickname: '딴이름' } },
      effect: rows('accounts'),
      remove: async (id) => {
        const { body: login } = await t.anyone.post('/auth/login', { username: body.username, password: PASSWORD });
        expect(login.account.id).toBe(id);
        const authorization = `Bearer ${login.accessToken}`;
        return t.anyone.call('DELETE', '/accounts/me', { password: PASSWORD, content: 'keep' }, { authorization });
      },
    };
  },
  'POST /accounts/me/email/confirm': async () => {
    const [by, email] = [await anAccount(t), `twice${next()}@example.com`];
    await by.put('/accounts/me/email', { password: PASSWORD, email });
    const body = { code: codeIn(mailTo(email)) };
    return {
      ...{ by, path: '/accounts/me/email/confirm', body, other: { code: '000000' } },
      effect: sum('version', 'accounts'),
    };
  },
  'POST /accounts/me/school-email': async () => {
    const body = { email: `twice${next()}@madang.ac.kr` };
    const other = { email: `other${next()}@madang.ac.kr` };
    return {
      ...{ by: await anAccount(t), path: '/accounts/me/school-email', body, other },
      effect: async () => t.mails.length,
    };
  },
  'POST /accounts/me/school-email/confirm': async () => {
    const [by, email] = [await anAccount(t), `twice${next()}@madang.ac.kr`];
    await by.post('/accounts/me/school-email', { email });
    const body = { code: codeIn(mailTo(email)) };
    return {
      ...{ by, path: '/accounts/me/school-email/confirm', body, other: { code: '000000' } },
      effect: sum('version', 'accounts'),
    };
  },
  'POST /boards': async () => ({
    ...{ by: await anAccount(t), path: '/boards', body: { name: `게시판 ${next()}` }, other: { name: '딴 게시판' } },
    effect: rows('boards'),
    remove: async (id) => (await aStaffAccount(t)).delete(`/boards/${id}`),
  }),
  'POST /boards/{id}/posts': async () => {
    const [by, board] = [await anAccount(t), await aBoard(t)];
    const body = { title: '한 번만', content: '두 번 눌렀다', tags: ['a'], anonymous: true };
    return {
      ...{ by, path: `/boards/${board.id}/posts`, body, other: { ...body, anonymous: false }, effect: rows('posts') },
      remove: (id) => by.delete(`/posts/${id}`),
    };
  },
  'POST /posts/{id}/comments': async () => {
    const [by, post] = [await anAccount(t), await aPost(t)];
    const body = { content: '한 번만', anonymous: true };
    return {
      ...{ by, path: `/posts/${post.id}/comments`, body, other: { content: '두 번' }, effect: rows('comments') },
      remove: (id) => by.delete(`/comments/${id}`),
    };
  },
  'POST /semesters': async () => {
    const body = { year: (years += 2), term: 'spring', startsOn: '2026-03-02', endsOn: '2026-06-20' };
    return {
      ...{ by: await aStaffAccount(t), path: '/semesters', body, other: { ...body, year: body.year + 1 } },
      effect: rows('semesters'),
    };
  },
  'POST /catalogue/imports': async () => {
    const [by, { year, term }] = [await aStaffAccount(t), await aSemester(t)];
    const fields = { semester: `${year}-${term}`, dryRun: 'true' };
    const [body, headers] = form(fields, plainFile(plainLectures(1)));
    const [other] = form(fields, plainFile(plainLectures(2)));
    // An instance accepts five uploads at once.
    return { by, path: '/catalogue/imports', body, headers, other, effect: rows('catalogue_imports'), atOnce: 4 };
  },
  'POST /subjects': async () => {
    const by = await anAccount(t);
    const body = { code: `USR${next()}`, name: '과목', credits: 3 };
    return {
      ...{ by, path: '/subjects', body, other: { ...body, credits: 2 }, effect: rows('subjects') },
      remove: (id) => by.delete(`/subjects/${id}`),
    };
  },
  'POST /lectures': async () => {
    const [by, semester] = await Promise.all([anAccount(t), aSemester(t)]);
    const subject = await aSubject(t, { owner: by });
    const body = { subjectId: subject.id, semesterId: semester.id, section: '1', meetings: [] };
    return {
      ...{ by, path: '/lectures', body, other: { ...body, section: '2' }, effect: rows('lectures') },
      remove: (id) => by.delete(`/lectures/${id}`),
    };
  },
  'POST /friend-requests': async () => {
    const [by, one, two] = await Promise.all([anAccount(t), anAccount(t), anAccount(t)]);
    return {
      ...{ by, path: '/friend-requests', body: { username: one.username }, other: { username: two.username } },
      effect: rows('friendships'),
      remove: (id) => one.post(`/friend-requests/${id}/decline`),
    };
  },
  'POST /friend-requests/{id}/accept': async () => {
    const { from, to, id } = await aRequest();
    return {
      ...{ by: to, path: `/friend-requests/${id}/accept`, effect: rows('friendships WHERE befriended_at IS NULL') },
      remove: () => to.delete(`/friends/${from.id}`),
    };
  },
  'POST /friend-requests/{id}/decline': async () => {
    const { to, id } = await aRequest();
    return { by: to, path: `/friend-requests/${id}/decline`, effect: rows('friendships') };
  },
  'POST /timetables': async () => {
    const [by, { id: semesterId }] = await Promise.all([anAccount(t), aSemester(t)]);
    return {
      ...{ by, path: '/timetables', body: { semesterId, name: '하나' }, other: { semesterId, name: '둘' } },
      effect: rows('timetables'),
      remove: (id) => by.delete(`/timetables/${id}`),
    };
  },
  'POST /timetables/{id}/copies': async () => {
    const by = await anAccount(t);
    const { id } = await aTimetable(by, await aSemester(t));
    return {
      ...{ by, path: `/timetables/${id}/copies`, effect: rows('timetables') },
      remove: (copy) => by.delete(`/timetables/${copy}`),
    };
  },
  'POST /timetables/{id}/entries': async () => {
    const by = await anAccount(t);
    const { id } = await aTimetable(by, await aSemester(t));
    const custom = { title: '동아리', meetings: [at(0, 540, 630)] };
    return {
      ...{ by, path: `/timetables/${id}/entries`, body: { custom }, other: { custom: { ...custom, title: '밥' } } },
      effect: rows('timetable_entries'),
      remove: () => by.delete(`/timetables/${id}`),
    };
  },
  'POST /timetables/{id}/entries/{entryId}/acknowledge': async () => {
    const { timetable, entry, by } = await aChangedEntry();
    const path = `/timetables/${timetable.id}/entries/${entry.id}`;
    return {
      ...{ by, path: `${path}/acknowledge`, effect: sum('version', 'timetable_entries') },
      remove: () => by.delete(path),
    };
  },
  'POST /timetables/{id}/feed': async () => {
    const by = await anAccount(t);
    const { id } = await aTimetable(by, await aSemester(t));
    return {
      ...{ by, path: `/timetables/${id}/feed` },
      effect: () =>
        readRows(t.database, 'SELECT HEX(token_hash) AS hash FROM calendar_feeds WHERE timetable_id = ?', [id]),
      remove: () => by.delete(`/timetables/${id}/feed`),
    };
  },
};

it('The routes below are the documented routes with a key', () => {
  const document = JSON.parse(readFileSync('openapi.json', 'utf8'));
  const documented = Object.entries<any>(document.paths)
    .filter(([, { post }]) => post?.parameters?.some(({ name }: any) => name === 'Idempotency-Key'))
    .map(([path]) => `POST ${path.replace('/api/v1', '')}`);
  expect(Object.keys(ROUTES).sort()).toEqual(documented.sort());
});

describe.each(Object.entries(ROUTES))('%s with an Idempotency-Key', (route, prepare) => {
  /** A registration returns new tokens each time. */
  const answerOf = ({ status, body }: Answer) => ({ status, body: route.includes('register') ? body.account : body });
  const idOf = ({ body }: Answer): number => (body.account ?? body.entry ?? body).id;

  it('runs once when it is repeated, and the answer says so', async () => {
    const { by, path, body, headers, effect } = await prepare();
    const key = { ...headers, ...aKey() };
    const first = await by.post(path, body, key);
    expect(first.status).toBeLessThan(300);
    const before = await effect();
    const again = await by.post(path, body, key);
    expect(answerOf(again)).toEqual(answerOf(first));
    for (const name of ['location', 'content-type', 'cache-control']) {
      expect(again.headers[name]).toBe(first.headers[name]);
    }
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await effect()).toEqual(before);
    await settled(t);
  });

  it('runs once for simultaneous requests: the others are refused at once, or get the answer', async () => {
    const { by, path, body, headers, effect, atOnce = 10 } = await prepare();
    const key = { ...headers, ...aKey() };
    const answers = await Promise.all(Array.from({ length: atOnce }, () => by.post(path, body, key)));
    const done = answers.filter(({ status }) => status < 300);
    expect(done.filter((one) => !one.headers['idempotency-replayed'])).toHaveLength(1);
    for (const one of done) expect(answerOf(one)).toEqual(answerOf(done[0]));
    const before = await effect();
    for (const one of answers.filter(({ status }) => status >= 300)) {
      expect(one).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_IN_USE' } });
      expect(one.headers['retry-after']).toBe('1');
    }
    await by.post(path, body, key);
    expect(await effect()).toEqual(before);
    await settled(t);
  });

  it('refuses another body', async () => {
    const { by, path, body, headers, other } = await prepare();
    if (other === undefined) return; // It takes none.
    const key = { ...headers, ...aKey() };
    await by.post(path, body, key);
    expect(await by.post(path, other, key)).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    await settled(t);
  });

  it('is 410 after the created row was deleted, and stores nothing of it', async () => {
    const { by, path, body, headers, remove } = await prepare();
    if (!remove) return; // It creates nothing, or rows that nobody deletes.
    const key = { ...headers, ...aKey() };
    const first = await by.post(path, body, key);
    expect((await remove(idOf(first))).status).toBeLessThan(300);
    const again = await by.post(path, body, key);
    expect(again).toMatchObject({ status: 410, body: { code: 'IDEMPOTENCY_RESULT_DELETED' } });
    expect(again.headers).not.toHaveProperty('idempotency-replayed');
    expect(await count(`idempotency_keys WHERE account_id = ${by.id} AND answer <> ''`)).toBe(0);
  });
});

describe('An Idempotency-Key', () => {
  it.each(['', 'x'.repeat(256)])('has 1 to 255 characters', async (key) => {
    const answer = await minsu.post('/boards', { name: 'a' }, { 'idempotency-key': key });
    expect({ status: answer.status, pointer: answer.body.errors[0].pointer }).toEqual({
      status: 400,
      pointer: 'Idempotency-Key',
    });
  });

  it('is separate for each account and each route', async () => {
    const key = aKey();
    const body = { title: '같은 열쇠', content: '내용' };
    const [one, two] = [await aBoard(t), await aBoard(t)];
    const posts = [
      await minsu.post(`/boards/${one.id}/posts`, body, key),
      await jiwoo.post(`/boards/${one.id}/posts`, body, key),
      await minsu.post(`/boards/${two.id}/posts`, body, key),
    ];
    expect(posts.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(posts.map(({ body: { id } }) => id)).size).toBe(3);
    expect(posts[1].body.author.id).toBe(jiwoo.id);
  });

  it('is not stored after a failure: the same key can be used again', async () => {
    const board = await aBoard(t, { allowAnonymous: false });
    const key = aKey();
    const write = (body: object) =>
      minsu.post(`/boards/${board.id}/posts`, { title: '제목', content: '내용', ...body }, key);
    expect((await write({ title: '' })).status).toBe(400);
    expect((await write({ anonymous: true })).body.code).toBe('ANONYMITY_NOT_ALLOWED');
    expect(await count(`idempotency_keys WHERE account_id = ${minsu.id} AND answer LIKE '%제목%'`)).toBe(0);
    const right = await write({});
    expect(right.status).toBe(201);
    expect(right.headers).not.toHaveProperty('idempotency-replayed');
  });

  it('gets 409 at once while the first request waits for a lock', async () => {
    const board = await aBoard(t);
    const key = aKey();
    const write = () => minsu.post(`/boards/${board.id}/posts`, { title: '제목', content: '내용' }, key);
    let first: ReturnType<typeof write> | undefined;
    await t.database.transaction(async (tx) => {
      await readRow(tx, 'SELECT id FROM boards WHERE id = ? FOR UPDATE', [board.id]);
      first = write();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const second = await Promise.race([
        write(),
        new Promise<null>((resolve) => setTimeout(() => resolve(null), 1_000)),
      ]);
      expect(second).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_IN_USE' } });
    });
    const { id } = (await first!).body;
    const third = await write();
    expect(third).toMatchObject({ status: 201, body: { id } });
  });

  it('expires after a day', async () => {
    const board = await aBoard(t);
    const key = aKey();
    const write = () => minsu.post(`/boards/${board.id}/posts`, { title: '하루', content: '내용' }, key);
    const first = await write();
    await t.database.transaction((tx) =>
      tx.run('UPDATE idempotency_keys SET created_at = ? WHERE account_id = ?', [t.clock.in(-86_401), minsu.id]),
    );
    const second = await write();
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it('still gets the same answer after an edit', async () => {
    const key = aKey();
    const { id } = await aPost(t, { author: minsu });
    const write = () => minsu.post(`/posts/${id}/comments`, { content: '처음' }, key);
    const first = await write();
    await minsu.patch(`/comments/${first.body.id}`, { content: '고침' });
    expect((await write()).raw.payload).toBe(first.raw.payload);
  });

  it('compares body and query by meaning, and the decoded path', async () => {
    const { id } = await aTimetable(minsu, await aSemester(t));
    const key = aKey();
    const send = (text: string, path = `/timetables/${id}/entries`) => minsu.post(path, text, key);
    const first = await send('{"custom":{"title":"동아리","credits":1,"meetings":[{"day":0,"start":540,"end":630}]}}');
    expect(first.status).toBe(201);
    const reordered =
      '{ "custom": {"meetings": [{"end": 630, "day": 0.0, "start": 54e1}], "credits": 1.0, "title": "\\ub3d9아리"} }';
    expect((await send(reordered)).raw.payload).toBe(first.raw.payload);
    const encoded = `/timetables/${[...String(id)].map((digit) => `%3${digit}`).join('')}/entries`;
    const again = await send(reordered, encoded);
    expect(again.raw.payload).toBe(first.raw.payload);
    expect(again.headers['idempotency-replayed']).toBe('true');
    const replace = await send(reordered, `/timetables/${id}/entries?onConflict=replace`);
    expect(replace).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  });

  it('treats an empty object as no body', async () => {
    const { id } = await aTimetable(minsu, await aSemester(t));
    const key = aKey();
    const first = await minsu.post(`/timetables/${id}/copies`, undefined, key);
    expect((await minsu.post(`/timetables/${id}/copies`, {}, key)).body).toEqual(first.body);
  });

  it('of a comment gets 410 after its post was deleted', async () => {
    const [key, others] = [aKey(), aKey()];
    const [post, other] = [await aPost(t, { author: jiwoo }), await aPost(t, { author: jiwoo })];
    const write = () => minsu.post(`/posts/${post.id}/comments`, { content: '댓글' }, key);
    const stays = () => minsu.post(`/posts/${other.id}/comments`, { content: '댓글' }, others);
    await write();
    const first = await stays();
    await jiwoo.delete(`/posts/${post.id}`);
    expect(await write()).toMatchObject({ status: 410, body: { code: 'IDEMPOTENCY_RESULT_DELETED' } });
    expect((await stays()).raw.payload).toBe(first.raw.payload);
    await aComment(t, { post: other, author: minsu });
  });

  it('of an entry gets 410 after another one replaced it', async () => {
    const { id } = await aTimetable(minsu, await aSemester(t));
    const key = aKey();
    const add = (title: string, headers = {}) =>
      minsu.post(
        `/timetables/${id}/entries?onConflict=replace`,
        { custom: { title, meetings: [at(0, 540, 630)] } },
        headers,
      );
    await add('하나', key);
    await add('둘');
    expect((await add('하나', key)).status).toBe(410);
  });

  it('of a calendar address gets 410 after a newer one was created', async () => {
    const { id } = await aTimetable(minsu, await aSemester(t));
    const key = aKey();
    const first = await minsu.post(`/timetables/${id}/feed`, undefined, key);
    const [, secret] = /([\w-]{22})\.ics$/.exec(first.body.url)!;
    expect((await t.anyone.get(`/calendars/${secret}.ics`)).status).toBe(200);
    const stored = JSON.stringify(await readRows(t.database, 'SELECT answer FROM idempotency_keys'));
    expect(stored).not.toContain(secret);
    await minsu.post(`/timetables/${id}/feed`);
    expect((await minsu.post(`/timetables/${id}/feed`, undefined, key)).status).toBe(410);
  });

  it('of a friend request gets 410 after the recipient has left', async () => {
    const [one, two] = [await anAccount(t), await anAccount(t)];
    const key = aKey();
    const ask = () => one.post('/friend-requests', { username: two.username }, key);
    await ask();
    await two.delete('/accounts/me', { password: PASSWORD, content: 'keep' });
    await settled(t);
    expect((await ask()).status).toBe(410);
  });
});

describe('POST /auth/register again', () => {
  const aBody = () => ({ username: `again${next()}`, password: PASSWORD, nickname: '다시' });
  const register = (body: object, headers: object, app = t) =>
    app.anyone.post('/auth/register', body, headers as Record<string, string>);

  it('logs in: both sessions are valid, and no second mail is sent', async () => {
    const [body, key] = [{ ...aBody(), email: `again${next()}@example.com` }, aKey()];
    const first = await register(body, key);
    await settled(t);
    const mails = t.mails.length;
    const again = await register(body, key);
    await settled(t);
    expect(again.body.account).toEqual(first.body.account);
    expect(again.body.refreshToken).not.toBe(first.body.refreshToken);
    for (const { accessToken } of [first.body, again.body]) {
      const me = await t.anyone.get('/accounts/me', { authorization: `Bearer ${accessToken}` });
      expect(me.body.id).toBe(first.body.account.id);
    }
    expect(t.mails).toHaveLength(mails);
  });

  it('stores neither the password nor a hash of it with the key', async () => {
    const [one, two] = [aBody(), aBody()];
    await register(one, aKey());
    await register({ ...two, password: 'another-horse-43' }, aKey());
    const hashes = await readRows<{ hash: string; answer: string; id: number }>(
      t.database,
      `SELECT HEX(k.body_hash) AS hash, k.answer, a.id FROM idempotency_keys k JOIN accounts a ON a.id = k.account_id
        WHERE a.username IN (?, ?)`,
      [one.username, two.username],
    );
    expect(hashes.map(({ answer }) => answer).sort()).toEqual(
      hashes.map(({ id }) => JSON.stringify({ accountId: id })).sort(),
    );
    // A body that differs only in its password has the same hash, so the hash does not contain the password.
    const keys = t.app.get(RegistrationKeys);
    const hashOf = (password: string) => keys.of({ ...one, password }, 'key')!.bodyHash;
    expect(hashOf(PASSWORD).equals(hashOf('another-horse-43'))).toBe(true);
    const plain = createHash('sha256').update(JSON.stringify(one)).digest('hex').toUpperCase();
    expect(hashes.map(({ hash }) => hash)).not.toContain(plain);
  });

  it('treats another password as another body, and counts it as a failed log-in', async () => {
    const limited = await startApp({ keepData: true, env: { RATE_LIMITS: 'on' } });
    const [body, key] = [aBody(), aKey()];
    await register(body, key, limited);
    const tries: number[] = [];
    for (let i = 0; i < 40 && tries.at(-1) !== 429; i++) {
      tries.push((await register({ ...body, password: `wrong-horse-${i}` }, key, limited)).status);
    }
    expect([...new Set(tries)]).toEqual([422, 429]);
    const login = await limited.anyone.post('/auth/login', { username: body.username, password: 'wrong-horse' });
    expect(login.status).toBe(429);
  });

  it('counts no sign-up for a retry', async () => {
    const limited = await startApp({ keepData: true, env: { RATE_LIMITS: 'on' } });
    const [body, key] = [aBody(), aKey()];
    await register(body, key, limited);
    const signUps = () => [...limited.app.get(Limits).allowed].find(([name]) => name === 'sign-up')![1];
    const before = signUps();
    expect((await register(body, key, limited)).status).toBe(201);
    expect(signUps()).toBe(before);
  });

  it.each(['changed', 'reset'])('is 409 after the password was %s, with either password', async (how) => {
    const [body, key] = [aBody(), aKey()];
    const { body: first } = await register(body, key);
    const authorization = { authorization: `Bearer ${first.accessToken}` };
    const password = 'another-horse-43';
    if (how === 'changed') {
      const change = { currentPassword: PASSWORD, newPassword: password };
      expect((await t.anyone.put('/accounts/me/password', change, authorization)).status).toBe(200);
    } else {
      const email = `again${next()}@example.com`;
      await t.anyone.put('/accounts/me/email', { password: PASSWORD, email }, authorization);
      await t.anyone.post('/accounts/me/email/confirm', { code: codeIn(mailTo(email)) }, authorization);
      await t.anyone.post('/auth/password-reset', { email });
      await settled(t);
      const token = /^[\w-]{43}$/m.exec(mailTo(email))![0];
      expect((await t.anyone.post('/auth/password-reset/confirm', { token, newPassword: password })).status).toBe(204);
    }
    for (const one of [PASSWORD, password]) {
      const again = await register({ ...body, password: one }, key);
      expect(again).toMatchObject({ status: 409, body: { code: 'PASSWORD_CHANGED' } });
    }
  });

  it.each([false, true])(
    'answers 410 after leaving, also if another account has the name (password changed before: %s)',
    async (changed) => {
      const [body, key] = [aBody(), aKey()];
      const { body: first } = await register(body, key);
      const authorization = { authorization: `Bearer ${first.accessToken}` };
      let password = PASSWORD;
      if (changed) {
        password = 'another-horse-43';
        const change = { currentPassword: PASSWORD, newPassword: password };
        const { body: pair } = await t.anyone.put('/accounts/me/password', change, authorization);
        authorization.authorization = `Bearer ${pair.accessToken}`;
      }
      expect((await t.anyone.delete('/accounts/me', { password, content: 'keep' }, authorization)).status).toBe(204);
      await settled(t);
      const gone = { status: 410, body: { code: 'IDEMPOTENCY_RESULT_DELETED' } };
      expect(await register(body, key)).toMatchObject(gone);
      const stranger = { ...body, nickname: '남남', password: 'strangers-horse-44' };
      expect((await register(stranger, aKey())).status).toBe(201);
      for (const one of [PASSWORD, password, stranger.password]) {
        expect(await register({ ...body, password: one }, key)).toMatchObject(gone);
      }
    },
  );

  it('is 410 also while the account is being removed', async () => {
    const [body, key] = [aBody(), aKey()];
    const { body: first } = await register(body, key);
    const finish = jest.spyOn(t.app.get(LeavingService), 'finish').mockResolvedValueOnce();
    const leave = { password: PASSWORD, content: 'keep' };
    const authorization = { authorization: `Bearer ${first.accessToken}` };
    expect((await t.anyone.delete('/accounts/me', leave, authorization)).status).toBe(204);
    finish.mockRestore();
    expect(await register(body, key)).toMatchObject({ status: 410, body: { code: 'IDEMPOTENCY_RESULT_DELETED' } });
  });

  it('is possible for an hour', async () => {
    const [body, key] = [aBody(), aKey()];
    const { body: first } = await register(body, key);
    const age = (seconds: number) =>
      t.database.transaction((tx) =>
        tx.run('UPDATE idempotency_keys SET created_at = ? WHERE account_id = ?', [
          t.clock.in(-seconds),
          first.account.id,
        ]),
      );
    await age(3_590);
    expect((await register(body, key)).status).toBe(201);
    await t.app.get(Idempotency).forgetOld();
    expect(await count(`idempotency_keys WHERE account_id = ${first.account.id}`)).toBe(1);
    await age(3_601);
    expect(await register(body, key)).toMatchObject({ status: 409, body: { code: 'USERNAME_TAKEN' } });
    await t.app.get(Idempotency).forgetOld();
    expect(await count(`idempotency_keys WHERE account_id = ${first.account.id}`)).toBe(0);
  });

  it('with the same key and another name is another registration', async () => {
    const key = aKey();
    const [one, two] = [await register(aBody(), key), await register(aBody(), key)];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(two.headers).not.toHaveProperty('idempotency-replayed');
  });

  it.each(['', 'x'.repeat(256)])('refuses a key that is empty or too long', async (key) => {
    expect((await register(aBody(), { 'idempotency-key': key })).status).toBe(400);
  });
});

describe('Limits on writing', () => {
  let limited: TestApp;
  let board: { id: number };
  beforeAll(async () => {
    board = await aBoard(t);
    limited = await startApp({ keepData: true, env: { RATE_LIMITS: 'on' } });
  });

  const write = (by: Client, body: object = {}, headers = {}) =>
    by.post(`/boards/${board.id}/posts`, { title: `글 ${next()}`, content: '내용', ...body }, headers);

  it('allow a post every fifteen seconds, and tell the wait', async () => {
    const [one, two] = [await anAccount(limited), await anAccount(limited)];
    expect((await write(one)).status).toBe(201);
    const refused = await write(one);
    expect(refused).toMatchObject({ status: 429, body: { code: 'TOO_MANY_REQUESTS' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(15);
    expect((await write(two)).status).toBe(201);
  });

  it('allow a comment every five seconds', async () => {
    const one = await anAccount(limited);
    const post = await aPost(t, { board });
    const comment = (content: string) => one.post(`/posts/${post.id}/comments`, { content });
    expect((await comment('하나')).status).toBe(201);
    const refused = await comment('둘');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(5);
  });

  it('refuse the same text within five minutes, and count no post for it', async () => {
    const one = await anAccount(limited);
    const newPoint = () => limited.app.get(Limits).reset(POSTS, one.id);
    const body = { title: '광고', content: '싸게 팝니다' };
    expect((await write(one, body)).status).toBe(201);
    await newPoint();
    const refused = await write(one, body);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(240);
    expect((await write(one, { ...body, content: '비싸게 팝니다' })).status).toBe(201);
    expect((await write(await anAccount(limited), body)).status).toBe(201);
  });

  it('return a point after a failed write', async () => {
    const one = await anAccount(limited);
    expect((await write(one, { anonymous: 'yes' })).status).toBe(400);
    const closed = await aBoard(t, { allowAnonymous: false });
    const body = { title: '제목', content: '내용' };
    expect((await one.post(`/boards/${closed.id}/posts`, { ...body, anonymous: true })).status).toBe(403);
    expect((await one.post('/boards/999999/posts', body)).status).toBe(404);
    expect((await one.post(`/boards/${closed.id}/posts`, body)).status).toBe(201);
  });

  it('do not count a replayed answer', async () => {
    const one = await anAccount(limited);
    const key = aKey();
    const body = { title: '다시', content: '보낸 글' };
    const first = await write(one, body, key);
    for (let i = 0; i < 3; i++) expect((await write(one, body, key)).body).toEqual(first.body);
    expect((await write(one)).status).toBe(429);
  });

  it('allow one of ten simultaneous requests', async () => {
    const one = await anAccount(limited);
    const answers = await Promise.all(Array.from({ length: 10 }, () => write(one)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(429)]);
  });
});
