import { OF_BATCH } from './budget.js';
import type { Parameter } from './connection.js';
import { PoolExhausted } from './pool.js';
import type { Reader } from './reader.js';
import type { Selection } from './selection.js';

/** Keys in one statement: few sizes, because MySQL keeps a prepared statement for each. */
const SIZES = [1, 4, 16, 32] as const;
const LARGEST = 32;
/** Keys that wait at most, in each kind of read. */
const QUEUE = 2_000;
/** Statements at the same time, when those before are slow. */
const STATEMENTS = 4;

/** How a kind of read asks for several keys at once. */
export interface Question<Key, Row> {
  /** In /metrics. */
  name: string;
  selection: Selection<Row>;
  /** The statement after its SELECT list, for this number of keys. */
  from: (keys: number) => string;
  /** Values of the question marks that come before those of the keys. */
  fixed?: readonly Parameter[];
  /** The values of the question marks of one key. */
  parameters: (key: Key) => readonly Parameter[];
  /** Tells keys apart; the same for a key and for the row that answers it. */
  idOfKey: (key: Key) => string | number;
  idOfRow: (row: Row) => string | number;
}

/** Counts of a kind of read. */
export class BatchCounts {
  statements = 0;
  keys = 0;
  waitSeconds = 0;
}

interface Waiting<Key, Row> {
  key: Key;
  since: number;
  /** When the last caller came. */
  joined: number;
  callers: { resolve: (row: Row | undefined) => void; reject: (error: unknown) => void }[];
}

/**
 * Reads of single rows by key. Keys that wait at the same time are asked in one statement: while one statement is under
 * way the next batch collects, for 200 ms at most. A key only joins a batch that has not been sent, so that its caller sees
 * all that was committed before. Nothing is kept after the answer.
 */
export class BatchedRead<Key, Row> {
  private waiting = new Map<string | number, Waiting<Key, Row>>();
  /** When the statements that are under way were sent. */
  private readonly underWay = new Set<{ sentAt: number }>();
  private timer: NodeJS.Timeout | undefined;

  /** @param isOn whether keys are asked together; else each has a statement of its own */
  constructor(
    private readonly reader: Pick<Reader, 'select'>,
    readonly question: Question<Key, Row>,
    private readonly isOn: boolean,
    readonly counts = new BatchCounts(),
  ) {}

  /** @returns `undefined` when there is no row. @throws PoolExhausted when too many keys wait */
  load(key: Key): Promise<Row | undefined> {
    return new Promise((resolve, reject) => {
      const caller = { resolve, reject };
      const now = performance.now();
      const entry = { key, since: now, joined: now, callers: [caller] };
      if (!this.isOn) {
        void this.ask([entry]);
        return;
      }
      const id = this.question.idOfKey(key);
      const known = this.waiting.get(id);
      if (known) {
        known.callers.push(caller);
        known.joined = now;
        return;
      }
      if (this.waiting.size >= QUEUE) {
        reject(new PoolExhausted());
        return;
      }
      this.waiting.set(id, entry);
      this.begin();
    });
  }

  /** Sends the waiting keys, at once or when the statements under way are slow. */
  private begin(): void {
    const now = performance.now();
    const areSlow = [...this.underWay].every(({ sentAt }) => now - sentAt >= OF_BATCH.slow);
    if (areSlow && this.underWay.size < STATEMENTS) {
      const statement = { sentAt: now };
      this.underWay.add(statement);
      // After this turn of the event loop, so that keys of one turn share a statement.
      setImmediate(() => void this.askAll(statement));
      return;
    }
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (this.waiting.size > 0) this.begin();
    }, OF_BATCH.slow).unref();
  }

  private async askAll(statement: { sentAt: number }): Promise<void> {
    while (this.waiting.size > 0) {
      const batch = this.next();
      statement.sentAt = performance.now();
      if (batch.length > 0) await this.ask(batch);
    }
    this.underWay.delete(statement);
  }

  /** Takes the next keys out of the queue. Refuses those whose requests would be over before the answer. */
  private next(): Waiting<Key, Row>[] {
    const last = performance.now() - OF_BATCH.wait;
    const batch: Waiting<Key, Row>[] = [];
    for (const [id, entry] of this.waiting) {
      this.waiting.delete(id);
      if (entry.joined >= last) batch.push(entry);
      else for (const { reject } of entry.callers) reject(new PoolExhausted());
      if (batch.length === LARGEST) break;
    }
    return batch;
  }

  /** Answers all callers of the batch. Never throws. */
  private async ask(batch: Waiting<Key, Row>[]): Promise<void> {
    const { question, counts } = this;
    const now = performance.now();
    counts.statements += 1;
    counts.keys += batch.length;
    for (const { since } of batch) counts.waitSeconds += (now - since) / 1000;
    const size = SIZES.find((one) => one >= batch.length)!;
    // Padded to the size with the last key.
    const keys = Array.from({ length: size }, (_, i) => batch[Math.min(i, batch.length - 1)].key);
    try {
      const rows = await this.reader.select(question.selection, question.from(size), [
        ...(question.fixed ?? []),
        ...keys.flatMap(question.parameters),
      ]);
      const byId = new Map(rows.map((row) => [question.idOfRow(row), row]));
      for (const { key, callers } of batch) {
        const row = byId.get(question.idOfKey(key));
        for (const { resolve } of callers) resolve(row);
      }
    } catch (error) {
      for (const { callers } of batch) for (const { reject } of callers) reject(error);
    }
  }
}

/** `?, ?, ?` */
export function marks(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}
