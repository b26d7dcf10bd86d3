import type { Parameter } from '../../database/connection.js';
import type { LongConnection } from '../../database/long-connection.js';
import { float, int, type RowOf, selection, text } from '../../database/selection.js';
import { factsOf } from '../lectures/lecture-facts.js';
import { type Meeting, weeksOfMask } from '../meetings.js';
import { type FileLecture, fileLectureOf, inFullOrder } from './file-lecture.js';
import { BadRow, type CatalogueFormat } from './format.js';
import { StagedGroups, type StagedLecture, type StoredLecture, StoredLectures } from './lecture-pages.js';
import type { Findings } from './report.js';

const LECTURE_COLUMNS = [
  ...['n', 'lecture_id', 'subject_id', 'code_key', 'section', 'is_new', 'old_version', 'old_revision', 'old_facts'],
  ...['new_meetings', 'title', 'professors', 'credits', 'credits_max', 'grade', 'capacity'],
  ...['enrolled', 'note', 'place', 'cancelled'],
];
const MEETING_COLUMNS = ['n', 'position', 'day', 'start', 'end', 'room', 'weeks'];

/** Fields whose change makes a revision and marks the students' timetables. */
const FACTS = ['title', 'professors', 'credits', 'creditsMax', 'place', 'meetings', 'cancelled'] as const;
const OTHERS = ['grade', 'capacity', 'enrolled', 'note'] as const;

/** A lecture's fields, in the file or in the catalogue. */
type Said = Pick<StoredLecture, (typeof FACTS)[number] | (typeof OTHERS)[number]>;

interface Comparing {
  connection: LongConnection;
  /** `null` when the semester is not there yet. */
  semesterId: number | null;
  format: CatalogueFormat;
  findings: Findings;
  /** Gets the number of finished records; throws to end the import. */
  progress(compared: number): void;
}

/**
 * Compares the file with the catalogue, page by page, and stores the differences in the other staging tables. So the
 * later transaction only applies them.
 */
export class Comparison {
  private readonly stored: StoredLectures;
  private readonly subjects: SubjectTallies;
  private lectures: Parameter[][] = [];
  private meetings: Parameter[][] = [];
  private n = 0;

  constructor(private readonly comparing: Comparing) {
    this.stored = new StoredLectures(comparing.connection, comparing.semesterId);
    this.subjects = new SubjectTallies(comparing.connection, comparing.findings);
  }

  async run(): Promise<void> {
    const { connection, progress } = this.comparing;
    let compared = 0;
    for await (const groups of new StagedGroups(connection).pages()) {
      const codeKeys = [groups[0].codeKey, groups[groups.length - 1].codeKey] as const;
      const stored = await this.stored.between(...codeKeys);
      await this.subjects.know(...codeKeys);
      for (const group of groups) {
        this.compare(group, stored.get(`${group.codeKey}\0${group.section}`));
        compared += group.rows.length + group.more;
      }
      await this.flush();
      progress(compared);
    }
    await this.subjects.finish();
    for await (const vanished of this.stored.notStaged()) {
      for (const lecture of vanished) this.remove(lecture);
      await this.flush();
      progress(compared);
    }
    await this.touchLecturesOfChangedSubjects();
  }

  private compare(group: StagedLecture, stored: StoredLecture | undefined): void {
    const { findings } = this.comparing;
    const lecture = this.lectureOf(group);
    if (!lecture) return;
    findings.counts.lectures += 1;
    findings.counts.meetings += lecture.meetings.length;
    if (lecture.meetings.length === 0) findings.counts.untimed += 1;
    this.subjects.count(group.codeKey, lecture);
    if (stored) this.change(group, stored, lecture);
    else this.add(group, lecture);
  }

  /** `undefined` when it is left out: the catalogue keeps its value. */
  private lectureOf({ rows, isBad, more }: StagedLecture): FileLecture | undefined {
    const { format, findings } = this.comparing;
    if (more > 0) {
      findings.bad(rows[0].line, `is one of ${rows.length + more} rows of the same lecture`);
      return undefined;
    }
    if (isBad) {
      // One bad row is reported. The other rows alone would be half a lecture.
      for (const { line } of rows) findings.bad(line, 'belongs to a lecture with a bad row');
      return undefined;
    }
    const [first, ...others] = rows;
    const isTwice = format.recordIs === 'lecture' && others.length > 0;
    for (const { line } of isTwice ? others : [])
      findings.bad(line, `is the same lecture as that of line ${first.line}`);
    try {
      return fileLectureOf(isTwice ? [first] : rows, (line, text) => findings.warn(line, text));
    } catch (error) {
      if (!(error instanceof BadRow)) throw error;
      findings.bad(first.line, error.message);
      return undefined;
    }
  }

  private add(group: StagedLecture, lecture: FileLecture): void {
    const { code, section, title } = lecture;
    this.comparing.findings.change({ kind: 'added', code, section, title, fields: {} });
    this.write(group, lecture, undefined, false);
  }

  private change(group: StagedLecture, stored: StoredLecture, lecture: FileLecture): void {
    const { findings } = this.comparing;
    const now: Said = { ...lecture, cancelled: false };
    const fields = differing(stored, now);
    const visible = Object.keys(fields).length > 0;
    const revised = FACTS.some((fact) => fact in fields);
    if (!stored.cancelled && stored.meetings.length > 0 && lecture.meetings.length === 0)
      findings.counts.lostTimes += 1;
    if (!visible) findings.counts.unchanged += 1;
    else {
      const { code, section, title } = lecture;
      findings.change({ kind: stored.cancelled ? 'returned' : 'changed', code, section, title, fields });
    }
    if (visible) this.write(group, now, stored, revised);
  }

  private remove(stored: StoredLecture): void {
    const { code, section, title, codeKey } = stored;
    this.comparing.findings.change({ kind: 'removed', code, section, title, fields: {} });
    const now: Said = { ...stored, cancelled: true };
    this.write({ codeKey, section }, now, stored, true);
  }

  private write(
    { codeKey, section }: Pick<StagedLecture, 'codeKey' | 'section'>,
    now: Omit<Said, 'cancelled'> & { cancelled?: boolean },
    stored: StoredLecture | undefined,
    revised: boolean,
  ): void {
    const { title, professors, credits, creditsMax, grade, capacity, enrolled, note, place, meetings } = now;
    const n = ++this.n;
    const newMeetings = !stored || !same(stored.meetings, meetings);
    const oldFacts = stored && revised ? JSON.stringify(factsOf(stored)) : null;
    this.lectures.push([
      ...[n, stored?.id ?? null, stored?.subjectId ?? null, codeKey, section, stored ? 0 : 1],
      ...[stored?.version ?? 0, stored?.revision ?? 0, oldFacts, Number(newMeetings)],
      ...[title, JSON.stringify(professors), credits, creditsMax, grade, capacity, enrolled, note, place],
      now.cancelled ? 1 : 0,
    ]);
    if (!newMeetings) return;
    for (const [position, { day, start, end, room, weeks }] of meetings.entries()) {
      this.meetings.push([n, position, day, start, end, room, weeks]);
    }
  }

  private async flush(): Promise<void> {
    const { connection } = this.comparing;
    await connection.insert('import_lectures', LECTURE_COLUMNS, this.lectures);
    await connection.insert('import_meetings', MEETING_COLUMNS, this.meetings);
    this.lectures = [];
    this.meetings = [];
  }

  /** Answers show a lecture with its subject, and the search uses it. So another subject is another version. */
  private async touchLecturesOfChangedSubjects(): Promise<void> {
    const { connection, semesterId } = this.comparing;
    if (semesterId === null) return;
    await connection.run(
      `INSERT INTO import_lectures (${LECTURE_COLUMNS.slice(1).join(', ')})
       SELECT l.id, l.subject_id, s.code_key, l.catalogue_section, 0, l.version, l.revision, NULL,
              0, l.title, l.professors, l.credits, l.credits_max, l.grade, l.capacity,
              l.enrolled, l.note, l.place, l.cancelled
         FROM import_subjects s
         JOIN lectures l ON l.subject_id = s.subject_id AND l.semester_id = ? AND l.source = 'catalogue'
           ON DUPLICATE KEY UPDATE import_lectures.n = import_lectures.n`,
      [semesterId],
    );
  }
}

function differing(old: Said, now: Said): Record<string, { old: unknown; new: unknown }> {
  const changed = [...FACTS, ...OTHERS].filter((field) => !same(old[field], now[field]));
  return Object.fromEntries(changed.map((field) => [field, { old: shown(old[field]), new: shown(now[field]) }]));
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(inOneOrder(one)) === JSON.stringify(inOneOrder(other));
}

/** Meetings from the database and from the file may differ in the order of simultaneous meetings and of keys. */
function inOneOrder(value: unknown): unknown {
  return isMeetings(value)
    ? value.toSorted(inFullOrder).map(({ day, start, end, room, weeks }) => [day, start, end, room, weeks])
    : value;
}

/** As the API shows it. */
function shown(value: unknown): unknown {
  return isMeetings(value) ? value.map((meeting) => ({ ...meeting, weeks: weeksOfMask(meeting.weeks) })) : value;
}

function isMeetings(value: unknown): value is Meeting[] {
  return Array.isArray(value) && typeof value[0] === 'object';
}

const SUBJECT_BATCH = 500;
const STAGED_SUBJECT_COLUMNS = ['code_key', 'subject_id', 'code', 'name', 'department', 'credits', 'category'];

/** Of the catalogue's own subjects. */
const KNOWN = selection({
  id: int('id'),
  codeKey: text('catalogue_key'),
  code: text('code'),
  name: text('name'),
  department: text('department', 'nullable'),
  credits: float('credits'),
  category: text('category', 'nullable'),
});
type Known = RowOf<typeof KNOWN>;

/** A lecture's data of its subject, in the file. */
const SUBJECT_VALUES = {
  code: (lecture: FileLecture) => lecture.code,
  name: (lecture: FileLecture) => lecture.subject,
  department: (lecture: FileLecture) => lecture.department,
  credits: (lecture: FileLecture) => lecture.credits,
  category: (lecture: FileLecture) => lecture.category,
};
type SubjectField = keyof typeof SUBJECT_VALUES;
const SUBJECT_FIELDS = Object.keys(SUBJECT_VALUES) as SubjectField[];

interface Votes {
  votes: number;
  line: number;
}

/**
 * The subjects in the file. Lectures of one subject may disagree about it: the majority counts, and among equals the
 * first in the file. The lectures come by subject, so one subject is counted at a time.
 */
export class SubjectTallies {
  private codeKey: string | undefined;
  private tally = newTally();
  private known = new Map<string, Known>();
  private rows: Parameter[][] = [];

  constructor(
    private readonly connection: LongConnection,
    private readonly findings: Findings,
  ) {}

  /** Reads the catalogue's subjects between two keys, both included: those of the next lectures. */
  async know(first: string, last: string): Promise<void> {
    // The current subject is the first of them, or comes before them.
    const counting = this.codeKey === undefined ? undefined : this.known.get(this.codeKey);
    const rows = await this.connection.select(KNOWN, 'FROM subjects WHERE catalogue_key BETWEEN ? AND ?', [
      first,
      last,
    ]);
    this.known = new Map(rows.map((subject) => [subject.codeKey, subject]));
    if (counting) this.known.set(this.codeKey!, counting);
    if (this.rows.length >= SUBJECT_BATCH) await this.write();
  }

  count(codeKey: string, lecture: FileLecture): void {
    if (codeKey !== this.codeKey) this.close();
    this.codeKey = codeKey;
    for (const column of SUBJECT_FIELDS) {
      const said = SUBJECT_VALUES[column](lecture);
      const before = this.tally[column].get(said);
      this.tally[column].set(said, {
        votes: (before?.votes ?? 0) + 1,
        line: Math.min(before?.line ?? Infinity, lecture.line),
      });
    }
  }

  async finish(): Promise<void> {
    this.close();
    await this.write();
  }

  private close(): void {
    if (this.codeKey === undefined) return;
    const subject = Object.fromEntries(SUBJECT_FIELDS.map((column) => [column, mostFrequent(this.tally[column])]));
    const known = this.known.get(this.codeKey);
    const isSame = known && SUBJECT_FIELDS.every((column) => known[column] === subject[column]);
    if (!isSame) {
      this.findings.counts[known ? 'subjectsChanged' : 'subjectsAdded'] += 1;
      this.rows.push([this.codeKey, known?.id ?? null, ...SUBJECT_FIELDS.map((column) => subject[column])]);
    }
    this.codeKey = undefined;
    this.tally = newTally();
  }

  private async write(): Promise<void> {
    await this.connection.insert('import_subjects', STAGED_SUBJECT_COLUMNS, this.rows);
    this.rows = [];
  }
}

type Tally = Record<SubjectField, Map<string | number | null, Votes>>;

function newTally(): Tally {
  return { code: new Map(), name: new Map(), department: new Map(), credits: new Map(), category: new Map() };
}

function mostFrequent(said: Map<string | number | null, Votes>): string | number | null {
  const [[value]] = [...said].sort(([, a], [, b]) => b.votes - a.votes || a.line - b.line);
  return value;
}
