import { ApiProperty } from '@nestjs/swagger';
import { sumOfCredits } from '../catalogue/credits.js';
import { semesterView, SemesterView } from '../catalogue/semesters/semesters.dto.js';
import { Choice, True } from '../common/fields/choices.js';
import { IdField, IdQuery } from '../common/fields/numbers.js';
import { Line } from '../common/fields/texts.js';
import { PageQuery, pageViewOf } from '../common/pages.js';
import { entryView, EntryView } from './entries/entries.dto.js';
import type { Entry } from './entries/entry.js';
import { THEME_NAMES, type ThemeName } from './picture/themes.js';
import { VISIBILITIES, type Visibility } from './timetable.entity.js';
import type { WholeTimetable } from './timetable.js';

export const MAX_NAME = 50;

export class TimetableBody {
  @IdField({ example: 2 })
  semesterId: number;

  @Line({
    max: MAX_NAME,
    optional: true,
    nullable: true,
    example: '시간표 1',
    description: 'The first free `시간표 N`',
  })
  name?: string | null;
}

export class TimetableChanges {
  @Line({ max: MAX_NAME, optional: true })
  name?: string;

  @Choice({ of: VISIBILITIES, optional: true, description: 'The part that friends see while it is the primary one' })
  visibility?: Visibility;

  @Choice({ of: THEME_NAMES, optional: true })
  theme?: ThemeName;

  @True({ optional: true, description: 'Takes the place of the primary one; it is not given up otherwise' })
  primary?: true;
}

export class TimetableListQuery extends PageQuery {
  @IdQuery({ description: 'Of this semester; of all by default' })
  semester?: number;
}

export class NoticeView {
  @ApiProperty({ format: 'date-time', description: 'When the first of the changes came' })
  since: string;
  @ApiProperty({ type: 'integer', description: 'Entries whose lecture has changed' })
  changed: number;
  @ApiProperty({ type: 'integer', description: 'Entries whose lecture was cancelled' })
  cancelled: number;
  @ApiProperty({ type: 'integer', description: 'Entries whose lecture has changed and clashes now' })
  conflict: number;
}

export class TimetableView {
  @ApiProperty({ type: 'integer', example: 5 })
  id: number;
  @ApiProperty({ type: SemesterView })
  semester: SemesterView;
  @ApiProperty({ example: '시간표 1' })
  name: string;
  @ApiProperty({ description: 'Each semester with timetables has exactly one' })
  primary: boolean;
  @ApiProperty({ enum: [...VISIBILITIES], description: 'The part that friends see while it is the primary one' })
  visibility: Visibility;
  @ApiProperty({ enum: [...THEME_NAMES] })
  theme: string;
  @ApiProperty({ example: 18 })
  totalCredits: number;
  @ApiProperty({ type: [EntryView], description: 'The oldest first' })
  entries: EntryView[];
  @ApiProperty({
    type: NoticeView,
    nullable: true,
    description: 'Changes of the catalogue that you have not acknowledged yet',
  })
  notice: NoticeView | null;
}

export class TimetablePage extends pageViewOf(TimetableView) {}

export function timetableView(timetable: WholeTimetable): TimetableView {
  const { id, semester, name, primary, visibility, theme, entries } = timetable;
  return {
    id,
    semester: semesterView(semester),
    name,
    primary,
    visibility,
    theme,
    totalCredits: sumOfCredits(entries.map(({ credits }) => credits)),
    entries: entries.map((entry) => entryView(entry, semester)),
    notice: noticeOf(entries),
  };
}

function noticeOf(entries: Entry[]): NoticeView | null {
  const times = entries.flatMap(({ changedAt }) => (changedAt ? [changedAt.getTime()] : []));
  if (times.length === 0) return null;
  const count = (status: Entry['status']) => entries.filter((entry) => entry.status === status).length;
  return {
    since: new Date(Math.min(...times)).toISOString(),
    changed: count('changed'),
    cancelled: count('cancelled'),
    conflict: count('conflict'),
  };
}
