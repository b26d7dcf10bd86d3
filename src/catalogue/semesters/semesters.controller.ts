import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../accounts/sessions/jwt.guard.js';
import { Answer, IfMatch, type ExpectedVersion } from '../../common/http/answer.js';
import { Once, type OnceKey } from '../../common/idempotency/idempotency.js';
import { Id } from '../../common/ids.js';
import { Documented } from '../../common/openapi/documented.js';
import { PageQuery, type Page } from '../../common/pages.js';
import { EditConflict } from '../../common/problems/general.errors.js';
import { CurrentAccount, type Me } from '../../common/viewer.js';
import { AdminsOnly, SemesterExists, SemesterNotFound } from '../catalogue.errors.js';
import {
  SemesterBody,
  SemesterChanges,
  SemesterPage,
  semesterView,
  SemesterView,
  type SemesterRow,
} from './semesters.dto.js';
import { SemestersService } from './semesters.service.js';

@ApiTags('Catalogue')
@Controller('semesters')
export class SemestersController {
  constructor(private readonly semesters: SemestersService) {}

  @Get()
  @Public()
  @Documented({
    summary: 'The semesters, the newest first',
    description:
      'Each has its term, first and last day, time zone and holidays. Lectures and timetables belong to one semester.',
    answer: SemesterPage,
  })
  list(@Query() query: PageQuery): Promise<Page<SemesterView>> {
    return this.semesters.list(query);
  }

  @Get('current')
  @Public()
  @Documented({
    summary: 'The semester that runs, else the next, else the last',
    description: 'By the days of each semester in its own time zone. 404 only while there is no semester at all.',
    answer: SemesterView,
    problems: [SemesterNotFound],
  })
  async current(): Promise<Answer> {
    return answer(await this.semesters.current());
  }

  @Post()
  @Documented({
    summary: 'Make a semester (admins)',
    description: 'There is one semester for each year and term. Imports need it to exist.',
    creates: true,
    answer: SemesterView,
    problems: [AdminsOnly, SemesterExists],
  })
  async create(@CurrentAccount() me: Me, @Body() body: SemesterBody, @Once() once: OnceKey | null): Promise<Answer> {
    const semester = await this.semesters.create(me, body, once);
    return Answer.created(`/api/v1/semesters/${semester.view.id}`, semester);
  }

  @Get(':id')
  @Public()
  @Documented({
    summary: 'A semester',
    description: 'Week 1 is the week, Monday to Sunday, that contains `startsOn`.',
    answer: SemesterView,
    problems: [SemesterNotFound],
  })
  async get(@Id() id: number): Promise<Answer> {
    return answer(await this.semesters.get(id));
  }

  @Patch(':id')
  @Documented({
    summary: 'Change the dates of a semester (admins)',
    description: 'Year and term stay. Calendars and free times follow the new days and holidays.',
    answer: SemesterView,
    problems: [AdminsOnly, SemesterNotFound, EditConflict],
  })
  async change(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Body() changes: SemesterChanges,
    @IfMatch() expected: ExpectedVersion,
  ): Promise<Answer> {
    return Answer.one(await this.semesters.change(me, id, changes, expected));
  }
}

function answer(row: SemesterRow): Answer {
  return Answer.one({ version: row.version, view: semesterView(row) });
}
