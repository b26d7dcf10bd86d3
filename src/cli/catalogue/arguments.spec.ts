import { describe, expect, it } from '@jest/globals';
import { Misuse, parseCommand } from './arguments.js';

const parse = (line: string) => parseCommand(line.split(' '));

describe('the catalogue command', () => {
  it('takes a file and a semester', () => {
    expect(parse('import a.csv --semester 2025-autumn')).toEqual({
      name: 'import',
      path: 'a.csv',
      semester: { year: 2025, term: 'autumn' },
      dates: {},
      format: undefined,
      dryRun: false,
      force: false,
      strict: false,
      report: undefined,
    });
    expect(
      parse('import --dry-run --force --strict --format rpi --semester 2024-fall --time-zone America/New_York a.csv'),
    ).toMatchObject({
      ...{ semester: { year: 2024, term: 'autumn' }, dates: { timeZone: 'America/New_York' } },
      ...{ format: 'rpi', dryRun: true, force: true, strict: true },
    });
  });

  it('takes the dates of a semester; holidays in order, or none', () => {
    expect(
      parse('semester 2026-spring --starts 2026-03-02 --ends 2026-06-21 --holidays 2026-05-25,2026-05-05'),
    ).toEqual({
      name: 'semester',
      semester: { year: 2026, term: 'spring' },
      dates: { startsOn: '2026-03-02', endsOn: '2026-06-21', holidays: ['2026-05-05', '2026-05-25'] },
    });
    expect(parse('semester 2026-spring --holidays none')).toMatchObject({ dates: { holidays: [] } });
  });

  it.each([
    'fly',
    'import',
    'import a.csv',
    'import a.csv b.csv --semester 2025-autumn',
    'import a.csv --semester 2025',
    'import a.csv --semester 2025-herbst',
    'import a.csv --semester',
    'import a.csv --semester 2025-autumn --format xml',
    'import a.csv --semester 2025-autumn --hurry',
    'import a.csv --semester 2025-autumn --starts 2025-02-30',
    'semester',
    'semester 2025-autumn 2026-spring',
    'semester 2025-autumn --holidays friday',
  ])('does not understand `%s`', (line) => {
    expect(() => parse(line)).toThrow(Misuse);
  });
});
