import { ApiProperty } from '@nestjs/swagger';
import { Choice } from '../common/fields/choices.js';
import { Text } from '../common/fields/texts.js';
import { PageQuery, pageViewOf } from '../common/pages.js';

export const TAG_SORTS = ['popular', 'name'] as const;

export class TagListQuery extends PageQuery {
  @Text({ max: 50, optional: true, description: 'The beginning of the tag, for autocompletion', example: '중간' })
  prefix?: string;

  @Choice({ of: TAG_SORTS, optional: true, description: '`popular` by default' })
  sort: (typeof TAG_SORTS)[number] = 'popular';
}

export class TagView {
  @ApiProperty({ example: '중간고사' })
  name: string;
  @ApiProperty({ type: 'integer', description: 'Posts with it in boards that everyone may read' })
  postCount: number;
}

export class TagPage extends pageViewOf(TagView) {}
