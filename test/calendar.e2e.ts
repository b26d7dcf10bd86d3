import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import ICAL from 'ical.js';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { aLecture, anAccount, aSemester, aTimetable, at, next, PASSWORD } from './support/factories.js';
import { statementsOf } from './support/statements.js';
import { readRows } from './support/rows.js';

let t: TestApp;
let minsu: Client;
let jiwoo: Client;
let semester: any;
beforeAll(async () => {
  t = await startApp({ env: { PUBLIC_URL: 'https://campus.example' } });
  jiwoo = await anAccount(t);
  semester = await aSemester(t, { startsOn: '2026-09-01', endsOn: '2026-12-21', holidays: ['2026-10-05'] });
});

// A semester has space for twenty timetables of an account.
beforeEach(async () => {
  minsu = await anAccount(t);
});

/** A timetable with an entry on Monday mornings. */
async function aFilledTimetable(owner: Client, title = '자료구조'): Promise<any> {
  const timetable = await aTimetable(owner, semester, { name: `시간표 ${next()}` });
  const meetings = [at(0, 630, 720, { room: '공학관 301' })];
  const { status, body } = await owner.post(`/timetables/${timetable.id}/entries`, { custom: { title, meetings } });
  expect({ status, body }).toMatchObject({ status: 201 });
  return { ...timetable, entryId: body.entry.id };
}

/** The path of a new calendar feed below /api/v1. */
async function aFeed(owner: Client, timetable: { id: number }): Promise<string> {
  const { status, body } = await owner.post(`/timetables/${timetable.id}/feed`);
  expect(status).toBe(201);
  return body.url.replace('https://campus.example/api/v1', '');
}

/** The titles in a calendar, read by a strict parser. */
function titlesIn({ status, body }: Answer): string[] {
  expect({ status, body }).toMatchObject({ status: 200 });
  const root = new ICAL.Component(ICAL.parse(body));
  return root.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event).summary);
}

const verbs: [string, (by: Client, id: number | string) => Promise<Answer>][] = [
  ['GET calendar.ics', (by, id) => by.get(`/timetables/${id}/calendar.ics`)],
  ['POST feed', (by, id) => by.post(`/timetables/${id}/feed`)],
  ['DELETE feed', (by, id) => by.delete(`/timetables/${id}/feed`)],
];

describe.each(verbs)('%s', (_name, call) => {
  it('needs an account', async () => {
    const { id } = await aFilledTimetable(minsu);
    expect((await call(t.anyone, id)).status).toBe(401);
  });

  it('is 404 for the timetable of another account, and for an unknown one', async () => {
    const { id } = await aFilledTimetable(minsu);
    const feed = await aFeed(minsu, { id });
    for (const one of [id, 999_999]) {
      expect(await call(jiwoo, one)).toMatchObject({ status: 404, body: { code: 'TIMETABLE_NOT_FOUND' } });
    }
    expect((await t.anyone.get(feed)).status).toBe(200);
  });

  it.each(['0', '1e3', 'x'])('refuses the id %s', async (id) => {
    expect(await call(minsu, id)).toMatchObject({ status: 400, body: { code: 'INVALID_ID' } });
  });
});

describe('GET /timetables/{id}/calendar.ics', () => {
  it('refuses unknown parameters', async () => {
    const { id } = await aFilledTimetable(minsu);
    expect((await minsu.get(`/timetables/${id}/calendar.ics?week=1`)).status).toBe(400);
  });

  it('is a calendar for import', async () => {
    const { id, entryId } = await aFilledTimetable(minsu, '자료구조, 실습');
    const answer = await minsu.get(`/timetables/${id}/calendar.ics`);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'content-disposition': `attachment; filename="timetable-${id}.ics"`,
      'cache-control': 'private, no-cache',
      vary: 'Authorization, Accept-Language',
    });
    expect(titlesIn(answer)).toEqual(['자료구조, 실습']);
    expect(answer.body).toContain(`UID:${entryId}-1@campus.example\r\n`);
    expect(answer.body).toContain('EXDATE;TZID=Asia/Seoul:20261005T103000\r\n');
    const head = await minsu.call('HEAD', `/timetables/${id}/calendar.ics`);
    expect([head.status, head.body, head.headers.etag]).toEqual([200, '', answer.headers.etag]);
  });

  it('keeps the UID and raises SEQUENCE when the entry changes', async () => {
    const { id, entryId } = await aFilledTimetable(minsu);
    const of = async (name: string) =>
      new RegExp(`^${name}:(.*)\r$`, 'm').exec((await minsu.get(`/timetables/${id}/calendar.ics`)).body)![1];
    const [uid, sequence] = [await of('UID'), Number(await of('SEQUENCE'))];
    expect((await minsu.patch(`/timetables/${id}/entries/${entryId}`, { title: '새 이름' })).status).toBe(200);
    expect(await of('UID')).toBe(uid);
    expect(Number(await of('SEQUENCE'))).toBeGreaterThan(sequence);
    expect(await of('SUMMARY')).toBe('새 이름');
  });
});

describe('POST /timetables/{id}/feed', () => {
  it('returns an address once, and stores it nowhere', async () => {
    const { id } = await aFilledTimetable(minsu);
    const answer = await minsu.post(`/timetables/${id}/feed`);
    expect(answer.status).toBe(201);
    const [, secret] = /^https:\/\/campus\.example\/api\/v1\/calendars\/([\w-]{22})\.ics$/.exec(answer.body.url)!;
    expect(answer.headers).toMatchObject({ location: `/api/v1/calendars/${secret}.ics`, 'cache-control': 'no-store' });
    expect(new Date(answer.body.createdAt).getTime()).not.toBeNaN();
    const rows = await readRows<any>(t.database, 'SELECT * FROM calendar_feeds WHERE timetable_id = ?', [id]);
    expect(rows).toHaveLength(1);
    const stored = Buffer.concat([rows[0].token_hash]).toString('latin1');
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain(Buffer.from(secret, 'base64url').toString('latin1'));
  });

  it('invalidates the previous address', async () => {
    const timetable = await aFilledTimetable(minsu);
    const [old, fresh] = [await aFeed(minsu, timetable), await aFeed(minsu, timetable)];
    expect(await t.anyone.get(old)).toMatchObject({ status: 404, body: { code: 'CALENDAR_NOT_FOUND' } });
    expect((await t.anyone.get(fresh)).status).toBe(200);
  });

  it('leaves exactly one address after simultaneous requests', async () => {
    const timetable = await aFilledTimetable(minsu);
    const feeds = await Promise.all(Array.from({ length: 10 }, () => aFeed(minsu, timetable)));
    const answers = await Promise.all(feeds.map((feed) => t.anyone.get(feed)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(404)]);
  });
});

describe('DELETE /timetables/{id}/feed', () => {
  it('revokes the address; a second time and without one it also succeeds', async () => {
    const timetable = await aFilledTimetable(minsu);
    const feed = await aFeed(minsu, timetable);
    for (let again = 0; again < 2; again++) {
      expect((await minsu.delete(`/timetables/${timetable.id}/feed`)).status).toBe(204);
      expect((await t.anyone.get(feed)).status).toBe(404);
    }
  });
});

describe('GET /calendars/{token}.ics', () => {
  it.each(['x', 'A'.repeat(22), 'A'.repeat(21), 'A'.repeat(400), '-'.repeat(22), '%00'])(
    'is 404 for a wrong or malformed secret (%#)',
    async (secret) => {
      const answer = await t.anyone.get(`/calendars/${secret}.ics`);
      expect(answer.status).toBe(secret === '%00' ? 400 : 404);
      expect(answer.body.instance).toBe('/api/v1/calendars/[hidden]');
    },
  );

  it('accepts only one spelling of a secret', async () => {
    const feed = await aFeed(minsu, await aFilledTimetable(minsu));
    const last = feed.at(-5)!;
    for (const other of ['B', 'R', 'h', 'x']) {
      expect((await t.anyone.get(feed.replace(`${last}.ics`, `${other}.ics`))).status).toBe(404);
    }
  });

  it('needs no account and ignores a token', async () => {
    const timetable = await aFilledTimetable(minsu);
    const feed = await aFeed(minsu, timetable);
    for (const headers of [
      {},
      { authorization: 'Bearer nonsense' },
      { authorization: `Bearer ${jiwoo.accessToken}` },
    ]) {
      const answer = await t.anyone.get(feed, headers as Record<string, string>);
      expect(titlesIn(answer)).toEqual(['자료구조']);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/calendar; charset=utf-8',
        'cache-control': 'private, no-cache',
        'x-content-type-options': 'nosniff',
      });
    }
    const download = await minsu.get(`/timetables/${timetable.id}/calendar.ics`);
    expect((await t.anyone.get(feed)).headers.etag).toBe(download.headers.etag);
  });

  it('is 304 until something changes, at any time', async () => {
    const timetable = await aFilledTimetable(minsu);
    const feed = await aFeed(minsu, timetable);
    const { headers } = await t.anyone.get(feed);
    expect(headers.etag).toMatch(/^W\/"[\w-]+"$/);
    t.clock.advance(3600);
    for (const tag of [headers.etag, headers.etag.slice(2), `"x", ${headers.etag}`, '*']) {
      const again = await t.anyone.get(feed, { 'if-none-match': tag });
      expect([again.status, again.body, again.headers.etag]).toEqual([304, '', headers.etag]);
    }
    const head = await t.anyone.call('HEAD', feed);
    expect([head.status, head.body, head.headers.etag]).toEqual([200, '', headers.etag]);
    await minsu.patch(`/timetables/${timetable.id}/entries/${timetable.entryId}`, { memo: '준비물' });
    expect((await t.anyone.get(feed, { 'if-none-match': headers.etag })).status).toBe(200);
  });

  it('does not contain cancelled lectures', async () => {
    const timetable = await aFilledTimetable(minsu);
    const lecture = await aLecture(t, { owner: minsu, semester, meetings: [at(2, 540, 600)] });
    await minsu.post(`/timetables/${timetable.id}/entries`, { lectureId: lecture.id });
    const feed = await aFeed(minsu, timetable);
    expect(titlesIn(await t.anyone.get(feed))).toEqual(['자료구조', lecture.title]);
    await t.database.transaction((tx) => tx.run('UPDATE lectures SET cancelled = 1 WHERE id = ?', [lecture.id]));
    expect(titlesIn(await t.anyone.get(feed))).toEqual(['자료구조']);
  });

  it('is deleted with its timetable', async () => {
    const timetable = await aFilledTimetable(minsu);
    const feed = await aFeed(minsu, timetable);
    expect((await minsu.delete(`/timetables/${timetable.id}`)).status).toBe(204);
    expect((await t.anyone.get(feed)).status).toBe(404);
  });

  it('stops at once when its owner leaves, before anything is deleted', async () => {
    const feed = await aFeed(minsu, await aFilledTimetable(minsu));
    await t.database.transaction((tx) =>
      tx.run('UPDATE accounts SET leaving_at = ? WHERE id = ?', [t.clock.now(), minsu.id]),
    );
    expect((await t.anyone.get(feed)).status).toBe(404);
  });

  it('is deleted with its owner', async () => {
    const leaver = await anAccount(t);
    const feed = await aFeed(leaver, await aFilledTimetable(leaver));
    expect((await leaver.delete('/accounts/me', { password: PASSWORD, content: 'remove' })).status).toBeLessThan(300);
    expect((await t.anyone.get(feed)).status).toBe(404);
  });

  it('accepts no other method', async () => {
    const feed = await aFeed(minsu, await aFilledTimetable(minsu));
    const { status, headers } = await t.anyone.delete(feed);
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('needs the same number of statements for one entry and for twenty', async () => {
    const few = await aFeed(minsu, await aFilledTimetable(minsu));
    const full = await aTimetable(minsu, semester, { name: `가득 ${next()}` });
    for (let hour = 0; hour < 20; hour++) {
      const custom = {
        title: `항목 ${hour}`,
        meetings: [at(hour % 5, 480 + 60 * Math.floor(hour / 5), 530 + 60 * Math.floor(hour / 5))],
      };
      expect((await minsu.post(`/timetables/${full.id}/entries`, { custom })).status).toBe(201);
    }
    const many = await aFeed(minsu, full);
    const one = await statementsOf(() => t.anyone.get(few));
    const twenty = await statementsOf(() => t.anyone.get(many));
    expect(titlesIn(twenty.result)).toHaveLength(20);
    expect([one.statements.length, twenty.statements.length]).toEqual([2, 2]);
  });

  it('counts wrong secrets by network, and always accepts a right one', async () => {
    const feed = await aFeed(minsu, await aFilledTimetable(minsu));
    const limited = await startApp({ env: { RATE_LIMITS: 'on' }, keepData: true });
    const guesses: number[] = [];
    for (let n = 0; n < 602; n++) {
      guesses.push((await limited.anyone.get(`/calendars/${String(n).padStart(21, '0')}A.ics`)).status);
    }
    expect(guesses.filter((status) => status === 404)).toHaveLength(600);
    expect(guesses.slice(600)).toEqual([429, 429]);
    expect((await limited.anyone.get(feed)).status).toBe(200);
  });

  it('appears in no log', async () => {
    const feed = await aFeed(minsu, await aFilledTimetable(minsu));
    const written: any[] = [];
    const log = Object.getPrototypeOf(t.fastify.log) as Record<string, unknown>;
    const before = log.info;
    log.info = (entry: unknown) => written.push(entry);
    await t.anyone.get(feed);
    await t.anyone.get(`${feed}?x=1`);
    log.info = before;
    expect(written.map(({ status }) => status)).toEqual([200, 400]);
    expect(JSON.stringify(written)).not.toContain(feed.slice(-26, -4));
  });
});
