import { randomBytes } from 'node:crypto';

/** A place in a trace, from W3C's `traceparent` (https://www.w3.org/TR/trace-context/). */
export interface TraceParent {
  traceId: string;
  spanId: string;
  /** Whether the caller keeps its part. */
  sampled: boolean;
}

const TRACE_ID = /^(?!0{32})[\da-f]{32}$/;

export function parseTraceParent(header: unknown): TraceParent | null {
  if (typeof header !== 'string') return null;
  const [, traceId, spanId, flags] = /^00-([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})$/.exec(header) ?? [];
  if (!traceId || !TRACE_ID.test(traceId)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** The request's id where it has the shape of a trace's, as ours and nginx's `$request_id` have: one id for both then. */
export function traceIdFor(requestId: string): string {
  return TRACE_ID.test(requestId) ? requestId : randomBytes(16).toString('hex');
}

export function newSpanId(): string {
  return randomBytes(8).toString('hex');
}

/** By the trace's id, so that everyone on its way decides the same. */
export function isKept(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(-8), 16) < ratio * 2 ** 32;
}
