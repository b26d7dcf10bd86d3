import type { Labels, Metric, Sample } from './exposition.js';

interface Series {
  labels: Labels;
  /** Of each bucket alone; the last one has no upper bound. */
  counts: number[];
  sum: number;
}

/** The distribution of values over buckets, for each combination of labels. */
export class Histogram implements Metric {
  readonly type = 'histogram';
  private readonly series = new Map<string, Series>();

  /** @param bounds the upper bounds of the buckets, rising */
  constructor(
    readonly name: string,
    readonly help: string,
    private readonly labelNames: readonly string[],
    private readonly bounds: readonly number[],
  ) {}

  /** @param labelValues in the order of the labels' names */
  observe(value: number, ...labelValues: string[]): void {
    const key = labelValues.join('\0');
    const series = this.series.get(key) ?? this.begin(key, labelValues);
    const bucket = this.bounds.findIndex((bound) => value <= bound);
    series.counts[bucket === -1 ? this.bounds.length : bucket] += 1;
    series.sum += value;
  }

  samples(): Sample[] {
    return [...this.series.values()].flatMap((series) => this.samplesOf(series));
  }

  private begin(key: string, labelValues: string[]): Series {
    const labels = Object.fromEntries(this.labelNames.map((name, i) => [name, labelValues[i]]));
    const series = { labels, counts: [...this.bounds, Infinity].map(() => 0), sum: 0 };
    this.series.set(key, series);
    return series;
  }

  /** Prometheus' buckets: each includes the smaller ones. */
  private samplesOf({ labels, counts, sum }: Series): Sample[] {
    let total = 0;
    const buckets = [...this.bounds, Infinity].map((bound, i): Sample => {
      total += counts[i];
      const le = bound === Infinity ? '+Inf' : String(bound);
      return { suffix: '_bucket', labels: { ...labels, le }, value: total };
    });
    return [...buckets, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: total }];
  }
}
