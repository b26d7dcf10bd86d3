import { describe, expect, it } from '@jest/globals';
import type { ImportProgressView } from '../../catalogue/imports/imports.dto.js';
import { ProgressLine, textOf } from './progress-line.js';

const progress = (more: Partial<ImportProgressView>): ImportProgressView => ({
  ...{ phase: 'reading', rows: 0, bytes: 0, bytesTotal: 1000, compared: 0, ...more },
});

it('tells the share, the rate and the time left', () => {
  expect(textOf(progress({ rows: 500, bytes: 250 }), 2)).toBe(
    '[1/3] reading   █████░░░░░░░░░░░░░░░  25% · 500 rows · 250/s · 6 s left',
  );
  expect(textOf(progress({ phase: 'comparing', rows: 2000, compared: 100 }), 10)).toContain('3:10 min left');
  expect(textOf(progress({ phase: 'comparing', rows: 0 }), 0)).toContain('100%');
});

describe('the line', () => {
  const shownOn = (isTTY: boolean, steps: [time: number, progress: ImportProgressView][]): string[] => {
    const written: string[] = [];
    let time = 0;
    const line = new ProgressLine({ isTTY, columns: 40, write: (text) => written.push(text) }, () => time);
    for (const [at, step] of steps) {
      time = at;
      line.show(step);
    }
    line.clear();
    return written;
  };

  it('is drawn over and over on a terminal, no wider than that, and goes away', () => {
    const written = shownOn(true, [
      [1, progress({})],
      [50, progress({ bytes: 1 })],
      [150, progress({ bytes: 500 })],
    ]);
    expect(written).toHaveLength(3);
    expect(written[1].startsWith('\r\x1b[2K[1/3] reading')).toBe(true);
    expect(written[1].length).toBeLessThanOrEqual(39 + 5);
    expect(written[2]).toBe('\r\x1b[2K');
  });

  it('is a line now and then elsewhere, and none of a quick import', () => {
    expect(
      shownOn(false, [
        [1, progress({})],
        [900, progress({ phase: 'applying' })],
      ]),
    ).toEqual([]);
    const written = shownOn(false, [
      [1, progress({ phase: 'waiting' })],
      [2, progress({})],
      [2100, progress({ bytes: 500 })],
      [2200, progress({ bytes: 600 })],
    ]);
    expect(written).toHaveLength(2);
    expect(written[1]).toMatch(/^\[1\/3] reading .*\n$/);
  });
});
