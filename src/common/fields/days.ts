import { applyDecorators } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import { isDay } from '../campus-days.js';
import { complain, document, listChecks, presence, type Common } from './field.js';

/** A calendar day, `2026-03-02`, that exists. */
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
    complain('NOT_A_DAY', 'must be a day such as 2026-03-02', '2026-03-02와 같은 날짜여야 합니다', each),
  );
}
