import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LectureView } from '../src/catalogue/lectures/lectures.dto.js';
import { LectureSearchService } from '../src/catalogue/search/lecture-search.service.js';
import type { Page } from '../src/common/pages.js';
import type { Me } from '../src/common/viewer.js';
import { BusyTimes } from '../src/timetables/search/busy-times.js';
import { SearchIndex } from '../src/catalogue/search/search-index.js';
import type { Database } from '../src/database/database.js';
import { LectureFinder } from '../src/catalogue/search/lecture-finder.js';
import { searchWords } from '../src/catalogue/search/search-words.js';
import { TermLists } from '../src/catalogue/search/term-lists.js';
import { startApp, type TestApp } from './support/app.js';
import { changeLecture, insertLectures } from './support/catalogue.js';
import type { Client } from './support/client.js';
import { aLecture, anAccount, aSemester, aStaffAccount, aSubject, aTimetable, at } from './support/factories.js';
import {
  isFound,
  someLecture,
  someQuery,
  someSlots,
  type PlainLecture,
  type PlainQuery,
} from './support/obvious-search.js';
import { Reads } from './support/reads.js';
import { settled } from './support/settled.js';
import { statementsOf } from './support/statements.js';

let t: TestApp;
let minsu: Client;
let admin: Client;
beforeAll(async () => {
  t = await startApp();
  [minsu, admin] = [await anAccount(t), await aStaffAccount(t)];
});

const idsOf = (items: { id: number }[]): number[] => items.map(({ id }) => id);
const index = () => t.app.get(SearchIndex, { strict: false });

function pathOf(semesterId: number, query: PlainQuery & { fits?: number }): string {
  const given = Object.entries({ semester: semesterId, ...query })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return `/lectures?${given.join('&')}`;
}

/** What is found, over as many pages as it takes. */
async function find(
  semesterId: number,
  query: PlainQuery & { fits?: number },
  { by = t.anyone, limit = 100 } = {},
): Promise<number[]> {
  return idsOf(await by.all(pathOf(semesterId, query), limit));
}

const plainLecture = (given: Partial<PlainLecture> = {}): PlainLecture => ({
  ...{ title: '과목', code: 'X1', professors: [], department: null, place: null, category: null },
  ...{ credits: 3, creditsMax: null, cancelled: false, meetings: [] },
  ...given,
});

const meeting = (day: number, start: number, end: number, weeks: number | null = null, room: string | null = null) => ({
  ...{ day, start, end, weeks, room },
});

/** Of the whole index. */
const stateOf = async (semesterId: number) =>
  t.database.row<{ generation: number; generations: number; unknown: number }>(
    `SELECT s.search_generation AS generation,
            (SELECT COUNT(DISTINCT generation) FROM lecture_terms t WHERE t.semester_id = s.id) AS generations,
            (SELECT COUNT(*) FROM lectures l WHERE l.semester_id = s.id AND l.indexed = 0) AS unknown
       FROM semesters s WHERE s.id = ?`,
    [semesterId],
  );

describe('GET /lectures', () => {
  it('needs an account only for `fits`', async () => {
    expect(await t.anyone.get('/lectures')).toMatchObject({ status: 200 });
    const refused = await t.anyone.get('/lectures?fits=1');
    expect(refused).toMatchObject({ status: 401, body: { code: 'TOKEN_MISSING' } });
    expect(refused.headers['www-authenticate']).toBe('Bearer');
  });

  it("knows no timetable of somebody else's", async () => {
    const semester = await aSemester(t, { admin });
    const theirs = await aTimetable(await anAccount(t), semester);
    for (const fits of [theirs.id, 999_999]) {
      expect(await minsu.get(`/lectures?semester=${semester.id}&fits=${fits}`)).toMatchObject({
        status: 404,
        body: { code: 'TIMETABLE_NOT_FOUND' },
      });
    }
  });

  it.each([
    ['an empty query', 'q=', '?q'],
    ['a query of blanks', `q=${encodeURIComponent('\u3164 \u200b')}`, '?q'],
    ['a query that is too long', `q=${'a'.repeat(101)}`, '?q'],
    ['an empty professor', 'professor=', '?professor'],
    ['a semester that is no id', 'semester=1e3', '?semester'],
    ['an eighth day', 'day=7', '?day'],
    ['a minute after midnight', 'to=1441', '?to'],
    ['a window that ends before it starts', 'from=600&to=540', '?to'],
    ['an empty window', 'from=600&to=600', '?to'],
    ['credits that are no number', 'credits=three', '?credits'],
    ['credits of two places', 'credits=1.25', '?credits'],
    ['negative credits', 'credits=-1', '?credits'],
    ['a flag that is none', 'includeUntimed=1', '?includeUntimed'],
    ['an unknown filter', 'title=x', '?title'],
    ['a filter that comes twice', 'day=1&day=2', '?day'],
    ['more than a hundred', 'limit=101', '?limit'],
  ])('refuses %s', async (_, query, pointer) => {
    const { status, body } = await t.anyone.get(`/lectures?${query}`);
    expect({ status, pointers: body.errors.map((error: any) => error.pointer) }).toEqual({
      status: 400,
      pointers: [pointer],
    });
  });

  it('refuses a semester that is not there, and a timetable of another one', async () => {
    expect(await t.anyone.get('/lectures?semester=999999')).toMatchObject({
      status: 404,
      body: { code: 'SEMESTER_NOT_FOUND' },
    });
    const [one, other] = [await aSemester(t, { admin }), await aSemester(t, { admin })];
    const timetable = await aTimetable(minsu, one);
    expect(await minsu.get(`/lectures?semester=${other.id}&fits=${timetable.id}`)).toMatchObject({
      status: 400,
      body: { code: 'FILTERS_DO_NOT_COMBINE' },
    });
  });

  it('refuses a cursor of another list', async () => {
    const semester = await aSemester(t, { admin });
    await insertLectures(t, semester.id, [plainLecture(), plainLecture()]);
    const { body } = await t.anyone.get(`/lectures?semester=${semester.id}&limit=1`);
    for (const query of [`semester=${semester.id}&q=x`, `semester=${semester.id}&includeUntimed=true`, 'day=1']) {
      expect(await t.anyone.get(`/lectures?${query}&cursor=${body.nextCursor}`)).toMatchObject({
        status: 400,
        body: { code: 'INVALID_CURSOR' },
      });
    }
  });

  it('answers lectures whole, of the current semester by default', async () => {
    const [startsOn, endsOn] = [0, 100].map((days) =>
      t.clock
        .in(days * 86_400)
        .toISOString()
        .slice(0, 10),
    );
    const current = await aSemester(t, { admin, startsOn, endsOn });
    const subject = await aSubject(t, { owner: minsu, name: '자료구조', department: '컴퓨터공학과', category: '전공' });
    const lecture = await aLecture(t, { owner: minsu, semester: current, subject, meetings: [at(0, 540, 630)] });
    const { body } = await t.anyone.get('/lectures');
    expect(body).toEqual({ items: [lecture], nextCursor: null });
    expect((await t.anyone.get(`/lectures/${lecture.id}`)).body).toEqual(lecture);
  });

  it('finds what a member registers at once, as it is now, until it is gone', async () => {
    const semester = await aSemester(t, { admin });
    await insertLectures(
      t,
      semester.id,
      Array.from({ length: 250 }, () => plainLecture()),
    );
    await index().rebuild(semester.id);
    const subject = await aSubject(t, { owner: minsu, name: '양자역학' });
    const lecture = await aLecture(t, { owner: minsu, semester, subject });
    expect(await find(semester.id, { q: '양자' })).toEqual([lecture.id]);
    await index().rebuild(semester.id);
    expect(await find(semester.id, { q: 'ㅇㅈㅇㅎ' })).toEqual([lecture.id]);
    await minsu.patch(`/lectures/${lecture.id}`, { title: '열역학', meetings: [at(4, 540, 600)] });
    expect(await find(semester.id, { q: '양자' })).toEqual([]);
    expect(await find(semester.id, { q: '열역학', day: 4 })).toEqual([lecture.id]);
    await minsu.patch(`/subjects/${subject.id}`, { department: '물리학과', category: '전공' });
    expect(await find(semester.id, { department: '물리', category: '전공' })).toEqual([lecture.id]);
    await minsu.delete(`/lectures/${lecture.id}`);
    expect(await find(semester.id, { q: '열역학' })).toEqual([]);
  });
});

describe('words', () => {
  let semester: any;
  const found = (q: string) => find(semester.id, { q });
  let [computer, structure, english, signs]: number[] = [];
  beforeAll(async () => {
    semester = await aSemester(t, { admin });
    const filler = Array.from({ length: 220 }, (_, i) => plainLecture({ title: `가나다 ${i}`, code: `F${i}` }));
    [computer, structure, english, signs] = (
      await insertLectures(t, semester.id, [
        ...filler,
        plainLecture({
          ...{
            title: '컴퓨터공학개론',
            code: 'CSE-1010',
            professors: ['김 민수', 'Ada Lovelace'],
            department: '컴퓨터공학과',
          },
          meetings: [meeting(0, 540, 630, null, '공학관 301')],
        }),
        plainLecture({ title: '자료 구조', code: 'CSE2017', professors: ['박지우'], place: '학림관 ㄱ동' }),
        plainLecture({ title: 'Business English 2', code: 'ENG1', department: '영어영문학부' }),
        plainLecture({ title: 'C++ 100%_활용\\실습 🎉', code: 'S/1', professors: ["O'Neil"] }),
      ])
    ).slice(-4);
  });

  describe.each(['absent', 'fresh'])('with the index %s', (state) => {
    beforeAll(async () => {
      if (state === 'fresh') await index().rebuild(semester.id);
    });

    it('are found in every field, whatever their spaces and case', async () => {
      for (const q of ['컴퓨터', '공학개론', 'cse-10', '김민수', '민수', 'adalove', 'LOVELACE', '공학관301', '301']) {
        expect([q, await found(q)]).toEqual([q, [computer]]);
      }
      for (const q of ['자료구조', '자료 구조', '료구', '구조', '박지우', '학림관ㄱ동', 'ㄱ동']) {
        expect([q, await found(q)]).toEqual([q, [structure]]);
      }
      for (const q of ['businessenglish', 'ENGLISH2', 's english', '영문학'])
        expect([q, await found(q)]).toEqual([q, [english]]);
      expect(await found('개론'.normalize('NFD'))).toEqual([computer]);
    });

    it('are all of them found, each wherever', async () => {
      expect(await found('김민수 cse 개론 301')).toEqual([computer]);
      expect(await found('김민수 cse2017')).toEqual([]);
      expect(await found('cse')).toEqual([computer, structure]);
    });

    it('stand in titles for their letters in order', async () => {
      for (const q of ['컴공', '컴공개', '컴론']) expect([q, await found(q)]).toEqual([q, [computer]]);
      for (const q of ['자조', '자구']) expect([q, await found(q)]).toEqual([q, [structure]]);
      expect(await found('공컴')).toEqual([]);
      // In order only in the title, and only with syllables: a name or an English word would be found everywhere.
      for (const q of ['김수', '공301', 'bsns', '컴과']) expect([q, await found(q)]).toEqual([q, []]);
    });

    it('stand in titles for initial consonants side by side', async () => {
      for (const q of ['ㅋㅍㅌ', 'ㅋㅍㅌㄱㅎㄱㄹ', '컴ㅍㅌ', '컴퓨ㅌ', 'ㅍ터', 'ㅎㄱㄹ']) {
        expect([q, await found(q)]).toEqual([q, [computer]]);
      }
      for (const q of ['ㅈㄹㄱㅈ', 'ㅈㄹ ㄱㅈ', '자ㄹ구']) expect([q, await found(q)]).toEqual([q, [structure]]);
      for (const q of ['ㅋㅌ', 'ㅋㄱ', '컴ㅌ', 'ㄱㅁㅅ']) expect([q, await found(q)]).toEqual([q, []]);
    });

    it('take joined consonants apart', async () => {
      // What a keyboard makes of ㄹ and ㄱ.
      expect(await found('ㄺ')).toEqual([structure]);
    });

    it('have no wildcards', async () => {
      for (const q of ['100%', '%_', '활용\\실', 'c++', '🎉', "o'neil", '+100', '활실', '%_ㅎ'])
        expect([q, await found(q)]).toEqual([q, [signs]]);
      for (const q of ['1%0', 'c_+', '.*', '활.', '활.ㅅ', '\\\\', '%%', '\\n', 'ㅋ[ㄱ-ㅎ]'])
        expect([q, await found(q)]).toEqual([q, []]);
    });

    it('are many, at times', async () => {
      expect(await found(Array.from('컴퓨터공학개론').join(' ') + ' c s e - 1 0 김 민 수 a d l o v e 3')).toEqual([
        computer,
      ]);
      expect(await found('가'.repeat(100))).toEqual([]);
    });
  });
});

describe('professor, department, category and credits', () => {
  it('are those of the lecture', async () => {
    const semester = await aSemester(t, { admin });
    const [one, range, other] = await insertLectures(t, semester.id, [
      plainLecture({
        title: '박지우',
        professors: ['김민수', '이 서연'],
        department: '컴퓨터 공학과',
        category: '전공 필수',
        credits: 1.5,
      }),
      plainLecture({ professors: ['김민'], department: '통계학과', category: 'Major', credits: 1, creditsMax: 15 }),
      plainLecture({ category: '전공', credits: 3, department: '수연서울학과' }),
    ]);
    const asked: [PlainQuery, number[]][] = [
      [{ professor: '김민' }, [one, range]],
      [{ professor: '이서연' }, [one]],
      [{ professor: '수이' }, []],
      [{ professor: '박지우' }, []],
      [{ department: '공 학과' }, [one]],
      [{ department: '학과' }, [one, range, other]],
      [{ department: '이서연' }, []],
      [{ category: '전공' }, [other]],
      [{ category: '전공필수' }, [one]],
      [{ category: 'MAJOR' }, [range]],
      [{ category: '필수' }, []],
      [{ credits: 1.5 }, [one, range]],
      [{ credits: 15 }, [range]],
      [{ credits: 0 }, []],
      [{ credits: 3, category: '전공', department: '연서' }, [other]],
    ];
    for (const [query, expected] of asked) expect([query, await find(semester.id, query)]).toEqual([query, expected]);
  });
});

describe('day, from, to and includeUntimed', () => {
  it('hold for every meeting', async () => {
    const semester = await aSemester(t, { admin });
    const [monday, twice, both, untimed] = await insertLectures(t, semester.id, [
      plainLecture({ meetings: [meeting(0, 540, 630)] }),
      plainLecture({ meetings: [meeting(0, 600, 690), meeting(0, 900, 990)] }),
      plainLecture({ meetings: [meeting(0, 540, 630), meeting(2, 1080, 1200)] }),
      plainLecture(),
      plainLecture({ cancelled: true, meetings: [meeting(0, 540, 630)] }),
    ]);
    const asked: [PlainQuery, number[]][] = [
      [{}, [monday, twice, both, untimed]],
      [{ includeUntimed: false }, [monday, twice, both]],
      [{ day: 0 }, [monday, twice]],
      [{ day: 2 }, []],
      [{ from: 540 }, [monday, twice, both]],
      [{ from: 541 }, [twice]],
      [{ to: 630 }, [monday]],
      [{ to: 629 }, []],
      [{ to: 990, from: 540 }, [monday, twice]],
      [{ day: 0, from: 600, to: 990 }, [twice]],
      [{ day: 0, from: 600, to: 990, includeUntimed: true }, [twice, untimed]],
      [{ from: 1300, includeUntimed: true }, [untimed]],
      [{ from: 1300, includeUntimed: false }, []],
    ];
    for (const [query, expected] of asked) expect([query, await find(semester.id, query)]).toEqual([query, expected]);
  });
});

describe('fits', () => {
  it('lets through what clashes with nothing that takes place', async () => {
    const semester = await aSemester(t, { admin });
    const lectures = await insertLectures(t, semester.id, [
      plainLecture({ meetings: [meeting(0, 540, 600)] }),
      plainLecture({ meetings: [meeting(0, 600, 660)] }),
      plainLecture({ meetings: [meeting(0, 540, 600), meeting(3, 600, 700)] }),
      plainLecture({ meetings: [meeting(1, 600, 700, 0b11)] }),
      plainLecture({ meetings: [meeting(1, 600, 700, 0b1100)] }),
      plainLecture(),
      plainLecture({ meetings: [meeting(5, 600, 700)] }),
    ]);
    const [before, at10, twoDays, firstWeeks, laterWeeks, untimed, saturday] = lectures;
    const fitting = (timetable: any, query: PlainQuery = {}) =>
      find(semester.id, { fits: timetable.id, ...query }, { by: minsu });

    const timetable = await aTimetable(minsu, semester);
    expect(await fitting(timetable)).toEqual(lectures);
    const add = (body: object) => minsu.post(`/timetables/${timetable.id}/entries`, body);
    await add({ custom: { title: '알바', meetings: [at(0, 600, 630), at(3, 690, 720)] } });
    await add({ custom: { title: '모임', meetings: [at(1, 660, 720, { weeks: [1] })] } });
    expect(await fitting(timetable)).toEqual([before, laterWeeks, untimed, saturday]);
    expect(await fitting(timetable, { includeUntimed: false })).toEqual([before, laterWeeks, saturday]);
    expect(await fitting(timetable, { day: 0 })).toEqual([before]);

    await add({ lectureId: saturday });
    await add({ lectureId: untimed });
    expect(await fitting(timetable)).toEqual([before, laterWeeks]);
    await changeLecture(t, saturday, plainLecture({ cancelled: true, meetings: [meeting(5, 600, 700)] }));
    const [another] = await insertLectures(t, semester.id, [plainLecture({ meetings: [meeting(5, 650, 750)] })]);
    expect(await fitting(timetable)).toEqual([before, laterWeeks, another]);
    expect([at10, twoDays, firstWeeks]).not.toContain(another);
  });

  it('searches the semester of the timetable by itself', async () => {
    const semester = await aSemester(t, { admin, startsOn: '1999-03-02', endsOn: '1999-06-21' });
    const lectures = await insertLectures(t, semester.id, [plainLecture()]);
    const timetable = await aTimetable(minsu, semester);
    const { body } = await minsu.get(`/lectures?fits=${timetable.id}`);
    expect(idsOf(body.items)).toEqual(lectures);
  });
});

describe('every search', () => {
  /** More than are looked at without the index, unless the first ones promise the rest of the page. */
  const LECTURES = 500;
  const QUERIES = 40;

  /** Past HTTP, which would take most of the time. */
  async function search(semesterId: number, query: PlainQuery, limit: number, fits?: number): Promise<number[]> {
    const service = t.app.get(LectureSearchService, { strict: false });
    const me = { id: minsu.id } as Me;
    const busy = fits === undefined ? undefined : await t.app.get(BusyTimes, { strict: false }).of(me, fits);
    const ids: number[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<LectureView> = await service.page({ ...query, semester: semesterId, fits, limit, cursor }, busy);
      ids.push(...idsOf(page.items));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    return ids;
  }

  it.each([11, 12])(
    'finds what the plainest one finds, whatever the index knows (seed %i)',
    async (seed) => {
      const semester = await aSemester(t, { admin });
      const plain = fc.sample(someLecture, { numRuns: LECTURES, seed });
      const ids = await insertLectures(t, semester.id, plain);
      const lectures = new Map(ids.map((id, i) => [id, plain[i]]));
      const timetables = await someTimetables(semester, lectures, seed);
      const queries = fc.sample(someQuery, { numRuns: QUERIES, seed });

      const check = async (state: string) => {
        let total = 0;
        for (const [i, query] of queries.entries()) {
          const { id: fits, lectureIds, slots } = timetables[i % timetables.length];
          const limit = [20, 50, 100][i % 3];
          const matching = [...lectures].filter(([, lecture]) => isFound(lecture, query)).map(([id]) => id);
          const fitting = matching.filter(
            (id) => isFound(lectures.get(id)!, query, slots()) && !lectureIds.includes(id),
          );
          const found = await search(semester.id, query, limit);
          expect({ state, query, found }).toEqual({ state, query, found: matching });
          const found2 = await search(semester.id, query, limit, fits);
          expect({ state, query, slots: slots(), found: found2 }).toEqual({
            state,
            query,
            slots: slots(),
            found: fitting,
          });
          total += matching.length + fitting.length;
        }
        expect(total).toBeGreaterThan(QUERIES);
      };

      await check('absent');
      await index().rebuild(semester.id);
      expect(await stateOf(semester.id)).toMatchObject({ generation: 1, unknown: 0 });
      await check('fresh');
      await changeMany(semester.id, lectures, seed);
      expect((await stateOf(semester.id))!.unknown).toBeGreaterThan(50);
      await check('stale');
      await index().rebuild(semester.id);
      await check('fresh again');
    },
    120_000,
  );

  /** Changes some lectures, removes some that are in no timetable, and adds some. */
  async function changeMany(semesterId: number, lectures: Map<number, PlainLecture>, seed: number): Promise<void> {
    const others = fc.sample(someLecture, { numRuns: 60, seed: seed + 100 });
    const ids = [...lectures.keys()];
    for (const [i, other] of others.slice(0, 50).entries()) {
      lectures.set(ids[i * 9], other);
      await changeLecture(t, ids[i * 9], other);
    }
    for (const id of ids.filter((_, n) => n % 97 === 96)) {
      lectures.delete(id);
      await t.database.transaction((tx) => tx.run('DELETE FROM lectures WHERE id = ?', [id]));
    }
    const added = others.slice(50);
    for (const [i, id] of (await insertLectures(t, semesterId, added)).entries()) lectures.set(id, added[i]);
  }

  /** Some timetables of minsu, with entries of both kinds, past the API: what is in them may clash. */
  async function someTimetables(semester: any, lectures: Map<number, PlainLecture>, seed: number) {
    const now = t.clock.now();
    const all = [];
    for (const [i, slots] of [
      [],
      ...fc.sample(someSlots(5), { numRuns: 5, seed }),
      weekOf(480, 1320),
      weekOf(0, 1440),
    ].entries()) {
      const { id } = await aTimetable(minsu, semester);
      const lectureIds = [...lectures.keys()].filter((_, n) => i > 1 && i < 5 && n % 97 === i);
      await t.database.transaction(async (tx) => {
        const insert = `INSERT INTO timetable_entries (timetable_id, lecture_id, seen_revision, color, credits, meetings, created_at)
          VALUES (?, ?, ?, 0, ?, ?, ?)`;
        const meetings = slots.map((slot) => ({ ...slot, room: null }));
        await tx.run(insert, [id, null, null, 0, JSON.stringify(meetings), now]);
        for (const lectureId of lectureIds) await tx.run(insert, [id, lectureId, 1, null, null, now]);
      });
      const held = () => lectureIds.map((one) => lectures.get(one)!).filter(({ cancelled }) => !cancelled);
      all.push({ id, lectureIds, slots: () => [...slots, ...held().flatMap((one) => one.meetings)] });
    }
    return all;
  }

  const weekOf = (start: number, end: number) => [0, 1, 2, 3, 4, 5].map((day) => ({ day, start, end, weeks: null }));
});

describe('what a search costs', () => {
  let semester: any;
  let database: Reads;
  let ids: number[];
  beforeAll(async () => {
    semester = await aSemester(t, { admin });
    const common = Array.from({ length: 3_000 }, (_, i) =>
      plainLecture({ title: `경영학원론 ${i}`, code: `B${i}`, meetings: [meeting(i % 5, 540, 630)] }),
    );
    for (let i = 0; i < 50; i++) common[2_900 + i].title = '천체물리학';
    for (let i = 300; i < 2_900; i += 97) common[i].title = '영어경영';
    common[2_999].title = '양자역학';
    ids = await insertLectures(t, semester.id, common);
    await index().rebuild(semester.id);
    database = await Reads.open();
  });
  afterAll(() => database.close());

  it('is the same number of statements for 1 and for 50', async () => {
    const statementsFor = (q: string, size: number) =>
      statementsOf(async () => {
        const { body } = await t.anyone.get(pathOf(semester.id, { q }) + '&limit=100');
        expect([q, body.items.length]).toEqual([q, size]);
      });
    const one = await statementsFor('양자역학', 1);
    const fifty = await statementsFor('천체물리', 50);
    expect(fifty.statements).toEqual(one.statements);
    // The semester, the next lectures, those unknown to the index, two of the index, its lectures, the page.
    expect(one.statements).toHaveLength(7);
  });

  it('is three statements where many match', async () => {
    for (const limit of [1, 50, 100]) {
      const { statements } = await statementsOf(() =>
        t.anyone.get(`${pathOf(semester.id, { q: '경영' })}&limit=${limit}`),
      );
      expect(statements).toHaveLength(3);
    }
  });

  it('does not end where many only could match', async () => {
    const wanted = ids.filter((_, i) => i >= 300 && i < 2_900 && (i - 300) % 97 === 0);
    expect(await find(semester.id, { q: '영경' })).toEqual(wanted);
    expect(await find(semester.id, { q: '영경' }, { limit: 5 })).toEqual(wanted);
  });

  it('is a look at few lectures where few match', async () => {
    const finder = new LectureFinder(database as unknown as Database, new TermLists(database as unknown as Database), {
      tooManyUnknown: () => undefined,
    } as never);
    const walkedFor = (q: string) =>
      database.walkedBy(() => finder.find(semester.id, { words: searchWords(q), untimed: true }, 0, 21));
    for (const q of ['양자역학', '양자', 'ㅇㅈㅇㅎ', '없는말', '천체', '학물'])
      expect([q, (await walkedFor(q)) < 500]).toEqual([q, true]);
    const full = { slots: [0, 1, 2, 3, 4, 5, 6].map((day) => meeting(day, 0, 1440)), lectureIds: [] };
    const busy = await database.walkedBy(() =>
      finder.find(semester.id, { words: [], untimed: true, busy: full }, 0, 21),
    );
    expect(busy).toBeLessThan(1_000);
  });
});

describe('the index', () => {
  const some = (count: number, title = '과목') =>
    Array.from({ length: count }, (_, i) => plainLecture({ title: `${title}${i}` }));

  it('is built by one at a time, in as many processes as try', async () => {
    const semester = await aSemester(t, { admin });
    await insertLectures(t, semester.id, some(300));
    await Promise.all(Array.from({ length: 4 }, () => new SearchIndex(t.database).rebuild(semester.id)));
    expect(await stateOf(semester.id)).toEqual({ generation: 4, generations: 1, unknown: 0 });
    await Promise.all(Array.from({ length: 4 }, () => index().rebuildUnlessUnderWay(semester.id)));
    const { generation } = (await stateOf(semester.id))!;
    expect([5, 6, 7, 8]).toContain(generation);
    expect(await find(semester.id, { q: '과목299' })).toHaveLength(1);
  });

  it('does not claim to know what was changed while it was built', async () => {
    const semester = await aSemester(t, { admin });
    const ids = await insertLectures(t, semester.id, some(300));
    const changed = ids[299];
    const meddling = {
      rows: async (...statement: [string, []]) => {
        const rows = await t.database.rows(...statement);
        await changeLecture(t, changed, plainLecture({ title: '유체역학' }));
        return rows;
      },
      transaction: t.database.transaction.bind(t.database),
    };
    await new SearchIndex(meddling as unknown as Database).rebuild(semester.id);
    expect(await stateOf(semester.id)).toMatchObject({ generation: 1, unknown: 1 });
    expect(await find(semester.id, { q: '유체' })).toEqual([changed]);
    expect(await find(semester.id, { q: '과목299' })).toEqual([]);
    await index().rebuild(semester.id);
    expect(await stateOf(semester.id)).toMatchObject({ unknown: 0 });
    expect(await find(semester.id, { q: '유체' })).toEqual([changed]);
  });

  it('stays what it was when a build fails, and the next one clears up', async () => {
    const semester = await aSemester(t, { admin });
    await insertLectures(t, semester.id, some(300));
    await index().rebuild(semester.id);
    await insertLectures(t, semester.id, some(10, '열역학'));
    const failing = {
      rows: t.database.rows.bind(t.database),
      transaction: (work: Parameters<Database['transaction']>[0]) =>
        t.database.transaction((tx) => {
          const run = tx.run.bind(tx);
          tx.run = async (sql, parameters) => {
            if (sql.startsWith('UPDATE semesters')) throw new Error('cut off');
            return run(sql, parameters);
          };
          return work(tx);
        }),
    };
    await expect(new SearchIndex(failing as unknown as Database).rebuild(semester.id)).rejects.toThrow('cut off');
    expect(await stateOf(semester.id)).toEqual({ generation: 1, generations: 2, unknown: 10 });
    expect(await find(semester.id, { q: '열역학' })).toHaveLength(10);
    await index().rebuild(semester.id);
    expect(await stateOf(semester.id)).toEqual({ generation: 3, generations: 1, unknown: 0 });
    expect(await find(semester.id, { q: '열역학' })).toHaveLength(10);
  });

  it('is built anew behind the answer when a search meets too much that it does not know', async () => {
    const semester = await aSemester(t, { admin });
    await insertLectures(t, semester.id, some(750));
    expect(await find(semester.id, { q: '없는말' })).toEqual([]);
    await settled(t);
    expect(await stateOf(semester.id)).toMatchObject({ generation: 1, unknown: 0 });

    await insertLectures(t, semester.id, some(550));
    expect(await find(semester.id, { q: '없는말' })).toEqual([]);
    await settled(t);
    expect(await stateOf(semester.id)).toMatchObject({ generation: 1, unknown: 550 });
    t.clock.advance(61);
    expect(await find(semester.id, { q: '없는말' })).toEqual([]);
    await settled(t);
    expect(await stateOf(semester.id)).toMatchObject({ generation: 2, unknown: 0 });
  });

  it('is asked from exactly where looking without it ended', async () => {
    const semester = await aSemester(t, { admin });
    const ids = await insertLectures(t, semester.id, some(300));
    await index().rebuild(semester.id);
    for (const n of [198, 199, 200, 201]) expect(await find(semester.id, { q: `과목${n}` })).toEqual([ids[n]]);
  });

  it('does not name twice what it knows an older version of', async () => {
    const semester = await aSemester(t, { admin });
    const ids = await insertLectures(t, semester.id, some(300));
    await index().rebuild(semester.id);
    await changeLecture(t, ids[250], plainLecture({ title: '과목250', place: '학림관' }));
    expect(await find(semester.id, { q: '과목250' })).toEqual([ids[250]]);
    expect(await find(semester.id, { q: '과목250 학림관' })).toEqual([ids[250]]);
  });

  it('is of one semester', async () => {
    const [one, other] = [await aSemester(t, { admin }), await aSemester(t, { admin })];
    await insertLectures(t, one.id, some(300));
    const theirs = await insertLectures(t, other.id, some(300));
    await index().rebuild(one.id);
    await index().rebuild(other.id);
    expect(await find(other.id, { q: '과목299' })).toEqual([theirs[299]]);
    await index().rebuild(999_999);
  });
});
