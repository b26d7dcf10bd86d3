/** Prometheus' text, read strictly: a violation of the format is an error. */
export interface Exposed {
  /** By the name in `# TYPE`. */
  types: Map<string, string>;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

export function parseExposition(text: string): Exposed {
  const exposed: Exposed = { types: new Map(), samples: [] };
  if (!text.endsWith('\n')) throw new Error('The last line has no end.');
  let current = '';
  let helped = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP ([a-z_:][a-z\d_:]*) \S.*\.$/.exec(line);
    const type = /^# TYPE ([a-z_:][a-z\d_:]*) (counter|gauge|histogram|summary)$/.exec(line);
    if (help) helped = help[1];
    else if (type) {
      current = type[1];
      if (helped !== current || exposed.types.has(current)) throw new Error(`Out of order: ${line}`);
      exposed.types.set(current, type[2]);
    } else exposed.samples.push(parseSample(line, current, exposed.types.get(current)));
  }
  const lines = exposed.samples.map(({ name, labels }) => `${name}${JSON.stringify(labels)}`);
  const twice = lines.filter((line, i) => lines.indexOf(line) !== i);
  if (twice.length > 0) throw new Error(`Twice: ${twice.join()}`);
  return exposed;
}

function parseSample(line: string, metric: string, type: string | undefined): Exposed['samples'][number] {
  const [, name, , braces = '', value] =
    /^([a-z_:][a-z\d_:]*)(\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[\d.]+(?:e[+-]?\d+)?|NaN|[+-]Inf)$/.exec(
      line,
    ) ?? [];
  const suffixes = { histogram: ['_bucket', '_sum', '_count'], summary: ['_sum', '_count'] }[type ?? ''] ?? [''];
  if (!name || !suffixes.some((suffix) => name === metric + suffix)) throw new Error(`No sample of ${metric}: ${line}`);
  const labels = [...braces.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]);
  return { name, labels: Object.fromEntries(labels), value: value.endsWith('Inf') ? Infinity : Number(value) };
}

/** The value of the one sample with these labels; 0 without one. */
export function valueOf({ samples }: Exposed, name: string, labels: Record<string, string> = {}): number {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  if (found.length > 1) throw new Error(`Several: ${name} ${JSON.stringify(labels)}`);
  return found[0]?.value ?? 0;
}
