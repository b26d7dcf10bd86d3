import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { LectureNotFound } from '../../catalogue/catalogue.errors.js';
import { Answer, IfMatch, type ExpectedVersion } from '../../common/http/answer.js';
import { Once, type OnceKey } from '../../common/idempotency/idempotency.js';
import { Id } from '../../common/ids.js';
import { Documented } from '../../common/openapi/documented.js';
import { EditConflict } from '../../common/problems/general.errors.js';
import { CurrentAccount, type Me } from '../../common/viewer.js';
import {
  EntryNotFound,
  LectureAlreadyAdded,
  LectureCancelled,
  LectureOfOtherSemester,
  TimetableConflict,
  TimetableNotFound,
  TooManyEntries,
} from '../timetables.errors.js';
import { AddedEntryView, EntryBody, EntryEdits, EntryQuery, EntryView } from './entries.dto.js';
import { EntriesService } from './entries.service.js';

@ApiTags('Timetables')
@Controller('timetables/:id/entries')
export class EntriesController {
  constructor(private readonly entries: EntriesService) {}

  @Post()
  @Documented({
    summary: 'Add a lecture, or something of your own',
    description:
      'A lecture that clashes is refused with the entries in its way as `conflicts`, or with `onConflict=replace` takes ' +
      'their place. Another section of a subject is added with a warning. A timetable has 100 entries at most.',
    creates: true,
    answer: AddedEntryView,
    problems: [
      TimetableNotFound,
      LectureNotFound,
      LectureOfOtherSemester,
      LectureCancelled,
      LectureAlreadyAdded,
      TimetableConflict,
      TooManyEntries,
    ],
  })
  async add(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Body() body: EntryBody,
    @Query() query: EntryQuery,
    @Once() once: OnceKey | null,
  ): Promise<Answer> {
    const added = await this.entries.add(me, id, body, query, once);
    return Answer.created(`/api/v1/timetables/${id}/entries/${added.view.entry.id}`, added);
  }

  @Get(':entryId')
  @Documented({
    summary: 'An entry',
    description: 'A lecture of the catalogue, or something of your own: see `kind`.',
    answer: EntryView,
    problems: [TimetableNotFound, EntryNotFound],
  })
  async get(@CurrentAccount() me: Me, @Id() id: number, @Id('entryId') entryId: number): Promise<Answer> {
    return Answer.one(await this.entries.get(me, id, entryId));
  }

  @Patch(':entryId')
  @Documented({
    summary: 'Give an entry a title, a colour, a memo; keep it private',
    description:
      'Your own values stay when the catalogue changes the lecture. Custom entries take credits and meetings.',
    answer: EntryView,
    problems: [TimetableNotFound, EntryNotFound, EditConflict, TimetableConflict],
  })
  async change(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Id('entryId') entryId: number,
    @Body() edits: EntryEdits,
    @IfMatch() expected: ExpectedVersion,
  ): Promise<Answer> {
    return Answer.one(await this.entries.change(me, id, entryId, edits, expected));
  }

  @Delete(':entryId')
  @Documented({
    summary: 'Take an entry out',
    description: 'Title, colour and memo go with it.',
    problems: [TimetableNotFound, EntryNotFound, EditConflict],
  })
  async remove(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Id('entryId') entryId: number,
    @IfMatch() expected: ExpectedVersion,
  ): Promise<void> {
    await this.entries.remove(me, id, entryId, expected);
  }

  @Post(':entryId/acknowledge')
  @Documented({
    summary: "Accept the catalogue's changes",
    description:
      'The entry is `ok` again, as the lecture now is; one whose lecture was cancelled stays, without a mark.',
    answer: EntryView,
    problems: [TimetableNotFound, EntryNotFound],
  })
  async acknowledge(
    @CurrentAccount() me: Me,
    @Id() id: number,
    @Id('entryId') entryId: number,
    @Once() once: OnceKey | null,
  ): Promise<Answer> {
    return Answer.one(await this.entries.acknowledge(me, id, entryId, once));
  }
}
