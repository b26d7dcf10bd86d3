import { ApiProperty } from '@nestjs/swagger';
import { AuthorProperty, namedAuthor, type Author } from '../accounts/author.js';
import { Choice, Flag } from '../common/fields/choices.js';
import { Line, Text } from '../common/fields/texts.js';
import { PageQuery, pageViewOf } from '../common/pages.js';
import { ACCESS, type Access } from '../common/viewer.js';
import type { BoardRow } from './boards.queries.js';

const WRITE_ACCESS = ACCESS.slice(1);
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const SLUG_TEXTS = {
  en: 'must be small letters, digits and single hyphens',
  ko: '영문 소문자, 숫자, 하이픈만 쓸 수 있습니다',
};

export class BoardBody {
  @Line({ max: 50, example: '자유게시판' })
  name: string;

  @Text({
    min: 2,
    max: 40,
    pattern: SLUG,
    patternTexts: SLUG_TEXTS,
    optional: true,
    example: 'free',
    description: '`board-{id}` by default',
  })
  slug?: string;

  @Text({ min: 0, max: 500, optional: true, example: '무엇이든 이야기해요' })
  description: string = '';

  @Flag({ optional: true, description: 'true by default' })
  allowAnonymous: boolean = true;

  @Choice({ of: ACCESS, optional: true, description: '`everyone` by default' })
  readAccess: Access = 'everyone';

  @Choice({
    of: WRITE_ACCESS,
    optional: true,
    description: 'Never wider than `readAccess`, which it is by default; `members` at least',
  })
  writeAccess?: Access;
}

export class BoardChanges {
  @Line({ max: 50, optional: true })
  name?: string;

  @Text({ min: 2, max: 40, pattern: SLUG, patternTexts: SLUG_TEXTS, optional: true })
  slug?: string;

  @Text({ min: 0, max: 500, optional: true, nullable: true })
  description?: string | null;

  @Flag({ optional: true })
  allowAnonymous?: boolean;

  @Choice({ of: ACCESS, optional: true })
  readAccess?: Access;

  @Choice({ of: WRITE_ACCESS, optional: true })
  writeAccess?: Access;

  @Flag({ optional: true, description: 'Nothing new is written in an archived board' })
  archived?: boolean;
}

export class BoardListQuery extends PageQuery {
  @Text({ max: 50, optional: true, description: 'Part of the name or of the slug' })
  q?: string;
}

export class BoardView {
  @ApiProperty({ type: 'integer', example: 3 })
  id: number;
  @ApiProperty({ example: 'free' })
  slug: string;
  @ApiProperty({ example: '자유게시판' })
  name: string;
  @ApiProperty({ example: '무엇이든 이야기해요' })
  description: string;
  @ApiProperty()
  allowAnonymous: boolean;
  @ApiProperty({ enum: [...ACCESS] })
  readAccess: Access;
  @ApiProperty({ enum: WRITE_ACCESS })
  writeAccess: Access;
  @ApiProperty()
  archived: boolean;
  @ApiProperty({ type: 'integer' })
  postCount: number;
  @AuthorProperty()
  owner: Author;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
}

export class BoardPage extends pageViewOf(BoardView) {}

export function boardView(row: BoardRow): BoardView {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    allowAnonymous: row.allowAnonymous,
    readAccess: ACCESS[row.readAccess],
    writeAccess: ACCESS[row.writeAccess],
    archived: row.archived,
    postCount: row.postCount,
    owner: namedAuthor({ publicAuthorId: row.ownerId, nickname: row.ownerNickname }),
    createdAt: row.createdAt.toISOString(),
  };
}
