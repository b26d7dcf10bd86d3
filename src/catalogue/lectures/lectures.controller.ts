import { Body, Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../accounts/sessions/jwt.guard.js';
import { Answer, IfMatch, type ExpectedVersion } from '../../common/http/answer.js';
import { Once, type OnceKey } from '../../common/idempotency/idempotency.js';
import { Id } from '../../common/ids.js';
import { Documented } from '../../common/openapi/documented.js';
import { EditConflict } from '../../common/problems/general.errors.js';
import { CurrentAccount, type Me } from '../../common/viewer.js';
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
import { LectureBody, LectureChanges, LectureView } from './lectures.dto.js';
import { LecturesService } from './lectures.service.js';

@ApiTags('Catalogue')
@Controller('lectures')
export class LecturesController {
  constructor(private readonly lectures: LecturesService) {}

  @Post()
  @Documented({
    summary: 'Register a lecture that the catalogue lacks',
    description: 'An account has 200 at most.',
    creates: true,
    answer: LectureView,
    problems: [SubjectNotFound, SemesterNotFound, LectureExists, TooManyLectures],
  })
  async create(@CurrentAccount() me: Me, @Body() body: LectureBody, @Once() once: OnceKey | null): Promise<Answer> {
    const lecture = await this.lectures.create(me, body, once);
    return Answer.created(`/api/v1/lectures/${lecture.view.id}`, lecture);
  }

  @Get(':id')
  @Public()
  @Documented({
    summary: 'A lecture, also a cancelled one',
    description: 'Timetables keep their entry of a cancelled lecture; the search does not find it.',
    answer: LectureView,
    problems: [LectureNotFound],
  })
  async get(@Id() id: number): Promise<Answer> {
    return Answer.one(await this.lectures.get(id));
  }

  @Patch(':id')
  @Documented({
    summary: 'Change a lecture of mine, as long as nobody else has it in a timetable',
    description: 'Your own entry of it follows. Lectures of the catalogue are read-only.',
    answer: LectureView,
    problems: [LectureNotFound, CatalogueIsReadOnly, NotItsMaker, LectureInUse, LectureExists, EditConflict],
  })
  async change(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Body() changes: LectureChanges,
    @IfMatch() expected: ExpectedVersion,
  ): Promise<Answer> {
    return Answer.one(await this.lectures.change(me, id, changes, expected));
  }

  @Delete(':id')
  @Documented({
    summary: 'Delete a lecture of mine that is in no timetable',
    description: 'Take it out of your own timetables first. Lectures of the catalogue are read-only.',
    problems: [LectureNotFound, CatalogueIsReadOnly, NotItsMaker, LectureInUse, EditConflict],
  })
  async remove(@CurrentAccount() me: Me, @Id() id: number, @IfMatch() expected: ExpectedVersion): Promise<void> {
    await this.lectures.remove(me, id, expected);
  }
}
