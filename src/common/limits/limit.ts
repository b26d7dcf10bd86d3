/** The key of a limit. Several words are one key: `['username', 'network']` is a pair. */
type CountedBy = 'account' | 'network' | 'username' | 'address' | 'device' | 'text' | 'recipient';

export interface Limit {
  /** Unique. Stands in the metrics, in the OpenAPI document and in the RateLimit headers. */
  name: string;
  /** How often… */
  points: number;
  /** The length of the window. */
  seconds: number;
  by: readonly CountedBy[];
  /**
   * `guard`: every request takes a point before its handler runs. A limit by account then counts requests with a
   * log-in, a limit by network counts requests without one. By default the service takes the point.
   */
  spentBy?: 'guard';
  /** The guard counts only requests that have this query key. */
  with?: string;
  /** Only requests that have this header can count. */
  withHeader?: string;
  /**
   * A refusal is logged as `limit.hit`. Never for reading, writing, liking and reporting: the time of the line would
   * reveal who made the request of that second.
   */
  logged?: true;
}

const known = new Map<string, Limit>();

/** Declares a limit. Name it in `@Limited` on every route that spends it, so that clients can read the numbers. */
export function limit(declared: Limit): Limit {
  if (known.has(declared.name)) throw new Error(`Two limits have the name ${declared.name}.`);
  known.set(declared.name, declared);
  return declared;
}

/** Every declared limit, in alphabetical order. */
export function allLimits(): Limit[] {
  return [...known.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A limit after one point of it was taken. */
export interface Spent {
  remaining: number;
  /** Until the window ends. */
  milliseconds: number;
}
