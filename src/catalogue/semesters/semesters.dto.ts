import { ApiProperty } from '@nestjs/swagger';
import { Choice } from '../../common/fields/choices.js';
import { Day, DayList } from '../../common/fields/days.js';
import { Integer } from '../../common/fields/numbers.js';
import { Text } from '../../common/fields/texts.js';
import { pageViewOf } from '../../common/pages.js';
import type { RowOf } from '../../database/selection.js';
import { TERMS, type Term } from './semester.entity.js';
import { FIRST_YEAR, LAST_YEAR } from './semester-name.js';
import type { SEMESTER } from './semesters.queries.js';

const DEFAULT_ZONE = 'Asia/Seoul';

export class SemesterBody {
  @Integer({ min: FIRST_YEAR, max: LAST_YEAR, example: 2026 })
  year: number;

  @Choice({ of: TERMS, example: 'autumn' })
  term: Term;

  @Day({ example: '2026-09-01', description: 'Week 1 is the Monday week that holds it' })
  startsOn: string;

  @Day({ example: '2026-12-21', description: 'The last day' })
  endsOn: string;

  @Text({ max: 64, optional: true, example: DEFAULT_ZONE, description: 'An IANA name; the zone of its lectures' })
  timeZone: string = DEFAULT_ZONE;

  @DayList({
    optional: true,
    maxItems: 100,
    example: ['2026-10-09'],
    description: "Days without lectures. Absent: in Asia/Seoul Korea's public holidays of these days, elsewhere none",
  })
  holidays?: string[];
}

export class SemesterChanges {
  @Day({ optional: true })
  startsOn?: string;

  @Day({ optional: true })
  endsOn?: string;

  @Text({ max: 64, optional: true })
  timeZone?: string;

  @DayList({ optional: true, nullable: true, maxItems: 100, description: '`null`: none' })
  holidays?: string[] | null;
}

export class SemesterView {
  @ApiProperty({ type: 'integer', example: 2 })
  id: number;
  @ApiProperty({ type: 'integer', example: 2026 })
  year: number;
  @ApiProperty({ enum: [...TERMS], example: 'autumn' })
  term: Term;
  @ApiProperty({ format: 'date', example: '2026-09-01', description: 'Week 1 is the Monday week that holds it' })
  startsOn: string;
  @ApiProperty({ format: 'date', example: '2026-12-21' })
  endsOn: string;
  @ApiProperty({ example: DEFAULT_ZONE })
  timeZone: string;
  @ApiProperty({ type: [String], format: 'date', example: ['2026-10-09'] })
  holidays: string[];
}

export class SemesterPage extends pageViewOf(SemesterView) {}

export type SemesterRow = RowOf<typeof SEMESTER>;

export function semesterView(row: SemesterRow): SemesterView {
  const { id, year, term, startsOn, endsOn, timeZone, holidays } = row;
  return { id, year, term: TERMS[term], startsOn, endsOn, timeZone, holidays };
}
