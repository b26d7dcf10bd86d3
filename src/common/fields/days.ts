import { applyDecorators } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import { isDay } from '../campus-days.js';
import { complain, document, listChecks, presence, type Common } from './field.js';

/** A calendar day that exists, such as `2026-03-02`, from 1970-01-01 to 9999-12-31. */
export function Day(options: Common = {}): PropertyDecorator {
  return applyDecorators(document(options, { type: 'string', format: 'date' }), ...presence(options), existingDay());
}

/** A JSON array of calendar days. */
export function DayList(options: Common & { maxItems: number }): PropertyDecorator {
  const { maxItems } = options;
  return applyDecorators(
    document(options, { type: 'array', items: { type: 'string', format: 'date' }, maxItems }),
    ...presence(options),
    ...listChecks(0, maxItems),
    existingDay(true),
  );
}

function existingDay(each = false): PropertyDecorator {
  return ValidateBy(
    { name: 'day', validator: { validate: isDay } },
    complain(
      'NOT_A_DAY',
      'must be a day such as 2026-03-02, not before 1970-01-01',
      '2026-03-02와 같은 날짜여야 하며 1970-01-01보다 빠를 수 없습니다',
      each,
    ),
  );
}
