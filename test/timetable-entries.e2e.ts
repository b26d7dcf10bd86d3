import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aLecture, anAccount, aSemester, aSubject, aTimetable, at } from './support/factories.js';

let t: TestApp;
let minsu: Client;
let teacher: Client;
let semester: any;
let own: any;
beforeAll(async () => {
  t = await startApp();
  minsu = await anAccount(t);
});
beforeEach(async () => {
  [semester, teacher] = await Promise.all([aSemester(t), anAccount(t)]);
  own = await aTimetable(minsu, semester);
});

const entriesUrl = (more = '') => `/timetables/${own.id}/entries${more}`;
const add = (body: object, query = '') => minsu.post(entriesUrl(query), body);
const aCustom = (title: string, ...meetings: object[]) => ({ custom: { title, meetings } });
const lectureAt = (...meetings: object[]) => aLecture(t, { owner: teacher, semester, meetings });
const current = async () => (await minsu.get(`/timetables/${own.id}`)).body;
const titles = async () => (await current()).entries.map(({ title }: any) => title);

describe('POST /timetables/:id/entries', () => {
  it.each([
    ['nothing', {}, '#/lectureId'],
    ['both', { lectureId: 1, custom: { title: 'x', meetings: [] } }, '#/lectureId'],
    ['null', { lectureId: null }, '#/lectureId'],
    ['a word as lecture', { lectureId: '1' }, '#/lectureId'],
    ['a list as custom', { custom: [] }, '#/custom'],
    ['no title', { custom: { meetings: [] } }, '#/custom/title'],
    ['no meetings', { custom: { title: 'x' } }, '#/custom/meetings'],
    ['null among the meetings', { custom: { title: 'x', meetings: [null] } }, '#/custom/meetings/0'],
    ['a list among the meetings', { custom: { title: 'x', meetings: [[]] } }, '#/custom/meetings/0'],
    ['a list of meetings among them', { custom: { title: 'x', meetings: [[at(0, 0, 60)]] } }, '#/custom/meetings/0'],
    ['a day too far', aCustom('x', at(7, 0, 60)), '#/custom/meetings/0/day'],
    ['a start before the day', aCustom('x', at(0, -1, 60)), '#/custom/meetings/0/start'],
    ['half a minute', aCustom('x', at(0, 0.5, 60)), '#/custom/meetings/0/start'],
    ['an end after the day', aCustom('x', at(0, 0, 1441)), '#/custom/meetings/0/end'],
    ['an end at the start', aCustom('x', at(0, 60, 60)), '#/custom/meetings/0/end'],
    ['an end before the start', aCustom('x', at(0, 0, 30), at(0, 90, 60)), '#/custom/meetings/1/end'],
    [
      'an entry that conflicts with itself',
      aCustom('x', at(0, 0, 60), at(1, 0, 60), at(0, 59, 90)),
      '#/custom/meetings/2',
    ],
    ['week 0', aCustom('x', at(0, 0, 60, { weeks: [0] })), '#/custom/meetings/0/weeks'],
    ['week 31', aCustom('x', at(0, 0, 60, { weeks: [31] })), '#/custom/meetings/0/weeks'],
    ['a week twice', aCustom('x', at(0, 0, 60, { weeks: [1, 1] })), '#/custom/meetings/0/weeks'],
    ['no week', aCustom('x', at(0, 0, 60, { weeks: [] })), '#/custom/meetings/0/weeks'],
    ['an unknown key', aCustom('x', at(0, 0, 60, { period: 1 })), '#/custom/meetings/0/period'],
    ['31 meetings', aCustom('x', ...Array.from({ length: 31 }, (_, n) => at(0, n, n + 1))), '#/custom/meetings'],
    ['negative credits', { custom: { title: 'x', credits: -1, meetings: [] } }, '#/custom/credits'],
    ['hundredths of credits', { custom: { title: 'x', credits: 1.25, meetings: [] } }, '#/custom/credits'],
    ['credits as text', { custom: { title: 'x', credits: '3', meetings: [] } }, '#/custom/credits'],
  ])('refuses %s', async (_, body, pointer) => {
    const { status, body: problem } = await add(body);
    expect({ status, pointer: problem.errors[0].pointer }).toEqual({ status: 400, pointer });
    expect((await current()).entries).toEqual([]);
  });

  it('refuses an unknown onConflict', async () => {
    for (const query of ['?onConflict=keep', '?onConflict=', '?force=true']) {
      expect((await add(aCustom('x'), query)).status).toBe(400);
    }
  });

  it("adds a lecture with the catalogue's values", async () => {
    const lecture = await lectureAt(at(2, 540, 615, { room: '공학관 101' }), at(0, 540, 615, { weeks: [3, 1, 2] }));
    const { status, body, headers } = await add({ lectureId: lecture.id });
    expect(status).toBe(201);
    expect(headers.location).toBe(`/api/v1/timetables/${own.id}/entries/${body.entry.id}`);
    expect(body).toEqual({
      entry: {
        id: body.entry.id,
        kind: 'lecture',
        lecture,
        title: lecture.title,
        color: 0,
        memo: null,
        private: false,
        credits: 3,
        meetings: [
          { day: 0, start: 540, end: 615, room: null, weeks: [1, 2, 3] },
          { day: 2, start: 540, end: 615, room: '공학관 101', weeks: null },
        ],
        status: 'ok',
        changes: null,
        conflictsWith: [],
      },
      removed: [],
      warnings: [],
    });
    expect((await minsu.get(headers.location.replace('/api/v1', ''))).body).toEqual(body.entry);
    expect(await current()).toMatchObject({ totalCredits: 3, entries: [body.entry] });
  });

  it('refuses an unknown lecture, and one of another semester', async () => {
    for (const lectureId of [999_999, Number.MAX_SAFE_INTEGER]) {
      expect(await add({ lectureId })).toMatchObject({ status: 404, body: { code: 'LECTURE_NOT_FOUND' } });
    }
    const elsewhere = await aLecture(t, { semester: await aSemester(t) });
    expect(await add({ lectureId: elsewhere.id })).toMatchObject({
      status: 409,
      body: { code: 'LECTURE_OF_OTHER_SEMESTER' },
    });
  });

  it('adds a lecture once, and another section of its subject with a warning', async () => {
    const subject = await aSubject(t, { owner: teacher });
    const [one, other] = [
      await aLecture(t, { owner: teacher, semester, subject }),
      await aLecture(t, { owner: teacher, semester, subject }),
    ];
    const first = await add({ lectureId: one.id });
    expect(await add({ lectureId: one.id })).toMatchObject({ status: 409, body: { code: 'LECTURE_ALREADY_ADDED' } });
    expect((await add({ lectureId: other.id })).body.warnings).toEqual([
      { code: 'SAME_SUBJECT', entries: [first.body.entry.id] },
    ]);
  });

  it('allows adjacent entries, and entries without a common week', async () => {
    await add(aCustom('a', at(0, 630, 720)));
    expect((await add(aCustom('b', at(0, 720, 810)))).status).toBe(201);
    expect((await add(aCustom('c', at(0, 0, 630)))).status).toBe(201);
    expect((await add(aCustom('d', at(1, 540, 600, { weeks: [1, 2, 3] })))).status).toBe(201);
    expect((await add(aCustom('e', at(1, 540, 600, { weeks: [4, 5] })))).status).toBe(201);
    expect((await add(aCustom('f', at(1, 540, 600, { weeks: [5, 6] })))).status).toBe(409);
    expect((await add(aCustom('g', at(1, 599, 601)))).status).toBe(409);
    expect((await add(aCustom('untimed'))).status).toBe(201);
    expect((await add(aCustom('untimed'))).status).toBe(201);
  });

  it('refuses an entry with conflicts and lists them', async () => {
    const kept = [
      (await add(aCustom('a', at(0, 600, 660)))).body.entry,
      (await add(aCustom('b', at(0, 660, 720), at(3, 0, 60)))).body.entry,
    ];
    await add(aCustom('c', at(0, 720, 780)));
    const { status, body } = await add(aCustom('d', at(0, 659, 661)));
    expect({ status, code: body.code, conflicts: body.conflicts }).toEqual({
      status: 409,
      code: 'TIMETABLE_CONFLICT',
      conflicts: kept,
    });
    expect(await titles()).toEqual(['a', 'b', 'c']);
  });

  it('replaces conflicting entries on request, and lists them', async () => {
    const a = (await add(aCustom('a', at(0, 600, 660)))).body.entry;
    await add(aCustom('b', at(0, 660, 720)));
    const lecture = await lectureAt(at(0, 630, 660));
    const { status, body } = await add({ lectureId: lecture.id }, '?onConflict=replace');
    expect({ status, removed: body.removed }).toEqual({ status: 201, removed: [a] });
    expect(await titles()).toEqual(['b', lecture.title]);
  });

  it('chooses the least used colour', async () => {
    const colors: number[] = [];
    for (let n = 0; n < 13; n++) colors.push((await add(aCustom(`${n}`))).body.entry.color);
    expect(colors).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0]);
    const { entries } = await current();
    await minsu.delete(entriesUrl(`/${entries[4].id}`));
    expect((await add(aCustom('x'))).body.entry.color).toBe(4);
  });

  it('adds tenths of credits exactly', async () => {
    for (const credits of [0.1, 0.2, 0.3, 2.5]) await add({ custom: { title: 'x', credits, meetings: [] } });
    expect((await current()).totalCredits).toBe(3.1);
  });

  it('allows a hundred entries, also with simultaneous requests', async () => {
    for (let n = 0; n < 95; n++) await add(aCustom(`${n}`));
    const asked = await Promise.all(Array.from({ length: 12 }, (_, n) => add(aCustom(`more ${n}`))));
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(asked.filter(({ body }) => body.code === 'TOO_MANY_ENTRIES')).toHaveLength(7);
    expect((await current()).entries).toHaveLength(100);
  });

  it('keeps one of twenty simultaneous entries with conflicts', async () => {
    const lectures = [];
    for (let n = 0; n < 20; n++) lectures.push(await lectureAt(at(4, 540 + n, 660 + n)));
    const asked = await Promise.all(lectures.map(({ id }) => add({ lectureId: id })));
    expect(asked.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(asked.filter(({ body }) => body.code === 'TIMETABLE_CONFLICT')).toHaveLength(19);
    expect((await current()).entries).toHaveLength(1);
  });

  it('keeps one of twenty simultaneous entries that replace each other', async () => {
    const lectures = [];
    for (let n = 0; n < 20; n++) lectures.push(await lectureAt(at(4, 540 + n, 660 + n)));
    const asked = await Promise.all(lectures.map(({ id }) => add({ lectureId: id }, '?onConflict=replace')));
    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([201]));
    expect(asked.flatMap(({ body }) => body.removed)).toHaveLength(19);
    expect((await current()).entries).toHaveLength(1);
  });

  it('adds once for a key, also after a lost answer', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const first = await minsu.post(entriesUrl(), aCustom('x', at(0, 0, 60)), headers);
    const again = await minsu.post(entriesUrl(), aCustom('x', at(0, 0, 60)), headers);
    expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } });
    expect(await titles()).toEqual(['x']);
  });
});

describe('PATCH /timetables/:id/entries/:entryId', () => {
  it.each([
    ['a colour below', { color: -1 }, '#/color'],
    ['a colour beyond the theme', { color: 12 }, '#/color'],
    ['a colour by name', { color: '#ff0000' }, '#/color'],
    ['a long memo', { memo: 'x'.repeat(1001) }, '#/memo'],
    ['a long title', { title: '가'.repeat(101) }, '#/title'],
    ['a word as flag', { private: 'yes' }, '#/private'],
    ['credits of a lecture', { credits: 2 }, '#/credits'],
    ['meetings of a lecture', { meetings: [] }, '#/meetings'],
    ['a list among the meetings', { meetings: [[]] }, '#/meetings/0'],
    ['a status', { status: 'ok' }, '#/status'],
  ])('refuses %s', async (_, edits, pointer) => {
    const { body } = await add({ lectureId: (await lectureAt()).id });
    const { status, body: problem } = await minsu.patch(entriesUrl(`/${body.entry.id}`), edits);
    expect({ status, pointer: problem.errors[0].pointer }).toEqual({ status: 400, pointer });
  });

  it("stores own values beside the lecture's, and clears them", async () => {
    const lecture = await lectureAt(at(0, 0, 60));
    const { entry } = (await add({ lectureId: lecture.id })).body;
    const edits = { title: '그 강의', color: 11, memo: '앞자리에', private: true };
    const { status, body, headers } = await minsu.patch(entriesUrl(`/${entry.id}`), edits);
    expect({ status, body }).toEqual({ status: 200, body: { ...entry, ...edits } });
    expect(headers.etag).toMatch(/^"v2-/);
    const cleared = await minsu.patch(entriesUrl(`/${entry.id}`), { title: null, memo: null, private: false });
    expect(cleared.body).toEqual({ ...entry, color: 11 });
    expect((await minsu.patch(entriesUrl(`/${entry.id}`), {})).body).toEqual(cleared.body);
  });

  it('moves a custom entry, but not onto another one', async () => {
    const { entry } = (await add(aCustom('a', at(0, 0, 60)))).body;
    const other = (await add(aCustom('b', at(0, 60, 120)))).body.entry;
    const url = entriesUrl(`/${entry.id}`);
    expect(await minsu.patch(url, { meetings: [at(0, 30, 61)] })).toMatchObject({
      status: 409,
      body: { code: 'TIMETABLE_CONFLICT', conflicts: [other] },
    });
    expect((await minsu.patch(url, { meetings: [at(0, 30, 60)], credits: 1.5, title: 'c' })).body).toEqual({
      ...entry,
      title: 'c',
      credits: 1.5,
      meetings: [{ day: 0, start: 30, end: 60, room: null, weeks: null }],
    });
    const moved = await minsu.get(url);
    const again = await minsu.patch(url, { meetings: [at(0, 30, 60)], credits: 1.5, title: 'c' });
    expect(again.headers.etag).toBe(moved.headers.etag);
    expect((await minsu.patch(url, { title: null })).status).toBe(400);
    expect((await minsu.patch(url, { meetings: [at(0, 5, 5)] })).status).toBe(400);
  });

  it('changes only the version in If-Match', async () => {
    const { entry } = (await add(aCustom('a'))).body;
    const url = entriesUrl(`/${entry.id}`);
    const seen = (await minsu.get(url)).headers.etag;
    await minsu.patch(url, { memo: 'b' });
    expect((await minsu.patch(url, { memo: 'c' }, { 'if-match': seen })).status).toBe(412);
    expect((await minsu.delete(url, undefined, { 'if-match': seen })).status).toBe(412);
    expect((await minsu.patch(url, { memo: 'c' }, { 'if-match': (await minsu.get(url)).headers.etag })).status).toBe(
      200,
    );
  });
});

describe('DELETE /timetables/:id/entries/:entryId', () => {
  it('deletes an entry once', async () => {
    const { entry } = (await add(aCustom('a', at(0, 0, 60)))).body;
    await add(aCustom('b'));
    expect((await minsu.delete(entriesUrl(`/${entry.id}`))).status).toBe(204);
    expect(await minsu.delete(entriesUrl(`/${entry.id}`))).toMatchObject({
      status: 404,
      body: { code: 'ENTRY_NOT_FOUND' },
    });
    expect(await titles()).toEqual(['b']);
    expect((await add(aCustom('c', at(0, 0, 60)))).status).toBe(201);
  });
});

describe('a lecture that changes', () => {
  /** Its author may change it while only his own timetables contain it, so he is the reader here. */
  const aLectureOfMine = async (...meetings: object[]) => {
    const lecture = await aLecture(t, { owner: minsu, semester, meetings, professors: ['김'] });
    const { entry } = (await add({ lectureId: lecture.id })).body;
    return { lecture, entry, url: entriesUrl(`/${entry.id}`) };
  };

  it('is marked with old and new values until it is acknowledged', async () => {
    const { lecture, url, entry } = await aLectureOfMine(at(0, 540, 600));
    await minsu.patch(url, { memo: '내 메모', title: '내 제목', color: 5 });
    await minsu.patch(`/lectures/${lecture.id}`, { professors: ['박'], meetings: [at(1, 540, 600)], credits: 2 });
    await minsu.patch(`/lectures/${lecture.id}`, { place: '대강당' });
    const changed = (await minsu.get(url)).body;
    expect(changed).toMatchObject({ status: 'changed', title: '내 제목', memo: '내 메모', color: 5, credits: 2 });
    expect(changed.changes).toEqual({
      title: null,
      professors: { old: ['김'], new: ['박'] },
      credits: { old: 3, new: 2 },
      creditsMax: null,
      place: { old: null, new: '대강당' },
      cancelled: null,
      meetings: { old: entry.meetings, new: changed.meetings },
    });
    expect((await current()).notice).toEqual({ since: expect.any(String), changed: 1, cancelled: 0, conflict: 0 });
    const { status, body } = await minsu.post(`${url}/acknowledge`);
    expect({ status, body }).toEqual({ status: 200, body: { ...changed, status: 'ok', changes: null } });
    expect((await minsu.post(`${url}/acknowledge`)).body).toEqual(body);
    expect((await current()).notice).toBeNull();
  });

  it('is not marked for irrelevant changes, nor after a change back', async () => {
    const { lecture, url } = await aLectureOfMine(at(0, 540, 600));
    await minsu.patch(`/lectures/${lecture.id}`, { capacity: 50, note: '공지' });
    expect((await minsu.get(url)).body).toMatchObject({ status: 'ok', lecture: { capacity: 50 } });
    await minsu.patch(`/lectures/${lecture.id}`, { meetings: [at(2, 0, 60)] });
    await minsu.patch(`/lectures/${lecture.id}`, { meetings: [at(0, 540, 600)] });
    expect((await minsu.get(url)).body).toMatchObject({ status: 'ok', changes: null });
  });

  it('that now conflicts is marked, and nothing is deleted', async () => {
    const { lecture, url, entry } = await aLectureOfMine(at(0, 540, 600));
    const other = (await add(aCustom('b', at(1, 540, 600)))).body.entry;
    await minsu.patch(`/lectures/${lecture.id}`, { meetings: [at(1, 599, 660)] });
    expect(await current()).toMatchObject({
      entries: [
        { id: entry.id, status: 'conflict', conflictsWith: [other.id] },
        { id: other.id, status: 'ok', conflictsWith: [] },
      ],
      notice: { changed: 0, cancelled: 0, conflict: 1 },
    });
    expect((await minsu.post(`${url}/acknowledge`)).body).toMatchObject({ status: 'ok', conflictsWith: [] });
    expect((await current()).entries).toHaveLength(2);
  });

  it('back to a time that is now used by another entry is a conflict too', async () => {
    const { lecture, url, entry } = await aLectureOfMine(at(0, 540, 600));
    await minsu.patch(`/lectures/${lecture.id}`, { meetings: [at(3, 540, 600)] });
    const other = (await add(aCustom('b', at(0, 540, 600)))).body.entry;
    await minsu.patch(`/lectures/${lecture.id}`, { meetings: [at(0, 540, 600)] });
    expect(await current()).toMatchObject({
      entries: [
        { id: entry.id, status: 'conflict', changes: null, conflictsWith: [other.id] },
        { id: other.id, status: 'ok', conflictsWith: [] },
      ],
      notice: { since: expect.any(String), changed: 0, cancelled: 0, conflict: 1 },
    });
    expect((await minsu.post(`${url}/acknowledge`)).body).toMatchObject({ status: 'ok', conflictsWith: [] });
    expect((await current()).notice).toBeNull();
  });

  it('is marked in a copy as in the original, and acknowledged in each separately', async () => {
    const { lecture, url } = await aLectureOfMine(at(0, 540, 600));
    await minsu.patch(`/lectures/${lecture.id}`, { place: '대강당' });
    const original = await current();
    const { body: copy } = await minsu.post(`/timetables/${own.id}/copies`);
    expect(copy).toMatchObject({ entries: [{ status: 'changed' }], notice: original.notice });
    expect(copy.entries[0].changes).toEqual(original.entries[0].changes);
    expect((await minsu.post(`${url}/acknowledge`)).body.status).toBe('ok');
    expect((await minsu.get(`/timetables/${copy.id}`)).body).toEqual(copy);
  });

  it('that is cancelled stays, marked, and causes no conflicts', async () => {
    const { lecture, url, entry } = await aLectureOfMine(at(0, 540, 600));
    await t.database.transaction(async (tx) => {
      const facts = { ...factsOf(lecture), cancelled: false };
      await tx.run('INSERT INTO lecture_revisions (lecture_id, revision, facts, replaced_at) VALUES (?, 1, ?, ?)', [
        lecture.id,
        JSON.stringify(facts),
        t.clock.now(),
      ]);
      await tx.run('UPDATE lectures SET cancelled = 1, revision = 2, version = 2 WHERE id = ?', [lecture.id]);
    });
    expect(await current()).toMatchObject({
      totalCredits: 0,
      entries: [{ id: entry.id, status: 'cancelled', credits: 0, lecture: { cancelled: true } }],
      notice: { changed: 0, cancelled: 1, conflict: 0 },
    });
    expect((await add(aCustom('b', at(0, 540, 600)))).status).toBe(201);
    expect((await minsu.post(`${url}/acknowledge`)).body).toMatchObject({ status: 'ok', lecture: { cancelled: true } });
    const copy = await aTimetable(minsu, semester);
    expect(await minsu.post(`/timetables/${copy.id}/entries`, { lectureId: lecture.id })).toMatchObject({
      status: 409,
      body: { code: 'LECTURE_CANCELLED' },
    });
  });
});

const factsOf = ({ title, professors, credits, creditsMax, place, meetings }: any) => ({
  title,
  professors,
  credits,
  creditsMax,
  place,
  meetings: meetings.map((meeting: any) => ({ ...meeting, weeks: null })),
});
