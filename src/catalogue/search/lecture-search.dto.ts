import { FlagQuery } from '../../common/fields/choices.js';
import { DecimalQuery, IdQuery, IntegerQuery, IntegerListQuery } from '../../common/fields/numbers.js';
import { Text } from '../../common/fields/texts.js';
import { PageQuery } from '../../common/pages.js';
import { MAX_CREDITS } from '../credits.js';
import { DAY_MINUTES, DAYS } from '../meetings.js';
import { CellsQuery } from './cells-query.js';
import type { Cell } from './lecture-filter.js';

export class LectureListQuery extends PageQuery {
  @IdQuery({ example: 2, description: 'The current one by default; with `fits` that of the timetable' })
  semester?: number;

  @Text({
    max: 100,
    optional: true,
    example: '컴공 김민수',
    description:
      'Words, all of which are found: in title, code, professor, department, place or room; in the title also by ' +
      'letters in order (`컴공` finds 컴퓨터공학개론) or by initial consonants (`ㅋㅍㅌ`); in the department also by its ' +
      'abbreviation (`컴공` finds lectures of 컴퓨터공학부). Spaces and case do not matter',
  })
  q?: string;

  @Text({ max: 50, optional: true, example: '김민수', description: 'Part of the name of a professor' })
  professor?: string;

  @Text({
    max: 100,
    optional: true,
    example: '컴공',
    description: 'Part of the name of the department, or its abbreviation',
  })
  department?: string;

  @Text({
    max: 50,
    optional: true,
    example: '전공필수',
    description: 'The whole category; spaces and case do not matter',
  })
  category?: string;

  @DecimalQuery({
    min: 0,
    max: MAX_CREDITS,
    places: 1,
    example: 3,
    description: 'Also a number within a range of credits',
  })
  credits?: number;

  @IntegerListQuery({
    min: 0,
    max: DAYS - 1,
    optional: true,
    example: '0,2',
    description: 'Days with commas between, 0 = Monday … 6 = Sunday: every meeting is on one of them',
  })
  day?: number[];

  @IntegerQuery({
    min: 0,
    max: DAY_MINUTES - 1,
    example: 540,
    description: 'No meeting starts before: minutes since 00:00',
  })
  from?: number;

  @IntegerQuery({
    min: 1,
    max: DAY_MINUTES,
    example: 1080,
    description: 'No meeting ends after: minutes since 00:00, after `from`',
  })
  to?: number;

  @CellsQuery({
    example: '0:540-720,2:540-720',
    description:
      'Windows with commas between, each `day:start-end` in minutes since 00:00: every meeting lies in one of them. ' +
      'Windows that touch count as one',
  })
  cells?: Cell[];

  @IdQuery({ example: 7, description: 'A timetable of mine with which nothing clashes' })
  fits?: number;

  @FlagQuery({
    example: true,
    description:
      'Whether lectures without meetings are found too. By default they are, unless `day`, `from`, `to` or `cells` is given',
  })
  includeUntimed?: boolean;
}
