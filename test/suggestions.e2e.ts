import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { Client } from './support/client.js';
import { aLecture, anAccount, aSemester, aStaffAccount, aSubject, at, aTimetable } from './support/factories.js';
import { statementsOf } from './support/statements.js';

let t: TestApp;
let minsu: Client;
let semester: any;
let subject: any;
let timetable: any;
beforeAll(async () => {
  t = await startApp();
  minsu = await anAccount(t);
  semester = await aSemester(t, { admin: await aStaffAccount(t), year: 2026 });
  subject = await aSubject(t, { owner: minsu });
  timetable = await aTimetable(minsu, semester);
});

const lecture = async (...meetings: object[]): Promise<number> =>
  (await aLecture(t, { owner: minsu, subject, semester, meetings })).id;
const suggest = (body: object, id = timetable.id, by = minsu) => by.post(`/timetables/${id}/suggestions`, body);
const entriesOf = async (body: object, id = timetable.id): Promise<number[][]> => {
  const answer = await suggest(body, id);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body.items.map(({ entries }: any) => entries);
};

describe('POST /timetables/:id/suggestions', () => {
  it('needs a token', async () => {
    expect((await t.anyone.post(`/timetables/${timetable.id}/suggestions`, { groups: [[1]] })).status).toBe(401);
  });

  it('is 404 for the timetable of another account', async () => {
    const { body } = await suggest({ groups: [[1]] }, timetable.id, await anAccount(t));
    expect(body).toMatchObject({ status: 404, code: 'TIMETABLE_NOT_FOUND' });
  });

  it.each<[object, string]>([
    [{}, '#/groups'],
    [{ groups: [] }, '#/groups'],
    [{ groups: [[]] }, '#/groups'],
    [{ groups: [1] }, '#/groups'],
    [{ groups: [['1']] }, '#/groups'],
    [{ groups: [[0]] }, '#/groups'],
    [{ groups: [[1.5]] }, '#/groups'],
    [{ groups: [[2 ** 53]] }, '#/groups'],
    [{ groups: [[[1]]] }, '#/groups'],
    [{ groups: { 0: [1] } }, '#/groups'],
    [{ groups: Array(13).fill([1]) }, '#/groups'],
    [{ groups: [Array.from({ length: 51 }, (_, i) => i + 1)] }, '#/groups'],
    [{ groups: [[1]], limit: 0 }, '#/limit'],
    [{ groups: [[1]], limit: 51 }, '#/limit'],
    [{ groups: [[1]], weights: { gaps: 11 } }, '#/weights/gaps'],
    [{ groups: [[1]], weights: { gaps: -1 } }, '#/weights/gaps'],
    [{ groups: [[1]], weights: { luck: 1 } }, '#/weights/luck'],
    [{ groups: [[1]], weights: [] }, '#/weights'],
    [{ groups: [[1]], constraints: null }, '#/constraints'],
    [{ groups: [[1]], constraints: { freeDays: [7] } }, '#/constraints/freeDays'],
    [{ groups: [[1]], constraints: { freeDays: [1, 1] } }, '#/constraints/freeDays'],
    [{ groups: [[1]], constraints: { earliest: 1440 } }, '#/constraints/earliest'],
    [{ groups: [[1]], constraints: { earliest: 600, latest: 600 } }, '#/constraints/latest'],
    [{ groups: [[1]], constraints: { minCredits: 1.25 } }, '#/constraints/minCredits'],
    [{ groups: [[1]], constraints: { minCredits: 9, maxCredits: 8.5 } }, '#/constraints/maxCredits'],
    [{ groups: [[1]], constraints: { keep: ['1'] } }, '#/constraints/keep'],
    [{ groups: [[1]], constraints: { keepEntries: 1 } }, '#/constraints/keepEntries'],
    [{ groups: [[1]], seed: 1 }, '#/seed'],
  ])('refuses %j', async (body, pointer) => {
    const answer = await suggest(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
    expect(answer.body.errors.map((one: any) => one.pointer)).toContain(pointer);
  });

  it('refuses lectures that do not exist, are of another semester, or are cancelled', async () => {
    const fine = await lecture();
    const elsewhere = await aLecture(t, { semester: await aSemester(t, { year: 1990 }) });
    const cancelled = await lecture();
    await t.database.transaction((tx) => tx.run('UPDATE lectures SET cancelled = 1 WHERE id = ?', [cancelled]));
    for (const [id, status, code] of [
      [4_000_000_000, 404, 'LECTURE_NOT_FOUND'],
      [Number.MAX_SAFE_INTEGER, 404, 'LECTURE_NOT_FOUND'],
      [elsewhere.id, 409, 'LECTURE_OF_OTHER_SEMESTER'],
      [cancelled, 409, 'LECTURE_CANCELLED'],
    ]) {
      expect((await suggest({ groups: [[fine], [fine, id]] })).body).toMatchObject({ status, code });
    }
  });

  it('keeps only entries of this timetable', async () => {
    const other = await aTimetable(minsu, semester);
    const { body } = await minsu.post(`/timetables/${other.id}/entries`, { custom: { title: '알바', meetings: [] } });
    const constraints = { keep: [body.entry.id] };
    expect((await suggest({ groups: [[await lecture()]], constraints })).body).toMatchObject({
      status: 404,
      code: 'ENTRY_NOT_FOUND',
    });
  });

  it('suggests combinations without conflicts, the best first, with reasons', async () => {
    const [early, late] = [await lecture(at(0, 540, 600)), await lecture(at(0, 720, 780))];
    const [over, after] = [await lecture(at(0, 570, 660)), await lecture(at(0, 600, 660))];
    const { body } = await suggest({
      groups: [
        [early, late],
        [over, after, over],
      ],
      weights: { lunch: 0, dayLength: 0 },
    });
    expect(body).toEqual({
      items: [
        {
          score: 19,
          entries: [early, after],
          reasons: [
            { code: 'FREE_DAYS', value: 4, points: 20 },
            { code: 'GAPS', value: 0, points: 0 },
            { code: 'MORNINGS', value: 1, points: -1 },
            { code: 'LATE_ENDS', value: 0, points: 0 },
          ],
        },
        expect.objectContaining({ score: 19, entries: [late, after] }),
        expect.objectContaining({ score: 18.5, entries: [late, over] }),
      ],
      truncated: false,
      conflicts: [],
    });
    expect(
      await entriesOf({
        groups: [
          [early, late],
          [over, after],
        ],
        limit: 1,
      }),
    ).toHaveLength(1);
  });

  it('follows the constraints', async () => {
    const all = [
      await lecture(at(0, 540, 600)),
      await lecture(at(1, 600, 660)),
      await lecture(at(2, 1100, 1160)),
      await lecture(),
    ];
    const [morning, tuesday, evening, untimed] = all;
    const left = async (constraints: object) => (await entriesOf({ groups: [all], constraints })).flat().sort();
    expect(await left({})).toEqual([...all].sort());
    expect(await left({ freeDays: [1, 6] })).toEqual([morning, evening, untimed].sort());
    expect(await left({ earliest: 541 })).toEqual([tuesday, evening, untimed].sort());
    expect(await left({ earliest: 540, latest: 1159 })).toEqual([morning, tuesday, untimed].sort());
    expect(await left({ minCredits: 3, maxCredits: 3 })).toHaveLength(4);
    expect(await left({ minCredits: 3.1 })).toEqual([]);
  });

  it('keeps entries of the timetable: all, or the given ones', async () => {
    const own = await aTimetable(minsu, semester);
    const added = await lecture(at(3, 600, 660));
    const put = async (body: object) => (await minsu.post(`/timetables/${own.id}/entries`, body)).body.entry.id;
    const lectureEntry = await put({ lectureId: added });
    const customEntry = await put({ custom: { title: '알바', credits: 0, meetings: [at(4, 600, 660)] } });
    const [thursday, friday] = [await lecture(at(3, 630, 700)), await lecture(at(4, 630, 700))];
    const left = (constraints: object) => entriesOf({ groups: [[thursday, friday]], constraints }, own.id);
    expect(await left({})).toHaveLength(2);
    expect(await left({ keep: [lectureEntry] })).toEqual([[friday]]);
    expect(await left({ keep: [customEntry] })).toEqual([[thursday]]);
    const { body } = await suggest(
      { groups: [[thursday, friday], [added]], constraints: { keepEntries: true } },
      own.id,
    );
    expect(body).toEqual({
      items: [],
      truncated: false,
      conflicts: [
        {
          groups: [0],
          code: 'NO_CANDIDATE',
          obstacles: [
            { lectureId: thursday, code: 'KEPT' },
            { lectureId: friday, code: 'KEPT' },
          ],
        },
        { groups: [1], code: 'NO_CANDIDATE', obstacles: [{ lectureId: added, code: 'ALREADY_KEPT' }] },
      ],
    });
    // Their credits count.
    expect(
      await entriesOf({ groups: [[await lecture()]], constraints: { keepEntries: true, minCredits: 6.1 } }, own.id),
    ).toEqual([]);
    expect(
      await entriesOf({ groups: [[await lecture()]], constraints: { keepEntries: true, minCredits: 6 } }, own.id),
    ).toHaveLength(1);
    // The time of a cancelled lecture is free.
    await t.database.transaction((tx) => tx.run('UPDATE lectures SET cancelled = 1 WHERE id = ?', [added]));
    expect(await left({ keepEntries: true })).toEqual([[thursday]]);
  });

  it('names the conflicting groups', async () => {
    const [a, b, c] = [await lecture(at(0, 540, 600)), await lecture(at(0, 570, 630)), await lecture(at(1, 540, 600))];
    expect((await suggest({ groups: [[a], [c], [b]] })).body).toEqual({
      items: [],
      truncated: false,
      conflicts: [{ groups: [0, 2], code: 'CLASH', obstacles: [] }],
    });
  });

  it('refuses more meetings than it can compare in time', async () => {
    const weekly = Array.from({ length: 30 }, (_, i) =>
      at(i % 7, 100 * Math.floor(i / 7), 100 * Math.floor(i / 7) + 9),
    );
    const full: number[] = [];
    for (let i = 0; i < 6; i++) full.push(await lecture(...weekly));
    expect((await suggest({ groups: Array(11).fill(full) })).status).toBe(200);
    const { body } = await suggest({ groups: Array(12).fill(full) });
    expect(body).toMatchObject({ status: 400, errors: [{ pointer: '#/groups', code: 'TOO_MANY_MEETINGS' }] });
  });

  it("changes nothing, with three statements and the session's, for any number of lectures", async () => {
    const many: number[] = [];
    for (let i = 0; i < 12; i++) many.push(await lecture(at(i % 5, 540 + 60 * i, 600 + 60 * i)));
    const before = (await minsu.get(`/timetables/${timetable.id}`)).headers.etag;
    for (const groups of [[many.slice(0, 1)], [many.slice(0, 6), many.slice(6)]]) {
      const { statements, result } = await statementsOf(() => suggest({ groups }));
      expect(result.status).toBe(200);
      expect(result.headers.location).toBeUndefined();
      expect(statements).toHaveLength(1 + 3);
      expect(statements.every((sql) => /^\s*SELECT/.test(sql))).toBe(true);
    }
    expect((await minsu.get(`/timetables/${timetable.id}`)).headers.etag).toBe(before);
  });

  it('is limited to 30 requests a minute', async () => {
    const limited = await startApp({ env: { RATE_LIMITS: 'on' }, keepData: true });
    const by = new Client(limited.fastify, t.contract, minsu.accessToken);
    const groups = [[await lecture()]];
    for (let i = 0; i < 30; i++) expect((await suggest({ groups }, timetable.id, by)).status).toBe(200);
    const { status, headers } = await suggest({ groups }, timetable.id, by);
    expect(status).toBe(429);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
  });
});
