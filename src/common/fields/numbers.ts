import { applyDecorators } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayUnique, IsInt, Max, Min, ValidateBy } from 'class-validator';
import { parseId } from '../ids.js';
import { complain, document, listChecks, presence, type Common } from './field.js';

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

/** Of the largest id. */
const ID_DIGITS = String(Number.MAX_SAFE_INTEGER).length;

/** Ids in a query, with commas between, none of them twice: `with=12,15`. */
export function IdListQuery(options: Common & { minItems: number; maxItems: number }): PropertyDecorator {
  const { minItems, maxItems } = options;
  const read = (text: unknown) => (typeof text === 'string' ? text.split(',').map((one) => parseId(one) ?? NaN) : text);
  const maxLength = maxItems * (ID_DIGITS + 1) - 1;
  const schema = { type: 'string', pattern: '^[1-9][0-9]*(,[1-9][0-9]*)*$', maxLength };
  return applyDecorators(
    document(options, schema as ApiPropertyOptions),
    ...presence(options),
    Transform(({ value }) => read(value)),
    ...listChecks(minItems, maxItems),
    IsInt(complain('NOT_AN_INTEGER', 'must be whole numbers with commas between', '쉼표로 나눈 정수여야 합니다', true)),
    ArrayUnique(complain('DUPLICATE', 'must not hold a value twice', '같은 값이 두 번 들어갈 수 없습니다')),
  );
}

/** Small whole numbers in a query, with commas between, none of them twice: `day=0,2`. */
export function IntegerListQuery(options: IntegerOptions): PropertyDecorator {
  const { min, max } = options;
  const maxItems = max - min + 1;
  const range = complain('OUT_OF_RANGE', `must be from ${min} to ${max}`, `${min} 이상 ${max} 이하여야 합니다`, true);
  const read = (text: unknown) =>
    typeof text === 'string' ? text.split(',').map((one) => (/^\d{1,9}$/.test(one) ? Number(one) : NaN)) : text;
  const schema = { type: 'string', pattern: '^[0-9]+(,[0-9]+)*$', maxLength: maxItems * (String(max).length + 1) - 1 };
  return applyDecorators(
    document(options, schema as ApiPropertyOptions),
    ...presence(options),
    Transform(({ value }) => read(value)),
    ...listChecks(1, maxItems),
    IsInt(complain('NOT_AN_INTEGER', 'must be whole numbers with commas between', '쉼표로 나눈 정수여야 합니다', true)),
    Min(min, range),
    Max(max, range),
    ArrayUnique(complain('DUPLICATE', 'must not hold a value twice', '같은 값이 두 번 들어갈 수 없습니다')),
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

/** A JSON number with `places` decimal places at most. */
export function Decimal(options: IntegerOptions & { places: number }): PropertyDecorator {
  const { min, max, places } = options;
  const fits = (value: unknown): boolean =>
    typeof value === 'number' && Number.isFinite(value) && Number(value.toFixed(places)) === value;
  const range = complain('OUT_OF_RANGE', `must be from ${min} to ${max}`, `${min} 이상 ${max} 이하여야 합니다`);
  return applyDecorators(
    document(options, { type: 'number', minimum: min, maximum: max }),
    ...presence(options),
    ValidateBy(
      { name: 'decimal', validator: { validate: fits } },
      complain(
        'NOT_A_DECIMAL',
        `must be a number with at most ${places} decimal places`,
        `소수점 아래 ${places}자리까지의 수여야 합니다`,
      ),
    ),
    Min(min, range),
    Max(max, range),
  );
}

/** A number in a query with `places` decimal places at most: plain digits and a point. */
export function DecimalQuery(options: IntegerOptions & { places: number }): PropertyDecorator {
  const form = new RegExp(`^\\d{1,9}(\\.\\d{1,${options.places}})?$`);
  const read = (text: unknown) => (typeof text === 'string' && form.test(text) ? Number(text) : NaN);
  return applyDecorators(
    Decimal({ optional: true, ...options }),
    Transform(({ value }) => (value === undefined ? undefined : read(value))),
  );
}

/** A JSON array of whole numbers, none of them twice. */
export function IntegerList(options: IntegerOptions & { minItems?: number; maxItems: number }): PropertyDecorator {
  const { min, max, minItems = 0, maxItems } = options;
  const items = { type: 'integer', minimum: min, maximum: max };
  return applyDecorators(
    document(options, { type: 'array', items, minItems, maxItems, uniqueItems: true } as ApiPropertyOptions),
    ...presence(options),
    ...listChecks(minItems, maxItems),
    ArrayUnique(complain('DUPLICATE', 'must not hold a value twice', '같은 값이 두 번 들어갈 수 없습니다')),
    IsInt(complain('NOT_AN_INTEGER', 'must hold whole numbers only', '정수만 들어갈 수 있습니다', true)),
    Min(min, complain('OUT_OF_RANGE', `must be from ${min} to ${max}`, `${min} 이상 ${max} 이하여야 합니다`, true)),
    Max(max, complain('OUT_OF_RANGE', `must be from ${min} to ${max}`, `${min} 이상 ${max} 이하여야 합니다`, true)),
  );
}
