import { ApiExtraModels, ApiProperty, getSchemaPath, OmitType } from '@nestjs/swagger';
import { sumOfCredits } from '../../catalogue/credits.js';
import { MeetingView } from '../../catalogue/meetings.dto.js';
import { weeksOfMask } from '../../catalogue/meetings.js';
import { pageViewOf } from '../../common/pages.js';
import { entryView, EntryView } from '../entries/entries.dto.js';
import type { Entry } from '../entries/entry.js';
import type { Visibility } from '../timetable.entity.js';
import type { WholeTimetable } from '../timetable.js';
import { timetableView, TimetableView } from '../timetables.dto.js';

export class BusyMeetingView extends OmitType(MeetingView, ['room']) {}

/** A busy time without details. */
export class BusyEntryView {
  @ApiProperty({ enum: ['busy'] })
  kind: 'busy';
  @ApiProperty({ type: [BusyMeetingView] })
  meetings: BusyMeetingView[];
}

@ApiExtraModels(EntryView, BusyEntryView)
export class FriendTimetableView extends OmitType(TimetableView, [
  'name',
  'visibility',
  'totalCredits',
  'entries',
  'notice',
]) {
  @ApiProperty({ type: 'string', nullable: true, example: '시간표 1', description: '`null` in `busyOnly`' })
  name: string | null;
  @ApiProperty({ enum: ['friends', 'busyOnly'] })
  visibility: Exclude<Visibility, 'private'>;
  @ApiProperty({
    type: 'number',
    nullable: true,
    example: 18,
    description: 'Of the entries that are shown; `null` in `busyOnly`',
  })
  totalCredits: number | null;
  @ApiProperty({
    type: 'array',
    items: { oneOf: [{ $ref: getSchemaPath(EntryView) }, { $ref: getSchemaPath(BusyEntryView) }] },
    description: 'The entries that take place, the oldest first; `busy` for all with `busyOnly`, else for private ones',
  })
  entries: (EntryView | BusyEntryView)[];
  @ApiProperty({ type: 'null', description: 'Is for the owner' })
  notice: null;
}

export class FriendTimetablePage extends pageViewOf(FriendTimetableView) {}

/**
 * A timetable for friends: its meetings, without the owner's notes. Hidden entries have neither an id nor credits, and
 * untimed entries are left out.
 */
export function friendTimetableView(timetable: WholeTimetable): FriendTimetableView {
  const busyOnly = timetable.visibility !== 'friends';
  const held = timetable.entries.filter((entry) => entry.held);
  const hidden = (entry: Entry) => busyOnly || entry.private;
  const credits = held.filter((entry) => !hidden(entry)).map((entry) => entry.credits);
  const { id, semester, primary, theme } = timetableView({ ...timetable, entries: [] });
  return {
    id,
    semester,
    name: busyOnly ? null : timetable.name,
    primary,
    visibility: busyOnly ? 'busyOnly' : 'friends',
    theme,
    totalCredits: busyOnly ? null : sumOfCredits(credits),
    entries: held
      .filter((entry) => !hidden(entry) || entry.meetings.length > 0)
      .map((entry) => (hidden(entry) ? busyEntryView(entry) : shownEntryView(entry, timetable))),
    notice: null,
  };
}

function busyEntryView({ meetings }: Entry): BusyEntryView {
  return {
    kind: 'busy',
    meetings: meetings.map(({ day, start, end, weeks }) => ({ day, start, end, weeks: weeksOfMask(weeks) })),
  };
}

/** The memo and the marks of changes are for the owner only. */
function shownEntryView(entry: Entry, { semester }: WholeTimetable): EntryView {
  return { ...entryView(entry, semester), memo: null, status: 'ok', changes: null, conflictsWith: [] };
}
