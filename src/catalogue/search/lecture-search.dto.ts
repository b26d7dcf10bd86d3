import { FlagQuery } from '../../common/fields/choices.js';
import { DecimalQuery, IdQuery, IntegerQuery } from '../../common/fields/numbers.js';
import { Text } from '../../common/fields/texts.js';
import { PageQuery } from '../../common/pages.js';
import { MAX_CREDITS } from '../credits.js';
import { DAY_MINUTES, DAYS } from '../meetings.js';

export class LectureListQuery extends PageQuery {
  @IdQuery({ description: 'The current one by default; with `fits` that of the timetable' })
  semester?: number;

  @Text({
    max: 100,
    optional: true,
    example: '컴공',
    description:
      'Words, all of which are found: in title, code, professor, department or place; in the title also by letters in ' +
      'order (`컴공` finds 컴퓨터공학) or by initial consonants (`ㅋㅍㅌ`). Spaces and case do not matter',
  })
  q?: string;

  @Text({ max: 50, optional: true, description: 'Part of the name of a professor' })
  professor?: string;

  @Text({ max: 100, optional: true, description: 'Part of the name of the department' })
  department?: string;

  @Text({ max: 50, optional: true, description: 'The whole category; spaces and case do not matter' })
  category?: string;

  @DecimalQuery({ min: 0, max: MAX_CREDITS, places: 1, description: 'Also a number within a range of credits' })
  credits?: number;

  @IntegerQuery({ min: 0, max: DAYS - 1, description: 'All meetings are on that day: 0 = Monday … 6 = Sunday' })
  day?: number;

  @IntegerQuery({ min: 0, max: DAY_MINUTES - 1, description: 'No meeting starts before: minutes since 00:00' })
  from?: number;

  @IntegerQuery({ min: 1, max: DAY_MINUTES, description: 'No meeting ends after: minutes since 00:00, after `from`' })
  to?: number;

  @IdQuery({ description: 'A timetable of mine with which nothing clashes' })
  fits?: number;

  @FlagQuery({
    description:
      'Whether lectures without meetings are found too. By default they are, unless `day`, `from` or `to` is given',
  })
  includeUntimed?: boolean;
}
