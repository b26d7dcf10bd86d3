import { expect, it } from '@jest/globals';
import { defaultDates } from './default-dates.js';
import { faultOf } from './semester-dates.js';
import { TERMS } from './semester.entity.js';

it.each([
  [2025, 'spring', '2025-03-03', '2025-06-22'],
  [2026, 'spring', '2026-03-02', '2026-06-21'],
  [2025, 'summer', '2025-06-23', '2025-07-20'],
  [2025, 'autumn', '2025-09-01', '2025-12-21'],
  [2026, 'autumn', '2026-09-01', '2026-12-21'],
  [2025, 'winter', '2025-12-22', '2026-01-18'],
] as const)('%i-%s is from %s to %s by default', (year, term, startsOn, endsOn) => {
  expect(defaultDates({ year, term })).toEqual({ startsOn, endsOn, timeZone: 'Asia/Seoul', holidays: [] });
});

it('are always those of a semester', () => {
  for (let year = 1990; year < 2100; year++) {
    for (const term of TERMS) expect(faultOf(defaultDates({ year, term }))).toBeNull();
  }
});
