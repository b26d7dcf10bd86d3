import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { FlagQuery } from '../../common/fields/choices.js';
import { complain } from '../../common/fields/field.js';
import { Text } from '../../common/fields/texts.js';
import { pageViewOf } from '../../common/pages.js';
import { semesterName } from '../semesters/semester-name.js';
import { TERMS } from '../semesters/semester.entity.js';
import { IMPORT_STATES, type ImportState } from './catalogue-import.entity.js';
import { FORMAT_NAMES } from './formats.js';
import type { ImportRow, ImportSummaryRow } from './imports.service.js';
import { type Phase, PHASES, type RefusalCode, REFUSALS } from './report.js';

/** The name of a format. A plain text in the document: universities add formats of their own, and clients stay as they are. */
function FormatField(): PropertyDecorator {
  const known = FORMAT_NAMES.join(', ');
  return applyDecorators(
    Text({
      max: 20,
      optional: true,
      example: 'csv',
      description: `One of those of this server: ${known}. Recognised by the content by default`,
    }),
    IsIn(FORMAT_NAMES, complain('NOT_A_CHOICE', `must be one of ${known}`, `${known} 중 하나여야 합니다`)),
  );
}

/** The fields beside the file; as every field of a form they are text. */
export class ImportFields {
  @Text({
    max: 20,
    example: '2026-autumn',
    description: 'A year and a term, or the id of the semester, which is there',
  })
  semester: string;

  @FormatField()
  format?: string;

  @FlagQuery({ description: 'Only report the changes, without making them' })
  dryRun: boolean = false;

  @FlagQuery({ description: 'Also when more than 10 % of the lectures would vanish or lose their times' })
  force: boolean = false;

  @FlagQuery({ description: 'Change nothing when there is a bad row' })
  strict: boolean = false;
}

export class ImportProgressView {
  @ApiProperty({
    enum: [...PHASES, 'indexing'],
    description: '`indexing`: only of imports before the search needed no index',
  })
  phase: Phase;
  @ApiProperty({ type: 'integer', description: 'Records of the file that were read' })
  rows: number;
  @ApiProperty({ type: 'integer', description: 'Bytes of the file that were read' })
  bytes: number;
  @ApiProperty({ type: 'integer', description: 'The size of the file' })
  bytesTotal: number;
  @ApiProperty({ type: 'integer', description: 'Records, of `rows`, that were compared with the catalogue' })
  compared: number;
}

export class ImportCountsView {
  @ApiProperty({ type: 'integer', description: 'Records in the file' })
  rows: number;
  @ApiProperty({ type: 'integer', description: 'Lectures that these are' })
  lectures: number;
  @ApiProperty({ type: 'integer' })
  meetings: number;
  @ApiProperty({ type: 'integer', description: 'Lectures without meetings' })
  untimed: number;
  @ApiProperty({ type: 'integer' })
  added: number;
  @ApiProperty({ type: 'integer' })
  changed: number;
  @ApiProperty({ type: 'integer' })
  unchanged: number;
  @ApiProperty({ type: 'integer', description: 'Not in the file any more: they are cancelled' })
  removed: number;
  @ApiProperty({ type: 'integer', description: 'Were cancelled and are in the file again' })
  returned: number;
  @ApiProperty({ type: 'integer', description: 'Lectures that have lost all their times' })
  lostTimes: number;
  @ApiProperty({ type: 'integer' })
  subjectsAdded: number;
  @ApiProperty({ type: 'integer' })
  subjectsChanged: number;
}

export class RowNoteView {
  @ApiProperty({ type: 'integer', description: 'The line of a CSV file, the place in the list of a JSON file; from 1' })
  line: number;
  @ApiProperty({ example: '"25:00" is no time of day' })
  text: string;
}

export class NoteGroupView {
  @ApiProperty({ example: '"…" is no time of day', description: 'Without the content of the row' })
  reason: string;
  @ApiProperty({ type: 'integer' })
  total: number;
  @ApiProperty({ type: 'array', items: { type: 'integer' }, description: 'The first ten' })
  lines: number[];
}

export class RowNotesView {
  @ApiProperty({ type: 'integer' })
  total: number;
  @ApiProperty({ type: [RowNoteView], description: 'The first 100' })
  items: RowNoteView[];
  @ApiProperty({ type: [NoteGroupView], description: 'All of them by their reasons, the most frequent first' })
  groups: NoteGroupView[];
}

export class LectureChangeView {
  @ApiProperty({ enum: ['added', 'changed', 'removed', 'returned'] })
  kind: 'added' | 'changed' | 'removed' | 'returned';
  @ApiProperty({ example: 'CSE2017' })
  code: string;
  @ApiProperty({ example: '01' })
  section: string;
  @ApiProperty({ example: '자료구조' })
  title: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object', properties: { old: {}, new: {} } },
    example: { capacity: { old: 40, new: 45 } },
    description: 'The old and new value of each field; empty for added or removed lectures',
  })
  fields: Record<string, { old: unknown; new: unknown }>;
}

export class LectureChangesView {
  @ApiProperty({ type: 'integer' })
  total: number;
  @ApiProperty({
    type: [LectureChangeView],
    description: 'The first 100: cancelled ones, then those at another time or place, then all others',
  })
  items: LectureChangeView[];
}

export class RefusalView {
  @ApiProperty({ enum: [...REFUSALS] })
  code: RefusalCode;
  @ApiProperty()
  text: string;
}

export class ImportTimesView {
  @ApiProperty({ type: 'integer' })
  waiting: number;
  @ApiProperty({ type: 'integer' })
  reading: number;
  @ApiProperty({ type: 'integer' })
  comparing: number;
  @ApiProperty({ type: 'integer' })
  applying: number;
}

export class ImportReportView {
  @ApiProperty({ example: '2026-autumn' })
  semester: string;
  @ApiProperty({ example: 'csv' })
  format: string;
  @ApiProperty({ description: 'Whether the catalogue now has the same data as the file' })
  applied: boolean;
  @ApiProperty()
  dryRun: boolean;
  @ApiProperty({ type: RefusalView, nullable: true, description: 'Why it was not applied, or would not be' })
  refusal: RefusalView | null;
  @ApiProperty({ type: ImportCountsView })
  counts: ImportCountsView;
  @ApiProperty({ type: RowNotesView, description: 'Rows that were left out' })
  badRows: RowNotesView;
  @ApiProperty({ type: RowNotesView, description: 'Rows that are odd and were taken' })
  warnings: RowNotesView;
  @ApiProperty({ type: LectureChangesView })
  changes: LectureChangesView;
  @ApiProperty({ type: ImportTimesView, description: 'Milliseconds of each phase' })
  took: ImportTimesView;
}

export class ImportSummaryView {
  @ApiProperty({ type: 'integer', example: 5 })
  id: number;
  @ApiProperty({ example: '2026-autumn' })
  semester: string;
  @ApiProperty({ type: 'string', nullable: true, example: 'csv', description: '`null` until it is recognised' })
  format: string | null;
  @ApiProperty()
  dryRun: boolean;
  @ApiProperty()
  force: boolean;
  @ApiProperty()
  strict: boolean;
  @ApiProperty({
    enum: [...IMPORT_STATES],
    description: '`refused`: it would lose too much, or the file is not right; `failed`: it did not come to its end',
  })
  state: ImportState;
  @ApiProperty({ type: 'string', nullable: true, description: 'Why it was refused or failed' })
  reason: string | null;
  @ApiProperty({ type: ImportProgressView })
  progress: ImportProgressView;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  finishedAt: string | null;
}

export class ImportView extends ImportSummaryView {
  @ApiProperty({ type: ImportReportView, nullable: true, description: '`null` until it is there' })
  report: ImportReportView | null;
}

export class ImportPage extends pageViewOf(ImportSummaryView) {}

/** For a client that cannot know whether an import was committed. */
export const ALL_OR_NOTHING = 'Either all of it was applied or nothing: import the file again.';

/** Seconds without a sign after which the process of an import counts as dead. */
const DEAD_AFTER = 30;
// It may have come further than it could say.
const ITS_SERVER_DIED = `Its server ended before it was done. ${ALL_OR_NOTHING}`;

export function importSummaryView(row: ImportSummaryRow, now: Date): ImportSummaryView {
  const { id, year, term, format, dryRun, forced, strict, progress, createdAt, finishedAt, aliveAt } = row;
  const isUnderWay = row.state === 'queued' || row.state === 'running';
  const isDead = isUnderWay && now.getTime() - aliveAt.getTime() > DEAD_AFTER * 1000;
  return {
    id,
    semester: semesterName({ year, term: TERMS[term] }),
    format,
    dryRun,
    force: forced,
    strict,
    state: isDead ? 'failed' : row.state,
    reason: isDead ? ITS_SERVER_DIED : row.reason,
    progress,
    createdAt: createdAt.toISOString(),
    finishedAt: (isDead ? aliveAt : finishedAt)?.toISOString() ?? null,
  };
}

export function importView(row: ImportRow, now: Date): ImportView {
  const { report } = row;
  // Reports that were stored before notes were grouped have no groups.
  const grouped = report && {
    ...report,
    badRows: { ...report.badRows, groups: report.badRows.groups ?? [] },
    warnings: { ...report.warnings, groups: report.warnings.groups ?? [] },
  };
  return { ...importSummaryView(row, now), report: grouped };
}
