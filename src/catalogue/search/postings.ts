/** Ids in ascending order, each once. */
export type Ids = Uint32Array;

/** One list of ids while it grows: each id as the distance to the one before, seven bits a byte, the lowest first. */
export class PostingList {
  /** How many ids. */
  count = 0;
  private last = 0;
  private size = 0;
  private room = new Uint8Array(8);

  /** @param id the last one again, or a greater one */
  add(id: number): void {
    if (id === this.last && this.count > 0) return;
    if (this.size + 5 > this.room.length) this.grow();
    let rest = id - this.last;
    while (rest > 127) {
      this.room[this.size++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.room[this.size++] = rest;
    this.last = id;
    this.count++;
  }

  get bytes(): Uint8Array {
    return this.room.subarray(0, this.size);
  }

  private grow(): void {
    const room = new Uint8Array(this.room.length * 2);
    room.set(this.room);
    this.room = room;
  }
}

/** @param count how many ids the bytes hold */
export function idsIn(bytes: Uint8Array, count: number): Ids {
  const ids = new Uint32Array(count);
  let at = 0;
  let id = 0;
  for (let i = 0; i < count; i++) {
    let byte = bytes[at++];
    let distance = byte & 127;
    // Mostly there is no second byte.
    for (let worth = 128; byte > 127; worth *= 128) {
      byte = bytes[at++];
      distance += (byte & 127) * worth;
    }
    id += distance;
    ids[i] = id;
  }
  return ids;
}

/** The ids that are in both. */
export function intersection(a: Ids, b: Ids): Ids {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  return matching(few, many, true);
}

/** The ids of `a` that are not in `b`. */
export function difference(a: Ids, b: Ids): Ids {
  return matching(a, b, false);
}

/** Those of `ids` whose being in `others` is as wanted. Leaps: what is skipped in `others` costs its logarithm. */
function matching(ids: Ids, others: Ids, wanted: boolean): Ids {
  const found = new Uint32Array(ids.length);
  let size = 0;
  let at = 0;
  for (let i = 0; i < ids.length; i++) {
    at = firstFrom(others, at, ids[i]);
    if ((others[at] === ids[i]) === wanted) found[size++] = ids[i];
  }
  return found.subarray(0, size);
}

/** Where, from `at` on, the first id stands that is not below `id`; the length if none is. */
export function firstFrom(ids: Ids, at: number, id: number): number {
  let low = at;
  let high = at;
  for (let step = 1; high < ids.length && ids[high] < id; step *= 2) {
    low = high + 1;
    high += step;
  }
  high = Math.min(high, ids.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ids[middle] < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of a map of ids, so many places for each id are worth their while. */
const SPARSE = 16;

/** The ids that are in any of the lists. */
export function union(lists: Ids[]): Ids {
  const some = lists.filter(({ length }) => length > 0);
  if (some.length <= 1) return some[0] ?? new Uint32Array(0);
  const first = some.reduce((least, ids) => Math.min(least, ids[0]), some[0][0]);
  const last = some.reduce((most, ids) => Math.max(most, ids[ids.length - 1]), 0);
  const total = some.reduce((sum, ids) => sum + ids.length, 0);
  if (last - first > total * SPARSE) return Uint32Array.from(new Set(some.flatMap((ids) => [...ids]))).sort();
  return marked(some, first, last, total);
}

/** By a map with a place for each id: the lists of a full week are eighty, and merging moved every id six times. */
function marked(lists: Ids[], first: number, last: number, total: number): Ids {
  const map = new Uint8Array(last - first + 1);
  for (const ids of lists) for (let i = 0; i < ids.length; i++) map[ids[i] - first] = 1;
  const all = new Uint32Array(Math.min(total, map.length));
  let size = 0;
  for (let at = 0; at < map.length; at++) if (map[at]) all[size++] = first + at;
  return all.subarray(0, size);
}
