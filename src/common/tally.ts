/**
 * Counts of a few things since the process began. The code that does the work counts, and does not know the readers
 * (see metrics/). The names are fixed words, never of a person: each is kept for ever.
 */
export class Tally<Name extends string = string> implements Iterable<[Name, number]> {
  private readonly counts = new Map<Name, number>();

  /** @param names are there from the beginning, with 0 */
  constructor(...names: Name[]) {
    for (const name of names) this.counts.set(name, 0);
  }

  add(name: Name, count = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + count);
  }

  [Symbol.iterator](): Iterator<[Name, number]> {
    return this.counts[Symbol.iterator]();
  }
}
