import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp } from './support/app.js';
import { anAccount } from './support/factories.js';
import { parseExposition, type Exposed } from './support/exposition.js';

/** Labels and metrics that Prometheus itself adds. */
const ITS_OWN = { labels: ['instance', 'job'], metrics: ['up'] };

const dashboard = JSON.parse(readFileSync('deploy/grafana-dashboard.json', 'utf8'));
const alerts = readFileSync('deploy/alerts.yml', 'utf8');
const page = readFileSync('docs/observing.md', 'utf8');

/** Every `"expr"` of the dashboard, and the queries of its variables. */
function expressionsOf(part: any): string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) =>
    (key === 'expr' || key === 'query') && typeof value === 'string' ? [value] : expressionsOf(value),
  );
}

/** `expr: …` on a line, or below `expr: |` with more indentation. */
const alertExpressions = [...alerts.matchAll(/^ +expr: (?:\|\n((?: {10,}.*\n)+)|(.*)\n)/gm)].map(
  ([, below, on]) => below ?? on,
);

/** `name{label="…", …}` and `name` in PromQL. */
function metricsIn(expression: string): { name: string; labels: string[] }[] {
  const found = expression.matchAll(/\b((?:madang|nodejs|process)_\w+|up\b)(?:\{([^}]*)\})?/g);
  return Array.from(found, ([, name, selectors = '']) => ({
    name,
    labels: Array.from(selectors.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g), ([, label]) => label),
  }));
}

let exposed: Exposed;
let names: Set<string>;

beforeAll(async () => {
  const t = await startApp({ env: { RATE_LIMITS: 'on', REDIS_URL: 'redis://127.0.0.1:1' } });
  await anAccount(t);
  globalThis.gc?.();
  exposed = parseExposition((await t.fastify.inject('/metrics')).payload);
  names = new Set(
    [...exposed.types].flatMap(([name, type]) => {
      if (type === 'histogram') return ['_bucket', '_sum', '_count'].map((suffix) => name + suffix);
      return type === 'summary' ? ['_sum', '_count'].map((suffix) => name + suffix) : [name];
    }),
  );
});

describe.each([
  ['the dashboard', expressionsOf(dashboard), 40],
  ['the alerts', alertExpressions, 12],
])('%s', (_, expressions, atLeast) => {
  it('uses only exported metrics', () => {
    expect(expressions.length).toBeGreaterThanOrEqual(atLeast);
    const asked = expressions.flatMap(metricsIn).map(({ name }) => name);
    expect(asked.length).toBeGreaterThanOrEqual(atLeast);
    expect(asked.filter((name) => !names.has(name) && !ITS_OWN.metrics.includes(name))).toEqual([]);
  });

  it('selects by existing labels', () => {
    const wrong = expressions.flatMap(metricsIn).flatMap(({ name, labels }) => {
      const samples = exposed.samples.filter((sample) => sample.name === name);
      // Without a garbage collection or an image there may be no label to compare with.
      if (samples.length === 0) return [];
      return labels.filter((label) => !ITS_OWN.labels.includes(label) && !(label in samples[0].labels));
    });
    expect(wrong).toEqual([]);
  });

  it('groups by labels of a metric in the expression', () => {
    const wrong = expressions.flatMap((expression) => {
      const asked = new Set(metricsIn(expression).map(({ name }) => name));
      const samples = exposed.samples.filter(({ name }) => asked.has(name));
      const known = new Set([...ITS_OWN.labels, ...samples.flatMap(({ labels }) => Object.keys(labels))]);
      if (samples.length === 0) return [];
      return [...expression.matchAll(/\bby \(([^)]*)\)/g)]
        .flatMap(([, list]) => list.split(','))
        .map((label) => label.trim())
        .filter((label) => !known.has(label));
    });
    expect(wrong).toEqual([]);
  });
});

describe('the dashboard', () => {
  it('can be imported anywhere: its data source is chosen there, its panels do not overlap', () => {
    const sources = new Set(JSON.stringify(dashboard).match(/"uid":"[^"]*"/g));
    expect([...sources].sort()).toEqual(['"uid":"${datasource}"', '"uid":"madang"']);
    const panels = dashboard.panels as { id: number; gridPos: { x: number; y: number; w: number; h: number } }[];
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

describe('the page', () => {
  it('explains every alert', () => {
    const all = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    expect(alertExpressions).toHaveLength(all.length);
    expect(all.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    expect((page.match(/`Madang\w+`/g) ?? []).filter((name) => !all.includes(name.slice(1, -1)))).toEqual([]);
  });

  it('names only exported metrics', () => {
    const told = [...page.matchAll(/`((?:madang|nodejs|process)_[a-z\d_]+)`/g)].map(([, name]) => name);
    expect(told.length).toBeGreaterThan(10);
    const known = new Set([...names, ...exposed.types.keys()]);
    expect(told.filter((name) => !known.has(name))).toEqual([]);
  });
});
