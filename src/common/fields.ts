import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationOptions,
} from 'class-validator';
import { parseId } from './ids.js';
import type { Texts } from './problems/problem.js';

/**
 * The fields of bodies and queries. Each decorator checks, normalises and documents a property in one line, so that
 * the OpenAPI document cannot say anything else than what is enforced. Types are strict: nothing is converted.
 */

interface Common {
  description?: string;
  example?: unknown;
  /** The key may be missing. */
  optional?: boolean;
  /** The value may be `null`, which clears. */
  nullable?: boolean;
}

/** What a failed check says: a stable word and a sentence in each language. */
export interface Complaint {
  code: string;
  texts: Texts;
}

export const UNKNOWN_KEY: Complaint = {
  code: 'UNKNOWN_KEY',
  texts: { en: 'is not known here', ko: '알 수 없는 항목입니다' },
};

const complain = (code: string, en: string, ko: string, each = false): ValidationOptions => ({
  each,
  // class-validator drops the context of a complaint whose message is empty, as those of ValidateBy are.
  message: code,
  context: { code, texts: { en, ko } } satisfies Complaint,
});

function presence({ optional, nullable }: Common): PropertyDecorator[] {
  if (optional && nullable) return [IsOptional()];
  if (optional) return [ValidateIf((_, value) => value !== undefined)];
  if (nullable) return [ValidateIf((_, value) => value !== null)];
  return [];
}

function document({ description, example, optional, nullable }: Common, schema: ApiPropertyOptions): PropertyDecorator {
  return ApiProperty({ description, example, required: !optional, nullable, ...schema } as ApiPropertyOptions);
}

export interface TextOptions extends Common {
  /** In code points, after trimming. 1 by default; 0 lets the empty text through. */
  min?: number;
  /** In code points, after trimming. */
  max: number;
  pattern?: RegExp;
  /** What the pattern asks for. */
  patternTexts?: Texts;
  /** false leaves the text exactly as it came, for passwords and tokens. NFC and trimmed by default. */
  normalise?: boolean;
  format?: string;
}

export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function inCodePoints(min: number, max: number, each = false): PropertyDecorator {
  const fits = (value: unknown): boolean => {
    // A megabyte is not worth counting.
    if (typeof value !== 'string' || value.length > max * 2) return false;
    const length = codePoints(value);
    return length >= min && length <= max;
  };
  const texts: Texts =
    min === max
      ? { en: `must have ${max} characters`, ko: `${max}자여야 합니다` }
      : min === 0
        ? { en: `must have at most ${max} characters`, ko: `${max}자 이하여야 합니다` }
        : { en: `must have ${min} to ${max} characters`, ko: `${min}자 이상 ${max}자 이하여야 합니다` };
  return ValidateBy(
    { name: 'inCodePoints', validator: { validate: fits } },
    complain('WRONG_LENGTH', texts.en, texts.ko, each),
  );
}

function matching(pattern: RegExp, texts: Texts, each = false): PropertyDecorator {
  return ValidateBy(
    { name: 'matching', validator: { validate: (value) => typeof value === 'string' && pattern.test(value) } },
    complain('WRONG_FORMAT', texts.en, texts.ko, each),
  );
}

/** Text of which nothing is seen, such as Hangul fillers and the blank of Braille, is as good as white space. */
const UNSEEN = /^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u;

/**
 * NFC and trimmed; empty where nothing would be seen. What is too long in any form (one character is four UTF-16 units
 * at most when taken apart) is left alone.
 */
function tidy(value: unknown, max: number): unknown {
  if (typeof value !== 'string' || value.length > max * 4) return value;
  return UNSEEN.test(value) ? '' : value.normalize('NFC').trim();
}

/** A JSON string. */
export function Text(options: TextOptions): PropertyDecorator {
  const { min = 1, max, pattern, normalise = true } = options;
  const texts = options.patternTexts ?? { en: 'has the wrong form', ko: '형식이 올바르지 않습니다' };
  return applyDecorators(
    document(options, {
      type: 'string',
      minLength: min,
      maxLength: max,
      pattern: pattern?.source,
      format: options.format,
    }),
    ...presence(options),
    ...(normalise ? [Transform(({ value }) => tidy(value, max))] : []),
    IsString(complain('NOT_A_STRING', 'must be a string', '문자열이어야 합니다')),
    inCodePoints(min, max),
    ...(pattern ? [matching(pattern, texts)] : []),
  );
}

/** A JSON array of strings, each within `max` code points. */
export function TextList(options: TextOptions & { maxItems: number }): PropertyDecorator {
  const { min = 1, max, maxItems } = options;
  return applyDecorators(
    document(options, { type: 'array', items: { type: 'string', minLength: min, maxLength: max }, maxItems }),
    ...presence(options),
    Transform(({ value }) => (Array.isArray(value) ? value.map((item) => tidy(item, max)) : value)),
    IsArray(complain('NOT_A_LIST', 'must be a list', '목록이어야 합니다')),
    ArrayMaxSize(
      maxItems,
      complain('TOO_MANY', `must have at most ${maxItems} items`, `${maxItems}개 이하여야 합니다`),
    ),
    IsString(complain('NOT_A_STRING', 'must hold strings only', '문자열만 들어갈 수 있습니다', true)),
    inCodePoints(min, max, true),
  );
}

export interface IntegerOptions extends Common {
  min: number;
  max: number;
}

/** A JSON number without a fraction; `1e3` is the number 1000 to any JSON parser and passes. */
export function Integer(options: IntegerOptions): PropertyDecorator {
  return applyDecorators(
    document(options, { type: 'integer', minimum: options.min, maximum: options.max }),
    ...presence(options),
    ...integerChecks(options.min, options.max),
  );
}

function integerChecks(min: number, max: number): PropertyDecorator[] {
  const range = complain('OUT_OF_RANGE', `must be from ${min} to ${max}`, `${min} 이상 ${max} 이하여야 합니다`);
  return [
    IsInt(complain('NOT_AN_INTEGER', 'must be a whole number', '정수여야 합니다')),
    Min(min, range),
    Max(max, range),
  ];
}

/** An id in a body, 1 to 2^53 − 1. */
export function IdField(options: Common = {}): PropertyDecorator {
  return Integer({ min: 1, max: Number.MAX_SAFE_INTEGER, ...options });
}

/** An id in a query: only `[1-9][0-9]*`. */
export function IdQuery(options: Common = {}): PropertyDecorator {
  return applyDecorators(
    document({ optional: true, ...options }, { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
    ...presence({ optional: true, ...options }),
    Transform(({ value }) => (value === undefined ? undefined : (parseId(value) ?? NaN))),
    ...integerChecks(1, Number.MAX_SAFE_INTEGER),
  );
}

/** A whole number in a query, plain digits only. */
export function IntegerQuery(options: IntegerOptions): PropertyDecorator {
  const read = (text: unknown) => (typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : NaN);
  return applyDecorators(
    document({ optional: true, ...options }, { type: 'integer', minimum: options.min, maximum: options.max }),
    ...presence({ optional: true, ...options }),
    Transform(({ value }) => (value === undefined ? undefined : read(value))),
    ...integerChecks(options.min, options.max),
  );
}

/** A JSON true or false. */
export function Flag(options: Common = {}): PropertyDecorator {
  return applyDecorators(
    document(options, { type: 'boolean' }),
    ...presence(options),
    IsBoolean(complain('NOT_A_FLAG', 'must be true or false', 'true 또는 false여야 합니다')),
  );
}

/** One of a few words. */
export function Choice<T extends string>(options: Common & { of: readonly T[] }): PropertyDecorator {
  const words = options.of.join(', ');
  return applyDecorators(
    document(options, { type: 'string', enum: [...options.of] }),
    ...presence(options),
    IsIn(options.of as T[], complain('NOT_A_CHOICE', `must be one of ${words}`, `${words} 중 하나여야 합니다`)),
  );
}

/** A calendar day, `2026-03-02`, that exists. */
export function Day(options: Common = {}): PropertyDecorator {
  const exists = (value: unknown): boolean =>
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\d$/.test(value) &&
    !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) &&
    new Date(`${value}T00:00:00Z`).toISOString().startsWith(value);
  return applyDecorators(
    document(options, { type: 'string', format: 'date' }),
    ...presence(options),
    ValidateBy(
      { name: 'day', validator: { validate: exists } },
      complain('NOT_A_DAY', 'must be a day such as 2026-03-02', '2026-03-02와 같은 날짜여야 합니다'),
    ),
  );
}

/** A JSON object with fields of its own. */
export function Nested(type: () => new () => object, options: Common = {}): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type, description: options.description, required: !options.optional, nullable: options.nullable }),
    ...presence(options),
    ValidateNested(complain('NOT_AN_OBJECT', 'must be an object', '객체여야 합니다')),
    Type(type),
  );
}

/**
 * An e-mail address as far as a server can judge it: one `@`, a domain with a dot, 254 octets at most (RFC 5321). ASCII
 * only: among all of Unicode two addresses can fold to one, and a reset would go to the look-alike.
 */
export function EmailField(options: Common = {}): PropertyDecorator {
  return Text({
    max: 254,
    pattern:
      /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/,
    patternTexts: { en: 'must be an e-mail address', ko: '이메일 주소여야 합니다' },
    format: 'email',
    example: 'minsu@example.com',
    ...options,
  });
}
