import { existsSync, readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { type CatalogueFile, fileAt } from '../src/catalogue/imports/records.js';
import type { ImportReportView } from '../src/catalogue/imports/imports.dto.js';
import { factsOf } from '../src/catalogue/lectures/lecture-facts.js';
import { LecturesQueries } from '../src/catalogue/lectures/lectures.queries.js';
import type { SemesterName } from '../src/catalogue/semesters/semester-name.js';
import { runSemester } from '../src/cli/catalogue/semester-command.js';
import { startApp, type TestApp } from './support/app.js';
import { anAccount, at } from './support/factories.js';
import { fileWith, importInto, plainFile, type PlainLecture, plainLectures } from './support/imports.js';
import { readRow, readRows } from './support/rows.js';

const FIXTURES = 'test/fixtures/catalogue';
let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});

/** Each test has its own semester, without lectures of others. */
let semester: SemesterName;
let year = 1999;
beforeEach(() => {
  semester = { year: ++year, term: 'autumn' };
});

const imported = (file: CatalogueFile | string, options: object = {}): Promise<ImportReportView> =>
  importInto(t, file, { semester, ...options });

interface LectureRow {
  id: number;
  [column: string]: any;
}

/** Every lecture of the semester with its meetings, by `code-section`. */
async function lectures({ year, term }: SemesterName = semester): Promise<Record<string, LectureRow>> {
  const ids = await readRows<{ id: number; extra: string }>(
    t.database,
    `SELECT l.id FROM lectures l JOIN semesters s ON s.id = l.semester_id WHERE s.year = ? AND s.term = ?`,
    [year, ['spring', 'summer', 'autumn', 'winter'].indexOf(term)],
  );
  const rows = await t.app.get(LecturesQueries).byIds(ids.map(({ id }) => id));
  return Object.fromEntries(rows.map((row) => [`${row.subject.code}-${row.section}`, row]));
}

/** All rows that an import may write, to compare two states. */
async function everything(): Promise<unknown[]> {
  const tables = ['semesters', 'subjects', 'lectures', 'lecture_meetings', 'lecture_revisions'];
  return Promise.all(tables.map((table) => readRows(t.database, `SELECT * FROM ${table} ORDER BY 1, 2`)));
}

const weeks = (from: number, to: number): number =>
  Array.from({ length: to - from + 1 }, (_, i) => 1 << (from + i - 1)).reduce((a, b) => a | b, 0);

describe('a real file', () => {
  it('of Dongguk is imported completely, with its irregular rows', async () => {
    const report = await importInto(t, await fileAt(`${FIXTURES}/dongguk-2025-autumn.json`), { semester });
    expect(report).toMatchObject({
      format: 'dongguk',
      applied: true,
      counts: { rows: 24, lectures: 24, added: 24, untimed: 4 },
      badRows: { total: 0 },
      warnings: { total: 1, items: [{ text: expect.stringContaining('clash') }] },
    });
    const all = await lectures();
    expect(all['PRI4021-04']).toMatchObject({
      title: '대학생물학및실험2',
      professors: ['방석영'],
      credits: 4,
      creditsMax: null,
      source: 'catalogue',
      place: expect.stringContaining('), 266(상영바이오관'),
      meetings: [
        { day: 0, start: 630, end: 720, room: null, weeks: weeks(1, 5) },
        { day: 1, start: 720, end: 840, room: null, weeks: weeks(6, 10) },
        { day: 2, start: 630, end: 720, room: null, weeks: weeks(1, 5) },
      ],
    });
    expect(all['ERC0010-01']).toMatchObject({ professors: [], credits: 0, place: null, meetings: [] });
    expect(all['ARD4015-01'].meetings).toHaveLength(4);
    expect(all['BIS2003-01']).toMatchObject({
      subject: { name: '인도의철학과문화', department: '불교대학 불교학부', category: '전공', source: 'catalogue' },
      grade: '1학년',
      capacity: 50,
      enrolled: 37,
      note: '팀티칭',
    });
  });

  it('of Rensselaer is imported completely, in its own semester', async () => {
    const report = await importInto(t, await fileAt(`${FIXTURES}/rpi-2024-autumn.csv`), { semester });
    expect(report).toMatchObject({
      format: 'rpi',
      applied: true,
      counts: { rows: 23, lectures: 19, added: 19 },
      badRows: { total: 0 },
      warnings: { total: 2 },
    });
    const [dates] = await readRows(
      t.database,
      "SELECT DATE_FORMAT(starts_on, '%Y-%m-%d') AS a, DATE_FORMAT(ends_on, '%Y-%m-%d') AS b, time_zone AS c FROM semesters WHERE year = ?",
      [semester.year],
    );
    expect(dates).toEqual({ a: '2024-08-28', b: '2024-12-20', c: 'America/New_York' });
    const all = await lectures();
    expect(all['CHEM-1100-04']).toMatchObject({
      professors: ['Steven A. Tysoe', 'Alexander C. Ma', 'Kathleen Lillian Morrissey'],
      meetings: [
        { day: 1, start: 720, end: 800, room: 'Darrin Communications Center 308', weeks: null },
        { day: 2, start: 480, end: 530, room: null, weeks: null },
        { day: 3, start: 480, end: 650, room: 'Walker Laboratory 5113', weeks: null },
        { day: 3, start: 660, end: 710, room: 'Russell Sage Laboratory 3101', weeks: null },
        { day: 4, start: 720, end: 800, room: 'Darrin Communications Center 308', weeks: null },
      ],
    });
    expect(all['ARCH-9990-01']).toMatchObject({ credits: 1, creditsMax: 15, place: null, meetings: [] });
    // Ended on a Tuesday: one Monday and one Thursday less. Events that end a day early lose nothing.
    expect(all['BIOL-1010-04'].meetings.map(({ weeks }: any) => weeks)).toEqual([weeks(2, 16), weeks(1, 15)]);
    expect(all['ITWS-4310-02'].meetings.map(({ weeks }: any) => weeks)).toEqual([null, null]);
    // Sections of one subject have different titles; with equal counts, the subject gets the first.
    expect([all['ARCH-4966-01'].title, all['ARCH-4966-80'].title]).toEqual([
      'Latin American Studies',
      'Bldg Information Modeling',
    ]);
    expect(all['ARCH-4966-80'].subject.name).toBe('Latin American Studies');
    expect([all['MTLE-9990-14'].meetings, all['ISCI-4610-01'].meetings]).toEqual([[], []]);
  });

  const PUBLISHED: [string, Record<string, number>][] = [
    ['dongguk-2025-2/rawData_2025_2.json', { rows: 2506, lectures: 2506, meetings: 3681, untimed: 113, added: 2506 }],
    ['rpi-fall-2024/fall-2024.csv', { rows: 2667, lectures: 2224, untimed: 862, added: 2224 }],
  ];
  for (const [name, counts] of PUBLISHED) {
    const path = `../shared/data/${name}`;
    const here = existsSync(path);
    const title = `${name} comes in to the last lecture, and once${here ? '' : ` (skipped: ${path} is not here)`}`;
    (here ? it : it.skip)(title, async () => {
      const first = await importInto(t, await fileAt(path), { semester });
      expect(first).toMatchObject({ applied: true, counts, badRows: { total: 0 } });
      const again = await importInto(t, await fileAt(path), { semester });
      expect(again.counts).toMatchObject({ ...counts, added: 0, unchanged: counts.lectures });
      expect(again.changes.total).toBe(0);
    });
  }

  it('in our own formats matches the documentation, both as CSV and JSON', async () => {
    const examples = ['csv', 'json'].map((type) => readFileSync(`docs/examples/catalogue.${type}`, 'utf8'));
    const first = await imported(examples[0]);
    expect(first).toMatchObject({ format: 'csv', applied: true, badRows: { total: 0 }, warnings: { total: 0 } });
    const second = await imported(examples[1], { dryRun: true });
    expect(second).toMatchObject({ format: 'json', badRows: { total: 0 }, changes: { total: 0 } });
    expect(second.counts).toMatchObject({ lectures: first.counts.lectures, subjectsChanged: 0 });
  });
});

describe('a second import', () => {
  it('of the same file changes nothing, with any order of its rows', async () => {
    const file = plainLectures(30);
    await imported(plainFile(file));
    const before = await everything();
    const again = await imported(plainFile(file));
    const reversed = await imported(plainFile(file.toReversed()));
    expect([again.changes.total, reversed.changes.total]).toEqual([0, 0]);
    expect(reversed).toMatchObject({ applied: true, counts: { unchanged: 30, subjectsAdded: 0, subjectsChanged: 0 } });
    expect(await everything()).toEqual(before);
  });

  it('also changes nothing if the rows of one lecture have another order', async () => {
    const rows = [
      'A,1,x,3,Kim,북관,월,9:00',
      'A,1,,,Lee,남관,수,9:00',
      'A,1,,,Park;Kim,동관,수,9:00',
      'A,1,,,Choi,서관,,',
    ];
    const file = (sorted: string[]) =>
      ['code,section,title,credits,professors,place,day,start,end', ...sorted.map((row) => `${row},10:00`)]
        .join('\n')
        .replaceAll(',,,10:00', ',,,');
    await imported(file(rows));
    const before = await lectures();
    expect(before['A-1'].professors).toEqual(['Kim', 'Lee', 'Park', 'Choi']);
    for (const other of [rows.toReversed(), [rows[2], rows[0], rows[3], rows[1]]]) {
      expect(await imported(file(other))).toMatchObject({ applied: true, changes: { total: 0 } });
    }
    expect(await lectures()).toEqual(before);
  });

  it('prints its changes in a dry run, and writes nothing', async () => {
    const file = plainLectures(20);
    await imported(plainFile(file));
    const before = await everything();
    const report = await imported(
      plainFile([
        { ...file[0], credits: 2, capacity: null, meetings: [] },
        ...file.slice(2),
        { ...file[0], code: 'NEW' },
      ]),
      { dryRun: true },
    );
    expect(report).toMatchObject({ applied: false, dryRun: true, refusal: null });
    expect(report.counts).toMatchObject({ added: 1, changed: 1, removed: 1, unchanged: 18, lostTimes: 1 });
    expect(report.changes.items).toEqual([
      { kind: 'removed', code: 'C001', section: '01', title: '강의 1', fields: {} },
      {
        ...{ kind: 'changed', code: 'C000', section: '01', title: '강의 0' },
        fields: {
          credits: { old: 3, new: 2 },
          capacity: { old: 40, new: null },
          meetings: { old: [{ day: 0, start: 540, end: 590, room: '100호', weeks: null }], new: [] },
        },
      },
      { kind: 'added', code: 'NEW', section: '01', title: '강의 0', fields: {} },
    ]);
    expect(await everything()).toEqual(before);
  });

  it('keeps the previous values of a lecture, and shows them in timetables', async () => {
    const file = plainLectures(20);
    await imported(plainFile(file));
    const before = (await lectures())['C003-01'];
    const student = await anAccount(t);
    const timetable = (await student.post('/timetables', { semesterId: before.semesterId })).body;
    const entry = await student.post(`/timetables/${timetable.id}/entries`, { lectureId: before.id });
    expect(entry).toMatchObject({ status: 201, body: { entry: { status: 'ok' } } });

    file[3] = {
      ...file[3],
      title: '고친 강의',
      meetings: [{ day: 4, start: 600, end: 700, room: null, weeks: [2, 3] }],
    };
    file[4] = { ...file[4], enrolled: 12, note: '수강 정정', grade: '2학년' };
    await imported(plainFile(file));
    const after = await lectures();
    expect(after['C003-01']).toMatchObject({ revision: 2, version: 2, title: '고친 강의' });
    expect(after['C004-01']).toMatchObject({
      revision: 1,
      version: 2,
      enrolled: 12,
      note: '수강 정정',
      grade: '2학년',
    });
    expect(after['C005-01']).toMatchObject({ revision: 1, version: 1 });
    const kept = await readRows<any>(t.database, 'SELECT * FROM lecture_revisions WHERE lecture_id IN (?, ?)', [
      before.id,
      after['C004-01'].id,
    ]);
    expect(kept).toEqual([
      { lecture_id: before.id, revision: 1, facts: factsOf(before as never), replaced_at: expect.any(Date) },
    ]);
    const seen = (await student.get(`/timetables/${timetable.id}`)).body.entries[0];
    expect(seen).toMatchObject({ status: 'changed', changes: { title: { old: '강의 3', new: '고친 강의' } } });
  });

  it('cancels lectures that are missing in the file, and restores them later', async () => {
    const file = plainLectures(20);
    await imported(plainFile(file));
    const gone = (await lectures())['C007-01'];
    const report = await imported(plainFile(file.filter(({ code }) => code !== 'C007')));
    expect(report.counts).toMatchObject({ removed: 1, unchanged: 19 });
    expect((await lectures())['C007-01']).toMatchObject({
      id: gone.id,
      cancelled: true,
      revision: 2,
      meetings: gone.meetings,
    });
    // Still missing: this is no change.
    const still = await imported(plainFile(file.filter(({ code }) => code !== 'C007')));
    expect(still.changes.total).toBe(0);
    const back = await imported(plainFile(file));
    expect(back.counts).toMatchObject({ returned: 1, unchanged: 19, removed: 0 });
    expect((await lectures())['C007-01']).toMatchObject({ id: gone.id, cancelled: false, revision: 3 });
    const facts = await readRows<any>(
      t.database,
      'SELECT revision, facts FROM lecture_revisions WHERE lecture_id = ? ORDER BY revision',
      [gone.id],
    );
    expect(facts.map(({ revision, facts }) => [revision, facts.cancelled])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it('changes a subject in the answers of all its lectures, but adds no revision', async () => {
    const file = plainLectures(12).map((one) => ({ ...one, subject: '옛 이름', department: '수학과' }));
    await imported(plainFile(file));
    const report = await imported(plainFile(file.map((one, i) => (i === 0 ? { ...one, subject: '새 이름' } : one))));
    expect(report).toMatchObject({ changes: { total: 0 }, counts: { subjectsChanged: 1, unchanged: 12 } });
    expect(await lectures()).toMatchObject({
      'C000-01': { version: 2, revision: 1, subject: { name: '새 이름' } },
      'C001-01': { version: 1, revision: 1, subject: { name: '옛 이름' } },
    });
  });

  it('does not change subjects and lectures of members', async () => {
    const file = plainLectures(10);
    await imported(plainFile(file));
    const student = await anAccount(t);
    const { subjectId, semesterId } = (await lectures())['C000-01'];
    const own = await student.post('/lectures', {
      subjectId,
      semesterId,
      section: '02',
      title: '내 강의',
      meetings: [],
    });
    expect(own.status).toBe(201);
    file[0] = { ...file[0], section: '02', title: '학교 강의' };
    const report = await imported(plainFile([...plainLectures(1), ...file]));
    expect(report.counts).toMatchObject({ added: 1, unchanged: 10, removed: 0 });
    expect((await student.get(`/lectures/${own.body.id}`)).body).toMatchObject({ title: '내 강의', source: 'user' });
  });

  it('adds lectures that the search finds at once, with their current values', async () => {
    const file = plainLectures(10);
    file[0] = { ...file[0], title: '양자얽힘개론', department: '물리학과', place: '이과대', meetings: [] };
    await imported(plainFile(file));
    const { semesterId } = (await lectures())['C000-01'];
    const found = async (query: string) => {
      const { body } = await t.anyone.get(`/lectures?semester=${semesterId}&${encodeURI(query)}`);
      return body.items.map(({ title }: any) => title);
    };
    expect(await found('q=양자얽힘 이과대 교수0')).toEqual(['양자얽힘개론']);
    file[0] = { ...file[0], title: '중력파개론', meetings: [{ day: 6, start: 600, end: 660 }] };
    await imported(plainFile(file));
    expect(await found('q=양자얽힘')).toEqual([]);
    expect(await found('q=중력파&day=6')).toEqual(['중력파개론']);
  });
});

describe('a subject that changes in a file', () => {
  it('is found by its new name in lectures of other semesters and of members too', async () => {
    const file = plainLectures(2).map((one) => ({ ...one, department: '천문학과', category: '전공' }));
    const earlier: SemesterName = { year: semester.year, term: 'spring' };
    await importInto(t, plainFile(file), { semester: earlier });
    const { id, subjectId, semesterId } = (await lectures(earlier))['C000-01'];
    const student = await anAccount(t);
    const own = { subjectId, semesterId, section: '77', meetings: [at(0, 0, 60, { room: '별관' })] };
    const { body: theirs } = await student.post('/lectures', own);
    await t.anyone.get(`/lectures?semester=${semesterId}`);
    const before = (await t.anyone.get(`/lectures/${id}`)).headers.etag;
    await imported(plainFile(file.map((one) => ({ ...one, department: '우주과학과', category: '교양' }))));
    for (const filter of ['q=우주과학', 'department=우주과학과', 'category=교양', 'q=별관 우주']) {
      const { body } = await t.anyone.get(`/lectures?semester=${semesterId}&${encodeURI(filter)}`);
      expect({ filter, ids: body.items.map((one: any) => one.id) }).toEqual({
        filter,
        ids: filter.includes('별관') ? [theirs.id] : [id, id + 1, theirs.id],
      });
    }
    for (const filter of ['q=천문학과', 'category=전공']) {
      expect((await t.anyone.get(`/lectures?semester=${semesterId}&${encodeURI(filter)}`)).body.items).toEqual([]);
    }
    expect((await t.anyone.get(`/lectures/${id}`)).headers.etag).not.toBe(before);
  });
});

describe('bad rows', () => {
  it('are all rows of a lecture that has too many', async () => {
    const many = 'A,1,x,3\n'.repeat(1200);
    const report = await imported(`code,section,title,credits\nB,1,x,3\n${many}C,1,x,3\n`);
    expect(report).toMatchObject({ applied: true, counts: { rows: 1202, lectures: 2 } });
    expect(report.badRows.items).toEqual([{ line: 3, text: 'is one of 1200 rows of the same lecture' }]);
  });

  it('do not stop an import from continuing or from being interrupted', async () => {
    const file = `code,section,title,credits\n${',,x,3\n'.repeat(1600)}`;
    const seen: number[] = [];
    const report = await imported(file, {
      onProgress: ({ phase, rows }: any) => phase === 'reading' && seen.push(rows),
    });
    expect(report).toMatchObject({ refusal: { code: 'empty' }, badRows: { total: 1600 } });
    expect(seen).toEqual([0, 500, 1000, 1500, 1600]);
    const controller = new AbortController();
    const enough = ({ rows }: any) => rows === 500 && controller.abort(new Error('enough'));
    await expect(imported(file, { onProgress: enough, signal: controller.signal })).rejects.toThrow('enough');
  });

  it('are reported with their line, and the others are imported', async () => {
    const rows = [
      'code,section,title,credits,day,start,end,note',
      'A1,01,좋은 강의,3,월,09:00,10:00,',
      'A2,01,시간이 이상한 강의,3,월,25:00,26:00,',
      'A3,01,,3,,,,',
      ',01,코드가 없는 강의,3,,,,',
      'A4,01,"두 줄에',
      '걸친 제목",3,화,09:00,10:00,',
      'A5,01,칸이 많은 강의,3,월,09:00,10:00,x,y',
      'A6,01,칸이 적은 강의,3',
      '',
      'A7,01,깨진 �,3,,,,',
      `A8,01,긴 비고,3,,,,${'가'.repeat(2001)}`,
      'A1,01,,,수,09:00,10:00,',
    ];
    const report = await imported(rows.join('\r\n'));
    expect(report.applied).toBe(true);
    expect(report.badRows.items).toEqual([
      { line: 3, text: '"25:00" is no time of day' },
      { line: 4, text: 'title is missing' },
      { line: 5, text: 'code is missing' },
      { line: 8, text: 'has 9 columns, the header has 8' },
      { line: 9, text: 'has 4 columns of 8' },
      { line: 11, text: 'title is not valid UTF-8' },
      { line: 12, text: 'note has more than 2000 characters' },
    ]);
    const all = await lectures();
    expect(Object.keys(all).sort()).toEqual(['A1-01', 'A4-01']);
    expect(all['A4-01'].title).toBe('두 줄에 걸친 제목');
    // The last row is far from the first one of the same lecture.
    expect(all['A1-01'].meetings.map(({ day }: any) => day)).toEqual([0, 2]);
  });

  it('are reported by their place in JSON; a duplicate lecture is one of them', async () => {
    const [one, two, three] = plainLectures(3);
    const file = [
      one,
      'x',
      two,
      { ...one, title: '다른 제목' },
      { ...three, title: 'a\ud800' },
      { ...three, credits: [] },
    ];
    const report = await imported(plainFile(file));
    expect(report.badRows).toMatchObject({
      total: 4,
      items: [
        { line: 2, text: 'is no object' },
        { line: 4, text: 'is the same lecture as that of line 1' },
        { line: 5, text: 'title holds characters that cannot be stored' },
        { line: 6, text: 'credits is no number' },
      ],
    });
    expect(Object.keys(await lectures()).sort()).toEqual(['C000-01', 'C001-01']);
  });

  it('stop the import with --strict', async () => {
    const report = await imported(plainFile([...plainLectures(5), {}]), { strict: true });
    expect(report).toMatchObject({ applied: false, refusal: { code: 'badRows' }, badRows: { total: 1 } });
    expect(await lectures()).toEqual({});
  });

  it('leave their lecture unchanged: it is neither partly changed nor cancelled', async () => {
    const file: PlainLecture[] = plainLectures(4);
    await imported(plainFile(file));
    const before = await lectures();
    file[2] = { ...file[2], meetings: [{ day: 9, start: 0, end: 1 }] };
    const report = await imported(plainFile(file));
    expect(report).toMatchObject({ applied: true, badRows: { total: 1 }, counts: { removed: 0, unchanged: 3 } });
    expect(await lectures()).toEqual(before);
  });

  it("keep their lecture's subject searchable, with values of other rows", async () => {
    const [one] = plainLectures(1);
    const file: PlainLecture[] = [
      { ...one, department: '구학과' },
      { ...one, section: '02', department: '구학과' },
    ];
    await imported(plainFile(file));
    await imported(
      plainFile([
        { ...file[0], credits: -1 },
        { ...file[1], department: '신학과' },
      ]),
    );
    const { id, semesterId, subject } = (await lectures())['C000-01'];
    expect(subject.department).toBe('신학과');
    const found = await t.anyone.get(`/lectures?semester=${semesterId}&department=${encodeURIComponent('신학과')}`);
    expect(found.body.items.map((lecture: any) => lecture.id)).toContain(id);
  });
});

describe('the guard', () => {
  it('refuses if more than a tenth would disappear or lose their times, unless forced', async () => {
    const file = plainLectures(20);
    await imported(plainFile(file));
    const before = await everything();
    const untimed = { ...file[0], meetings: [] };
    const shifted = [untimed, ...file.slice(1, 18)];
    const report = await imported(plainFile(shifted));
    expect(report).toMatchObject({ applied: false, refusal: { code: 'lost' }, counts: { removed: 2, lostTimes: 1 } });
    expect(await everything()).toEqual(before);
    expect(await imported(plainFile(shifted), { force: true })).toMatchObject({ applied: true, refusal: null });
    expect(Object.values(await lectures()).filter(({ cancelled }) => cancelled)).toHaveLength(2);
  });

  it('allows a tenth', async () => {
    const file = plainLectures(20);
    await imported(plainFile(file));
    expect(await imported(plainFile(file.slice(2)))).toMatchObject({ applied: true, counts: { removed: 2 } });
  });

  it.each(['{"lectures": []}', '[]', 'code,section,title\n', '[{"code":"A","section":"1","title":"x"}]'])(
    'refuses %j without lectures, also with --force',
    async (text) => {
      await imported(plainFile(plainLectures(3)));
      const report = await imported(text, { force: true });
      expect(report).toMatchObject({ applied: false, refusal: { code: 'empty' } });
      expect(Object.values(await lectures()).filter(({ cancelled }) => cancelled)).toEqual([]);
    },
  );
});

describe('a file', () => {
  it.each<[string, string | Buffer, string]>([
    ['is empty', '', 'The file is empty'],
    ['is blank', '\uFEFF \n', 'The file is empty'],
    ['is something else', '<html></html>', 'The format is not recognised'],
    ['is another CSV', 'a,b,c\n1,2,3', 'The format is not recognised'],
    ['is not UTF-8', Buffer.from([0xb0, 0xad, 0xc0, 0xc7, 0x2c]), 'The file is not UTF-8'],
    ['breaks off', '{"lectures": [{"code": "A", "section": "1", "title": "x", "cre', 'breaks off after 0 records'],
    ['is broken JSON', '[{"code": "A", "section": "1", "title": "x"}, oops]', 'no valid JSON'],
    ['is nested without end', `[{"code": "A", "section": "1", "title": ${'['.repeat(5000)}`, 'nested deeper than'],
    ['has one column twice', 'code,section,title,credits,교수,professor\nA,1,x,3,김,\n', 'Two columns of the file are'],
    [
      'has a record without end',
      `[{"code": "A", "section": "1", "title": [${'[],'.repeat(300_000)}`,
      'a record without end',
    ],
    ['has an open quote', `code,section,title\nA,1,"x\n${'B,1,x\n'.repeat(10)}`, 'never closed'],
  ])('with %s is refused', async (_, content, text) => {
    await expect(importInto(t, fileWith(content), { semester })).rejects.toThrow(text);
    expect(await lectures()).toEqual({});
  });

  it('may have line breaks in its header, a column without a name, and rows of separators', async () => {
    const header = '\tcode\tsection\ttitle\tcredits\t"수강\n인원"';
    const report = await imported([' ', header, '1\tA\t1\tx\t3\t5', '\t\t\t\t\t', '\t\t\t\t\t', ''].join('\n'));
    expect(report).toMatchObject({ applied: true, counts: { rows: 1 }, badRows: { total: 0 }, warnings: { total: 0 } });
    expect((await lectures())['A-1'].enrolled).toBe(5);
  });

  it('of another format than requested is refused', async () => {
    await expect(imported(plainFile(plainLectures(1)), { format: 'rpi' })).rejects.toThrow('is not of the format rpi');
  });

  it('may have unknown columns or keys: each is reported once', async () => {
    const csv = await imported('code,section,title,credits,proffessor,\nA,1,x,3,Kim,\nA,2,x,3,Kim,\n');
    expect(csv).toMatchObject({ applied: true, badRows: { total: 0 } });
    expect(csv.warnings.items).toEqual([{ line: 2, text: '"proffessor" is not known and passed over' }]);
    const json = await imported(plainFile(plainLectures(3).map((one) => ({ ...one, seats: 3 }))), { force: true });
    expect(json.warnings.items).toEqual([{ line: 1, text: '"seats" is not known and passed over' }]);
  });

  it('may have other separators, a byte order mark, and Korean headers', async () => {
    const text =
      '\uFEFF과목 코드;분반;과목명;학점;요일;시작;끝;담당교수\ncse 1;1;프로그래밍;3;월, 수;9:00;10:15;김;이\n';
    const report = await imported(text.replace('김;이', '"김;이"'));
    expect(report).toMatchObject({ format: 'csv', badRows: { total: 0 }, counts: { lectures: 1, meetings: 2 } });
    expect((await lectures())['cse 1-1']).toMatchObject({ professors: ['김', '이'], subject: { code: 'cse 1' } });
    const other = await imported(
      'code,section,title,credits,day,start,end,professors\nCSE1,1,프로그래밍,3,월 수,9:00,10:15,김;이',
    );
    expect(other.changes.total).toBe(0);
  });
});

describe('the semester', () => {
  it('is created with the dates of the academic year, or with given ones', async () => {
    const spring = { year: semester.year, term: 'spring' } as const;
    await imported(plainFile(plainLectures(1)), { semester: spring, dates: { timeZone: 'Asia/Tokyo' } });
    const row = await readRow(
      t.database,
      "SELECT DATE_FORMAT(starts_on, '%c-%e') AS starts, time_zone AS zone FROM semesters WHERE year = ? AND term = 0",
      [semester.year],
    );
    expect(row).toMatchObject({ starts: expect.stringMatching(/^3-[1-7]$/), zone: 'Asia/Tokyo' });
    await expect(
      imported(plainFile(plainLectures(1)), { semester: spring, dates: { startsOn: `${semester.year}-03-10` } }),
    ).rejects.toThrow('is there with other dates');
    await expect(
      imported(plainFile(plainLectures(1)), { dates: { startsOn: '2050-01-01', endsOn: '2049-01-01' } }),
    ).rejects.toThrow('endsOn must be after startsOn');
  });

  it('is not created from a file with dates but without lectures', async () => {
    const header = 'course_crn,course_section,short_name,full_name,course_days_of_the_week,course_start_date\n';
    for (const file of [header, `${header}1,01,,x,,\n`]) {
      expect(await imported(file)).toMatchObject({ applied: false, refusal: { code: 'empty' } });
    }
    expect(await readRows(t.database, 'SELECT id FROM semesters WHERE year = ?', [semester.year])).toEqual([]);
  });
});

describe('two simultaneous imports', () => {
  it('run one after the other: each lecture exists once', async () => {
    const file = plainFile(plainLectures(50));
    const reports = await Promise.all(Array.from({ length: 4 }, () => imported(file)));
    expect(reports.map(({ counts }) => counts.added).sort((a, b) => a - b)).toEqual([0, 0, 0, 50]);
    expect(Object.keys(await lectures())).toHaveLength(50);
  });

  it('wait for a limited time', async () => {
    const file = plainFile(plainLectures(5));
    let [release, begun] = [() => {}, () => {}];
    const held = new Promise<void>((resolve) => (release = resolve));
    const holds = new Promise<void>((resolve) => (begun = resolve));
    const whole = fileWith(file);
    // The format is read from the beginning, before the lock. After it, reading the file is slow.
    async function* stalled() {
      begun();
      await held;
      yield* whole.open();
    }
    const slow = imported({
      ...whole,
      open: (end = Infinity) => (end === Infinity ? Readable.from(stalled()) : whole.open(end)),
    });
    await holds;
    await expect(imported(file, { waitSeconds: 1 })).rejects.toThrow('Another import is running');
    release();
    expect(await slow).toMatchObject({ applied: true });
  });
});

describe('an interrupted import', () => {
  const cut = plainFile(plainLectures(3_000));

  it.each(['reading', 'comparing'] as const)('while %s leaves the catalogue unchanged', async (phase) => {
    await imported(plainFile(plainLectures(20)));
    const before = await everything();
    const controller = new AbortController();
    const stopped = imported(cut, {
      signal: controller.signal,
      onProgress: (progress: any) => {
        if (progress.phase === phase && (progress.rows > 0 || progress.compared > 0))
          controller.abort(new Error('stop'));
      },
    });
    await expect(stopped).rejects.toThrow('stop');
    expect(await everything()).toEqual(before);
  });

  it('by a killed process leaves nothing behind and does not block the next one', async () => {
    await imported(plainFile(plainLectures(20)));
    const before = await everything();
    const { host, port, user, password, name } = t.config.database;
    const operator = await createConnection({ host, port, user, password, database: name });
    let killed = false;
    const dying = imported(cut, {
      onProgress: ({ phase, compared }: any) => {
        if (phase !== 'comparing' || compared === 0 || killed) return;
        killed = true;
        // As after the end of its process: the server finds a closed connection.
        void operator
          .query<RowDataPacket[]>('SELECT IS_USED_LOCK(SHA2(CONCAT(DATABASE(), " catalogue import"), 256)) AS id')
          .then(([[row]]) => operator.query(`KILL ${row.id}`));
      },
    });
    await expect(dying).rejects.toMatchObject({ code: expect.any(String) });
    await operator.end();
    expect(killed).toBe(true);
    expect(await everything()).toEqual(before);
    expect(await imported(plainFile(plainLectures(21)))).toMatchObject({ applied: true, counts: { added: 1 } });
  });
});

describe('catalogue semester', () => {
  const rowOf = ({ year }: SemesterName) =>
    readRow<{ id: number; starts: string; ends: string; zone: string }>(
      t.database,
      `SELECT id, DATE_FORMAT(starts_on, '%Y-%m-%d') AS starts, DATE_FORMAT(ends_on, '%Y-%m-%d') AS ends,
              time_zone AS zone FROM semesters WHERE year = ?`,
      [year],
    );

  it('loses no change of two at once', async () => {
    const run = (dates: object) => runSemester({ name: 'semester', semester, dates }, t.config);
    await run({ startsOn: '2026-09-01', endsOn: '2026-12-21' });
    const { id } = (await rowOf(semester))!;
    const changes = await t.database.transaction(async (tx) => {
      await tx.run('UPDATE semesters SET version = version + 1 WHERE id = ?', [id]);
      const both = [run({ endsOn: '2026-12-18' }), run({ startsOn: '2026-09-02' })];
      // Both have read the row, or wait for its lock.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return both;
    });
    await Promise.all(changes);
    expect(await rowOf(semester)).toMatchObject({ starts: '2026-09-02', ends: '2026-12-18' });
  });
});
