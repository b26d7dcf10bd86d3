import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn } from 'class-validator';
import { complain, document, presence, type Common } from './field.js';

/** A JSON true or false. */
export function Flag(options: Common = {}): PropertyDecorator {
  return applyDecorators(
    document(options, { type: 'boolean' }),
    ...presence(options),
    IsBoolean(complain('NOT_A_FLAG', 'must be true or false', 'true 또는 false여야 합니다')),
  );
}

/** A JSON true and nothing else: for an act that `false` cannot undo. */
export function True(options: Common = {}): PropertyDecorator {
  return applyDecorators(
    document(options, { type: 'boolean', enum: [true] }),
    ...presence(options),
    IsIn([true], complain('NOT_TRUE', 'can only be true', 'true만 쓸 수 있습니다')),
  );
}

/** `true` or `false` in a query. */
export function FlagQuery(options: Common = {}): PropertyDecorator {
  return applyDecorators(
    document({ optional: true, ...options }, { type: 'boolean' }),
    ...presence({ optional: true, ...options }),
    Transform(({ value }) => (value === 'true' ? true : value === 'false' ? false : value)),
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
