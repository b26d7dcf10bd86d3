import { Injectable } from '@nestjs/common';
import { holdAccount } from '../../accounts/hold-account.js';
import { LectureNotFound } from '../../catalogue/catalogue.errors.js';
import type { LectureRow } from '../../catalogue/lectures/lectures.dto.js';
import { LecturesQueries } from '../../catalogue/lectures/lectures.queries.js';
import { meetingsFromBodies } from '../../catalogue/meetings.dto.js';
import { clash, sameMeetings, type Meeting } from '../../catalogue/meetings.js';
import { Clock } from '../../common/clock.js';
import { changedColumns } from '../../common/changed-columns.js';
import type { ExpectedVersion, Versioned } from '../../common/http/answer.js';
import { invalidField } from '../../common/http/validation.js';
import { Idempotency, type OnceKey } from '../../common/idempotency/idempotency.js';
import { EditConflict } from '../../common/problems/general.errors.js';
import type { Me } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/transaction.js';
import { COLORS_PER_THEME } from '../picture/themes.js';
import type { WholeTimetable } from '../timetable.js';
import {
  EntryNotFound,
  LectureAlreadyAdded,
  LectureCancelled,
  LectureOfOtherSemester,
  TimetableConflict,
  TimetableNotFound,
  TooManyEntries,
} from '../timetables.errors.js';
import { TimetablesQueries } from '../timetables.queries.js';
import { TimetablesService } from '../timetables.service.js';
import {
  entryView,
  type AddedEntryView,
  type EntryBody,
  type EntryEdits,
  type EntryQuery,
  type EntryView,
  type WarningView,
} from './entries.dto.js';
import type { Entry } from './entry.js';
import { TimetableEntry } from './timetable-entry.entity.js';

const MAX_ENTRIES = 100;

/** A new entry: a lecture, or the owner's own. */
type Addition = Pick<TimetableEntry, 'lectureId' | 'seenRevision' | 'title' | 'credits' | 'meetings'> & {
  lecture: LectureRow | null;
};

/**
 * The entries of a timetable. Every change locks the timetable's row, so that of two entries that clash only one is
 * stored.
 */
@Injectable()
export class EntriesService {
  constructor(
    private readonly database: Database,
    private readonly timetables: TimetablesService,
    private readonly queries: TimetablesQueries,
    private readonly lectures: LecturesQueries,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** @throws TimetableNotFound, EntryNotFound */
  async get(me: Me, timetableId: number, id: number): Promise<Versioned<EntryView>> {
    const timetable = await this.timetables.whole(me, timetableId);
    return versioned(timetable, entryIn(timetable, id));
  }

  /**
   * Adds a lecture of the semester or a custom entry. A clash refuses it. With `replace` the clashing entries are
   * removed in the same transaction.
   *
   * @throws TimetableNotFound, LectureNotFound, LectureOfOtherSemester, LectureCancelled, LectureAlreadyAdded,
   * TimetableConflict with the clashing entries, TooManyEntries
   */
  async add(
    me: Me,
    timetableId: number,
    body: EntryBody,
    { onConflict }: EntryQuery,
    once: OnceKey | null,
  ): Promise<Versioned<AddedEntryView>> {
    const custom = customOf(body);
    const put = async (tx: Transaction): Promise<Versioned<AddedEntryView>> => {
      await holdAccount(tx, me.id);
      const timetable = await this.lockWhole(tx, me, timetableId);
      const addition = custom ?? (await this.lectureFor(tx, timetable, body.lectureId!));
      const inTheWay = clashing(timetable.entries, addition.meetings ?? addition.lecture!.meetings);
      if (inTheWay.length > 0 && onConflict === 'reject') throw conflict(timetable, inTheWay);
      if (timetable.entries.length - inTheWay.length >= MAX_ENTRIES) throw new TooManyEntries();
      const staying = timetable.entries.filter((entry) => !inTheWay.includes(entry));
      for (const one of idsOf(inTheWay)) {
        await tx.delete(TimetableEntry, { id: one });
        await this.idempotency.forget(tx, pathOf(timetableId, one));
      }
      const id = await this.insert(tx, timetableId, addition, leastUsedColor(staying));
      const entry = entryIn(await this.touched(tx, me, timetableId), id);
      const view: AddedEntryView = {
        entry: entryView(entry, timetable.semester),
        removed: inTheWay.map((one) => entryView(one, timetable.semester)),
        warnings: warningsFor(addition, staying),
      };
      return { version: entry.version, view };
    };
    return this.idempotency.run(once, put, { thing: ({ view }) => pathOf(timetableId, view.entry.id) });
  }

  /** @throws TimetableNotFound, EntryNotFound, EditConflict, TimetableConflict when a custom entry's meetings clash */
  async change(
    me: Me,
    timetableId: number,
    id: number,
    { meetings: bodies, ...edits }: EntryEdits,
    expected: ExpectedVersion,
  ): Promise<Versioned<EntryView>> {
    const meetings = bodies && meetingsFromBodies(bodies, '#/meetings');
    return this.database.transaction(async (tx) => {
      const timetable = await this.lockWhole(tx, me, timetableId);
      const entry = entryIn(timetable, id);
      if (expected && !expected.includes(entry.version)) throw new EditConflict();
      checkKind(entry, { meetings, ...edits });
      const changes = editsOf(entry, edits, meetings);
      if (changes.meetings) {
        const others = timetable.entries.filter((other) => other !== entry);
        const inTheWay = clashing(others, changes.meetings);
        if (inTheWay.length > 0) throw conflict(timetable, inTheWay);
      }
      if (Object.keys(changes).length === 0) return versioned(timetable, entry);
      await tx.update(TimetableEntry, { id }, { ...changes, version: entry.version + 1 });
      return this.changed(tx, me, timetableId, id);
    });
  }

  /** Accepts the catalogue's changes: the entry is `ok` again. @throws TimetableNotFound, EntryNotFound */
  async acknowledge(me: Me, timetableId: number, id: number, once: OnceKey | null): Promise<Versioned<EntryView>> {
    const accept = async (tx: Transaction): Promise<Versioned<EntryView>> => {
      await holdAccount(tx, me.id);
      const timetable = await this.lockWhole(tx, me, timetableId);
      const entry = entryIn(timetable, id);
      if (!entry.lecture || entry.seenRevision === entry.lecture.revision) return versioned(timetable, entry);
      await tx.run('UPDATE timetable_entries SET seen_revision = ?, version = version + 1 WHERE id = ?', [
        entry.lecture.revision,
        id,
      ]);
      return this.changed(tx, me, timetableId, id);
    };
    return this.idempotency.run(once, accept, { thing: () => pathOf(timetableId, id) });
  }

  /** @throws TimetableNotFound, EntryNotFound, EditConflict */
  async remove(me: Me, timetableId: number, id: number, expected: ExpectedVersion): Promise<void> {
    await this.database.transaction(async (tx) => {
      const entry = entryIn(await this.lockWhole(tx, me, timetableId), id);
      if (expected && !expected.includes(entry.version)) throw new EditConflict();
      await tx.delete(TimetableEntry, { id });
      await this.touch(tx, timetableId);
      await this.idempotency.forget(tx, pathOf(timetableId, id));
    });
  }

  private async lockWhole(tx: Transaction, me: Me, id: number): Promise<WholeTimetable> {
    await this.timetables.lock(tx, me, id);
    return (await this.queries.one(me.id, id, tx))!;
  }

  private async lectureFor(tx: Transaction, timetable: WholeTimetable, lectureId: number): Promise<Addition> {
    await this.lectures.share(tx, lectureId);
    const lecture = await this.lectures.one(lectureId, tx);
    if (!lecture) throw new LectureNotFound();
    if (lecture.semesterId !== timetable.semester.id) throw new LectureOfOtherSemester();
    if (timetable.entries.some((entry) => entry.lecture?.id === lectureId)) throw new LectureAlreadyAdded();
    if (lecture.cancelled) throw new LectureCancelled();
    return { lecture, lectureId, seenRevision: lecture.revision, title: null, credits: null, meetings: null };
  }

  private async insert(tx: Transaction, timetableId: number, addition: Addition, color: number): Promise<number> {
    const { lecture: _, ...columns } = addition;
    const createdAt = this.clock.now();
    const id = await tx.insert(TimetableEntry, { timetableId, ...columns, color, createdAt });
    return id;
  }

  private async changed(tx: Transaction, me: Me, timetableId: number, id: number): Promise<Versioned<EntryView>> {
    const timetable = await this.touched(tx, me, timetableId);
    return versioned(timetable, entryIn(timetable, id));
  }

  private async touched(tx: Transaction, me: Me, timetableId: number): Promise<WholeTimetable> {
    await this.touch(tx, timetableId);
    const timetable = await this.queries.one(me.id, timetableId, tx);
    if (!timetable) throw new TimetableNotFound();
    return timetable;
  }

  private async touch(tx: Transaction, timetableId: number): Promise<void> {
    await tx.run('UPDATE timetables SET version = version + 1 WHERE id = ?', [timetableId]);
  }
}

/** The custom entry that a body asks for; `null` when it asks for a lecture. @throws InvalidInput for both or neither */
function customOf({ lectureId, custom }: EntryBody): Addition | null {
  if ((lectureId === undefined) === (custom === undefined)) {
    throw invalidField('#/lectureId', 'ONE_OF_TWO', 'give lectureId or custom', 'lectureId나 custom 중 하나만 쓰세요');
  }
  if (!custom) return null;
  const { title, credits } = custom;
  const meetings = meetingsFromBodies(custom.meetings, '#/custom/meetings');
  return { lecture: null, lectureId: null, seenRevision: null, title, credits, meetings };
}

function clashing(entries: Entry[], meetings: Meeting[]): Entry[] {
  return entries.filter((entry) => entry.held && clash(entry.meetings, meetings));
}

function conflict({ semester }: WholeTimetable, entries: Entry[]): TimetableConflict {
  return new TimetableConflict({ members: { conflicts: entries.map((entry) => entryView(entry, semester)) } });
}

/** Of colours used equally often, the first. */
function leastUsedColor(entries: Entry[]): number {
  const uses = Array.from({ length: COLORS_PER_THEME }, () => 0);
  for (const { color } of entries) uses[color]++;
  return uses.indexOf(Math.min(...uses));
}

function warningsFor({ lecture }: Addition, entries: Entry[]): WarningView[] {
  const same = entries.filter((entry) => lecture && entry.lecture?.subjectId === lecture.subjectId);
  return same.length === 0 ? [] : [{ code: 'SAME_SUBJECT', entries: idsOf(same) }];
}

/** Below its timetable, so that stored answers about it go with the timetable. */
function pathOf(timetableId: number, id: number): string {
  return `timetable/${timetableId}/entry/${id}`;
}

function idsOf(entries: Entry[]): number[] {
  return entries.map(({ id }) => id);
}

/** A lecture's meetings and credits are the catalogue's; a custom entry has no other title than its own. */
function checkKind({ lecture }: Entry, { title, credits, meetings }: Partial<Addition>): void {
  for (const [key, value] of Object.entries({ credits, meetings })) {
    if (!lecture || value === undefined) continue;
    throw invalidField(`#/${key}`, 'CUSTOM_ENTRIES_ONLY', 'is the lecture’s own', '강의의 것은 바꿀 수 없습니다');
  }
  if (!lecture && title === null) throw invalidField('#/title', 'REQUIRED', 'is required', '꼭 있어야 합니다');
}

/** The changed columns of an entry. The owner cannot change a lecture's title. */
function editsOf(entry: Entry, edits: EntryEdits, meetings: Meeting[] | undefined): Partial<TimetableEntry> {
  const { title, color, memo, private: isPrivate, credits } = edits;
  const { ownTitle, ...row } = entry;
  const isMoved = meetings && !sameMeetings(meetings, entry.meetings);
  return {
    ...changedColumns({ ...row, title: ownTitle }, { title, color, memo, private: isPrivate, credits }),
    ...(isMoved ? { meetings } : {}),
  };
}

/** @throws EntryNotFound */
function entryIn(timetable: WholeTimetable, id: number): Entry {
  const entry = timetable.entries.find((one) => one.id === id);
  if (!entry) throw new EntryNotFound();
  return entry;
}

function versioned({ semester }: WholeTimetable, entry: Entry): Versioned<EntryView> {
  return { version: entry.version, view: entryView(entry, semester) };
}
