import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, ValidateIf, type ValidationOptions } from 'class-validator';
import type { Texts } from '../problems/problem.js';

/*
 * The fields of bodies and queries. Each decorator checks, normalises and documents a property in one line, so that
 * the OpenAPI document and the checks cannot differ. Types are strict: nothing is converted.
 */

/** Options of every field. */
export interface Common {
  description?: string;
  example?: unknown;
  /** The key may be missing. */
  optional?: boolean;
  /** The value may be `null`, which clears. */
  nullable?: boolean;
}

/** The message of a failed check: a stable code and a sentence in each language. */
export interface Complaint {
  code: string;
  texts: Texts;
}

export const UNKNOWN_KEY: Complaint = {
  code: 'UNKNOWN_KEY',
  texts: { en: 'is not known here', ko: '알 수 없는 항목입니다' },
};

export const complain = (code: string, en: string, ko: string, each = false): ValidationOptions => ({
  each,
  // class-validator drops the context of an error whose message is empty, as in ValidateBy.
  message: code,
  context: { code, texts: { en, ko } } satisfies Complaint,
});

export function presence({ optional, nullable }: Common): PropertyDecorator[] {
  if (optional && nullable) return [IsOptional()];
  if (optional) return [ValidateIf((_, value) => value !== undefined)];
  if (nullable) return [ValidateIf((_, value) => value !== null)];
  return [];
}

export function document(
  { description, example, optional, nullable }: Common,
  schema: ApiPropertyOptions,
): PropertyDecorator {
  return ApiProperty({ description, example, required: !optional, nullable, ...schema } as ApiPropertyOptions);
}

export function listChecks(minItems: number, maxItems: number): PropertyDecorator[] {
  return [
    IsArray(complain('NOT_A_LIST', 'must be a list', '목록이어야 합니다')),
    ArrayMinSize(
      minItems,
      complain('TOO_FEW', `must have ${minItems} items or more`, `${minItems}개 이상이어야 합니다`),
    ),
    ArrayMaxSize(
      maxItems,
      complain('TOO_MANY', `must have at most ${maxItems} items`, `${maxItems}개 이하여야 합니다`),
    ),
  ];
}
