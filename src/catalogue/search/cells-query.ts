import type { ApiPropertyOptions } from '@nestjs/swagger';
import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { complain, document, listChecks, presence, type Common } from '../../common/fields/field.js';
import { DAY_MINUTES, DAYS } from '../meetings.js';
import type { Cell } from './lecture-filter.js';

/** Half-hour cells from 08:00 to 22:00 on seven days, and some more. */
const MAX_CELLS = 200;
/** Of `0:1380-1440` and its comma. */
const CELL_LENGTH = 12;

/** Windows of the week in a query: `cells=0:540-720,2:540-720`. */
export function CellsQuery(options: Common): PropertyDecorator {
  const given = { optional: true, ...options };
  const schema = {
    type: 'string',
    pattern: '^[0-6]:[0-9]{1,4}-[0-9]{1,4}(,[0-6]:[0-9]{1,4}-[0-9]{1,4})*$',
    maxLength: MAX_CELLS * CELL_LENGTH - 1,
  };
  const complaint = complain(
    'NOT_CELLS',
    'must be windows such as `0:540-720`: a day from 0 to 6, and minutes from 0 to 1440, the end after the start',
    '`0:540-720`과 같은 시간대여야 합니다: 요일은 0부터 6까지, 분은 0부터 1440까지이고 끝이 시작보다 늦어야 합니다',
    true,
  );
  return applyDecorators(
    document(given, schema as ApiPropertyOptions),
    ...presence(given),
    Transform(({ value }) => (typeof value === 'string' ? value.split(',').map(cellIn) : value)),
    ...listChecks(1, MAX_CELLS),
    ValidateBy({ name: 'cells', validator: { validate: (cell) => cell !== null } }, complaint),
  );
}

/** `null` for a text that is no window. */
function cellIn(text: string): Cell | null {
  const [, day, start, end] = (/^(\d):(\d{1,4})-(\d{1,4})$/.exec(text) ?? []).map(Number);
  return day < DAYS && start < end && end <= DAY_MINUTES ? { day, start, end } : null;
}
