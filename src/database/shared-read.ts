interface UnderWay<T> {
  /** Ends when the read does, well or not. */
  ended: Promise<unknown>;
  /** The next read, for those that came meanwhile. */
  next?: Promise<T>;
}

/**
 * Reads that many requests need at the same time, such as the first page of a board. A request that comes during a read
 * waits for the next one, which all waiting requests share. So each sees everything that was committed before it came.
 * At most one read of a kind runs and one waits. Nothing is kept after the answer.
 */
export class SharedRead<Key, T> {
  private readonly underWay = new Map<string, UnderWay<T>>();

  /** @param isOn whether reads are shared; else each asks for itself */
  constructor(
    private readonly read: (key: Key) => Promise<T>,
    private readonly isOn: boolean,
  ) {}

  /** @param id the same for the same read */
  load(id: string, key: Key): Promise<T> {
    if (!this.isOn) return this.read(key);
    const current = this.underWay.get(id);
    if (!current) return this.start(id, key);
    current.next ??= current.ended.then(() => this.start(id, key));
    return current.next;
  }

  private start(id: string, key: Key): Promise<T> {
    const result = this.read(key);
    const current: UnderWay<T> = { ended: result.catch(() => undefined).then(() => this.end(id, current)) };
    this.underWay.set(id, current);
    return result;
  }

  /** Starts the next read at once if requests wait for it. */
  private end(id: string, { next }: UnderWay<T>): void {
    if (!next) this.underWay.delete(id);
  }
}
