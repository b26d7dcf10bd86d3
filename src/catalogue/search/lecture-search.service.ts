import { Injectable } from '@nestjs/common';
import { dayOf } from '../../common/campus-days.js';
import { Clock } from '../../common/clock.js';
import { Cursors } from '../../common/cursor.js';
import { invalidField } from '../../common/http/validation.js';
import { ListKey, pageOf, type Page } from '../../common/pages.js';
import { FiltersDoNotCombine } from '../../common/problems/general.errors.js';
import { Config } from '../../config/config.js';
import { SemesterNotFound } from '../catalogue.errors.js';
import { lectureView, type LectureRow, type LectureView } from '../lectures/lectures.dto.js';
import { LecturesQueries } from '../lectures/lectures.queries.js';
import type { SemesterRow } from '../semesters/semesters.dto.js';
import { SemestersQueries } from '../semesters/semesters.queries.js';
import { lectureRanking, type Busy, type LectureFilter } from './lecture-filter.js';
import type { LectureListQuery } from './lecture-search.dto.js';
import type { SearchedLecture } from './searched-lecture.js';
import { fold } from './search-text.js';
import { LAST_RANK, type Ranking } from './search-words.js';
import { SemesterLectures } from './semester-lectures.js';

/** When the timetable of `fits` has no time. */
export interface BusyInSemester extends Busy {
  semesterId: number;
}

/** A lecture's position in the list. */
interface Place {
  rank: number;
  id: number;
}

/** The search of a semester's lectures, the best match first, then by id. Cancelled ones are not found. */
@Injectable()
export class LectureSearchService {
  constructor(
    private readonly semesterLectures: SemesterLectures,
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
    const { limit, cursor, day, cells, ...filters } = query;
    const sets = { day: day?.toSorted().join(), cells: cells && JSON.stringify(cells) };
    const list = new ListKey(this.cursors, '/lectures by rank', { ...filters, ...sets, semester: semester.id });
    const [rank, id] = list.position(cursor) ?? [0, 0];
    const lectures = await this.semesterLectures.of(semester.id);
    const places = placesAfter(
      { rank: Number(rank), id: Number(id) },
      lectures,
      lectureRanking(filterOf(query, busy)),
      limit,
    );
    const rows = await this.rowsOf(places.slice(0, limit));
    const { items, nextCursor } = pageOf(
      places,
      limit,
      (place) => rows.get(place.id),
      (last) => list.cursor(last.rank, last.id),
    );
    // A lecture that was removed meanwhile is left out.
    return { items: items.filter((row) => row !== undefined).map((row) => lectureView(row, semester)), nextCursor };
  }

  private async rowsOf(places: Place[]): Promise<Map<number, LectureRow>> {
    if (places.length === 0) return new Map();
    const rows = await this.lectures.byIds(places.map(({ id }) => id));
    return new Map(rows.map((row) => [row.id, row]));
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

/** With a filter by time, untimed lectures are left out unless the query includes them. */
function filterOf(query: LectureListQuery, busy?: Busy): LectureFilter {
  const { q, professor, department, category, credits, day, from, to, cells, includeUntimed } = query;
  const atSomeTime = [day, from, to, cells].some((time) => time !== undefined);
  return {
    q: q ?? '',
    professor: professor && fold(professor),
    department: department && fold(department),
    category: category && fold(category),
    credits,
    days: day,
    from,
    to,
    cells,
    untimed: includeUntimed ?? !atSomeTime,
    busy,
  };
}

/** The first places after one; one more than `limit` if there is a next page. */
function placesAfter(after: Place, lectures: readonly SearchedLecture[], rankOf: Ranking, limit: number): Place[] {
  // The lectures come by id, so each list is in order.
  const byRank: Place[][] = Array.from({ length: LAST_RANK + 1 }, () => []);
  for (const lecture of lectures) {
    const { id } = lecture;
    const rank = rankOf(lecture);
    if (rank < after.rank || (rank === after.rank && id <= after.id) || byRank[rank].length > limit) continue;
    byRank[rank].push({ rank, id });
    if (rank === 0 && byRank[0].length > limit) break;
  }
  return byRank.flat().slice(0, limit + 1);
}
