import { Injectable } from '@nestjs/common';
import { holdAccount } from '../accounts/hold-account.js';
import { SemesterNotFound } from '../catalogue/catalogue.errors.js';
import { Clock } from '../common/clock.js';
import { Cursors } from '../common/cursor.js';
import { changedColumns } from '../common/changed-columns.js';
import type { ExpectedVersion, Versioned } from '../common/http/answer.js';
import { Idempotency, type OnceKey } from '../common/idempotency/idempotency.js';
import { ListKey, type Page } from '../common/pages.js';
import { EditConflict } from '../common/problems/general.errors.js';
import type { Me } from '../common/viewer.js';
import { Database } from '../database/database.js';
import { isDuplicate } from '../database/mysql-errors.js';
import { ROW_ID, selection, text } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import { copyName, firstFreeName, nameKeyOf } from './names.js';
import { DEFAULT_THEME } from './picture/themes.js';
import { Timetable } from './timetable.entity.js';
import type { WholeTimetable } from './timetable.js';
import {
  MAX_NAME,
  timetableView,
  type TimetableBody,
  type TimetableChanges,
  type TimetableListQuery,
  type TimetableView,
} from './timetables.dto.js';
import { TimetableNameTaken, TimetableNotFound, TooManyTimetables } from './timetables.errors.js';
import { TimetablesQueries } from './timetables.queries.js';

/** Of one account in one semester. */
const MAX_TIMETABLES = 20;

/** The columns that a change reads. */
const LOCKED = ['id', 'ownerId', 'semesterId', 'name', 'nameKey', 'visibility', 'theme', 'version'] as const;
type LockedTimetable = Pick<Timetable, (typeof LOCKED)[number]>;

const NAME_KEY = selection({ nameKey: text('name_key') });

/**
 * An account's timetables: their names, and the primary one. Creating, deleting and choosing the primary lock the
 * account exclusively, so that names, numbers and the primary are exact.
 */
@Injectable()
export class TimetablesService {
  constructor(
    private readonly database: Database,
    private readonly queries: TimetablesQueries,
    private readonly idempotency: Idempotency,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  async list(me: Me, { semester, limit, cursor }: TimetableListQuery): Promise<Page<TimetableView>> {
    const list = new ListKey(this.cursors, '/timetables', { account: me.id, semester });
    const [after] = list.position(cursor) ?? [0];
    const { timetables, more } = await this.queries.page(me.id, semester, Number(after), limit);
    return { items: timetables.map(timetableView), nextCursor: more ? list.cursor(timetables.at(-1)!.id) : null };
  }

  /** @throws TimetableNotFound, also when it is another's */
  async get(me: Me, id: number): Promise<Versioned<TimetableView>> {
    return versioned(await this.whole(me, id));
  }

  /** A timetable of mine with all that is in it. @throws TimetableNotFound, also when it is another's */
  async whole(me: Me, id: number): Promise<WholeTimetable> {
    const timetable = await this.queries.one(me.id, id);
    if (!timetable) throw new TimetableNotFound();
    return timetable;
  }

  /** The first of a semester becomes the primary one. @throws SemesterNotFound, TimetableNameTaken, TooManyTimetables */
  async create(me: Me, { semesterId, name }: TimetableBody, once: OnceKey | null): Promise<Versioned<TimetableView>> {
    const begin = async (tx: Transaction): Promise<Versioned<TimetableView>> => {
      await holdAccount(tx, me.id, 'UPDATE');
      const semester = await tx.selectOne(ROW_ID, 'FROM semesters WHERE id = ?', [semesterId]);
      if (!semester) throw new SemesterNotFound();
      const taken = await this.namesFor(tx, me, semesterId);
      const id = await this.insert(tx, me, semesterId, name ?? firstFreeName(taken), DEFAULT_THEME);
      return versioned((await this.queries.one(me.id, id, tx))!);
    };
    return this.idempotency.run(once, begin, { thing });
  }

  /** A private copy, with the owner's titles, colours and memos. @throws as `create` */
  async copy(me: Me, id: number, once: OnceKey | null): Promise<Versioned<TimetableView>> {
    const copy = async (tx: Transaction): Promise<Versioned<TimetableView>> => {
      await holdAccount(tx, me.id, 'UPDATE');
      const original = await this.lock(tx, me, id);
      const taken = await this.namesFor(tx, me, original.semesterId);
      const name = copyName(original.name, taken, MAX_NAME);
      const copyId = await this.insert(tx, me, original.semesterId, name, original.theme);
      await tx.run(
        `INSERT INTO timetable_entries
                (timetable_id, lecture_id, seen_revision, title, color, memo, private, credits, meetings, created_at)
         SELECT ?, lecture_id, seen_revision, title, color, memo, private, credits, meetings, ?
           FROM timetable_entries WHERE timetable_id = ? ORDER BY id`,
        [copyId, this.clock.now(), id],
      );
      return versioned((await this.queries.one(me.id, copyId, tx))!);
    };
    return this.idempotency.run(once, copy, { thing });
  }

  /** @throws TimetableNotFound, TimetableNameTaken, EditConflict */
  async change(
    me: Me,
    id: number,
    { name, visibility, theme, primary }: TimetableChanges,
    expected: ExpectedVersion,
  ): Promise<Versioned<TimetableView>> {
    return this.database.transaction(async (tx) => {
      await holdAccount(tx, me.id, 'UPDATE');
      const timetable = await this.lock(tx, me, id, expected);
      const edits = changedColumns(timetable, { name, nameKey: name && nameKeyOf(name), visibility, theme });
      const promoted = primary === true && (await this.promote(tx, timetable));
      if (promoted || Object.keys(edits).length > 0) {
        await this.update(tx, id, { ...edits, version: timetable.version + 1 });
      }
      return versioned((await this.queries.one(me.id, id, tx))!);
    });
  }

  /** If it was the primary one, the oldest of the others becomes primary. @throws TimetableNotFound, EditConflict */
  async remove(me: Me, id: number, expected: ExpectedVersion): Promise<void> {
    await this.database.transaction(async (tx) => {
      await holdAccount(tx, me.id, 'UPDATE');
      const { semesterId } = await this.lock(tx, me, id, expected);
      const heir = await tx.selectOne(
        ROW_ID,
        'FROM timetables WHERE owner_id = ? AND semester_id = ? AND id <> ? ORDER BY id LIMIT 1',
        [me.id, semesterId, id],
      );
      if (heir) {
        await tx.run('UPDATE primary_timetables SET timetable_id = ? WHERE timetable_id = ?', [heir.id, id]);
      } else {
        await tx.run('DELETE FROM primary_timetables WHERE timetable_id = ?', [id]);
      }
      await tx.delete(Timetable, { id });
      await this.idempotency.forget(tx, `timetable/${id}`);
    });
  }

  /**
   * My timetable with its row locked, which every change of its entries needs. @throws TimetableNotFound, EditConflict
   */
  async lock(tx: Transaction, me: Me, id: number, expected: ExpectedVersion = null): Promise<LockedTimetable> {
    const timetable = await tx.lock(Timetable, { id, ownerId: me.id }, LOCKED);
    if (!timetable) throw new TimetableNotFound();
    if (expected && !expected.includes(timetable.version)) throw new EditConflict();
    return timetable;
  }

  /** The keys of the names in a semester. @throws TooManyTimetables when there is no room for another one */
  private async namesFor(tx: Transaction, me: Me, semesterId: number): Promise<Set<string>> {
    const rows = await tx.select(NAME_KEY, 'FROM timetables WHERE owner_id = ? AND semester_id = ?', [
      me.id,
      semesterId,
    ]);
    if (rows.length >= MAX_TIMETABLES) throw new TooManyTimetables();
    return new Set(rows.map(({ nameKey }) => nameKey));
  }

  private async insert(tx: Transaction, me: Me, semesterId: number, name: string, theme: string): Promise<number> {
    try {
      const id = await tx.insert(Timetable, {
        ownerId: me.id,
        semesterId,
        name,
        nameKey: nameKeyOf(name),
        visibility: 'private',
        theme,
        createdAt: this.clock.now(),
      });
      await tx.run('INSERT IGNORE INTO primary_timetables (owner_id, semester_id, timetable_id) VALUES (?, ?, ?)', [
        me.id,
        semesterId,
        id,
      ]);
      return id;
    } catch (error) {
      throw isDuplicate(error, 'timetables_name') ? new TimetableNameTaken() : error;
    }
  }

  /** @returns whether it was not the primary one already */
  private async promote(tx: Transaction, { id, ownerId, semesterId }: LockedTimetable): Promise<boolean> {
    const { affectedRows } = await tx.run(
      'UPDATE primary_timetables SET timetable_id = ? WHERE owner_id = ? AND semester_id = ? AND timetable_id <> ?',
      [id, ownerId, semesterId, id],
    );
    return affectedRows === 1;
  }

  private async update(tx: Transaction, id: number, columns: Partial<Columns>): Promise<void> {
    try {
      await tx.update(Timetable, { id }, columns);
    } catch (error) {
      throw isDuplicate(error, 'timetables_name') ? new TimetableNameTaken() : error;
    }
  }
}

type Columns = Omit<Timetable, 'owner' | 'semester'>;

const thing = ({ view }: Versioned<TimetableView>): string => `timetable/${view.id}`;

function versioned(timetable: WholeTimetable): Versioned<TimetableView> {
  return { version: timetable.version, view: timetableView(timetable) };
}
