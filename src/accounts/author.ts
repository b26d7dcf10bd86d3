import { ApiExtraModels, ApiProperty, type ApiPropertyOptions, getSchemaPath } from '@nestjs/swagger';

/** An account where the author can be neither anonymous nor deleted. */
export class AccountName {
  @ApiProperty({ type: 'integer', example: 7 })
  id: number;
  @ApiProperty({ example: '민수' })
  nickname: string;
}

class NamedAuthor {
  @ApiProperty({ enum: ['account'] })
  kind: 'account';
  @ApiProperty({ type: 'integer', example: 7 })
  id: number;
  @ApiProperty({ example: '민수' })
  nickname: string;
}

/** Nothing here or elsewhere in an answer says who it is. */
class AnonymousAuthor {
  @ApiProperty({ enum: ['anonymous'] })
  kind: 'anonymous';
  @ApiProperty({ enum: [true] })
  anonymous: true;
  @ApiProperty({ description: '익명, 익명1, 익명2, … or 글쓴이; in Korean in every language', example: '익명1' })
  label: string;
  @ApiProperty({ type: 'integer', nullable: true, description: 'By first appearance in the thread', example: 1 })
  number: number | null;
  @ApiProperty({ description: 'The anonymous author of the post' })
  isPostAuthor: boolean;
}

/** The author has left. */
class DeletedAuthor {
  @ApiProperty({ enum: ['deleted'] })
  kind: 'deleted';
  @ApiProperty({ enum: [true] })
  deleted: true;
  @ApiProperty({ example: '(알 수 없음)' })
  label: string;
}

export type Author = NamedAuthor | AnonymousAuthor | DeletedAuthor;

const AUTHORS = { account: NamedAuthor, anonymous: AnonymousAuthor, deleted: DeletedAuthor };

/** The schema `Author` of the OpenAPI document. */
export const AUTHOR_SCHEMA = {
  oneOf: Object.values(AUTHORS).map((model) => ({ $ref: getSchemaPath(model) })),
  discriminator: {
    propertyName: 'kind',
    mapping: Object.fromEntries(Object.entries(AUTHORS).map(([kind, model]) => [kind, getSchemaPath(model)])),
  },
};

export function AuthorProperty(options: ApiPropertyOptions = {}): PropertyDecorator {
  return (target, key) => {
    ApiExtraModels(...Object.values(AUTHORS))(target.constructor);
    ApiProperty({ allOf: [{ $ref: getSchemaPath('Author') }], ...options } as ApiPropertyOptions)(target, key);
  };
}

/** The author's columns of a row. `author_id` must never be one of them. */
export interface AuthorColumns {
  anonymous: 0 | 1 | boolean;
  publicAuthorId: number | null;
  nickname: string | null;
}

export function namedAuthor({ publicAuthorId, nickname }: Pick<AuthorColumns, 'publicAuthorId' | 'nickname'>): Author {
  if (publicAuthorId === null || nickname === null) return { kind: 'deleted', deleted: true, label: '(알 수 없음)' };
  return { kind: 'account', id: publicAuthorId, nickname };
}

export function postAuthor(row: AuthorColumns): Author {
  if (row.anonymous) return { kind: 'anonymous', anonymous: true, label: '익명', number: null, isPostAuthor: true };
  return namedAuthor(row);
}

/** @param number `null` for a named comment, 0 for the anonymous author of the post */
export function commentAuthor(row: Omit<AuthorColumns, 'anonymous'>, number: number | null): Author {
  if (number === null) return namedAuthor(row);
  if (number === 0) return { kind: 'anonymous', anonymous: true, label: '글쓴이', number: null, isPostAuthor: true };
  return { kind: 'anonymous', anonymous: true, label: `익명${number}`, number, isPostAuthor: false };
}
