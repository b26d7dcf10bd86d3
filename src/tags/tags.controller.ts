import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Public } from '../accounts/sessions/jwt.guard.js';
import { Documented } from '../common/openapi/documented.js';
import type { Page } from '../common/pages.js';
import { TagListQuery, TagPage, TagView } from './tags.dto.js';
import { TagNotFound } from './tags.errors.js';
import { TagsService } from './tags.service.js';

@ApiTags('Tags')
@Controller('tags')
export class TagsController {
  constructor(private readonly tags: TagsService) {}

  @Get()
  @Public()
  @Documented({
    summary: 'Tags, for lists and autocompletion',
    description: 'Counts are of posts in boards that everyone may read. With `prefix`, suggests while somebody types.',
    answer: TagPage,
  })
  list(@Query() query: TagListQuery): Promise<Page<TagView>> {
    return this.tags.list(query);
  }

  @Get(':name')
  @Public()
  @ApiParam({ name: 'name', schema: { type: 'string' }, example: '중간고사' })
  @Documented({
    summary: 'A tag',
    description:
      'Names are compared without a leading `#`, without regard to case. A tag exists while some post has it.',
    answer: TagView,
    problems: [TagNotFound],
  })
  get(@Param('name') name: string): Promise<TagView> {
    return this.tags.get(name);
  }
}
