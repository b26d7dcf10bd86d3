import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { DAY_MINUTES, DAYS } from '../../catalogue/meetings.js';
import { Flag } from '../../common/fields/choices.js';
import { type Complaint } from '../../common/fields/field.js';
import { Decimal, Integer, IntegerList } from '../../common/fields/numbers.js';
import { Nested } from '../../common/fields/objects.js';
import type { Obstacle } from './choices.js';
import type { Conflict, Reason, Suggestions } from './wizard.js';

const MAX_GROUPS = 12;
const MAX_LECTURES = 50;
const MAX_CREDITS = 200;
const MAX_ENTRIES = 100;

/** A list of lists of ids. */
function LectureGroups(): PropertyDecorator {
  const isId = (id: unknown) => Number.isSafeInteger(id) && (id as number) > 0;
  const isGroup = (group: unknown) =>
    Array.isArray(group) && group.length >= 1 && group.length <= MAX_LECTURES && group.every(isId);
  const areGroups = (value: unknown) =>
    Array.isArray(value) && value.length >= 1 && value.length <= MAX_GROUPS && value.every(isGroup);
  const complaint: Complaint = {
    code: 'NOT_LECTURE_GROUPS',
    texts: {
      en: `must be 1 to ${MAX_GROUPS} lists of 1 to ${MAX_LECTURES} ids of lectures`,
      ko: `강의 식별자 1~${MAX_LECTURES}개의 목록이 1~${MAX_GROUPS}개 있어야 합니다`,
    },
  };
  const ids = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
  return applyDecorators(
    ApiProperty({
      type: 'array',
      minItems: 1,
      maxItems: MAX_GROUPS,
      items: { type: 'array', items: ids, minItems: 1, maxItems: MAX_LECTURES },
      example: [[345, 346], [402]],
      description: 'One lecture of each group is picked. A lecture in several groups is picked once at most',
    }),
    ValidateBy(
      { name: 'lectureGroups', validator: { validate: areGroups } },
      { message: complaint.code, context: complaint },
    ),
  );
}

export class ConstraintsBody {
  @IntegerList({
    min: 0,
    max: DAYS - 1,
    maxItems: DAYS,
    optional: true,
    description: 'Days without anything, 0 = Monday',
  })
  freeDays: number[] = [];

  @Integer({ min: 0, max: DAY_MINUTES - 1, optional: true, description: 'Nothing begins before; minutes since 00:00' })
  earliest: number = 0;

  @Integer({ min: 1, max: DAY_MINUTES, optional: true, description: 'Nothing ends after; minutes since 00:00' })
  latest: number = DAY_MINUTES;

  @Decimal({ min: 0, max: MAX_CREDITS, places: 1, optional: true, description: 'Of the picked and the kept entries' })
  minCredits?: number;

  @Decimal({ min: 0, max: MAX_CREDITS, places: 1, optional: true, description: 'Of the picked and the kept entries' })
  maxCredits?: number;

  @IntegerList({
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    maxItems: MAX_ENTRIES,
    optional: true,
    description: 'Entries of this timetable that stay as they are',
  })
  keep: number[] = [];

  @Flag({ optional: true, description: 'All entries of this timetable stay as they are' })
  keepEntries: boolean = false;
}

const weight = (what: string): PropertyDecorator => Integer({ min: 0, max: 10, optional: true, description: what });

export class WeightsBody {
  @weight('For each day from Monday to Friday without anything; 5 by default')
  freeDays: number = 5;

  @weight('Against each hour between two lectures of a day; 1 by default')
  gaps: number = 1;

  @weight('Against each day without a break of an hour between 11:00 and 14:00; 2 by default')
  lunch: number = 2;

  @weight('Against each hour by which a day begins before 10:00; 1 by default')
  mornings: number = 1;

  @weight('Against each hour by which a day ends after 18:00; 1 by default')
  lateEnds: number = 1;

  @weight('Against each hour by which a day is longer than 6 hours; 1 by default')
  dayLength: number = 1;
}

export class SuggestionsBody {
  @LectureGroups()
  groups: number[][];

  @Nested(() => ConstraintsBody, { optional: true, description: 'Hard conditions' })
  constraints: ConstraintsBody = new ConstraintsBody();

  @Nested(() => WeightsBody, { optional: true, description: 'How much each wish counts, 0 to 10' })
  weights: WeightsBody = new WeightsBody();

  @Integer({ min: 1, max: 50, optional: true, description: 'How many suggestions, 20 by default' })
  limit: number = 20;
}

export class ReasonView {
  @ApiProperty({ enum: ['FREE_DAYS', 'GAPS', 'LUNCH', 'MORNINGS', 'LATE_ENDS', 'DAY_LENGTH'] })
  code: Reason['code'];
  @ApiProperty({ example: 2, description: 'Days, or hours' })
  value: number;
  @ApiProperty({ example: 10, description: 'The value times its weight; negative for unwanted values' })
  points: number;
}

export class SuggestionView {
  @ApiProperty({ example: 7.5, description: 'The sum of the points, to a hundredth' })
  score: number;
  @ApiProperty({ type: [Number], example: [346, 402], description: 'One lecture of each group, in their order' })
  entries: number[];
  @ApiProperty({ type: [ReasonView] })
  reasons: ReasonView[];
}

export class ObstacleView {
  @ApiProperty({ type: 'integer', example: 345 })
  lectureId: number;
  @ApiProperty({
    enum: ['FREE_DAYS', 'EARLIEST', 'LATEST', 'KEPT', 'ALREADY_KEPT'],
    description: '`KEPT`: clashes with an entry that is kept; `ALREADY_KEPT`: is one',
  })
  code: Obstacle;
}

export class SuggestionConflictView {
  @ApiProperty({ type: [Number], example: [0, 2], description: 'Indices of `groups`' })
  groups: number[];
  @ApiProperty({
    enum: ['NO_CANDIDATE', 'CLASH', 'CREDITS', 'KEPT'],
    description:
      '`NO_CANDIDATE`: every lecture of that group has an obstacle; `CLASH`: these groups clash, whatever is picked of ' +
      'them; `CREDITS`: they fit, but not with these credits; `KEPT`: the kept entries break the constraints themselves',
  })
  code: Conflict['code'];
  @ApiProperty({ type: [ObstacleView], description: 'With `NO_CANDIDATE`, one for each lecture of the group' })
  obstacles: ObstacleView[];
}

export class SuggestionsView {
  @ApiProperty({ type: [SuggestionView], description: 'The best first' })
  items: SuggestionView[];
  @ApiProperty({ description: 'There was too much to look through: there may be better ones, or some at all' })
  truncated: boolean;
  @ApiProperty({ type: [SuggestionConflictView], description: 'Why there are none' })
  conflicts: SuggestionConflictView[];
}

export function suggestionsView({ suggestions, truncated, conflicts }: Suggestions): SuggestionsView {
  return {
    items: suggestions.map(({ score, lectures, reasons }) => ({ score, entries: lectures, reasons })),
    truncated,
    conflicts,
  };
}
