import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LectureView } from '../src/catalogue/lectures/lectures.dto.js';
import { LectureSearchService } from '../src/catalogue/search/lecture-search.service.js';
import type { Page } from '../src/common/pages.js';
import type { Me } from '../src/common/viewer.js';
import { BusyTimes } from '../src/timetables/search/busy-times.js';
import { SemesterLectures } from '../src/catalogue/search/semester-lectures.js';
import type { Database } from '../src/database/database.js';
import { startApp, type TestApp } from './support/app.js';
import { changeLecture, insertLectures } from './support/catalogue.js';
import type { Client } from './support/client.js';
import { aLecture, anAccount, aSemester, aStaffAccount, aSubject, aTimetable, at } from './support/factories.js';
import {
  isFound,
  rankOf,
  someLecture,
  someQuery,
  someSlots,
  type PlainLecture,
  type PlainQuery,
} from './support/obvious-search.js';
import { statementsOf } from './support/statements.js';

let t: TestApp;
let minsu: Client;
let admin: Client;
beforeAll(async () => {
  t = await startApp();
  [minsu, admin] = [await anAccount(t), await aStaffAccount(t)];
});

const idsOf = (items: { id: number }[]): number[] => items.map(({ id }) => id);

function pathOf(semesterId: number, query: PlainQuery & { fits?: number }): string {
  const given = Object.entries({ semester: semesterId, ...query })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return `/lectures?${given.join('&')}`;
}

/** All results, over all pages. */
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

describe('GET /lectures', () => {
  it('needs an account only for `fits`', async () => {
    expect(await t.anyone.get('/lectures')).toMatchObject({ status: 200 });
    const refused = await t.anyone.get('/lectures?fits=1');
    expect(refused).toMatchObject({ status: 401, body: { code: 'TOKEN_MISSING' } });
    expect(refused.headers['www-authenticate']).toBe('Bearer');
  });

  it('is 404 for the timetable of another account', async () => {
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
    ['an eighth day among others', 'day=0,7', '?day'],
    ['no day', 'day=', '?day'],
    ['a day without a number', 'day=0,', '?day'],
    ['days with blanks', 'day=0,%201', '?day'],
    ['a day that comes twice', 'day=0,0', '?day'],
    ['no cell', 'cells=', '?cells'],
    ['a cell of an eighth day', 'cells=7:540-600', '?cells'],
    ['a cell that ends before it starts', 'cells=0:600-540', '?cells'],
    ['an empty cell', 'cells=0:600-600', '?cells'],
    ['a cell after midnight', 'cells=0:1400-1441', '?cells'],
    ['a cell without an end', 'cells=0:540-720,0:800', '?cells'],
    ['too many cells', `cells=${Array.from({ length: 201 }, () => '0:0-1').join()}`, '?cells'],
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

  it('refuses an unknown semester, and a timetable of another one', async () => {
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

  it('returns complete lectures, of the current semester by default', async () => {
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

  it('finds a registered lecture at once, with its current values, until it is deleted', async () => {
    const semester = await aSemester(t, { admin });
    await insertLectures(
      t,
      semester.id,
      Array.from({ length: 250 }, () => plainLecture()),
    );
    const subject = await aSubject(t, { owner: minsu, name: '양자역학' });
    const lecture = await aLecture(t, { owner: minsu, semester, subject });
    expect(await find(semester.id, { q: '양자' })).toEqual([lecture.id]);
    expect(await find(semester.id, { q: 'ㅇㅈㅇㅎ' })).toEqual([lecture.id]);
    await minsu.patch(`/lectures/${lecture.id}`, { title: '열역학', meetings: [at(4, 540, 600)] });
    expect(await find(semester.id, { q: '양자' })).toEqual([]);
    expect(await find(semester.id, { q: '열역학', day: '4' })).toEqual([lecture.id]);
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

  it('are found in every field, ignoring spaces and case', async () => {
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

  it('must all be found, each in any field', async () => {
    expect(await found('김민수 cse 개론 301')).toEqual([computer]);
    expect(await found('김민수 cse2017')).toEqual([]);
    expect(await found('cse')).toEqual([computer, structure]);
  });

  it('match titles by their letters in order', async () => {
    for (const q of ['컴공개', '컴론']) expect([q, await found(q)]).toEqual([q, [computer]]);
    for (const q of ['자조', '자구']) expect([q, await found(q)]).toEqual([q, [structure]]);
    expect(await found('공컴')).toEqual([]);
    // In order only in the title, and only syllables: a name or an English word would match everywhere.
    for (const q of ['김수', '공301', 'bsns', '컴과', '영문부']) expect([q, await found(q)]).toEqual([q, []]);
  });

  it('match titles by consecutive initial consonants', async () => {
    for (const q of ['ㅋㅍㅌ', 'ㅋㅍㅌㄱㅎㄱㄹ', '컴ㅍㅌ', '컴퓨ㅌ', 'ㅍ터', 'ㅎㄱㄹ']) {
      expect([q, await found(q)]).toEqual([q, [computer]]);
    }
    for (const q of ['ㅈㄹㄱㅈ', 'ㅈㄹ ㄱㅈ', '자ㄹ구']) expect([q, await found(q)]).toEqual([q, [structure]]);
    for (const q of ['ㅋㅌ', 'ㅋㄱ', '컴ㅌ', 'ㄱㅁㅅ']) expect([q, await found(q)]).toEqual([q, []]);
  });

  it('are split if they are joined consonants', async () => {
    // A keyboard makes this of ㄹ and ㄱ.
    expect(await found('ㄺ')).toEqual([structure]);
  });

  it('have no wildcards', async () => {
    for (const q of ['100%', '%_', '활용\\실', 'c++', '🎉', "o'neil", '+100', '활실', '%_ㅎ'])
      expect([q, await found(q)]).toEqual([q, [signs]]);
    for (const q of ['1%0', 'c_+', '.*', '활.', '활.ㅅ', '\\\\', '%%', '\\n', 'ㅋ[ㄱ-ㅎ]'])
      expect([q, await found(q)]).toEqual([q, []]);
  });

  it('may be many', async () => {
    expect(await found(Array.from('컴퓨터공학개론').join(' ') + ' c s e - 1 0 김 민 수 a d l o v e 3')).toEqual([
      computer,
    ]);
    expect(await found('가'.repeat(100))).toEqual([]);
  });
});

describe('professor, department, category and credits', () => {
  it('match the fields of the lecture', async () => {
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

describe('day, from, to, cells and includeUntimed', () => {
  it('apply to every meeting', async () => {
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
      [{ day: '0' }, [monday, twice]],
      [{ day: '2' }, []],
      [{ day: '0,2' }, [monday, twice, both]],
      [{ day: '2,0' }, [monday, twice, both]],
      [{ day: '0,1,2,3,4,5,6', includeUntimed: true }, [monday, twice, both, untimed]],
      [{ cells: '0:540-630' }, [monday]],
      [{ cells: '0:540-720,0:900-1000' }, [monday, twice]],
      [{ cells: '0:540-600,0:600-630' }, [monday]],
      [{ cells: '0:601-700,0:540-601' }, [monday]],
      [{ cells: '0:540-600,0:610-700' }, []],
      [{ cells: '1:540-720' }, []],
      [{ cells: '0:0-1440,2:1080-1200' }, [monday, twice, both]],
      [{ cells: '0:0-1440,2:1080-1199' }, [monday, twice]],
      [{ cells: '0:0-1440', day: '0', from: 600 }, [twice]],
      [{ cells: '1:540-720', includeUntimed: true }, [untimed]],
      [{ from: 540 }, [monday, twice, both]],
      [{ from: 541 }, [twice]],
      [{ to: 630 }, [monday]],
      [{ to: 629 }, []],
      [{ to: 990, from: 540 }, [monday, twice]],
      [{ day: '0', from: 600, to: 990 }, [twice]],
      [{ day: '0', from: 600, to: 990, includeUntimed: true }, [twice, untimed]],
      [{ from: 1300, includeUntimed: true }, [untimed]],
      [{ from: 1300, includeUntimed: false }, []],
    ];
    for (const [query, expected] of asked) expect([query, await find(semester.id, query)]).toEqual([query, expected]);
  });
});

describe('the order', () => {
  it('is the exact title, its beginning, words, letters in order, then abbreviated departments; then the id', async () => {
    const semester = await aSemester(t, { admin });
    const ids = await insertLectures(t, semester.id, [
      plainLecture({ title: '자료구조', department: '컴퓨터공학부' }),
      plainLecture({ title: '컴퓨터공학개론' }),
      plainLecture({ title: '논문', professors: ['컴공'] }),
      plainLecture({ title: '현대컴공' }),
      plainLecture({ title: '컴공수학' }),
      plainLecture({ title: '컴 공' }),
      plainLecture({ title: '컴공' }),
      plainLecture({ title: '컴공 실험' }),
      plainLecture({ title: '컴파일러공학' }),
      plainLecture({ title: '운영체제', department: '공과대학 컴퓨터공학전공' }),
      plainLecture({ title: '공학', department: '전자공학부' }),
    ]);
    const expected = [5, 6, 4, 7, 3, 2, 1, 8, 0, 9].map((n) => ids[n]);
    expect(await find(semester.id, { q: '컴공' })).toEqual(expected);
    expect(await find(semester.id, { q: '컴공' }, { limit: 1 })).toEqual(expected);
    expect(await find(semester.id, { q: '컴공' }, { limit: 3 })).toEqual(expected);
    expect(await find(semester.id, { q: '컴공 자료' })).toEqual([ids[0]]);
    expect(await find(semester.id, { department: '컴공' })).toEqual([ids[0], ids[9]]);
    expect(await find(semester.id, {})).toEqual(ids);
  });
});

describe('fits', () => {
  it('shows lectures without a conflict with active entries', async () => {
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
    expect(await fitting(timetable, { day: '0' })).toEqual([before]);

    await add({ lectureId: saturday });
    await add({ lectureId: untimed });
    expect(await fitting(timetable)).toEqual([before, laterWeeks]);
    await changeLecture(t, saturday, plainLecture({ cancelled: true, meetings: [meeting(5, 600, 700)] }));
    const [another] = await insertLectures(t, semester.id, [plainLecture({ meetings: [meeting(5, 650, 750)] })]);
    expect(await fitting(timetable)).toEqual([before, laterWeeks, another]);
    expect([at10, twoDays, firstWeeks]).not.toContain(another);
  });

  it('uses the semester of the timetable by default', async () => {
    const semester = await aSemester(t, { admin, startsOn: '1999-03-02', endsOn: '1999-06-21' });
    const lectures = await insertLectures(t, semester.id, [plainLecture()]);
    const timetable = await aTimetable(minsu, semester);
    const { body } = await minsu.get(`/lectures?fits=${timetable.id}`);
    expect(idsOf(body.items)).toEqual(lectures);
  });
});

describe('every search', () => {
  const LECTURES = 500;
  const QUERIES = 40;

  /** Without HTTP, which would take most of the time. */
  async function search(semesterId: number, query: PlainQuery, limit: number, fits?: number): Promise<number[]> {
    const service = t.app.get(LectureSearchService, { strict: false });
    const me = { id: minsu.id } as Me;
    const asked = {
      ...query,
      day: query.day?.split(',').map(Number),
      cells: query.cells?.split(',').map((cell) => {
        const [day, start, end] = cell.split(/[:-]/).map(Number);
        return { day, start, end };
      }),
    };
    const busy = fits === undefined ? undefined : await t.app.get(BusyTimes, { strict: false }).of(me, fits);
    const ids: number[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<LectureView> = await service.page({ ...asked, semester: semesterId, fits, limit, cursor }, busy);
      ids.push(...idsOf(page.items));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    return ids;
  }

  it.each([11, 12])('equals the simplest search, with its order, before and after changes (seed %i)', async (seed) => {
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
        const matching = [...lectures]
          .filter(([, lecture]) => isFound(lecture, query))
          .map(([id, lecture]) => ({ id, rank: rankOf(lecture, query) }))
          .sort((a, b) => a.rank - b.rank || a.id - b.id)
          .map(({ id }) => id);
        const fitting = matching.filter((id) => isFound(lectures.get(id)!, query, slots()) && !lectureIds.includes(id));
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

    await check('at first');
    await changeMany(semester.id, lectures, seed);
    await check('changed');
  });

  /** Changes some lectures, deletes some that are in no timetable, and adds some. */
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

  /** Some timetables of minsu, with entries of both kinds, inserted directly: entries may conflict. */
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

describe('the cost of a search', () => {
  it('is three statements for 1 and for 50 results, and two for none', async () => {
    const semester = await aSemester(t, { admin });
    const titles = ['양자역학', ...Array.from({ length: 50 }, (_, i) => `천체물리학 ${i}`)];
    await insertLectures(
      t,
      semester.id,
      titles.map((title) => plainLecture({ title })),
    );
    await find(semester.id, {});
    const statementsFor = async (q: string, size: number) => {
      const { statements } = await statementsOf(async () => {
        const { body } = await t.anyone.get(pathOf(semester.id, { q }) + '&limit=100');
        expect([q, body.items.length]).toEqual([q, size]);
      });
      return statements.length;
    };
    expect([await statementsFor('없는말', 0), await statementsFor('양자', 1), await statementsFor('천체', 50)]).toEqual(
      [2, 3, 3],
    );
  });
});

describe("a semester's lectures in memory", () => {
  /** Counts the reads. */
  function counting() {
    const counts = { states: 0, lists: 0, lectures: 0 };
    const database: Pick<Database, 'select' | 'selectOne'> = {
      selectOne: async (...query) => {
        counts.states += 1;
        return t.database.selectOne(...query);
      },
      select: async (...query) => {
        const rows = await t.database.select(...query);
        if (query[1].includes('subjects')) counts.lectures += rows.length;
        else counts.lists += 1;
        return rows;
      },
    };
    return { counts, lectures: new SemesterLectures(database as Database) };
  }

  it('are read once, and later only as far as they have changed', async () => {
    const semester = await aSemester(t, { admin });
    const ids = await insertLectures(
      t,
      semester.id,
      Array.from({ length: 600 }, () => plainLecture()),
    );
    const { counts, lectures } = counting();
    expect(idsOf([...(await lectures.of(semester.id))])).toEqual(ids);
    expect(counts).toEqual({ states: 1, lists: 1, lectures: 600 });
    await lectures.of(semester.id);
    expect(counts).toEqual({ states: 2, lists: 1, lectures: 600 });
    await changeLecture(t, ids[3], plainLecture({ title: '열역학' }));
    await changeLecture(t, ids[4], plainLecture({ cancelled: true }));
    await t.database.transaction((tx) => tx.run('DELETE FROM lectures WHERE id = ?', [ids[5]]));
    const now = await lectures.of(semester.id);
    expect(now).toHaveLength(598);
    expect(now[3]).toMatchObject({ id: ids[3], title: '열역학' });
    expect(counts).toEqual({ states: 3, lists: 2, lectures: 602 });
  });

  it('are right also if several changes would cancel each other out in a sum', async () => {
    const semester = await aSemester(t, { admin });
    const [one, two, three] = await insertLectures(t, semester.id, [plainLecture(), plainLecture(), plainLecture()]);
    await changeLecture(t, one, plainLecture());
    const { lectures } = counting();
    expect(await lectures.of(semester.id)).toHaveLength(3);
    // The number of lectures and the sum of their versions stay.
    await t.database.transaction((tx) => tx.run('DELETE FROM lectures WHERE id = ?', [three]));
    const [four] = await insertLectures(t, semester.id, [plainLecture()]);
    expect(idsOf([...(await lectures.of(semester.id))])).toEqual([one, two, four]);
  });

  it('are checked once for all waiting searches', async () => {
    const semester = await aSemester(t, { admin });
    await insertLectures(t, semester.id, [plainLecture()]);
    const { counts, lectures } = counting();
    const all = await Promise.all(Array.from({ length: 20 }, () => lectures.of(semester.id)));
    expect(all.map((some) => some.length)).toEqual(Array.from({ length: 20 }, () => 1));
    expect(counts).toEqual({ states: 2, lists: 1, lectures: 1 });
  });

  it('are those after the question, also while another question is being answered', async () => {
    const semester = await aSemester(t, { admin });
    const [id] = await insertLectures(t, semester.id, [plainLecture()]);
    const { lectures } = counting();
    await lectures.of(semester.id);
    const early = lectures.of(semester.id);
    await changeLecture(t, id, plainLecture({ title: '열역학' }));
    const late = await lectures.of(semester.id);
    await early;
    expect(late[0].title).toBe('열역학');
  });

  it('are read again after a failed statement', async () => {
    const semester = await aSemester(t, { admin });
    await insertLectures(t, semester.id, [plainLecture()]);
    let fails = true;
    const failing: Pick<Database, 'select' | 'selectOne'> = {
      selectOne: (...query) => t.database.selectOne(...query),
      select: async (...query) => {
        if (fails) throw new Error('away');
        return t.database.select(...query);
      },
    };
    const lectures = new SemesterLectures(failing as Database);
    const outcomes = await Promise.allSettled([lectures.of(semester.id), lectures.of(semester.id)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await lectures.of(semester.id)).toHaveLength(1);
  });
});
