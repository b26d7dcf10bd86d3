import { ApiProperty } from '@nestjs/swagger';
import { IdField, Integer } from '../../common/fields/numbers.js';
import { NestedList } from '../../common/fields/objects.js';
import { Line, LineList, Text } from '../../common/fields/texts.js';
import { pageViewOf } from '../../common/pages.js';
import { Credits } from '../credits.js';
import { MeetingBody, meetingView, MeetingView } from '../meetings.dto.js';
import { MAX_MEETINGS, type Meeting } from '../meetings.js';
import { semesterView, SemesterView, type SemesterRow } from '../semesters/semesters.dto.js';
import { SubjectView } from '../subjects/subjects.dto.js';
import type { Source } from '../subjects/subject.entity.js';
import type { Lecture } from './lecture.entity.js';

const MAX_SEATS = 100_000;

export class LectureBody {
  @IdField({ description: 'The subject', example: 12 })
  subjectId: number;

  @IdField({ example: 2 })
  semesterId: number;

  @Line({ max: 20, example: '01' })
  section: string;

  @Line({ max: 100, optional: true, nullable: true, description: 'The name of the subject by default' })
  title?: string | null;

  @LineList({ max: 50, maxItems: 20, optional: true, example: ['김교수'] })
  professors: string[] = [];

  @Credits({ optional: true, nullable: true, description: 'Those of the subject by default' })
  credits?: number | null;

  @Integer({ min: 0, max: MAX_SEATS, optional: true, nullable: true, example: 40 })
  capacity?: number | null;

  @Text({ max: 1000, optional: true, nullable: true })
  note?: string | null;

  @Line({ max: 200, optional: true, nullable: true, description: 'The place, if it is not known for each meeting' })
  place?: string | null;

  @NestedList(() => MeetingBody, { maxItems: MAX_MEETINGS, description: 'None: it is untimed' })
  meetings: MeetingBody[];
}

export class LectureChanges {
  @Line({ max: 20, optional: true })
  section?: string;

  @Line({ max: 100, optional: true, nullable: true, description: '`null`: the name of the subject' })
  title?: string | null;

  @LineList({ max: 50, maxItems: 20, optional: true, nullable: true })
  professors?: string[] | null;

  @Credits({ optional: true, nullable: true, description: '`null`: those of the subject' })
  credits?: number | null;

  @Integer({ min: 0, max: MAX_SEATS, optional: true, nullable: true })
  capacity?: number | null;

  @Text({ max: 1000, optional: true, nullable: true })
  note?: string | null;

  @Line({ max: 200, optional: true, nullable: true })
  place?: string | null;

  @NestedList(() => MeetingBody, { maxItems: MAX_MEETINGS, optional: true, nullable: true })
  meetings?: MeetingBody[] | null;
}

export class LectureView {
  @ApiProperty({ type: 'integer', example: 345 })
  id: number;
  @ApiProperty({ type: SubjectView })
  subject: SubjectView;
  @ApiProperty({ type: SemesterView })
  semester: SemesterView;
  @ApiProperty({ example: '01' })
  section: string;
  @ApiProperty({ example: '자료구조' })
  title: string;
  @ApiProperty({ type: [String], example: ['김교수'] })
  professors: string[];
  @ApiProperty({ example: 3 })
  credits: number;
  @ApiProperty({
    type: 'number',
    nullable: true,
    example: null,
    description: 'The most credits where they are a range from `credits` on',
  })
  creditsMax: number | null;
  @ApiProperty({ type: 'string', nullable: true, example: '2학년', description: 'The years of study that it is for' })
  grade: string | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 40 })
  capacity: number | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 38 })
  enrolled: number | null;
  @ApiProperty({ type: 'string', nullable: true, example: null })
  note: string | null;
  @ApiProperty({
    type: 'string',
    nullable: true,
    example: null,
    description: 'The place, if it is not known for each meeting',
  })
  place: string | null;
  @ApiProperty({ enum: ['catalogue', 'user'], description: '`user`: registered by a member' })
  source: Source;
  @ApiProperty({ description: 'The catalogue does not have it any more: it clashes with nothing and gives no credits' })
  cancelled: boolean;
  @ApiProperty({ type: [MeetingView], description: 'By day and start; none when it is untimed' })
  meetings: MeetingView[];
}

export class LecturePage extends pageViewOf(LectureView) {}

/** A lecture with its subject and its meetings. */
export type LectureRow = Omit<Lecture, 'semester' | 'subject' | 'owner' | 'catalogueSection' | 'createdAt'> & {
  subject: SubjectView;
  meetings: Meeting[];
};

export function lectureView(row: LectureRow, semester: SemesterRow): LectureView {
  return {
    id: row.id,
    subject: row.subject,
    semester: semesterView(semester),
    section: row.section,
    title: row.title,
    professors: row.professors,
    credits: row.credits,
    creditsMax: row.creditsMax,
    grade: row.grade,
    capacity: row.capacity,
    enrolled: row.enrolled,
    note: row.note,
    place: row.place,
    source: row.source,
    cancelled: row.cancelled,
    meetings: row.meetings.map(meetingView),
  };
}
