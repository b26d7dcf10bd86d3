import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../accounts/sessions/jwt.guard.js';
import { Answer, IfMatch, type ExpectedVersion } from '../../common/http/answer.js';
import { Once, type OnceKey } from '../../common/idempotency/idempotency.js';
import { Id } from '../../common/ids.js';
import { Limited } from '../../common/limits/limited.js';
import { SEARCHES, SEARCHES_BY_NETWORK } from '../../common/limits/reads.js';
import { Documented } from '../../common/openapi/documented.js';
import type { Page } from '../../common/pages.js';
import { EditConflict } from '../../common/problems/general.errors.js';
import { CurrentAccount, type Me } from '../../common/viewer.js';
import {
  CatalogueIsReadOnly,
  NotItsMaker,
  SubjectExists,
  SubjectInUse,
  SubjectNotFound,
  TooManySubjects,
} from '../catalogue.errors.js';
import { SubjectBody, SubjectChanges, SubjectListQuery, SubjectPage, SubjectView } from './subjects.dto.js';
import { SubjectsService } from './subjects.service.js';

@ApiTags('Catalogue')
@Controller('subjects')
export class SubjectsController {
  constructor(private readonly subjects: SubjectsService) {}

  @Get()
  @Public()
  @Limited(SEARCHES, SEARCHES_BY_NETWORK)
  @Documented({
    summary: "The subjects, the catalogue's and those of members",
    description:
      'A subject (과목) has lectures: its sections in one semester. `q` finds a part of the name or the code.',
    answer: SubjectPage,
  })
  list(@Query() query: SubjectListQuery): Promise<Page<SubjectView>> {
    return this.subjects.list(query);
  }

  @Post()
  @Documented({
    summary: 'Register a subject that the catalogue lacks',
    description: 'An account has 50 at most.',
    creates: true,
    answer: SubjectView,
    problems: [SubjectExists, TooManySubjects],
  })
  async create(@CurrentAccount() me: Me, @Body() body: SubjectBody, @Once() once: OnceKey | null): Promise<Answer> {
    const subject = await this.subjects.create(me, body, once);
    return Answer.created(`/api/v1/subjects/${subject.view.id}`, subject);
  }

  @Get(':id')
  @Public()
  @Documented({
    summary: 'A subject',
    description: 'Its lectures are at `GET /lectures?q=`, by code or name.',
    answer: SubjectView,
    problems: [SubjectNotFound],
  })
  async get(@Id() id: number): Promise<Answer> {
    return Answer.one(await this.subjects.get(id));
  }

  @Patch(':id')
  @Documented({
    summary: 'Change a subject of mine, as long as nobody else uses it',
    description: 'Subjects of the catalogue are read-only. Send `If-Match` to change only the version that you saw.',
    answer: SubjectView,
    problems: [SubjectNotFound, CatalogueIsReadOnly, NotItsMaker, SubjectInUse, SubjectExists, EditConflict],
  })
  async change(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Body() changes: SubjectChanges,
    @IfMatch() expected: ExpectedVersion,
  ): Promise<Answer> {
    return Answer.one(await this.subjects.change(me, id, changes, expected));
  }

  @Delete(':id')
  @Documented({
    summary: 'Delete a subject of mine that has no lectures',
    description: 'Delete its lectures first. Subjects of the catalogue are read-only.',
    problems: [SubjectNotFound, CatalogueIsReadOnly, NotItsMaker, SubjectInUse, EditConflict],
  })
  async remove(@CurrentAccount() me: Me, @Id() id: number, @IfMatch() expected: ExpectedVersion): Promise<void> {
    await this.subjects.remove(me, id, expected);
  }
}
