import { Injectable } from '@nestjs/common';
import { dayOf } from '../../common/campus-days.js';
import { Clock } from '../../common/clock.js';
import { Cursors } from '../../common/cursor.js';
import { invalidField } from '../../common/http/validation.js';
import { ListKey, pageOf, type Page } from '../../common/pages.js';
import { FiltersDoNotCombine } from '../../common/problems/general.errors.js';
import { Config } from '../../config/config.js';
import { SemesterNotFound } from '../catalogue.errors.js';
import { lectureView, type LectureView } from '../lectures/lectures.dto.js';
import { LecturesQueries } from '../lectures/lectures.queries.js';
import type { SemesterRow } from '../semesters/semesters.dto.js';
import { SemestersQueries } from '../semesters/semesters.queries.js';
import type { Busy, LectureFilter } from './lecture-filter.js';
import { LectureFinder } from './lecture-finder.js';
import type { LectureListQuery } from './lecture-search.dto.js';
import { fold } from './search-text.js';
import { searchWords } from './search-words.js';

/** When the timetable of `fits` has no time. */
export interface BusyInSemester extends Busy {
  semesterId: number;
}

/** The search of a semester's lectures. Cancelled ones are not found. */
@Injectable()
export class LectureSearchService {
  constructor(
    private readonly finder: LectureFinder,
    private readonly lectures: LecturesQueries,
    private readonly semesters: SemestersQueries,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * @param busy of the timetable that `fits` names, read by who may
   * @throws InvalidInput, InvalidCursor, SemesterNotFound; FiltersDoNotCombine for a timetable of another semester
   */
  async page(query: LectureListQuery, busy?: BusyInSemester): Promise<Page<LectureView>> {
    checkTimes(query);
    const semester = await this.semesterOf(query, busy);
    if (!semester) return { items: [], nextCursor: null };
    const { limit, cursor, ...filters } = query;
    const list = new ListKey(this.cursors, '/lectures', { ...filters, semester: semester.id });
    const [after] = list.position(cursor) ?? [0];
    const ids = await this.finder.find(semester.id, filterOf(query, busy), Number(after), limit + 1);
    const rows = ids.length === 0 ? [] : await this.lectures.byIds(ids);
    return pageOf(
      rows,
      limit,
      (row) => lectureView(row, semester),
      ({ id }) => list.cursor(id),
    );
  }

  private async semesterOf(query: LectureListQuery, busy?: BusyInSemester): Promise<SemesterRow | undefined> {
    const id = query.semester ?? busy?.semesterId;
    if (id === undefined) return this.semesters.current(dayOf(this.clock.now(), this.config.campusTimeZone));
    const semester = await this.semesters.one(id);
    if (!semester) throw new SemesterNotFound();
    if (busy && busy.semesterId !== id) throw new FiltersDoNotCombine({ detail: OTHER_SEMESTER });
    return semester;
  }
}

const OTHER_SEMESTER = {
  en: 'The timetable of "fits" belongs to another semester.',
  ko: '"fits"의 시간표는 다른 학기의 것입니다.',
};

function checkTimes({ from, to }: LectureListQuery): void {
  if (from === undefined || to === undefined || from < to) return;
  throw invalidField('?to', 'NOT_AFTER_FROM', 'must be after `from`', '`from`보다 늦어야 합니다');
}

/** Who asks for a time means lectures that have one, unless they say otherwise. */
function filterOf(query: LectureListQuery, busy?: Busy): LectureFilter {
  const { q, professor, department, category, credits, day, from, to, includeUntimed } = query;
  const atSomeTime = [day, from, to].some((time) => time !== undefined);
  return {
    words: searchWords(q ?? ''),
    professor: professor && fold(professor),
    department: department && fold(department),
    category: category && fold(category),
    credits,
    day,
    from,
    to,
    untimed: includeUntimed ?? !atSomeTime,
    busy,
  };
}
