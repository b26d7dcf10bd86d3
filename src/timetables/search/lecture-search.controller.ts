import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../accounts/sessions/jwt.guard.js';
import { TokenMissing } from '../../accounts/sessions/sessions.errors.js';
import { SemesterNotFound } from '../../catalogue/catalogue.errors.js';
import { LecturePage, type LectureView } from '../../catalogue/lectures/lectures.dto.js';
import { LectureListQuery } from '../../catalogue/search/lecture-search.dto.js';
import { LectureSearchService } from '../../catalogue/search/lecture-search.service.js';
import { Limited } from '../../common/limits/limited.js';
import { SEARCHES, SEARCHES_BY_NETWORK } from '../../common/limits/reads.js';
import { Documented } from '../../common/openapi/documented.js';
import type { Page } from '../../common/pages.js';
import { FiltersDoNotCombine } from '../../common/problems/general.errors.js';
import { CurrentAccount, type Viewer } from '../../common/viewer.js';
import { TimetableNotFound } from '../timetables.errors.js';
import { BusyTimes } from './busy-times.js';

/**
 * The catalogue has the search. The route is here because `fits` names a timetable, which the catalogue does not know.
 */
@ApiTags('Catalogue')
@Controller('lectures')
export class LectureSearchController {
  constructor(
    private readonly search: LectureSearchService,
    private readonly busyTimes: BusyTimes,
  ) {}

  @Get()
  @Public()
  @Limited(SEARCHES, SEARCHES_BY_NETWORK)
  @Documented({
    summary: 'Search the lectures of a semester',
    description:
      'All filters combine; those who give none list the whole semester. Cancelled lectures are not found. `fits` needs an ' +
      'account, and a timetable of the semester; a lecture that is in it already does not fit once more.',
    answer: LecturePage,
    problems: [TokenMissing, SemesterNotFound, TimetableNotFound, FiltersDoNotCombine],
  })
  async list(@CurrentAccount() viewer: Viewer, @Query() query: LectureListQuery): Promise<Page<LectureView>> {
    if (query.fits === undefined) return this.search.page(query);
    if (!viewer) throw new TokenMissing({ headers: { 'WWW-Authenticate': 'Bearer' } });
    return this.search.page(query, await this.busyTimes.of(viewer, query.fits));
  }
}
