import { Injectable } from '@nestjs/common';
import { holdAccount } from '../../accounts/hold-account.js';
import { Clock } from '../../common/clock.js';
import { Cursors } from '../../common/cursor.js';
import { changedColumns } from '../../common/changed-columns.js';
import type { ExpectedVersion, Versioned } from '../../common/http/answer.js';
import { Idempotency, type OnceKey } from '../../common/idempotency/idempotency.js';
import { ListKey, pageOf, type Page } from '../../common/pages.js';
import { EditConflict } from '../../common/problems/general.errors.js';
import type { Me } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import { isDuplicate } from '../../database/mysql-errors.js';
import { int, ROW_COUNT, ROW_ID, selection } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import {
  CatalogueIsReadOnly,
  NotItsMaker,
  SubjectExists,
  SubjectInUse,
  SubjectNotFound,
  TooManySubjects,
} from '../catalogue.errors.js';
import { LectureUse } from '../lectures/lecture-use.js';
import { LecturesService } from '../lectures/lectures.service.js';
import { codeKeyOf } from './code-key.js';
import { Subject } from './subject.entity.js';
import {
  subjectView,
  type SubjectBody,
  type SubjectChanges,
  type SubjectListQuery,
  type SubjectView,
} from './subjects.dto.js';
import { SubjectsQueries, type SubjectRow } from './subjects.queries.js';

/** That one account may register. */
const MAX_SUBJECTS = 50;

/** The columns that a change by the maker reads. */
const LOCKED = [
  'code',
  'codeKey',
  'name',
  'department',
  'credits',
  'category',
  'source',
  'ownerId',
  'version',
] as const;
type OwnSubject = Pick<Subject, (typeof LOCKED)[number]>;

const OWNED_LECTURE = selection({ id: int('id'), ownerId: int('owner_id', 'nullable') });

/** Subjects: those of the catalogue are read-only; members register missing ones. */
@Injectable()
export class SubjectsService {
  constructor(
    private readonly database: Database,
    private readonly queries: SubjectsQueries,
    private readonly lectures: LecturesService,
    private readonly lectureUse: LectureUse,
    private readonly idempotency: Idempotency,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  async list({ q, semester, limit, cursor }: SubjectListQuery): Promise<Page<SubjectView>> {
    const list = new ListKey(this.cursors, '/subjects', { q, semester });
    const [after] = list.position(cursor) ?? [0];
    const rows = await this.queries.page(q, semester, Number(after), limit + 1);
    return pageOf(rows, limit, subjectView, ({ id }) => list.cursor(id));
  }

  /** @throws SubjectNotFound */
  async get(id: number): Promise<Versioned<SubjectView>> {
    const row = await this.queries.one(id);
    if (!row) throw new SubjectNotFound();
    return versioned(row);
  }

  /** @throws SubjectExists, TooManySubjects */
  async create(me: Me, body: SubjectBody, once: OnceKey | null): Promise<Versioned<SubjectView>> {
    const register = async (tx: Transaction): Promise<Versioned<SubjectView>> => {
      await holdAccount(tx, me.id, 'UPDATE');
      const owned = await tx.selectOne(ROW_COUNT, 'FROM subjects WHERE owner_id = ?', [me.id]);
      if (owned!.count >= MAX_SUBJECTS) throw new TooManySubjects();
      const codeKey = await this.freeKey(tx, body.code);
      const { code, name, department = null, credits, category = null } = body;
      const columns = { code, codeKey, catalogueKey: null, name, department, credits, category };
      const id = await refusingTwice(async () => {
        const subject = { ...columns, source: 'user' as const, ownerId: me.id, createdAt: this.clock.now() };
        const id = await tx.insert(Subject, subject);
        return id;
      });
      return versioned((await this.queries.one(id, tx))!);
    };
    return this.idempotency.run(once, register, { thing: ({ view }) => `subject/${view.id}` });
  }

  /** @throws SubjectNotFound, CatalogueIsReadOnly, NotItsMaker, SubjectInUse, SubjectExists, EditConflict */
  async change(
    me: Me,
    id: number,
    changes: SubjectChanges,
    expected: ExpectedVersion,
  ): Promise<Versioned<SubjectView>> {
    return this.database.transaction(async (tx) => {
      const subject = await this.lockOwn(tx, me, id, expected);
      const edits = changedColumns(subject, changes);
      if (Object.keys(edits).length > 0) {
        await this.refuseUseByOthers(tx, me, id);
        const codeKey = edits.code === undefined ? subject.codeKey : await this.freeKey(tx, edits.code);
        await refusingTwice(() => tx.update(Subject, { id }, { ...edits, codeKey, version: subject.version + 1 }));
        await this.lectures.subjectChanged(tx, id);
      }
      return versioned((await this.queries.one(id, tx))!);
    });
  }

  /** @throws SubjectNotFound, CatalogueIsReadOnly, NotItsMaker, SubjectInUse as long as it has lectures, EditConflict */
  async remove(me: Me, id: number, expected: ExpectedVersion): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.lockOwn(tx, me, id, expected);
      const lecture = await tx.selectOne(ROW_ID, 'FROM lectures WHERE subject_id = ? LIMIT 1', [id]);
      if (lecture) throw new SubjectInUse();
      await tx.delete(Subject, { id });
      await this.idempotency.forget(tx, `subject/${id}`);
    });
  }

  private async lockOwn(tx: Transaction, me: Me, id: number, expected: ExpectedVersion): Promise<OwnSubject> {
    const subject = await tx.lock(Subject, { id }, LOCKED);
    if (!subject) throw new SubjectNotFound();
    if (subject.source === 'catalogue') throw new CatalogueIsReadOnly();
    if (subject.ownerId !== me.id) throw new NotItsMaker();
    if (expected && !expected.includes(subject.version)) throw new EditConflict();
    return subject;
  }

  /** The key of a code that the catalogue does not have. Members may each have one of their own. */
  private async freeKey(tx: Transaction, code: string): Promise<string> {
    const key = codeKeyOf(code);
    const taken = await tx.selectOne(ROW_ID, 'FROM subjects WHERE catalogue_key = ?', [key]);
    if (taken) throw new SubjectExists();
    return key;
  }

  /** Others use a subject if they registered a lecture of it, or have one of my lectures of it in a timetable. */
  private async refuseUseByOthers(tx: Transaction, me: Me, id: number): Promise<void> {
    const lectures = await tx.select(OWNED_LECTURE, 'FROM lectures WHERE subject_id = ? FOR UPDATE', [id]);
    const others = lectures.some(({ ownerId }) => ownerId !== me.id);
    const ids = lectures.map((lecture) => lecture.id);
    if (others || (await this.lectureUse.used(tx, ids, me.id))) throw new SubjectInUse();
  }
}

async function refusingTwice<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw isDuplicate(error, 'subjects_owner') ? new SubjectExists() : error;
  }
}

function versioned(row: SubjectRow): Versioned<SubjectView> {
  return { version: row.version, view: subjectView(row) };
}
