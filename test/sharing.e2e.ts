import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aLecture, anAccount, aSemester, aStaffAccount, at, aTimetable } from './support/factories.js';
import { statementsOf } from './support/statements.js';

let t: TestApp;
let admin: Client;
let minsu: Client;
let jiwoo: Client;
let autumn: any;
let spring: any;
beforeAll(async () => {
  t = await startApp();
  admin = await aStaffAccount(t);
  [minsu, jiwoo] = [await anAccount(t, { nickname: '민수' }), await anAccount(t, { nickname: '지우' })];
  autumn = await aSemester(t, { admin, year: 2026, term: 'autumn' });
  spring = await aSemester(t, { admin, year: 2026, term: 'spring', startsOn: '2026-03-02', endsOn: '2026-06-19' });
});

async function befriend(a: Client, b: Client): Promise<void> {
  await a.post('/friend-requests', { username: b.username });
  expect((await b.post('/friend-requests', { username: a.username })).body.state).toBe('accepted');
}

async function pairOfFriends(): Promise<[Client, Client]> {
  const [a, b] = [await anAccount(t), await anAccount(t)];
  await befriend(a, b);
  return [a, b];
}

const show = (owner: Client, id: number, visibility: string) => owner.patch(`/timetables/${id}`, { visibility });
const add = async (owner: Client, id: number, body: object) => {
  const answer = await owner.post(`/timetables/${id}/entries`, body);
  expect(answer).toMatchObject({ status: 201 });
  return answer.body.entry;
};
const seen = async (by: Client, owner: Client, query = '') => {
  const { status, body } = await by.get(`/friends/${owner.id}/timetables${query}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body.items;
};

/** A timetable with all data that friends must not see. */
async function aFullTimetable(owner: Client, visibility: string) {
  const timetable = await aTimetable(owner, autumn, { name: '비밀스러운 이름' });
  const { id } = timetable;
  const lecture = await aLecture(t, {
    semester: autumn,
    credits: 3,
    meetings: [at(0, 540, 615, { room: '공학관 301' })],
  });
  const cancelled = await aLecture(t, { semester: autumn, credits: 2, meetings: [at(4, 540, 615)] });
  const changed = await aLecture(t, { owner, semester: autumn, credits: 1, meetings: [at(2, 540, 615)] });
  const entry = await add(owner, id, { lectureId: lecture.id });
  await owner.patch(`/timetables/${id}/entries/${entry.id}`, { title: '내가 부르는 이름', memo: '비밀 메모' });
  const hidden = await add(owner, id, {
    custom: { title: '상담', credits: 7, meetings: [at(1, 600, 660, { room: '비밀의 방', weeks: [1, 3] })] },
  });
  await owner.patch(`/timetables/${id}/entries/${hidden.id}`, { private: true, memo: '비밀 메모' });
  const untimed = await add(owner, id, { custom: { title: '몰래 하는 공부', credits: 5, meetings: [] } });
  await owner.patch(`/timetables/${id}/entries/${untimed.id}`, { private: true });
  const gone = await add(owner, id, { lectureId: cancelled.id });
  await add(owner, id, { lectureId: changed.id });
  await t.database.transaction((tx) => tx.run('UPDATE lectures SET cancelled = 1 WHERE id = ?', [cancelled.id]));
  expect((await owner.patch(`/lectures/${changed.id}`, { meetings: [at(2, 600, 660)] })).status).toBe(200);
  expect((await owner.get(`/timetables/${id}`)).body.notice).toMatchObject({ changed: 1 });
  await show(owner, id, visibility);
  return { id, lecture, changed, entry, hidden, untimed, gone };
}

describe('GET /friends/:id/timetables', () => {
  it('needs a token', async () => {
    expect((await t.anyone.get(`/friends/${minsu.id}/timetables`)).status).toBe(401);
  });

  it.each(['?semester=x', '?semester=0', '?week=1', '?limit=0'])('refuses %s', async (query) => {
    const [a, b] = await pairOfFriends();
    expect((await a.get(`/friends/${b.id}/timetables${query}`)).body.code).toBe('INVALID_INPUT');
  });

  it('is the same 404 for strangers, pending requests, oneself and unknown accounts', async () => {
    const timetable = await aTimetable(minsu, autumn);
    await show(minsu, timetable.id, 'friends');
    await jiwoo.post('/friend-requests', { username: minsu.username });
    const gone = await anAccount(t);
    await befriend(jiwoo, gone);
    await t.database.transaction((tx) => tx.run('UPDATE accounts SET leaving_at = NOW(3) WHERE id = ?', [gone.id]));
    const plain = (problem: any) => ({ ...problem, instance: '', traceId: '' });
    const answers = [minsu.id, (await anAccount(t)).id, jiwoo.id, gone.id, 4_000_000_000, Number.MAX_SAFE_INTEGER].map(
      async (id) => plain((await jiwoo.get(`/friends/${id}/timetables?semester=${autumn.id}`)).body),
    );
    const [first, ...others] = await Promise.all(answers);
    expect(first).toMatchObject({ status: 404, code: 'FRIEND_NOT_FOUND' });
    for (const other of others) expect(other).toEqual(first);
  });

  it('shows no private timetable, and only the primary one', async () => {
    const [a, b] = await pairOfFriends();
    const first = await aTimetable(a, autumn);
    const second = await aTimetable(a, autumn);
    expect(await seen(b, a)).toEqual([]);
    await show(a, second.id, 'friends');
    expect(await seen(b, a)).toEqual([]);
    await show(a, first.id, 'friends');
    expect((await seen(b, a)).map(({ id }: any) => id)).toEqual([first.id]);
    await a.patch(`/timetables/${second.id}`, { primary: true });
    expect((await seen(b, a)).map(({ id }: any) => id)).toEqual([second.id]);
    // Its id gives no access by another route.
    expect((await b.get(`/timetables/${second.id}`)).status).toBe(404);
    expect((await b.get(`/timetables/${second.id}/image.svg`)).status).toBe(404);
    await show(a, second.id, 'private');
    expect(await seen(b, a)).toEqual([]);
  });

  it('shows a friend active entries, without memos, private entries and marks of changes', async () => {
    const [a, b] = await pairOfFriends();
    const { id, lecture, changed, entry } = await aFullTimetable(a, 'friends');
    const { raw, body } = await b.get(`/friends/${a.id}/timetables`);
    expect(body.items).toEqual([
      {
        id,
        semester: autumn,
        name: '비밀스러운 이름',
        primary: true,
        visibility: 'friends',
        theme: expect.any(String),
        totalCredits: 4,
        entries: [
          {
            ...entry,
            title: '내가 부르는 이름',
            memo: null,
            lecture: expect.objectContaining({ id: lecture.id }),
          },
          { kind: 'busy', meetings: [{ day: 1, start: 600, end: 660, weeks: [1, 3] }] },
          expect.objectContaining({
            lecture: expect.objectContaining({ id: changed.id }),
            meetings: [expect.objectContaining({ day: 2, start: 600 })],
            status: 'ok',
            changes: null,
            conflictsWith: [],
            memo: null,
          }),
        ],
        notice: null,
      },
    ]);
    for (const secret of ['비밀 메모', '상담', '비밀의 방', '몰래']) expect(raw.payload).not.toContain(secret);
  });

  it('shows only times in busyOnly', async () => {
    const [a, b] = await pairOfFriends();
    const { id } = await aFullTimetable(a, 'busyOnly');
    const { raw, body } = await b.get(`/friends/${a.id}/timetables`);
    const busy = (day: number, start: number, end: number, weeks: number[] | null = null) => ({
      kind: 'busy',
      meetings: [{ day, start, end, weeks }],
    });
    expect(body.items).toEqual([
      {
        id,
        semester: autumn,
        name: null,
        primary: true,
        visibility: 'busyOnly',
        theme: expect.any(String),
        totalCredits: null,
        entries: [busy(0, 540, 615), busy(1, 600, 660, [1, 3]), busy(2, 600, 660)],
        notice: null,
      },
    ]);
    for (const secret of ['비밀', '상담', '몰래', '공학관', '이름', 'lecture', 'credits"', 'memo']) {
      expect(raw.payload).not.toContain(secret);
    }
  });

  it('pages by semester, the newest first, or shows the requested one', async () => {
    const [a, b] = await pairOfFriends();
    for (const semester of [spring, autumn]) {
      await show(a, (await aTimetable(a, semester)).id, semester === spring ? 'busyOnly' : 'friends');
    }
    const semesters = (items: any[]) => items.map(({ semester }) => semester.id);
    expect(semesters(await seen(b, a))).toEqual([autumn.id, spring.id]);
    expect(semesters(await b.all(`/friends/${a.id}/timetables`, 1))).toEqual([autumn.id, spring.id]);
    expect(semesters(await seen(b, a, `?semester=${spring.id}`))).toEqual([spring.id]);
    expect(await seen(b, a, '?semester=4000000000')).toEqual([]);
    const { nextCursor } = (await b.get(`/friends/${a.id}/timetables?limit=1`)).body;
    await befriend(b, minsu);
    expect((await b.get(`/friends/${minsu.id}/timetables?cursor=${nextCursor}`)).body.code).toBe('INVALID_CURSOR');
  });

  it.each([true, false])(
    'is 404 directly after the friendship ends, also with an old ETag (by the owner: %s)',
    async (byOwner) => {
      const [a, b] = await pairOfFriends();
      await show(a, (await aTimetable(a, autumn)).id, 'friends');
      const path = `/friends/${a.id}/timetables`;
      const { headers } = await b.get(path);
      expect((await b.get(path, { 'if-none-match': headers.etag })).status).toBe(304);
      await (byOwner ? a.delete(`/friends/${b.id}`) : b.delete(`/friends/${a.id}`));
      expect((await b.get(path, { 'if-none-match': headers.etag })).status).toBe(404);
      expect((await b.get(path, { 'if-none-match': '*' })).status).toBe(404);
    },
  );

  it("needs three statements and the session's, for one timetable and for a page", async () => {
    const [a, b] = await pairOfFriends();
    const read = async () => (await statementsOf(() => seen(b, a))).statements.length;
    await aFullTimetable(a, 'friends');
    const one = await read();
    await show(a, (await aTimetable(a, spring)).id, 'friends');
    expect(await read()).toBe(one);
    expect(one).toBe(1 + 3);
  });
});
