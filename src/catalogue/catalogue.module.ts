import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CataloguePersonalData } from './catalogue-personal-data.js';
import { LectureUse } from './lectures/lecture-use.js';
import { LecturesController } from './lectures/lectures.controller.js';
import { LecturesQueries } from './lectures/lectures.queries.js';
import { LecturesService } from './lectures/lectures.service.js';
import { LectureSearchService } from './search/lecture-search.service.js';
import { SemesterLectures } from './search/semester-lectures.js';
import { SemestersController } from './semesters/semesters.controller.js';
import { SemestersQueries } from './semesters/semesters.queries.js';
import { SemestersService } from './semesters/semesters.service.js';
import { SubjectsController } from './subjects/subjects.controller.js';
import { SubjectsQueries } from './subjects/subjects.queries.js';
import { SubjectsService } from './subjects/subjects.service.js';

/**
 * The catalogue: semesters, subjects and lectures with their meetings, by the university's catalogue or registered by
 * members. Members cannot change the catalogue's own rows. Nobody can change a lecture that others have planned with.
 */
@Module({
  imports: [AccountsModule],
  controllers: [SemestersController, SubjectsController, LecturesController],
  providers: [
    SemestersService,
    SemestersQueries,
    SubjectsService,
    SubjectsQueries,
    LecturesService,
    LecturesQueries,
    LectureUse,
    LectureSearchService,
    SemesterLectures,
    CataloguePersonalData,
  ],
  exports: [SemestersService, SemestersQueries, LecturesQueries, LectureUse, LectureSearchService],
})
export class CatalogueModule {}
