import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aLecture, anAccount, aSemester, aStaffAccount, at, aTimetable } from './support/factories.js';
import { statementsOf } from './support/statements.js';

let t: TestApp;
let me: Client;
let semester: any;
beforeAll(async () => {
  t = await startApp();
  const admin = await aStaffAccount(t);
  me = await anAccount(t);
  const inDays = (days: number) =>
    t.clock
      .in(days * 86_400)
      .toISOString()
      .slice(0, 10);
  await aSemester(t, { admin, year: 2001, startsOn: inDays(-200), endsOn: inDays(-100) });
  semester = await aSemester(t, { admin, year: 2002, startsOn: inDays(-40), endsOn: inDays(60) });
  await aSemester(t, { admin, year: 2003, startsOn: inDays(80), endsOn: inDays(180) });
});

async function aFriend(of: Client = me): Promise<Client> {
  const one = await anAccount(t);
  await one.post('/friend-requests', { username: of.username });
  expect((await of.post('/friend-requests', { username: one.username })).body.state).toBe('accepted');
  return one;
}

/** A primary timetable with one entry for each list of meetings. */
async function plan(owner: Client, visibility: string, ...entries: object[][]): Promise<any> {
  const timetable = await aTimetable(owner, semester);
  for (const meetings of entries) {
    const answer = await owner.post(`/timetables/${timetable.id}/entries`, { custom: { title: '일정', meetings } });
    expect(answer.status).toBe(201);
  }
  return (await owner.patch(`/timetables/${timetable.id}`, { visibility })).body;
}

const ids = (people: Client[]) => people.map(({ id }) => id).join(',');
const free = async (by: Client, people: Client[], query = '') => {
  const { status, body } = await by.get(`/free-time?with=${ids(people)}${query}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
};
const monday = (body: any) =>
  body.intervals.filter(({ day }: any) => day === 0).map(({ start, end }: any) => [start, end]);

describe('GET /free-time', () => {
  it('needs a token', async () => {
    expect((await t.anyone.get('/free-time?with=1')).status).toBe(401);
  });

  it.each([
    ['', '?with'],
    ['?with=', '?with'],
    ['?with=a', '?with'],
    ['?with=1e3', '?with'],
    ['?with=1,,2', '?with'],
    ['?with=1, 2', '?with'],
    ['?with=0', '?with'],
    ['?with=7,7', '?with'],
    [`?with=${Array.from({ length: 20 }, (_, i) => i + 1).join()}`, '?with'],
    ['?with=5&with=6', '?with'],
    ['?with=7&semester=x', '?semester'],
    ['?with=7&from=-1', '?from'],
    ['?with=7&from=1440', '?from'],
    ['?with=7&to=1441', '?to'],
    ['?with=7&from=600&to=600', '?to'],
    ['?with=7&minMinutes=0', '?minMinutes'],
    ['?with=7&week=0', '?week'],
    ['?with=7&week=31', '?week'],
    ['?with=7&day=1', '?day'],
  ])('refuses %s', async (query, pointer) => {
    const { status, body } = await me.get(`/free-time${query}`);
    expect({ status, pointer: body.errors[0]?.pointer ?? pointer }).toEqual({ status: 400, pointer });
  });

  it('refuses the own account in the list', async () => {
    const { body } = await me.get(`/free-time?with=${me.id}`);
    expect(body).toMatchObject({ status: 400, errors: [{ pointer: '?with', code: 'IS_SELF' }] });
  });

  it('is the same 404 for every account that is no friend', async () => {
    const friend = await aFriend();
    const stranger = await anAccount(t);
    const asked = await anAccount(t);
    await me.post('/friend-requests', { username: asked.username });
    const plain = (problem: any) => ({ ...problem, instance: '', traceId: '' });
    const lists = [[stranger.id], [friend.id, stranger.id], [asked.id, friend.id], [4_000_000_000], [2 ** 53 - 1]];
    const answers = await Promise.all(
      lists.map(async (one) => plain((await me.get(`/free-time?with=${one.join()}`)).body)),
    );
    expect(answers[0]).toMatchObject({ status: 404, code: 'FRIEND_NOT_FOUND' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    // A friendship works both ways, and a friend's friend is a stranger.
    expect((await friend.get(`/free-time?with=${me.id}`)).status).toBe(200);
    const other = await aFriend();
    expect((await friend.get(`/free-time?with=${me.id},${other.id}`)).status).toBe(404);
  });

  it('is 404 for an unknown semester', async () => {
    const friend = await aFriend();
    const { body } = await me.get(`/free-time?with=${friend.id}&semester=4000000000`);
    expect(body).toMatchObject({ status: 404, code: 'SEMESTER_NOT_FOUND' });
  });

  it('is the time that is free in all timetables', async () => {
    const [a, b, c] = [await anAccount(t), await anAccount(t), await anAccount(t)];
    for (const one of [b, c]) {
      await one.post('/friend-requests', { username: a.username });
      await a.post('/friend-requests', { username: one.username });
    }
    await plan(a, 'private', [at(0, 540, 630)], [at(1, 540, 1260)]);
    await plan(b, 'friends', [at(0, 600, 720)], [at(0, 739, 780)]);
    await plan(c, 'busyOnly', [at(0, 1000, 1100), at(2, 1230, 1300)]);
    const body = await free(a, [b, c]);
    expect(body).toEqual({
      intervals: [
        { day: 0, start: 780, end: 1000 },
        { day: 0, start: 1100, end: 1260 },
        { day: 2, start: 540, end: 1230 },
        ...[3, 4, 5, 6].map((day) => ({ day, start: 540, end: 1260 })),
      ],
      unavailable: [],
    });
    expect(monday(await free(a, [b, c], '&minMinutes=19'))).toEqual([
      [720, 739],
      [780, 1000],
      [1100, 1260],
    ]);
    expect(monday(await free(a, [b, c], '&from=600&to=1030&minMinutes=20'))).toEqual([[780, 1000]]);
    expect(await free(b, [a])).toMatchObject({ unavailable: [a.id] });
    expect((await free(a, [b, c], `&semester=${semester.id}`)).intervals).toEqual(body.intervals);
  });

  it('lists friends without a visible timetable as unavailable, not as busy', async () => {
    const [hidden, empty, none] = [await aFriend(), await aFriend(), await aFriend()];
    await plan(hidden, 'private', [at(0, 0, 1440)]);
    await plan(empty, 'friends');
    const body = await free(me, [none, hidden, empty]);
    expect(body.unavailable).toEqual([me.id, none.id, hidden.id]);
    expect(monday(body)).toEqual([[540, 1260]]);
    // Only the primary timetable counts.
    await aTimetable(none, semester);
    const second = await plan(none, 'friends', [at(0, 540, 600)]);
    expect((await free(me, [none])).unavailable).toContain(none.id);
    await none.patch(`/timetables/${second.id}`, { primary: true });
    expect(await free(me, [none])).toMatchObject({ unavailable: [me.id] });
    expect(monday(await free(me, [none]))).toEqual([[600, 1260]]);
  });

  it('counts private entries, and lectures unless cancelled', async () => {
    const friend = await aFriend();
    const [held, cancelled] = [
      await aLecture(t, { semester, meetings: [at(0, 600, 700)] }),
      await aLecture(t, { semester, meetings: [at(0, 800, 900)] }),
    ];
    const timetable = await plan(friend, 'friends', [at(0, 1000, 1100)]);
    const [{ id }] = timetable.entries;
    await friend.patch(`/timetables/${timetable.id}/entries/${id}`, { private: true });
    for (const lecture of [held, cancelled]) {
      await friend.post(`/timetables/${timetable.id}/entries`, { lectureId: lecture.id });
    }
    await t.database.transaction((tx) => tx.run('UPDATE lectures SET cancelled = 1 WHERE id = ?', [cancelled.id]));
    expect(monday(await free(me, [friend]))).toEqual([
      [540, 600],
      [700, 1000],
      [1100, 1260],
    ]);
  });

  it('supports weeks, of custom entries and of lectures', async () => {
    const friend = await aFriend();
    const timetable = await plan(friend, 'friends', [at(0, 600, 700, { weeks: [1, 2] })]);
    const lecture = await aLecture(t, { semester, meetings: [at(0, 700, 800, { weeks: [30] })] });
    await friend.post(`/timetables/${timetable.id}/entries`, { lectureId: lecture.id });
    expect(monday(await free(me, [friend], '&to=900'))).toEqual([
      [540, 600],
      [800, 900],
    ]);
    expect(monday(await free(me, [friend], '&to=900&week=2'))).toEqual([
      [540, 600],
      [700, 900],
    ]);
    expect(monday(await free(me, [friend], '&to=900&week=3'))).toEqual([[540, 900]]);
    expect(monday(await free(me, [friend], '&to=900&week=30'))).toEqual([
      [540, 700],
      [800, 900],
    ]);
  });

  it("needs three statements and the session's, for one friend and for nineteen", async () => {
    const friends: Client[] = [];
    for (let i = 0; i < 19; i++) friends.push(await aFriend());
    const lecture = await aLecture(t, { semester, meetings: [at(3, 600, 700), at(4, 600, 700)] });
    for (const one of friends) {
      const { id } = await plan(one, 'friends', [at(0, 600, 700), at(1, 600, 700)], [at(2, 600, 700)]);
      expect((await one.post(`/timetables/${id}/entries`, { lectureId: lecture.id })).status).toBe(201);
    }
    for (const [people, query] of [
      [friends.slice(0, 1), ''],
      [friends, ''],
      [friends, `&semester=${semester.id}`],
    ] as const) {
      const { statements, result } = await statementsOf(() => free(me, [...people], query));
      expect(statements).toHaveLength(1 + 3);
      expect(result.unavailable).toEqual([me.id]);
      expect(result.intervals).toHaveLength(12);
    }
  });
});
