import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import {
  aLecture,
  anAccount,
  aSemester,
  aStaffAccount,
  aSubject,
  aTimetable,
  at,
  next,
  PASSWORD,
} from './support/factories.js';

let t: TestApp;
let minsu: Client;
let jiwoo: Client;
let admin: Client;
beforeAll(async () => {
  t = await startApp();
  [minsu, jiwoo, admin] = await Promise.all([anAccount(t), anAccount(t), aStaffAccount(t)]);
});

const pointerOf = ({ status, body }: any) => ({ status, pointer: body.errors?.[0]?.pointer });
const ids = (answer: { body: any }): number[] => answer.body.items.map(({ id }: any) => id);

/** A subject of the catalogue. */
async function aCatalogueSubject(code = `CAT${next()}`): Promise<number> {
  const { insertId } = await t.database.transaction((tx) =>
    tx.run(
      `INSERT INTO subjects (code, code_key, catalogue_key, name, credits, source, created_at)
       VALUES (?, ?, ?, '학교 과목', 3, 'catalogue', NOW(3))`,
      [code, code.toUpperCase(), code.toUpperCase()],
    ),
  );
  return insertId;
}

// First, while there is no semester.
describe('GET /semesters/current', () => {
  it('is the one that includes today on the campus, else the next, else the last', async () => {
    expect((await t.anyone.get('/semesters/current')).status).toBe(404);
    const day = (days: number) =>
      new Date(t.clock.now().getTime() + 9 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);
    const make = (from: number, to: number) => aSemester(t, { admin, startsOn: day(from), endsOn: day(to) });
    const current = async () => (await t.anyone.get('/semesters/current')).body.id;
    const last = await make(-60, -30);
    await make(-120, -90);
    expect(await current()).toBe(last.id);
    await make(60, 90);
    const following = await make(10, 40);
    expect(await current()).toBe(following.id);
    const today = await make(0, 5);
    expect(await current()).toBe(today.id);
  });
});

describe('POST /semesters', () => {
  const body = { year: 2150, term: 'spring', startsOn: '2026-03-02', endsOn: '2026-06-19' };

  it('needs an account, and an admin', async () => {
    expect((await t.anyone.post('/semesters', body)).status).toBe(401);
    for (const member of [minsu, await aStaffAccount(t, 'moderator')]) {
      expect(await member.post('/semesters', body)).toMatchObject({ status: 403, body: { code: 'ADMINS_ONLY' } });
      expect(await member.patch('/semesters/1', {})).toMatchObject({ status: 403, body: { code: 'ADMINS_ONLY' } });
    }
  });

  it.each([
    ['no year', { year: undefined }, '#/year'],
    ['an unknown term', { term: 'fall' }, '#/term'],
    ['a day that does not exist', { startsOn: '2026-02-30' }, '#/startsOn'],
    ['a day of the first century', { startsOn: '0026-03-02', endsOn: '0026-06-19' }, '#/startsOn'],
    ['a day too far', { startsOn: '2202-01-01', endsOn: '2202-02-01' }, '#/endsOn'],
    ['an end before the start', { endsOn: '2026-03-01' }, '#/endsOn'],
    ['an end on the first day', { endsOn: '2026-03-02' }, '#/endsOn'],
    ['31 weeks', { endsOn: '2026-09-28' }, '#/endsOn'],
    ['an unknown zone', { timeZone: 'Asia/Pusan' }, '#/timeZone'],
    ['a zone in small letters', { timeZone: 'asia/seoul' }, '#/timeZone'],
    ['a former name of a zone in small letters', { timeZone: 'us/pacific' }, '#/timeZone'],
    ['an offset as zone', { timeZone: '+09:00' }, '#/timeZone'],
    ['a holiday outside', { holidays: ['2026-06-20'] }, '#/holidays'],
    ['a word as holiday', { holidays: ['어린이날'] }, '#/holidays'],
    ['a day as holidays', { holidays: '2026-05-05' }, '#/holidays'],
  ])('refuses %s', async (_, change, pointer) => {
    expect(pointerOf(await admin.post('/semesters', { ...body, ...change }))).toEqual({ status: 400, pointer });
  });

  it('creates one for a year and a term', async () => {
    const full = { ...body, endsOn: '2026-09-27', holidays: ['2026-06-06', '2026-05-05', '2026-05-05'] };
    const { status, body: semester, headers } = await admin.post('/semesters', full);
    expect({ status, semester }).toEqual({
      status: 201,
      semester: { id: semester.id, ...full, timeZone: 'Asia/Seoul', holidays: ['2026-05-05', '2026-06-06'] },
    });
    expect((await t.anyone.get(headers.location.replace('/api/v1', ''))).body).toEqual(semester);
    expect(await admin.post('/semesters', full)).toMatchObject({ status: 409, body: { code: 'SEMESTER_EXISTS' } });
  });

  it('adds the public holidays in Seoul unless holidays are given', async () => {
    const made = async (given: object) => (await admin.post('/semesters', { ...body, ...given })).body.holidays;
    const all = ['2026-03-02', '2026-05-05', '2026-05-24', '2026-05-25', '2026-06-06'];
    expect(await made({ year: 2151 })).toEqual(all);
    expect(await made({ year: 2152, holidays: [] })).toEqual([]);
    expect(await made({ year: 2153, timeZone: 'America/New_York' })).toEqual([]);
  });
});

describe('PATCH /semesters/:id', () => {
  it('changes the given fields, and checks the whole', async () => {
    const semester = await aSemester(t, { admin, holidays: ['2026-10-09'] });
    const url = `/semesters/${semester.id}`;
    expect(pointerOf(await admin.patch(url, { endsOn: '2026-08-01' }))).toEqual({ status: 400, pointer: '#/endsOn' });
    expect(pointerOf(await admin.patch(url, { startsOn: '2026-10-10' }))).toEqual({
      status: 400,
      pointer: '#/holidays',
    });
    const changed = await admin.patch(url, { endsOn: '2026-12-18', timeZone: 'America/New_York' });
    expect(changed.body).toEqual({ ...semester, endsOn: '2026-12-18', timeZone: 'America/New_York' });
    expect(changed.headers.etag).toMatch(/^"v2-/);
    expect((await admin.patch(url, { holidays: null })).body.holidays).toEqual([]);
    expect((await admin.patch(url, {})).headers.etag).toMatch(/^"v3-/);
    expect((await admin.patch(url, {}, { 'if-match': changed.headers.etag })).status).toBe(412);
    expect((await admin.patch('/semesters/999999', {})).status).toBe(404);
    expect(pointerOf(await admin.patch(url, { year: 2027 }))).toEqual({ status: 400, pointer: '#/year' });
  });
});

describe('GET /semesters', () => {
  it('lists them, the newest first, page by page, without an account', async () => {
    const listed = await t.anyone.all('/semesters', 2);
    const order = listed.map(({ year, term }) => year * 4 + ['spring', 'summer', 'autumn', 'winter'].indexOf(term));
    expect(order.length).toBeGreaterThan(2);
    expect(order).toEqual([...order].sort((a, b) => b - a));
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
  });

  it('is 404 for an unknown semester', async () => {
    expect(await t.anyone.get('/semesters/999999')).toMatchObject({
      status: 404,
      body: { code: 'SEMESTER_NOT_FOUND' },
    });
  });
});

describe('POST /subjects', () => {
  const body = { code: 'ABC', name: '과목', credits: 3 };

  it('needs an account', async () => {
    expect((await t.anyone.post('/subjects', body)).status).toBe(401);
  });

  it.each([
    ['no code', { code: undefined }, '#/code'],
    ['a long code', { code: 'x'.repeat(41) }, '#/code'],
    ['an empty name', { name: '' }, '#/name'],
    ['no credits', { credits: undefined }, '#/credits'],
    ['a hundred credits', { credits: 100 }, '#/credits'],
    ['a source', { source: 'catalogue' }, '#/source'],
  ])('refuses %s', async (_, change, pointer) => {
    expect(pointerOf(await minsu.post('/subjects', { ...body, ...change }))).toEqual({ status: 400, pointer });
  });

  it('registers a subject that the catalogue lacks, once for each member', async () => {
    const given = { code: `my ${next()}`, name: '독립연구', department: '물리학과', credits: 1.5, category: '일반' };
    const { status, body: subject, headers } = await minsu.post('/subjects', given);
    expect({ status, subject }).toEqual({ status: 201, subject: { id: subject.id, ...given, source: 'user' } });
    expect((await t.anyone.get(headers.location.replace('/api/v1', ''))).body).toEqual(subject);
    for (const code of [given.code, given.code.toUpperCase().replace(' ', '')]) {
      expect(await minsu.post('/subjects', { ...given, code })).toMatchObject({
        status: 409,
        body: { code: 'SUBJECT_EXISTS' },
      });
    }
    expect((await jiwoo.post('/subjects', given)).status).toBe(201);
  });

  it('refuses a subject of the catalogue', async () => {
    await aCatalogueSubject('CSE2017');
    expect(await minsu.post('/subjects', { ...body, code: 'cse 2017' })).toMatchObject({
      status: 409,
      body: { code: 'SUBJECT_EXISTS' },
    });
  });

  it('registers at most fifty for a member, also with simultaneous requests', async () => {
    const owner = await anAccount(t);
    const asked = await Promise.all(
      Array.from({ length: 55 }, (_, n) => owner.post('/subjects', { ...body, code: `N${n}` })),
    );
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(asked.filter(({ body: { code } }) => code === 'TOO_MANY_SUBJECTS')).toHaveLength(5);
  });
});

describe('GET /subjects', () => {
  it('finds by name and code, ignoring case and white space, and by semester', async () => {
    const [a, b] = [
      await aSubject(t, { owner: jiwoo, code: 'ZQX 1', name: '양자 역학 특강' }),
      await aSubject(t, { owner: jiwoo, code: 'zqx-2', name: '100% 열역학' }),
    ];
    const found = async (q: string) => ids(await t.anyone.get(`/subjects?q=${encodeURIComponent(q)}`));
    expect(await found('zqx')).toEqual([a.id, b.id]);
    expect(await found('양자역 학')).toEqual([a.id]);
    expect(await found('0%열')).toEqual([b.id]);
    expect(await found('%%')).toEqual([]);
    const semester = await aSemester(t, { admin });
    await aLecture(t, { owner: jiwoo, subject: b, semester });
    expect(ids(await t.anyone.get(`/subjects?semester=${semester.id}`))).toEqual([b.id]);
    expect(ids(await t.anyone.get(`/subjects?semester=${semester.id}&q=양자`))).toEqual([]);
    const all = await t.anyone.all('/subjects', 3);
    expect(all.map(({ id }) => id)).toEqual([...new Set(all.map(({ id }) => id))].sort((x, y) => x - y));
  });
});

describe('PATCH and DELETE /subjects/:id', () => {
  it('are allowed for its author only, and not for the catalogue', async () => {
    const subject = await aSubject(t, { owner: minsu });
    const ofCatalogue = await aCatalogueSubject();
    const calls = (by: Client, id: number) => [
      by.patch(`/subjects/${id}`, { name: 'x' }),
      by.delete(`/subjects/${id}`),
    ];
    for (const call of calls(t.anyone, subject.id)) expect((await call).status).toBe(401);
    for (const call of calls(minsu, 999_999)) expect((await call).status).toBe(404);
    for (const call of calls(jiwoo, subject.id)) {
      expect(await call).toMatchObject({ status: 403, body: { code: 'NOT_ITS_MAKER' } });
    }
    for (const call of [...calls(minsu, ofCatalogue), ...calls(admin, ofCatalogue)]) {
      expect(await call).toMatchObject({ status: 403, body: { code: 'CATALOGUE_IS_READ_ONLY' } });
    }
  });

  it('change and delete while nobody else uses it', async () => {
    const subject = await aSubject(t, { owner: minsu, department: '물리학과' });
    const url = `/subjects/${subject.id}`;
    const edited = await minsu.patch(url, { name: '새 이름', department: null, credits: 2 });
    expect(edited.body).toEqual({ ...subject, name: '새 이름', department: null, credits: 2 });
    await aCatalogueSubject('TAKEN1');
    expect((await minsu.patch(url, { code: 'taken 1' })).status).toBe(409);
    expect((await minsu.patch(url, { name: 'x' }, { 'if-match': '"v1-x"' })).status).toBe(412);
    const semester = await aSemester(t, { admin });
    const lecture = await aLecture(t, { owner: minsu, subject, semester });
    expect((await minsu.patch(url, { name: '또 다른 이름' })).status).toBe(200);
    expect(await minsu.delete(url)).toMatchObject({ status: 409, body: { code: 'SUBJECT_IN_USE' } });
    const theirs = await aTimetable(jiwoo, semester);
    await jiwoo.post(`/timetables/${theirs.id}/entries`, { lectureId: lecture.id });
    expect(await minsu.patch(url, { name: 'z' })).toMatchObject({ status: 409, body: { code: 'SUBJECT_IN_USE' } });
    await jiwoo.delete(`/timetables/${theirs.id}`);
    await minsu.delete(`/lectures/${lecture.id}`);
    expect((await minsu.delete(url)).status).toBe(204);
    expect((await t.anyone.get(url)).status).toBe(404);
  });
});

describe('POST /lectures', () => {
  it('needs an account', async () => {
    expect((await t.anyone.post('/lectures', {})).status).toBe(401);
  });

  it.each([
    ['no subject', { subjectId: undefined }, '#/subjectId'],
    ['an empty section', { section: ' ' }, '#/section'],
    ['a professor as text', { professors: '김' }, '#/professors'],
    ['an empty professor', { professors: ['김', ''] }, '#/professors'],
    ['negative seats', { capacity: -1 }, '#/capacity'],
    ['no meetings', { meetings: undefined }, '#/meetings'],
    ['meetings that clash', { meetings: [at(0, 0, 60), at(0, 30, 90)] }, '#/meetings/1'],
    ['a list among the meetings', { meetings: [at(0, 0, 60), []] }, '#/meetings/1'],
    ['a list of meetings among them', { meetings: [[at(0, 0, 60)]] }, '#/meetings/0'],
    ['an enrolment', { enrolled: 3 }, '#/enrolled'],
  ])('refuses %s', async (_, change, pointer) => {
    const body = { subjectId: 1, semesterId: 1, section: '01', meetings: [], ...change };
    expect(pointerOf(await minsu.post('/lectures', body))).toEqual({ status: 400, pointer });
  });

  it('registers a section; the subject has the defaults', async () => {
    const [subject, semester] = [await aSubject(t, { owner: jiwoo }), await aSemester(t, { admin })];
    const body = { subjectId: subject.id, semesterId: semester.id, section: '01', meetings: [] };
    expect(await minsu.post('/lectures', { ...body, subjectId: 999_999 })).toMatchObject({
      status: 404,
      body: { code: 'SUBJECT_NOT_FOUND' },
    });
    expect(await minsu.post('/lectures', { ...body, semesterId: 999_999 })).toMatchObject({
      status: 404,
      body: { code: 'SEMESTER_NOT_FOUND' },
    });
    const { status, body: lecture, headers } = await minsu.post('/lectures', body);
    expect({ status, lecture }).toEqual({
      status: 201,
      lecture: {
        id: lecture.id,
        subject,
        semester,
        section: '01',
        title: subject.name,
        professors: [],
        credits: 3,
        creditsMax: null,
        grade: null,
        capacity: null,
        enrolled: null,
        note: null,
        place: null,
        source: 'user',
        cancelled: false,
        meetings: [],
      },
    });
    expect((await t.anyone.get(headers.location.replace('/api/v1', ''))).body).toEqual(lecture);
    expect(await minsu.post('/lectures', body)).toMatchObject({ status: 409, body: { code: 'LECTURE_EXISTS' } });
    expect((await jiwoo.post('/lectures', body)).status).toBe(201);
    const said = { title: '심화', professors: ['김', '이'], credits: 1, capacity: 0, note: '비고', place: '어딘가' };
    const meetings = [at(6, 1380, 1440, { room: '옥상', weeks: [16, 1] })];
    expect((await minsu.post('/lectures', { ...body, ...said, section: '02', meetings })).body).toMatchObject({
      ...said,
      meetings: [{ day: 6, start: 1380, end: 1440, room: '옥상', weeks: [1, 16] }],
    });
  });
});

describe('PATCH and DELETE /lectures/:id', () => {
  it('are allowed for its author only, and not for the catalogue', async () => {
    const semester = await aSemester(t, { admin });
    const lecture = await aLecture(t, { owner: minsu, semester });
    const ofCatalogue = await aLecture(t, { owner: minsu, semester });
    await t.database.transaction((tx) =>
      tx.run("UPDATE lectures SET source = 'catalogue', owner_id = NULL WHERE id = ?", [ofCatalogue.id]),
    );
    const calls = (by: Client, id: number) => [
      by.patch(`/lectures/${id}`, { title: 'x' }),
      by.delete(`/lectures/${id}`),
    ];
    for (const call of calls(t.anyone, lecture.id)) expect((await call).status).toBe(401);
    for (const call of calls(minsu, 999_999)) expect((await call).status).toBe(404);
    for (const call of calls(jiwoo, lecture.id)) {
      expect(await call).toMatchObject({ status: 403, body: { code: 'NOT_ITS_MAKER' } });
    }
    for (const call of [...calls(minsu, ofCatalogue.id), ...calls(admin, ofCatalogue.id)]) {
      expect(await call).toMatchObject({ status: 403, body: { code: 'CATALOGUE_IS_READ_ONLY' } });
    }
  });

  it('change and delete while nobody else uses it', async () => {
    const semester = await aSemester(t, { admin });
    const lecture = await aLecture(t, { owner: minsu, semester, meetings: [at(0, 0, 60)] });
    const url = `/lectures/${lecture.id}`;
    const changes = { section: 'B', title: '이름', professors: ['박'], credits: 2.5, meetings: [at(1, 0, 60)] };
    const edited = await minsu.patch(url, changes);
    expect(edited.body).toEqual({
      ...lecture,
      ...changes,
      meetings: [{ day: 1, start: 0, end: 60, room: null, weeks: null }],
    });
    expect((await minsu.patch(url, {})).headers.etag).toBe(edited.headers.etag);
    expect((await minsu.patch(url, { title: null, credits: null, professors: null, meetings: null })).body).toEqual({
      ...lecture,
      section: 'B',
      meetings: [],
    });
    expect((await minsu.patch(url, { note: 'x' }, { 'if-match': edited.headers.etag })).status).toBe(412);
    const mine = await aTimetable(minsu, semester);
    await minsu.post(`/timetables/${mine.id}/entries`, { lectureId: lecture.id });
    expect((await minsu.patch(url, { note: 'x' })).status).toBe(200);
    expect(await minsu.delete(url)).toMatchObject({ status: 409, body: { code: 'LECTURE_IN_USE' } });
    const theirs = await aTimetable(jiwoo, semester);
    await jiwoo.post(`/timetables/${theirs.id}/entries`, { lectureId: lecture.id });
    expect(await minsu.patch(url, { note: 'y' })).toMatchObject({ status: 409, body: { code: 'LECTURE_IN_USE' } });
    await Promise.all([minsu.delete(`/timetables/${mine.id}`), jiwoo.delete(`/timetables/${theirs.id}`)]);
    expect((await minsu.delete(url)).status).toBe(204);
    expect((await t.anyone.get(url)).status).toBe(404);
  });

  it('never change a lecture while somebody adds it', async () => {
    const semester = await aSemester(t, { admin });
    const theirs = await aTimetable(jiwoo, semester);
    for (let n = 0; n < 10; n++) {
      const lecture = await aLecture(t, { owner: minsu, semester, meetings: [] });
      const [changed, added] = await Promise.all([
        minsu.patch(`/lectures/${lecture.id}`, { place: '새 장소' }),
        jiwoo.post(`/timetables/${theirs.id}/entries`, { lectureId: lecture.id }),
      ]);
      expect(added.status).toBe(201);
      expect([200, 409]).toContain(changed.status);
      // An addition after the change has the new values; a change after the addition is refused.
      expect(added.body.entry.lecture.place).toBe(changed.status === 200 ? '새 장소' : null);
    }
  });

  it('never delete a lecture while somebody adds it', async () => {
    const semester = await aSemester(t, { admin });
    const theirs = await aTimetable(jiwoo, semester);
    let kept = 0;
    for (let n = 0; n < 10; n++) {
      const lecture = await aLecture(t, { owner: minsu, semester, meetings: [] });
      const [added, gone] = await Promise.all([
        jiwoo.post(`/timetables/${theirs.id}/entries`, { lectureId: lecture.id }),
        minsu.delete(`/lectures/${lecture.id}`),
      ]);
      expect([
        [201, 'LECTURE_IN_USE'],
        [404, undefined],
      ]).toContainEqual([added.status, gone.body?.code]);
      if (added.status === 201) kept++;
    }
    expect((await jiwoo.get(`/timetables/${theirs.id}`)).body.entries).toHaveLength(kept);
  });
});

describe('leaving', () => {
  it.each(['keep', 'remove'])('with %s keeps lectures that others use, without their author', async (content) => {
    const owner = await anAccount(t);
    const semester = await aSemester(t, { admin });
    const meetings = [at(1, 540, 600, { room: '공학관 301', weeks: [1, 30] })];
    const [used, unused] = [await aLecture(t, { owner, semester, meetings }), await aLecture(t, { owner, semester })];
    const theirs = await aTimetable(jiwoo, semester);
    await jiwoo.post(`/timetables/${theirs.id}/entries`, { lectureId: used.id });
    const own = await aTimetable(owner, semester);
    await owner.post(`/timetables/${own.id}/entries`, { lectureId: unused.id });
    const { catalogue } = (await owner.get('/accounts/me/export')).body;
    expect(catalogue).toMatchObject({
      subjects: [{}, {}],
      lectures: [
        { id: used.id, meetings },
        { id: unused.id, meetings: [] },
      ],
    });
    expect((await owner.delete('/accounts/me', { password: PASSWORD, content })).status).toBe(204);
    expect((await t.anyone.get(`/lectures/${used.id}`)).status).toBe(200);
    const [unusedStatus, subjectStatus] = [
      (await t.anyone.get(`/lectures/${unused.id}`)).status,
      (await t.anyone.get(`/subjects/${unused.subject.id}`)).status,
    ];
    expect([unusedStatus, subjectStatus]).toEqual(content === 'keep' ? [200, 200] : [404, 404]);
  });
});
