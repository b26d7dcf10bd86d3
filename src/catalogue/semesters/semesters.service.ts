import { Injectable } from '@nestjs/common';
import { holdAccount } from '../../accounts/hold-account.js';
import { dayOf } from '../../common/campus-days.js';
import { Clock } from '../../common/clock.js';
import { Cursors } from '../../common/cursor.js';
import type { ExpectedVersion, Versioned } from '../../common/http/answer.js';
import { invalidField } from '../../common/http/validation.js';
import { Idempotency, type OnceKey } from '../../common/idempotency/idempotency.js';
import { ListKey, pageOf, type Page, type PageQuery } from '../../common/pages.js';
import { EditConflict } from '../../common/problems/general.errors.js';
import type { Me } from '../../common/viewer.js';
import { Config } from '../../config/config.js';
import { Database } from '../../database/database.js';
import { isDuplicate } from '../../database/mysql-errors.js';
import type { Transaction } from '../../database/transaction.js';
import { checkAdmin } from '../admins-only.js';
import { SemesterExists, SemesterNotFound } from '../catalogue.errors.js';
import type { SemesterName } from './semester-name.js';
import { datesOfNew, defaultHolidays } from './default-dates.js';
import { Semester, TERMS } from './semester.entity.js';
import { faultOf, type SemesterDates } from './semester-dates.js';
import {
  semesterView,
  type SemesterBody,
  type SemesterChanges,
  type SemesterRow,
  type SemesterView,
} from './semesters.dto.js';
import { SemestersQueries } from './semesters.queries.js';

const LOCKED = ['id', 'startsOn', 'endsOn', 'timeZone', 'holidays', 'version'] as const;
type LockedSemester = Pick<Semester, (typeof LOCKED)[number]>;

export interface SavedSemester {
  outcome: 'made' | 'changed' | 'unchanged';
  dates: SemesterDates;
}

/** The semesters of the campus. Admins write them; everybody reads them. */
@Injectable()
export class SemestersService {
  constructor(
    private readonly database: Database,
    private readonly queries: SemestersQueries,
    private readonly idempotency: Idempotency,
    private readonly cursors: Cursors,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** The newest first. */
  async list({ limit, cursor }: PageQuery): Promise<Page<SemesterView>> {
    const list = new ListKey(this.cursors, '/semesters');
    const [year, term] = list.position(cursor) ?? [9999, 0];
    const rows = await this.queries.page(Number(year), Number(term), limit + 1);
    return pageOf(rows, limit, semesterView, (last) => list.cursor(last.year, last.term));
  }

  /** The semester that runs today, else the next, else the last. @throws SemesterNotFound when there is none */
  async current(): Promise<SemesterRow> {
    const semester = await this.queries.current(dayOf(this.clock.now(), this.config.campusTimeZone));
    if (!semester) throw new SemesterNotFound();
    return semester;
  }

  /** @throws SemesterNotFound */
  async get(id: number): Promise<SemesterRow> {
    const semester = await this.queries.one(id);
    if (!semester) throw new SemesterNotFound();
    return semester;
  }

  /** @throws AdminsOnly, SemesterExists, InvalidInput */
  async create(me: Me, body: SemesterBody, once: OnceKey | null): Promise<Versioned<SemesterView>> {
    checkAdmin(me);
    const { year, term, ...dates } = body;
    const holidays = dates.holidays ?? defaultHolidays(dates);
    const columns = { year, term: TERMS.indexOf(term), ...checkedDates({ ...dates, holidays }) };
    return this.idempotency.run(once, async (tx) => {
      await holdAccount(tx, me.id);
      try {
        const id = await tx.insert(Semester, columns);
        return versioned((await this.queries.one(id, tx))!);
      } catch (error) {
        throw isDuplicate(error, 'semesters_term') ? new SemesterExists() : error;
      }
    });
  }

  /** @throws AdminsOnly, SemesterNotFound, EditConflict, InvalidInput */
  async change(
    me: Me,
    id: number,
    changes: SemesterChanges,
    expected: ExpectedVersion,
  ): Promise<Versioned<SemesterView>> {
    checkAdmin(me);
    return this.database.transaction(async (tx) => {
      const semester = await tx.lock(Semester, { id }, LOCKED);
      if (!semester) throw new SemesterNotFound();
      if (expected && !expected.includes(semester.version)) throw new EditConflict();
      await writeDates(tx, semester, changes);
      return versioned((await this.queries.one(id, tx))!);
    });
  }

  /**
   * For operators: makes a semester or changes the given dates.
   *
   * @returns nothing when there is no such semester and no date is given
   * @throws InvalidInput
   */
  save({ year, term }: SemesterName, given: Partial<SemesterDates>): Promise<SavedSemester | undefined> {
    return this.database.transaction(async (tx): Promise<SavedSemester | undefined> => {
      const key = { year, term: TERMS.indexOf(term) };
      const semester = await tx.lock(Semester, key, LOCKED);
      if (semester) return writeDates(tx, semester, given);
      if (Object.keys(given).length === 0) return undefined;
      const dates = checkedDates(datesOfNew({ year, term }, given));
      await tx.insert(Semester, { ...key, ...dates });
      return { outcome: 'made', dates };
    });
  }
}

/** @throws InvalidInput */
async function writeDates(tx: Transaction, semester: LockedSemester, changes: SemesterChanges): Promise<SavedSemester> {
  const { id, startsOn, endsOn, timeZone, holidays, version } = semester;
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const before = { startsOn, endsOn, timeZone, holidays };
  const after = checkedDates({
    ...before,
    ...given,
    holidays: changes.holidays === null ? [] : (changes.holidays ?? holidays),
  });
  if (JSON.stringify(after) === JSON.stringify(before)) return { outcome: 'unchanged', dates: before };
  await tx.update(Semester, { id }, { ...after, version: version + 1 });
  return { outcome: 'changed', dates: after };
}

/** @throws InvalidInput for dates that are no semester */
function checkedDates(dates: SemesterDates): SemesterDates {
  const { startsOn, endsOn, timeZone } = dates;
  const checked = { startsOn, endsOn, timeZone, holidays: [...new Set(dates.holidays)].sort() };
  const fault = faultOf(checked);
  if (fault) throw invalidField(`#/${fault.field}`, fault.code, fault.texts.en, fault.texts.ko);
  return checked;
}

function versioned(row: SemesterRow): Versioned<SemesterView> {
  return { version: row.version, view: semesterView(row) };
}
