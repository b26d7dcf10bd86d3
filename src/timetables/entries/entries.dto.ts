import { ApiProperty } from '@nestjs/swagger';
import { Credits } from '../../catalogue/credits.js';
import type { FactChanges } from '../../catalogue/lectures/lecture-facts.js';
import { lectureView, LectureView } from '../../catalogue/lectures/lectures.dto.js';
import { MeetingBody, meetingView, MeetingView } from '../../catalogue/meetings.dto.js';
import { MAX_MEETINGS } from '../../catalogue/meetings.js';
import type { SemesterRow } from '../../catalogue/semesters/semesters.dto.js';
import { Choice, Flag } from '../../common/fields/choices.js';
import { IdField, Integer } from '../../common/fields/numbers.js';
import { Nested, NestedList } from '../../common/fields/objects.js';
import { Line, Text } from '../../common/fields/texts.js';
import { COLORS_PER_THEME } from '../picture/themes.js';
import { STATUSES, type Entry, type EntryStatus } from './entry.js';

const ON_CONFLICT = ['reject', 'replace'] as const;

export class CustomEntryBody {
  @Line({ max: 100, example: '동아리 연습' })
  title: string;

  @Credits({ optional: true })
  credits: number = 0;

  @NestedList(() => MeetingBody, { maxItems: MAX_MEETINGS, description: 'None: it is untimed' })
  meetings: MeetingBody[];
}

export class EntryBody {
  @IdField({ optional: true, example: 345, description: 'A lecture of the semester' })
  lectureId?: number;

  @Nested(() => CustomEntryBody, { optional: true, description: 'Something of your own; instead of a lecture' })
  custom?: CustomEntryBody;
}

export class EntryQuery {
  @Choice({ of: ON_CONFLICT, optional: true, description: '`replace` removes the clashing entries' })
  onConflict: (typeof ON_CONFLICT)[number] = 'reject';
}

export class EntryEdits {
  @Line({ max: 100, optional: true, nullable: true, description: "`null`: the lecture's; not on a custom entry" })
  title?: string | null;

  @Integer({ min: 0, max: COLORS_PER_THEME - 1, optional: true, description: 'Index into the colours of the theme' })
  color?: number;

  @Text({ max: 1000, optional: true, nullable: true })
  memo?: string | null;

  @Flag({ optional: true, description: 'Shown to friends as busy' })
  private?: boolean;

  @Credits({ optional: true, description: 'Of a custom entry only' })
  credits?: number;

  @NestedList(() => MeetingBody, { maxItems: MAX_MEETINGS, optional: true, description: 'Of a custom entry only' })
  meetings?: MeetingBody[];
}

export class TextChangeView {
  @ApiProperty({ type: 'string', nullable: true })
  old: string | null;
  @ApiProperty({ type: 'string', nullable: true })
  new: string | null;
}

export class TextsChangeView {
  @ApiProperty({ type: [String] })
  old: string[];
  @ApiProperty({ type: [String] })
  new: string[];
}

export class NumberChangeView {
  @ApiProperty({ type: 'number', nullable: true })
  old: number | null;
  @ApiProperty({ type: 'number', nullable: true })
  new: number | null;
}

export class FlagChangeView {
  @ApiProperty()
  old: boolean;
  @ApiProperty()
  new: boolean;
}

export class MeetingsChangeView {
  @ApiProperty({ type: [MeetingView] })
  old: MeetingView[];
  @ApiProperty({ type: [MeetingView] })
  new: MeetingView[];
}

/** Changes since the owner last looked; `null` if there are none. */
export class EntryChangesView {
  @ApiProperty({ type: TextChangeView, nullable: true })
  title: TextChangeView | null;
  @ApiProperty({ type: TextsChangeView, nullable: true })
  professors: TextsChangeView | null;
  @ApiProperty({ type: NumberChangeView, nullable: true })
  credits: NumberChangeView | null;
  @ApiProperty({ type: NumberChangeView, nullable: true })
  creditsMax: NumberChangeView | null;
  @ApiProperty({ type: TextChangeView, nullable: true })
  place: TextChangeView | null;
  @ApiProperty({ type: FlagChangeView, nullable: true })
  cancelled: FlagChangeView | null;
  @ApiProperty({ type: MeetingsChangeView, nullable: true })
  meetings: MeetingsChangeView | null;
}

export class EntryView {
  @ApiProperty({ type: 'integer', example: 71 })
  id: number;
  @ApiProperty({ enum: ['lecture', 'custom'] })
  kind: 'lecture' | 'custom';
  @ApiProperty({ type: LectureView, nullable: true, description: '`null` on a custom entry' })
  lecture: LectureView | null;
  @ApiProperty({ example: '자료구조', description: "The owner's own title, else the lecture's" })
  title: string;
  @ApiProperty({ type: 'integer', example: 0, description: 'Index into the colours of the theme' })
  color: number;
  @ApiProperty({ type: 'string', nullable: true, example: null })
  memo: string | null;
  @ApiProperty({ description: 'Shown to friends as busy' })
  private: boolean;
  @ApiProperty({ example: 3 })
  credits: number;
  @ApiProperty({ type: [MeetingView], description: 'None when it is untimed' })
  meetings: MeetingView[];
  @ApiProperty({
    enum: [...STATUSES],
    description:
      '`changed`, `cancelled`, or `conflict` (changed, and clashes now) since the owner last acknowledged; else `ok`',
  })
  status: EntryStatus;
  @ApiProperty({
    type: EntryChangesView,
    nullable: true,
    description: '`null` when the lecture is as you have seen it: it is `ok`, or its old place is taken now',
  })
  changes: EntryChangesView | null;
  @ApiProperty({ type: [Number], description: 'Entries that a changed lecture clashes with' })
  conflictsWith: number[];
}

export const WARNINGS = ['SAME_SUBJECT'] as const;

export class WarningView {
  @ApiProperty({ enum: [...WARNINGS], description: '`SAME_SUBJECT`: another section of the subject is in it already' })
  code: (typeof WARNINGS)[number];
  @ApiProperty({ type: [Number], description: 'The entries that it is about' })
  entries: number[];
}

export class AddedEntryView {
  @ApiProperty({ type: EntryView })
  entry: EntryView;
  @ApiProperty({ type: [EntryView], description: 'The entries that `onConflict=replace` has removed' })
  removed: EntryView[];
  @ApiProperty({ type: [WarningView] })
  warnings: WarningView[];
}

export function entryView(entry: Entry, semester: SemesterRow): EntryView {
  const { id, lecture, title, color, memo, credits, meetings, status, changes, conflictsWith } = entry;
  return {
    id,
    kind: lecture ? 'lecture' : 'custom',
    lecture: lecture && lectureView(lecture, semester),
    title,
    color,
    memo,
    private: entry.private,
    credits,
    meetings: meetings.map(meetingView),
    status,
    changes: changes && changesView(changes),
    conflictsWith,
  };
}

function changesView(changes: FactChanges): EntryChangesView {
  const { title, professors, credits, creditsMax, place, cancelled, meetings } = changes;
  return {
    title: title ?? null,
    professors: professors ?? null,
    credits: credits ?? null,
    creditsMax: creditsMax ?? null,
    place: place ?? null,
    cancelled: cancelled ?? null,
    meetings: meetings ? { old: meetings.old.map(meetingView), new: meetings.new.map(meetingView) } : null,
  };
}
