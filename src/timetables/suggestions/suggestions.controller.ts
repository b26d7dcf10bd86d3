import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { LectureNotFound } from '../../catalogue/catalogue.errors.js';
import { Id } from '../../common/ids.js';
import { Limited } from '../../common/limits/limited.js';
import { Documented } from '../../common/openapi/documented.js';
import { CurrentAccount, type Me } from '../../common/viewer.js';
import { EntryNotFound, LectureCancelled, LectureOfOtherSemester, TimetableNotFound } from '../timetables.errors.js';
import { SuggestionsBody, SuggestionsView } from './suggestions.dto.js';
import { SUGGESTIONS, SuggestionsService } from './suggestions.service.js';

@ApiTags('Timetables')
@Controller('timetables/:id/suggestions')
export class SuggestionsController {
  constructor(private readonly suggestions: SuggestionsService) {}

  @Post()
  @Limited(SUGGESTIONS)
  @Documented({
    summary: 'The wizard: the best ways to pick one lecture of each group without a clash',
    description:
      'Nothing is stored. Clashes are checked week by week, to the minute; wishes (`weights`) count by day, over all weeks. ' +
      'Untimed lectures never clash. Equal scores stand in the order of their lectures. The lectures of all ' +
      'groups have 2,000 meetings at most.',
    status: 200,
    idempotencyKey: false,
    answer: SuggestionsView,
    problems: [TimetableNotFound, EntryNotFound, LectureNotFound, LectureOfOtherSemester, LectureCancelled],
  })
  suggest(@CurrentAccount() me: Me, @Id() id: number, @Body() body: SuggestionsBody): Promise<SuggestionsView> {
    return this.suggestions.suggest(me, id, body);
  }
}
