import type { Environment } from './environment.js';

/** Where traces go, as OpenTelemetry's own variables say it. */
export interface TracingConfig {
  /** Takes OTLP as JSON over HTTP. */
  url: string;
  /** Sent with each batch; may hold the key of an account. */
  headers: Record<string, string>;
  /** Attributes of the sender, `service.name` among them. */
  resource: Record<string, string>;
  /** The part of all traces that is kept, 0 to 1. */
  ratio: number;
  /** Whether the caller's sampling decision is used first. */
  parentBased: boolean;
}

const SAMPLERS = ['always_on', 'always_off', 'traceidratio'].flatMap((name) => [name, `parentbased_${name}`]);

/**
 * Off unless an endpoint or `OTEL_TRACES_EXPORTER=otlp` asks for it. Names and meanings are those of the specification
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
 */
export function readTracing(read: Environment): TracingConfig | null {
  const base = read.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'])?.href;
  const own = read.url('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', ['http:', 'https:'])?.href;
  const exporter = read.choice('OTEL_TRACES_EXPORTER', base || own ? 'otlp' : 'none', ['otlp', 'none']);
  const disabled = read.choice('OTEL_SDK_DISABLED', 'false', ['true', 'false']) === 'true';
  // The one encoding that is spoken here; collectors take it on the port of the other one over HTTP.
  read.choice('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json', ['http/json']);
  const attributes = readPairs(read, 'OTEL_RESOURCE_ATTRIBUTES');
  const name = read.text('OTEL_SERVICE_NAME', attributes['service.name'] ?? 'madang');
  const sampler = read.choice('OTEL_TRACES_SAMPLER', 'parentbased_always_on', SAMPLERS);
  const ratio = readRatio(read);
  const tracing = {
    url: own ?? new URL('v1/traces', `${(base ?? 'http://localhost:4318').replace(/\/$/, '')}/`).href,
    headers: readPairs(read, 'OTEL_EXPORTER_OTLP_HEADERS'),
    resource: { ...attributes, 'service.name': name },
    ratio: sampler.endsWith('always_on') ? 1 : sampler.endsWith('always_off') ? 0 : ratio,
    parentBased: sampler.startsWith('parentbased_'),
  };
  return exporter === 'otlp' && !disabled ? tracing : null;
}

function readRatio(read: Environment): number {
  const text = read.text('OTEL_TRACES_SAMPLER_ARG', '1');
  const ratio = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  if (ratio >= 0 && ratio <= 1) return ratio;
  read.refuse('OTEL_TRACES_SAMPLER_ARG', `must be a part from 0 to 1, not "${text}"`);
  return 1;
}

/** `key=value,key=value`, percent-encoded. An error does not quote it: it may be a key. */
function readPairs(read: Environment, name: string): Record<string, string> {
  const pairs = read.list(name).map(parsePair);
  if (pairs.includes(null)) read.refuse(name, 'must be pairs as in key=value,key2=value2, percent-encoded');
  return Object.fromEntries(pairs.filter((pair) => pair !== null));
}

function parsePair(text: string): [key: string, value: string] | null {
  const [, key, value] = /^([^=\s]+)\s*=\s*(.*)$/.exec(text) ?? [];
  if (key === undefined) return null;
  try {
    return [decodeURIComponent(key), decodeURIComponent(value)];
  } catch {
    return null;
  }
}
