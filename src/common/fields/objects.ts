import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { complain, listChecks, presence, type Common } from './field.js';

/** A JSON object with fields of its own. */
export function Nested(type: () => new () => object, options: Common = {}): PropertyDecorator {
  return applyDecorators(
    // Swagger takes any function for a lazy reference to a class, unless its name is `type`.
    ApiProperty({
      type: () => type(),
      description: options.description,
      required: !options.optional,
      nullable: options.nullable,
    }),
    ...presence(options),
    // ValidateNested alone accepts a list, and finds no fault with an empty one.
    IsObject(complain('NOT_AN_OBJECT', 'must be an object', '객체여야 합니다')),
    ValidateNested(complain('NOT_AN_OBJECT', 'must be an object', '객체여야 합니다')),
    Type(type),
  );
}

/** A JSON array of objects with fields of their own. */
export function NestedList(
  type: () => new () => object,
  options: Common & { minItems?: number; maxItems: number },
): PropertyDecorator {
  const { description, optional, nullable, minItems = 0, maxItems } = options;
  return applyDecorators(
    ApiProperty({ type: () => [type()], description, required: !optional, nullable, minItems, maxItems }),
    ...presence(options),
    ...listChecks(minItems, maxItems),
    // ValidateNested checks the items of an inner list instead of the list itself: `[[]]` passes. It refuses null.
    Transform(({ value }) => (Array.isArray(value) ? value.map((item) => (Array.isArray(item) ? null : item)) : value)),
    ValidateNested({ ...complain('NOT_AN_OBJECT', 'must hold objects only', '객체만 들어갈 수 있습니다'), each: true }),
    Type(type),
  );
}
