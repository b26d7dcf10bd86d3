import { ApiProperty } from '@nestjs/swagger';
import { DAY_MINUTES, MAX_WEEK } from '../../catalogue/meetings.js';
import { IdListQuery, IdQuery, IntegerQuery } from '../../common/fields/numbers.js';

const MAX_OTHERS = 19;

export class FreeTimeQuery {
  @IdListQuery({
    minItems: 1,
    maxItems: MAX_OTHERS,
    example: '12,15',
    description: `The accounts of 1 to ${MAX_OTHERS} friends, with commas between`,
  })
  with: number[];

  @IdQuery({ description: 'The current one by default' })
  semester?: number;

  @IntegerQuery({ min: 0, max: DAY_MINUTES - 1, description: 'Minutes since 00:00, local; 540 (9:00) by default' })
  from: number = 540;

  @IntegerQuery({ min: 1, max: DAY_MINUTES, description: 'Minutes since 00:00, local; 1260 (21:00) by default' })
  to: number = 1260;

  @IntegerQuery({ min: 1, max: DAY_MINUTES, description: 'The least length, 30 by default' })
  minMinutes: number = 30;

  @IntegerQuery({
    min: 1,
    max: MAX_WEEK,
    description: 'Counts only meetings of this week of the semester; all meetings without it',
  })
  week?: number;
}

export class IntervalView {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 6, example: 2, description: '0 = Monday … 6 = Sunday' })
  day: number;
  @ApiProperty({ type: 'integer', example: 720, description: 'Minutes since 00:00, local' })
  start: number;
  @ApiProperty({ type: 'integer', example: 810 })
  end: number;
}

export class FreeTimeView {
  @ApiProperty({ type: [IntervalView], description: 'By day and start' })
  intervals: IntervalView[];
  @ApiProperty({
    type: [Number],
    example: [15],
    description: 'Who has no primary timetable in the semester or shows it to nobody (I as well): they do not count',
  })
  unavailable: number[];
}
