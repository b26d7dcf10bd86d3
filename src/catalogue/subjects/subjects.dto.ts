import { ApiProperty } from '@nestjs/swagger';
import { IdQuery } from '../../common/fields/numbers.js';
import { Line, Text } from '../../common/fields/texts.js';
import { PageQuery, pageViewOf } from '../../common/pages.js';
import { Credits } from '../credits.js';
import type { Source } from './subject.entity.js';
import type { SubjectRow } from './subjects.queries.js';

export class SubjectBody {
  @Line({ max: 40, example: 'CSE2017' })
  code: string;

  @Line({ max: 100, example: '자료구조' })
  name: string;

  @Line({ max: 100, optional: true, nullable: true, example: '컴퓨터공학과' })
  department?: string | null;

  @Credits({ example: 3 })
  credits: number;

  @Line({ max: 50, optional: true, nullable: true, example: '전공필수' })
  category?: string | null;
}

export class SubjectChanges {
  @Line({ max: 40, optional: true })
  code?: string;

  @Line({ max: 100, optional: true })
  name?: string;

  @Line({ max: 100, optional: true, nullable: true })
  department?: string | null;

  @Credits({ optional: true })
  credits?: number;

  @Line({ max: 50, optional: true, nullable: true })
  category?: string | null;
}

export class SubjectListQuery extends PageQuery {
  @Text({ max: 100, optional: true, description: 'Part of the name or of the code; white space does not matter' })
  q?: string;

  @IdQuery({ description: 'Only those that are taught in this semester' })
  semester?: number;
}

export class SubjectView {
  @ApiProperty({ type: 'integer', example: 12 })
  id: number;
  @ApiProperty({ example: 'CSE2017' })
  code: string;
  @ApiProperty({ example: '자료구조' })
  name: string;
  @ApiProperty({ type: 'string', nullable: true, example: '컴퓨터공학과' })
  department: string | null;
  @ApiProperty({ example: 3 })
  credits: number;
  @ApiProperty({ type: 'string', nullable: true, example: '전공필수' })
  category: string | null;
  @ApiProperty({ enum: ['catalogue', 'user'], description: '`user`: registered by a member' })
  source: Source;
}

export class SubjectPage extends pageViewOf(SubjectView) {}

export function subjectView(row: SubjectRow): SubjectView {
  const { id, code, name, department, credits, category, source } = row;
  return { id, code, name, department, credits, category, source };
}
