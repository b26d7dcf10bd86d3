import { expect, it } from '@jest/globals';
import { linesOf } from '../../cli/catalogue/print-report.js';
import { Findings } from './report.js';

const about = { semester: '2026-autumn', format: 'csv', applied: true, dryRun: false, refusal: null };
const took = { waiting: 0, reading: 0, comparing: 0, applying: 0 };

it('groups notes by their reasons, without what the rows say', () => {
  const findings = new Findings();
  for (const line of [9, 4, 7]) findings.bad(line, `"${line}5:00" is no time of day`);
  findings.bad(2, 'title is missing');
  const report = findings.report({ ...about, took });
  expect(report.badRows.groups).toEqual([
    { reason: '"…" is no time of day', total: 3, lines: [4, 7, 9] },
    { reason: 'title is missing', total: 1, lines: [2] },
  ]);
  expect(linesOf(report)).toEqual(expect.arrayContaining(['    3 × "…" is no time of day (lines 4, 7, 9)']));
  expect(linesOf(report, Infinity)).toEqual(expect.arrayContaining(['    line 9: "95:00" is no time of day']));
});

it('names cancelled lectures first, then moved ones, also when there are too many of the others', () => {
  const findings = new Findings(5);
  const change = (kind: 'added' | 'changed' | 'removed', code: string, fields: object = {}) =>
    findings.change({ kind, code, section: '01', title: code, fields: fields as never });
  for (let i = 0; i < 10; i++) change('added', `N${i}`);
  change('changed', 'SEATS', { capacity: { old: 1, new: 2 } });
  change('changed', 'MOVED', { meetings: { old: [], new: [] } });
  change('removed', 'GONE');
  const { changes } = findings.report({ ...about, took });
  expect(changes.total).toBe(13);
  expect(changes.items.map(({ code }) => code)).toEqual(['GONE', 'MOVED', 'N0', 'N1', 'N2']);
});

it('counts any number of reasons', () => {
  const findings = new Findings();
  for (let i = 1; i <= 200; i++) findings.warn(i, `${'x'.repeat(i)} is odd`);
  const { groups, total } = findings.report({ ...about, took }).warnings;
  expect([total, groups.reduce((sum, group) => sum + group.total, 0), groups.length]).toEqual([200, 200, 51]);
});
