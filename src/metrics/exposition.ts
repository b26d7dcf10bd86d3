/**
 * Prometheus' text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/). Written here,
 * as it is a page of code and the numbers are kept by others: prom-client is deprecated, and its successor,
 * `@prometheus-io/client`, needs Node 22.
 */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels = Record<string, string>;

/** One line. The suffix is one of those that histograms and summaries have: `_bucket`, `_sum`, `_count`. */
export interface Sample {
  value: number;
  labels?: Labels;
  suffix?: string;
}

export interface Metric {
  /** With its unit at the end (`_seconds`, `_bytes`), and `_total` after it where it only grows. */
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram' | 'summary';
  /** Is asked whenever somebody reads the metrics. */
  samples(): Sample[];
}

/** A number that only grows. */
export function counter(name: string, help: string, read: () => number | Sample[]): Metric {
  return { name, help, type: 'counter', samples: samplesOf(read) };
}

/** A number that goes up and down. */
export function gauge(name: string, help: string, read: () => number | Sample[]): Metric {
  return { name, help, type: 'gauge', samples: samplesOf(read) };
}

/** One sample for each name that was counted. */
export function byName(label: string, tally: Iterable<[string, number]>): Sample[] {
  return Array.from(tally, ([name, value]) => ({ value, labels: { [label]: name } }));
}

/**
 * One sample for each name with each outcome, also those that are still 0: Prometheus sees no increase in a series that
 * is new.
 */
export function byOutcome(label: string, outcomes: Record<string, Iterable<[string, number]>>): Sample[] {
  const tallies = Object.entries(outcomes).map(([outcome, tally]) => ({ outcome, counts: new Map(tally) }));
  const names = new Set(tallies.flatMap(({ counts }) => [...counts.keys()]));
  return [...names].flatMap((name) =>
    tallies.map(({ outcome, counts }) => ({ value: counts.get(name) ?? 0, labels: { [label]: name, outcome } })),
  );
}

/** The text that Prometheus reads. */
export function expose(metrics: readonly Metric[]): string {
  return metrics.map(exposeOne).join('');
}

function samplesOf(read: () => number | Sample[]): () => Sample[] {
  return () => {
    const now = read();
    return typeof now === 'number' ? [{ value: now }] : now;
  };
}

function exposeOne(metric: Metric): string {
  const { name, help, type } = metric;
  const lines = metric
    .samples()
    .map(({ value, labels, suffix = '' }) => `${name}${suffix}${braces(labels)} ${number(value)}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function braces(labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join()}}` : '';
}

function escaped(text: string): string {
  return text.replace(/["\\\n]/g, (letter) => (letter === '\n' ? '\\n' : `\\${letter}`));
}

function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
