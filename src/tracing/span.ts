import { newSpanId } from './trace-context.js';

/** As OTLP counts them. */
export const SERVER = 2;
export const CLIENT = 3;

export type Attributes = Record<string, string | number>;

/** Something that took time. The names of its attributes are OpenTelemetry's semantic conventions. */
export class Span {
  readonly id = newSpanId();
  readonly began = now();
  ended: number | undefined;
  /** How many spans below it there are. */
  children = 0;
  failed = false;

  constructor(
    public name: string,
    readonly kind: typeof SERVER | typeof CLIENT,
    readonly traceId: string,
    readonly parentId: string | undefined,
    readonly attributes: Attributes,
  ) {}

  end(): void {
    this.ended = now();
  }
}

/** Milliseconds since 1970, with their parts. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

/** As OTLP wants it in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
export function otlp(spans: readonly Span[], resource: Attributes): object {
  const scope = { name: 'madang' };
  return {
    resourceSpans: [
      {
        resource: { attributes: pairs(resource) },
        scopeSpans: [{ scope, spans: spans.map((span) => otlpSpan(span)) }],
      },
    ],
  };
}

function otlpSpan(span: Span): object {
  return {
    traceId: span.traceId,
    spanId: span.id,
    parentSpanId: span.parentId,
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: nanoseconds(span.began),
    endTimeUnixNano: nanoseconds(span.ended ?? span.began),
    attributes: pairs(span.attributes),
    status: span.failed ? { code: 2 } : {},
  };
}

function pairs(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
}

/** More digits than a number has. */
function nanoseconds(milliseconds: number): string {
  const whole = Math.floor(milliseconds);
  return `${whole}${String(Math.floor((milliseconds - whole) * 1e6)).padStart(6, '0')}`;
}
