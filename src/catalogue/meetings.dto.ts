import { ApiProperty } from '@nestjs/swagger';
import { Integer, IntegerList } from '../common/fields/numbers.js';
import { Line } from '../common/fields/texts.js';
import { invalidField } from '../common/http/validation.js';
import { DAY_MINUTES, DAYS, inOrder, MAX_WEEK, overlaps, weeksOfMask, weeksToMask, type Meeting } from './meetings.js';

export class MeetingBody {
  @Integer({ min: 0, max: DAYS - 1, example: 0, description: '0 = Monday … 6 = Sunday' })
  day: number;

  @Integer({ min: 0, max: DAY_MINUTES - 1, example: 630, description: 'Minutes since 00:00, local' })
  start: number;

  @Integer({ min: 1, max: DAY_MINUTES, example: 720, description: 'After `start`; over midnight it is two meetings' })
  end: number;

  @Line({ max: 100, optional: true, nullable: true, example: '공학관 301' })
  room?: string | null;

  @IntegerList({
    min: 1,
    max: MAX_WEEK,
    minItems: 1,
    maxItems: MAX_WEEK,
    optional: true,
    nullable: true,
    example: null,
    description: 'The weeks of the semester in which it is held; `null` for every week',
  })
  weeks?: number[] | null;
}

export class MeetingView {
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 6, example: 0, description: '0 = Monday … 6 = Sunday' })
  day: number;
  @ApiProperty({ type: 'integer', example: 630, description: 'Minutes since 00:00, local' })
  start: number;
  @ApiProperty({ type: 'integer', example: 720 })
  end: number;
  @ApiProperty({ type: 'string', nullable: true, example: '공학관 301' })
  room: string | null;
  @ApiProperty({
    type: 'array',
    items: { type: 'integer' },
    nullable: true,
    description: 'The weeks of the semester in which it is held; `null` for every week',
    example: null,
  })
  weeks: number[] | null;
}

export function meetingView({ day, start, end, room, weeks }: Meeting): MeetingView {
  return { day, start, end, room, weeks: weeksOfMask(weeks) };
}

/**
 * The meetings of a body, in order.
 *
 * @param pointer of their list in the body, for complaints
 * @throws InvalidInput where one ends before it starts, or two of them clash
 */
export function meetingsFromBodies(bodies: MeetingBody[], pointer: string): Meeting[] {
  const meetings = bodies.map(({ day, start, end, room, weeks }, index): Meeting => {
    if (end <= start) {
      throw invalidField(`${pointer}/${index}/end`, 'NOT_AFTER_START', 'must be after start', '시작보다 늦어야 합니다');
    }
    return { day, start, end, room: room ?? null, weeks: weeksToMask(weeks) };
  });
  meetings.forEach((one, index) => {
    if (meetings.slice(0, index).some((other) => overlaps(one, other))) {
      throw invalidField(
        `${pointer}/${index}`,
        'OVERLAPS_ITSELF',
        'clashes with another meeting of the list',
        '목록의 다른 시간과 겹칩니다',
      );
    }
  });
  return meetings.sort(inOrder);
}
