import { expect, it } from '@jest/globals';
import { datesOfNew } from './default-dates.js';
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
  expect(datesOfNew({ year, term })).toMatchObject({ startsOn, endsOn, timeZone: 'Asia/Seoul' });
});

it('are always those of a semester', () => {
  for (let year = 1990; year < 2100; year++) {
    for (const term of TERMS) expect(faultOf(datesOfNew({ year, term }))).toBeNull();
  }
});

it('have the public holidays of Korea, and those that are given instead', () => {
  const autumn = { year: 2026, term: 'autumn' } as const;
  expect(datesOfNew(autumn).holidays).toContain('2026-10-09');
  expect(datesOfNew(autumn, { endsOn: '2026-10-08' }).holidays).not.toContain('2026-10-09');
  expect(datesOfNew(autumn, { holidays: [] }).holidays).toEqual([]);
  expect(datesOfNew(autumn, { timeZone: 'America/New_York' }).holidays).toEqual([]);
  expect(datesOfNew(autumn, { startsOn: '2027-01-01' }).holidays).toEqual([]);
});
