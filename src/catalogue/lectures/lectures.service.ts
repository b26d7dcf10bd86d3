import { Injectable } from '@nestjs/common';
import { holdAccount } from '../../accounts/hold-account.js';
import { Clock } from '../../common/clock.js';
import type { ExpectedVersion, Versioned } from '../../common/http/answer.js';
import { Idempotency, type OnceKey } from '../../common/idempotency/idempotency.js';
import { EditConflict } from '../../common/problems/general.errors.js';
import type { Me } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import { ROW_COUNT, ROW_ID } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import {
  CatalogueIsReadOnly,
  LectureExists,
  LectureInUse,
  LectureNotFound,
  NotItsMaker,
  SemesterNotFound,
  SubjectNotFound,
  TooManyLectures,
} from '../catalogue.errors.js';
import { meetingsFromBodies } from '../meetings.dto.js';
import type { Meeting } from '../meetings.js';
import { SemestersQueries } from '../semesters/semesters.queries.js';
import { SubjectsQueries } from '../subjects/subjects.queries.js';
import { LectureMeeting } from './lecture-meeting.entity.js';
import { LectureRevision } from './lecture-revision.entity.js';
import { LectureUse } from './lecture-use.js';
import { factsOf, sameFacts } from './lecture-facts.js';
import { Lecture } from './lecture.entity.js';
import {
  lectureView,
  type LectureBody,
  type LectureChanges,
  type LectureRow,
  type LectureView,
} from './lectures.dto.js';
import { LecturesQueries } from './lectures.queries.js';

/** Lectures that one account may register, in all semesters. */
const MAX_LECTURES = 200;

/** A member's data of a lecture. */
type Said = Pick<
  LectureRow,
  'section' | 'title' | 'professors' | 'credits' | 'creditsMax' | 'capacity' | 'note' | 'place' | 'meetings'
>;

/** Single lectures: those of the catalogue are read-only; members register missing ones. */
@Injectable()
export class LecturesService {
  constructor(
    private readonly database: Database,
    private readonly queries: LecturesQueries,
    private readonly subjects: SubjectsQueries,
    private readonly semesters: SemestersQueries,
    private readonly lectureUse: LectureUse,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** @throws LectureNotFound */
  async get(id: number): Promise<Versioned<LectureView>> {
    const row = await this.queries.one(id);
    if (!row) throw new LectureNotFound();
    return this.versioned(row);
  }

  /** @throws SubjectNotFound, SemesterNotFound, LectureExists, TooManyLectures, InvalidInput for meetings that clash */
  async create(me: Me, body: LectureBody, once: OnceKey | null): Promise<Versioned<LectureView>> {
    const { subjectId, semesterId } = body;
    const meetings = meetingsFromBodies(body.meetings, '#/meetings');
    const register = async (tx: Transaction): Promise<Versioned<LectureView>> => {
      await holdAccount(tx, me.id, 'UPDATE');
      const owned = await tx.selectOne(ROW_COUNT, 'FROM lectures WHERE owner_id = ?', [me.id]);
      if (owned!.count >= MAX_LECTURES) throw new TooManyLectures();
      // Shared, so that the subject does not change until the lecture is stored.
      await tx.select(ROW_ID, 'FROM subjects WHERE id = ? FOR SHARE', [subjectId]);
      const subject = await this.subjects.one(subjectId, tx);
      if (!subject) throw new SubjectNotFound();
      if (!(await this.semesters.one(semesterId, tx))) throw new SemesterNotFound();
      const said: Said = {
        section: body.section,
        title: body.title ?? subject.name,
        professors: body.professors,
        credits: body.credits ?? subject.credits,
        creditsMax: null,
        capacity: body.capacity ?? null,
        note: body.note ?? null,
        place: body.place ?? null,
        meetings,
      };
      await this.refuseTwice(tx, me, { semesterId, subjectId, section: said.section });
      const { meetings: _, ...columns } = said;
      const id = await tx.insert(Lecture, {
        ...columns,
        semesterId,
        subjectId,
        source: 'user',
        ownerId: me.id,
        createdAt: this.clock.now(),
      });
      await this.insertMeetings(tx, id, meetings);
      return this.versioned((await this.queries.one(id, tx))!, tx);
    };
    return this.idempotency.run(once, register, { thing: ({ view }) => `lecture/${view.id}` });
  }

  /** @throws LectureNotFound, CatalogueIsReadOnly, NotItsMaker, LectureInUse, LectureExists, EditConflict, InvalidInput */
  async change(
    me: Me,
    id: number,
    changes: LectureChanges,
    expected: ExpectedVersion,
  ): Promise<Versioned<LectureView>> {
    const meetings = changes.meetings && meetingsFromBodies(changes.meetings, '#/meetings');
    return this.database.transaction(async (tx) => {
      await holdAccount(tx, me.id, 'UPDATE');
      const before = await this.lockOwn(tx, me, id, expected);
      const said = after(before, changes, meetings);
      if (JSON.stringify(said) === JSON.stringify(after(before, {}, undefined))) return this.versioned(before, tx);
      if (await this.lectureUse.used(tx, [id], me.id)) throw new LectureInUse();
      if (said.section !== before.section) await this.refuseTwice(tx, me, { ...before, section: said.section });
      await this.write(tx, before, said);
      return this.versioned((await this.queries.one(id, tx))!, tx);
    });
  }

  /** @throws LectureNotFound, CatalogueIsReadOnly, NotItsMaker, LectureInUse (mine as well), EditConflict */
  async remove(me: Me, id: number, expected: ExpectedVersion): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.lockOwn(tx, me, id, expected);
      if (await this.lectureUse.used(tx, [id], 0)) throw new LectureInUse();
      await tx.delete(Lecture, { id });
      await this.idempotency.forget(tx, `lecture/${id}`);
    });
  }

  /** Answers show a lecture with its subject, and the search uses it. The lectures are locked. */
  async subjectChanged(tx: Transaction, subjectId: number): Promise<void> {
    await tx.run('UPDATE lectures SET version = version + 1 WHERE subject_id = ?', [subjectId]);
  }

  private async lockOwn(tx: Transaction, me: Me, id: number, expected: ExpectedVersion): Promise<LectureRow> {
    await tx.lock(Lecture, { id }, ['id']);
    const lecture = await this.queries.one(id, tx);
    if (!lecture) throw new LectureNotFound();
    if (lecture.source === 'catalogue') throw new CatalogueIsReadOnly();
    if (lecture.ownerId !== me.id) throw new NotItsMaker();
    if (expected && !expected.includes(lecture.version)) throw new EditConflict();
    return lecture;
  }

  private async write(tx: Transaction, before: LectureRow, said: Said): Promise<void> {
    const { id, revision, version } = before;
    const same = sameFacts(before, { ...before, ...said });
    if (!same) {
      const replaced = { lectureId: id, revision, facts: factsOf(before), replacedAt: this.clock.now() };
      await tx.insert(LectureRevision, replaced);
    }
    const { meetings, ...columns } = said;
    await tx.update(
      Lecture,
      { id },
      {
        ...columns,
        version: version + 1,
        revision: same ? revision : revision + 1,
      },
    );
    await tx.run('DELETE FROM lecture_meetings WHERE lecture_id = ?', [id]);
    await this.insertMeetings(tx, id, meetings);
  }

  private async insertMeetings(tx: Transaction, lectureId: number, meetings: Meeting[]): Promise<void> {
    await tx.insertAll(
      LectureMeeting,
      meetings.map((meeting, position) => ({ lectureId, position, ...meeting })),
    );
  }

  /** The account is locked: of two parallel requests the second sees the first one's row. */
  private async refuseTwice(
    tx: Transaction,
    me: Me,
    { semesterId, subjectId, section }: { semesterId: number; subjectId: number; section: string },
  ): Promise<void> {
    const other = await tx.selectOne(
      ROW_ID,
      'FROM lectures WHERE owner_id = ? AND semester_id = ? AND subject_id = ? AND section = ?',
      [me.id, semesterId, subjectId, section],
    );
    if (other) throw new LectureExists();
  }

  private async versioned(row: LectureRow, tx?: Transaction): Promise<Versioned<LectureView>> {
    const semester = (await this.semesters.one(row.semesterId, tx))!;
    return { version: row.version, view: lectureView(row, semester) };
  }
}

/** The lecture after the changes: absent is unchanged, `null` is the default. */
function after(before: LectureRow, changes: LectureChanges, meetings: Meeting[] | null | undefined): Said {
  const { title, credits, professors } = changes;
  const or = <T>(change: T | undefined, old: T): T => (change === undefined ? old : change);
  return {
    section: changes.section ?? before.section,
    title: title === null ? before.subject.name : (title ?? before.title),
    professors: professors === null ? [] : (professors ?? before.professors),
    credits: credits === null ? before.subject.credits : (credits ?? before.credits),
    creditsMax: before.creditsMax,
    capacity: or(changes.capacity, before.capacity),
    note: or(changes.note, before.note),
    place: or(changes.place, before.place),
    meetings: meetings === null ? [] : (meetings ?? before.meetings),
  };
}
