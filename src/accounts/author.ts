import { ApiExtraModels, ApiProperty, type ApiPropertyOptions, getSchemaPath } from '@nestjs/swagger';

/** Somebody by name, where nobody else is possible. */
export class AccountName {
  @ApiProperty({ type: 'integer', example: 7 })
  id: number;
  @ApiProperty({ example: '민수' })
  nickname: string;
}

/** Somebody by name. */
export class NamedAuthor {
  @ApiProperty({ enum: ['account'] })
  kind: 'account';
  @ApiProperty({ type: 'integer', example: 7 })
  id: number;
  @ApiProperty({ example: '민수' })
  nickname: string;
}

/** Somebody who is not told. Nothing here or elsewhere in an answer says who. */
export class AnonymousAuthor {
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

/** Somebody who has left. */
export class DeletedAuthor {
  @ApiProperty({ enum: ['deleted'] })
  kind: 'deleted';
  @ApiProperty({ enum: [true] })
  deleted: true;
  @ApiProperty({ example: '(알 수 없음)' })
  label: string;
}

export type Author = NamedAuthor | AnonymousAuthor | DeletedAuthor;

const AUTHORS = { account: NamedAuthor, anonymous: AnonymousAuthor, deleted: DeletedAuthor };

/** The schema `Author` of the document: one of the three by its `kind`. */
export const AUTHOR_SCHEMA = {
  oneOf: Object.values(AUTHORS).map((model) => ({ $ref: getSchemaPath(model) })),
  discriminator: {
    propertyName: 'kind',
    mapping: Object.fromEntries(Object.entries(AUTHORS).map(([kind, model]) => [kind, getSchemaPath(model)])),
  },
};

/** Documents a property as one of the three. */
export function AuthorProperty(options: ApiPropertyOptions = {}): PropertyDecorator {
  return (target, key) => {
    ApiExtraModels(...Object.values(AUTHORS))(target.constructor);
    ApiProperty({ allOf: [{ $ref: getSchemaPath('Author') }], ...options } as ApiPropertyOptions)(target, key);
  };
}

/** What a row tells of its author: always the public side, never `author_id`. */
export interface AuthorColumns {
  anonymous: 0 | 1 | boolean;
  publicAuthorId: number | null;
  nickname: string | null;
}

/** A named author, or one who has left. */
export function namedAuthor({ publicAuthorId, nickname }: Pick<AuthorColumns, 'publicAuthorId' | 'nickname'>): Author {
  if (publicAuthorId === null || nickname === null) return { kind: 'deleted', deleted: true, label: '(알 수 없음)' };
  return { kind: 'account', id: publicAuthorId, nickname };
}

/** The author of a post. */
export function postAuthor(row: AuthorColumns): Author {
  if (row.anonymous) return { kind: 'anonymous', anonymous: true, label: '익명', number: null, isPostAuthor: true };
  return namedAuthor(row);
}

/** The author of a comment. @param number `null` for a named comment, 0 for the anonymous author of the post */
export function commentAuthor(row: Omit<AuthorColumns, 'anonymous'>, number: number | null): Author {
  if (number === null) return namedAuthor(row);
  if (number === 0) return { kind: 'anonymous', anonymous: true, label: '글쓴이', number: null, isPostAuthor: true };
  return { kind: 'anonymous', anonymous: true, label: `익명${number}`, number, isPostAuthor: false };
}
