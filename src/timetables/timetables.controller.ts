import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SemesterNotFound } from '../catalogue/catalogue.errors.js';
import { Answer, IfMatch, type ExpectedVersion } from '../common/http/answer.js';
import { Once, type OnceKey } from '../common/idempotency/idempotency.js';
import { Id } from '../common/ids.js';
import { Documented } from '../common/openapi/documented.js';
import type { Page } from '../common/pages.js';
import { EditConflict } from '../common/problems/general.errors.js';
import { CurrentAccount, type Me } from '../common/viewer.js';
import { TimetableBody, TimetableChanges, TimetableListQuery, TimetablePage, TimetableView } from './timetables.dto.js';
import { TimetableNameTaken, TimetableNotFound, TooManyTimetables } from './timetables.errors.js';
import { TimetablesService } from './timetables.service.js';

@ApiTags('Timetables')
@Controller('timetables')
export class TimetablesController {
  constructor(private readonly timetables: TimetablesService) {}

  @Get()
  @Documented({
    summary: 'My timetables, the oldest first',
    description:
      "A friend's are at `GET /friends/{id}/timetables` alone. A page ends early where its timetables are very full.",
    answer: TimetablePage,
  })
  list(@CurrentAccount() me: Me, @Query() query: TimetableListQuery): Promise<Page<TimetableView>> {
    return this.timetables.list(me, query);
  }

  @Post()
  @Documented({
    summary: 'Begin a timetable',
    description: 'The first of a semester is its primary one. An account has 20 in a semester at most.',
    creates: true,
    answer: TimetableView,
    problems: [SemesterNotFound, TimetableNameTaken, TooManyTimetables],
  })
  async create(@CurrentAccount() me: Me, @Body() body: TimetableBody, @Once() once: OnceKey | null): Promise<Answer> {
    return created(await this.timetables.create(me, body, once));
  }

  @Get(':id')
  @Documented({
    summary: 'A timetable of mine',
    description: 'With all its entries. Changes of the catalogue are marked on the entries and summed up in `notice`.',
    answer: TimetableView,
    problems: [TimetableNotFound],
  })
  async get(@CurrentAccount() me: Me, @Id() id: number): Promise<Answer> {
    return Answer.one(await this.timetables.get(me, id));
  }

  @Patch(':id')
  @Documented({
    summary: 'Name it, theme it, show it to friends, make it the primary one',
    description: 'Each field may be left out. Friends see the primary timetable of a semester only.',
    answer: TimetableView,
    problems: [TimetableNotFound, TimetableNameTaken, EditConflict],
  })
  async change(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Body() changes: TimetableChanges,
    @IfMatch() expected: ExpectedVersion,
  ): Promise<Answer> {
    return Answer.one(await this.timetables.change(me, id, changes, expected));
  }

  @Delete(':id')
  @Documented({
    summary: 'Delete a timetable',
    description: 'When it was the primary one, the oldest one left in the semester takes its place.',
    problems: [TimetableNotFound, EditConflict],
  })
  async remove(@CurrentAccount() me: Me, @Id() id: number, @IfMatch() expected: ExpectedVersion): Promise<void> {
    await this.timetables.remove(me, id, expected);
  }

  @Post(':id/copies')
  @Documented({
    summary: 'Copy a timetable',
    description: 'The copy is private and called `name (n)`; titles, colours and memos of entries come along.',
    creates: true,
    answer: TimetableView,
    problems: [TimetableNotFound, TooManyTimetables],
  })
  async copy(@CurrentAccount() me: Me, @Id() id: number, @Once() once: OnceKey | null): Promise<Answer> {
    return created(await this.timetables.copy(me, id, once));
  }
}

function created(timetable: { version: number; view: TimetableView }): Answer {
  return Answer.created(`/api/v1/timetables/${timetable.view.id}`, timetable);
}
