import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aLecture, anAccount, aSemester, aSubject, aTimetable, at, next, PASSWORD } from './support/factories.js';
import { statementsOf } from './support/statements.js';
import { readRows } from './support/rows.js';

let t: TestApp;
let minsu: Client;
let jiwoo: Client;
let semester: any;
beforeAll(async () => {
  t = await startApp();
  [minsu, jiwoo] = await Promise.all([anAccount(t), anAccount(t)]);
  semester = await aSemester(t);
});

const anySemester = () => aSemester(t);
const namesOf = (page: { body: any }): string[] => page.body.items.map(({ name }: any) => name);

/** Every route of one timetable, with a valid body. */
const verbs = (id: number | string): [string, (by: Client) => Promise<any>][] => [
  ['GET', (by) => by.get(`/timetables/${id}`)],
  ['PATCH', (by) => by.patch(`/timetables/${id}`, { primary: true })],
  ['DELETE', (by) => by.delete(`/timetables/${id}`)],
  ['POST copies', (by) => by.post(`/timetables/${id}/copies`)],
  ['POST entries', (by) => by.post(`/timetables/${id}/entries`, { custom: { title: 'x', meetings: [] } })],
  ['GET an entry', (by) => by.get(`/timetables/${id}/entries/1`)],
  ['PATCH an entry', (by) => by.patch(`/timetables/${id}/entries/1`, { color: 1 })],
  ['DELETE an entry', (by) => by.delete(`/timetables/${id}/entries/1`)],
  ['POST acknowledge', (by) => by.post(`/timetables/${id}/entries/1/acknowledge`)],
];

describe('the timetable of another account', () => {
  it('is 404 for every method, and stays unchanged', async () => {
    const own = await aTimetable(jiwoo, semester);
    const entry = await jiwoo.post(`/timetables/${own.id}/entries`, { custom: { title: '비밀', meetings: [] } });
    const before = await jiwoo.get(`/timetables/${own.id}`);
    for (const [name, call] of [...verbs(own.id), ...verbs(999_999)]) {
      expect({ name, answer: await call(minsu) }).toMatchObject({
        name,
        answer: { status: 404, body: { code: 'TIMETABLE_NOT_FOUND' } },
      });
    }
    const id = entry.body.entry.id;
    expect((await minsu.patch(`/timetables/${own.id}/entries/${id}`, { memo: 'x' })).status).toBe(404);
    expect((await minsu.delete(`/timetables/${own.id}/entries/${id}`)).status).toBe(404);
    expect((await jiwoo.get(`/timetables/${own.id}`)).body).toEqual(before.body);
  });

  it('gives its entries to no timetable of mine', async () => {
    const theirs = await aTimetable(jiwoo, semester);
    const mine = await aTimetable(minsu, semester);
    const { body } = await jiwoo.post(`/timetables/${theirs.id}/entries`, { custom: { title: 'x', meetings: [] } });
    for (const call of [minsu.get, minsu.delete].map((verb) => verb.bind(minsu))) {
      expect(await call(`/timetables/${mine.id}/entries/${body.entry.id}`)).toMatchObject({
        status: 404,
        body: { code: 'ENTRY_NOT_FOUND' },
      });
    }
    expect((await jiwoo.get(`/timetables/${theirs.id}`)).body.entries).toHaveLength(1);
  });

  it('needs an account', async () => {
    for (const [, call] of verbs(1)) expect(await call(t.anyone)).toMatchObject({ status: 401 });
    expect((await t.anyone.get('/timetables')).status).toBe(401);
  });

  it.each(['0', '01', '1e3', 'x', '-1'])('refuses the id %s', async (id) => {
    for (const [, call] of verbs(id)) expect(await call(minsu)).toMatchObject({ status: 400 });
  });
});

describe('POST /timetables', () => {
  it('needs an account', async () => {
    expect((await t.anyone.post('/timetables', { semesterId: semester.id })).status).toBe(401);
  });

  it.each([
    ['no semester', {}, '#/semesterId'],
    ['a word as semester', { semesterId: '1' }, '#/semesterId'],
    ['an empty name', { semesterId: 1, name: ' ' }, '#/name'],
    ['a long name', { semesterId: 1, name: '가'.repeat(51) }, '#/name'],
    ['a visibility', { semesterId: 1, visibility: 'friends' }, '#/visibility'],
  ])('refuses %s', async (_, body, pointer) => {
    const { status, body: problem } = await minsu.post('/timetables', body);
    expect({ status, pointers: problem.errors.map((one: any) => one.pointer) }).toEqual({
      status: 400,
      pointers: [pointer],
    });
  });

  it('refuses an unknown semester', async () => {
    for (const semesterId of [999_999, Number.MAX_SAFE_INTEGER]) {
      expect(await minsu.post('/timetables', { semesterId })).toMatchObject({
        status: 404,
        body: { code: 'SEMESTER_NOT_FOUND' },
      });
    }
  });

  it('creates a private one, and the first of a semester is primary', async () => {
    const fresh = await anySemester();
    const { status, body, headers } = await minsu.post('/timetables', { semesterId: fresh.id, name: ' 가을 ' });
    expect({ status, location: headers.location }).toEqual({ status: 201, location: `/api/v1/timetables/${body.id}` });
    expect(body).toEqual({
      id: body.id,
      semester: fresh,
      name: '가을',
      primary: true,
      visibility: 'private',
      theme: 'madang',
      totalCredits: 0,
      entries: [],
      notice: null,
    });
    expect(await minsu.post('/timetables', { semesterId: fresh.id })).toMatchObject({ body: { primary: false } });
    expect((await minsu.get(headers.location.replace('/api/v1', ''))).body).toEqual(body);
  });

  it('uses the first free name, and accepts none twice', async () => {
    const fresh = await anySemester();
    for (const name of ['시간표 1', '시간표 2', '시간표 3']) {
      expect(await minsu.post('/timetables', { semesterId: fresh.id })).toMatchObject({ body: { name } });
    }
    for (const name of ['시간표 2', '시간표 2'.normalize('NFD')]) {
      expect(await minsu.post('/timetables', { semesterId: fresh.id, name })).toMatchObject({
        status: 409,
        body: { code: 'TIMETABLE_NAME_TAKEN' },
      });
    }
    expect((await minsu.post('/timetables', { semesterId: fresh.id, name: 'Plan b' })).status).toBe(201);
    expect((await minsu.post('/timetables', { semesterId: fresh.id, name: 'PLAN B' })).status).toBe(409);
    // Another semester and another account have their own names.
    expect((await minsu.post('/timetables', { semesterId: (await anySemester()).id, name: 'Plan b' })).status).toBe(
      201,
    );
    expect((await jiwoo.post('/timetables', { semesterId: fresh.id, name: 'Plan b' })).status).toBe(201);
  });

  it('allows twenty in a semester, also with simultaneous requests', async () => {
    const fresh = await anySemester();
    const owner = await anAccount(t);
    const asked = await Promise.all(
      Array.from({ length: 25 }, () => owner.post('/timetables', { semesterId: fresh.id })),
    );
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(asked.filter(({ body }) => body.code === 'TOO_MANY_TIMETABLES')).toHaveLength(5);
    const { body } = await owner.get(`/timetables?semester=${fresh.id}&limit=100`);
    expect(new Set(body.items.map(({ name }: any) => name)).size).toBe(20);
    expect(body.items.filter(({ primary }: any) => primary)).toHaveLength(1);
    expect((await owner.post('/timetables', { semesterId: semester.id })).status).toBe(201);
  });

  it('creates one for a key', async () => {
    const fresh = await anySemester();
    const headers = { 'idempotency-key': 'once' };
    const first = await minsu.post('/timetables', { semesterId: fresh.id }, headers);
    const again = await minsu.post('/timetables', { semesterId: fresh.id }, headers);
    expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } });
    expect((await minsu.get(`/timetables?semester=${fresh.id}`)).body.items).toHaveLength(1);
  });
});

describe('GET /timetables', () => {
  it('lists mine of a semester or of all, page by page', async () => {
    const owner = await anAccount(t);
    const [spring, autumn] = [await anySemester(), await anySemester()];
    for (const [one, name] of [
      [spring, 'a'],
      [autumn, 'b'],
      [spring, 'c'],
    ] as const) {
      await aTimetable(owner, one, { name });
    }
    await aTimetable(jiwoo, spring);
    expect(namesOf(await owner.get('/timetables'))).toEqual(['a', 'b', 'c']);
    expect(namesOf(await owner.get(`/timetables?semester=${spring.id}`))).toEqual(['a', 'c']);
    expect(namesOf(await owner.get('/timetables?semester=999999'))).toEqual([]);
    const first = await owner.get('/timetables?limit=2');
    expect(namesOf(first)).toEqual(['a', 'b']);
    expect(namesOf(await owner.get(`/timetables?limit=2&cursor=${first.body.nextCursor}`))).toEqual(['c']);
    expect((await jiwoo.get(`/timetables?limit=2&cursor=${first.body.nextCursor}`)).status).toBe(400);
    expect((await owner.get('/timetables?semester=x')).status).toBe(400);
  });

  it('shortens a page with very full timetables, and skips none', async () => {
    const owner = await anAccount(t);
    const fresh = await anySemester();
    const full = await aTimetable(owner, fresh, { name: 'full' });
    for (let n = 0; n < 100; n++) {
      await owner.post(`/timetables/${full.id}/entries`, { custom: { title: `${n}`, meetings: [] } });
    }
    for (let n = 0; n < 4; n++) await owner.post(`/timetables/${full.id}/copies`);
    await aTimetable(owner, fresh, { name: 'empty' });
    const pages = [];
    for (let cursor = ''; cursor !== null && pages.length < 9;) {
      const page = await owner.get(`/timetables${cursor && `?cursor=${cursor}`}`);
      pages.push(namesOf(page));
      cursor = page.body.nextCursor;
    }
    expect(pages).toEqual([
      ['full', 'full (1)', 'full (2)'],
      ['full (3)', 'full (4)', 'empty'],
    ]);
  });

  it('needs the same number of statements for one entry and for fifty', async () => {
    const owner = await anAccount(t);
    const fresh = await anySemester();
    const subject = await aSubject(t, { owner: jiwoo });
    const lectures: any[] = [];
    for (let n = 0; n < 25; n++) lectures.push(await aLecture(t, { owner: jiwoo, semester: fresh, subject }));
    const counts: number[] = [];
    for (const size of [1, 50]) {
      const table = await aTimetable(owner, fresh);
      for (let n = 0; n < size; n++) {
        const body = lectures[n - 1]
          ? { lectureId: lectures[n - 1].id }
          : { custom: { title: `항목 ${n}`, meetings: [at(n % 7, n * 20, n * 20 + 20)] } };
        expect((await owner.post(`/timetables/${table.id}/entries`, body)).status).toBe(201);
      }
      counts.push((await statementsOf(() => owner.get(`/timetables/${table.id}`))).statements.length);
    }
    counts.push((await statementsOf(() => owner.get('/timetables'))).statements.length);
    expect(counts).toEqual([3, 3, 3]);
  });
});

describe('PATCH /timetables/:id', () => {
  it.each([
    ['a number as name', { name: 7 }, '#/name'],
    ['no name', { name: null }, '#/name'],
    ['everyone', { visibility: 'everyone' }, '#/visibility'],
    ['an unknown theme', { theme: 'neon' }, '#/theme'],
    ['making the primary one not primary', { primary: false }, '#/primary'],
    ['another semester', { semesterId: 1 }, '#/semesterId'],
  ])('refuses %s', async (_, body, pointer) => {
    const own = await aTimetable(minsu, await anySemester());
    const { status, body: problem } = await minsu.patch(`/timetables/${own.id}`, body);
    expect({ status, pointer: problem.errors[0].pointer }).toEqual({ status: 400, pointer });
  });

  it('changes the given keys only', async () => {
    const own = await aTimetable(minsu, await anySemester(), { name: 'a' });
    const changes = { name: 'b', visibility: 'busyOnly', theme: 'forest' };
    const { status, body, headers } = await minsu.patch(`/timetables/${own.id}`, changes);
    expect({ status, body }).toEqual({ status: 200, body: { ...own, ...changes } });
    expect(headers.etag).toMatch(/^"v2-/);
    expect((await minsu.patch(`/timetables/${own.id}`, changes)).headers.etag).toBe(headers.etag);
    expect((await minsu.patch(`/timetables/${own.id}`, {})).body).toEqual(body);
  });

  it('refuses the name of another one, but accepts its own in another case', async () => {
    const fresh = await anySemester();
    const [a] = [await aTimetable(minsu, fresh, { name: 'a' }), await aTimetable(minsu, fresh, { name: 'b' })];
    expect(await minsu.patch(`/timetables/${a.id}`, { name: 'B' })).toMatchObject({
      status: 409,
      body: { code: 'TIMETABLE_NAME_TAKEN' },
    });
    expect(await minsu.patch(`/timetables/${a.id}`, { name: 'A' })).toMatchObject({ status: 200, body: { name: 'A' } });
  });

  it('makes one primary and the others not', async () => {
    const fresh = await anySemester();
    const [a, b] = [await aTimetable(minsu, fresh), await aTimetable(minsu, fresh)];
    expect((await minsu.patch(`/timetables/${b.id}`, { primary: true })).body.primary).toBe(true);
    expect((await minsu.get(`/timetables/${a.id}`)).body.primary).toBe(false);
    expect((await minsu.patch(`/timetables/${b.id}`, { primary: true })).body.primary).toBe(true);
  });

  it('keeps one primary with simultaneous requests of many devices', async () => {
    const fresh = await anySemester();
    const own: any[] = [];
    for (let n = 0; n < 4; n++) own.push(await aTimetable(minsu, fresh));
    const asked = await Promise.all(
      Array.from({ length: 24 }, (_, n) => minsu.patch(`/timetables/${own[n % 4].id}`, { primary: true })),
    );
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([200]));
    const { body } = await minsu.get(`/timetables?semester=${fresh.id}`);
    expect(body.items.filter(({ primary }: any) => primary)).toHaveLength(1);
  });

  it('changes only the version in If-Match', async () => {
    const own = await aTimetable(minsu, await anySemester());
    const seen = (await minsu.get(`/timetables/${own.id}`)).headers.etag;
    await minsu.post(`/timetables/${own.id}/entries`, { custom: { title: 'x', meetings: [] } });
    for (const call of [
      minsu.patch(`/timetables/${own.id}`, { name: 'z' }, { 'if-match': seen }),
      minsu.delete(`/timetables/${own.id}`, undefined, { 'if-match': seen }),
    ]) {
      expect(await call).toMatchObject({ status: 412, body: { code: 'EDIT_CONFLICT' } });
    }
  });
});

describe('DELETE /timetables/:id', () => {
  it('makes the oldest remaining one primary', async () => {
    const fresh = await anySemester();
    const [a, b, c] = [await aTimetable(minsu, fresh), await aTimetable(minsu, fresh), await aTimetable(minsu, fresh)];
    await minsu.post(`/timetables/${a.id}/entries`, { custom: { title: 'x', meetings: [] } });
    expect((await minsu.delete(`/timetables/${a.id}`)).status).toBe(204);
    expect((await minsu.get(`/timetables/${a.id}`)).status).toBe(404);
    expect((await minsu.get(`/timetables/${b.id}`)).body.primary).toBe(true);
    expect((await minsu.delete(`/timetables/${c.id}`)).status).toBe(204);
    expect((await minsu.get(`/timetables/${b.id}`)).body.primary).toBe(true);
    expect((await minsu.delete(`/timetables/${b.id}`)).status).toBe(204);
    expect((await minsu.get(`/timetables?semester=${fresh.id}`)).body.items).toEqual([]);
    expect((await aTimetable(minsu, fresh)).primary).toBe(true);
  });

  it('keeps exactly one primary during simultaneous creations and deletions', async () => {
    const fresh = await anySemester();
    const own: any[] = [];
    for (let n = 0; n < 10; n++) own.push(await aTimetable(minsu, fresh));
    await Promise.all([
      ...own.slice(0, 8).map(({ id }) => minsu.delete(`/timetables/${id}`)),
      ...own.slice(0, 8).map(({ id }) => minsu.patch(`/timetables/${id}`, { primary: true })),
      ...own.slice(8).map(() => minsu.post('/timetables', { semesterId: fresh.id })),
    ]);
    const { body } = await minsu.get(`/timetables?semester=${fresh.id}`);
    expect(body.items).toHaveLength(4);
    expect(body.items.filter(({ primary }: any) => primary)).toHaveLength(1);
  });
});

describe('POST /timetables/:id/copies', () => {
  it('copies everything except ids, primary and visibility, and numbers the name', async () => {
    const fresh = await anySemester();
    const lecture = await aLecture(t, { semester: fresh, meetings: [at(0, 540, 600)] });
    const own = await aTimetable(minsu, fresh, { name: '계획' });
    await minsu.patch(`/timetables/${own.id}`, { visibility: 'friends', theme: 'mono' });
    const added = await minsu.post(`/timetables/${own.id}/entries`, { lectureId: lecture.id });
    const edits = { title: '내 강의', color: 7, memo: '앞자리', private: true };
    await minsu.patch(`/timetables/${own.id}/entries/${added.body.entry.id}`, edits);
    await minsu.post(`/timetables/${own.id}/entries`, {
      custom: { title: '운동', credits: 0.5, meetings: [at(1, 0, 60, { room: '체육관', weeks: [3, 1] })] },
    });
    const original = (await minsu.get(`/timetables/${own.id}`)).body;
    const { status, body, headers } = await minsu.post(`/timetables/${own.id}/copies`);
    expect({ status, location: headers.location }).toEqual({ status: 201, location: `/api/v1/timetables/${body.id}` });
    const ids = body.entries.map(({ id }: any) => id);
    expect(ids).not.toEqual(original.entries.map(({ id }: any) => id));
    expect(body).toEqual({
      ...original,
      id: body.id,
      name: '계획 (1)',
      primary: false,
      visibility: 'private',
      entries: original.entries.map((entry: any, n: number) => ({ ...entry, id: ids[n] })),
    });
    expect(body.entries[0]).toMatchObject(edits);
    expect((await minsu.post(`/timetables/${body.id}/copies`)).body.name).toBe('계획 (2)');
    // The copy is independent.
    await minsu.delete(`/timetables/${body.id}/entries/${ids[0]}`);
    expect((await minsu.get(`/timetables/${own.id}`)).body).toEqual(original);
  });

  it('numbers copies of simultaneous requests', async () => {
    const own = await aTimetable(minsu, await anySemester(), { name: 'A' });
    const copies = await Promise.all(Array.from({ length: 10 }, () => minsu.post(`/timetables/${own.id}/copies`)));
    expect(copies.map(({ body }) => body.name).sort()).toEqual(
      Array.from({ length: 10 }, (_, n) => `A (${n + 1})`).sort(),
    );
  });

  it('stops at twenty', async () => {
    const fresh = await anySemester();
    const own = await aTimetable(minsu, fresh);
    for (let n = 0; n < 19; n++) expect((await minsu.post(`/timetables/${own.id}/copies`)).status).toBe(201);
    expect(await minsu.post(`/timetables/${own.id}/copies`)).toMatchObject({
      status: 409,
      body: { code: 'TOO_MANY_TIMETABLES' },
    });
  });
});

describe('leaving', () => {
  it.each(['keep', 'remove'])('with %s deletes the timetables', async (content) => {
    const owner = await anAccount(t);
    const own = await aTimetable(owner, semester, { name: `나의 ${next()}` });
    await aTimetable(owner, semester);
    await owner.post(`/timetables/${own.id}/entries`, { custom: { title: '비밀 모임', meetings: [] } });
    const exported = await owner.get('/accounts/me/export');
    expect(exported.body.timetables).toHaveLength(2);
    expect(JSON.stringify(exported.body)).toContain('비밀 모임');
    expect((await owner.delete('/accounts/me', { password: PASSWORD, content })).status).toBe(204);
    const left = await readRows(t.database, 'SELECT id FROM timetables WHERE owner_id = ?', [owner.id]);
    expect(left).toEqual([]);
  });
});
