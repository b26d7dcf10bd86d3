import type { Parameter } from './connection.js';
import { PoolExhausted } from './pool.js';
import type { Reader } from './database.js';

/** Keys in one statement: few sizes, because MySQL keeps a prepared statement for each. */
const SIZES = [1, 4, 16, 32] as const;
const LARGEST = 32;
/** Keys that wait at most, in each kind of read. */
const QUEUE = 2_000;

/** How a kind of read asks for several keys at once. */
export interface Question<Key, Row> {
  /** In /metrics. */
  name: string;
  /** Values of the question marks that come before those of the keys. */
  fixed?: readonly Parameter[];
  /** The statement for so many keys. */
  sql: (keys: number) => string;
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
  callers: { resolve: (row: Row | undefined) => void; reject: (error: unknown) => void }[];
}

/**
 * Reads of single rows by key. Keys that wait at the same time are asked in one statement: while one statement is under
 * way the next batch collects. A key only joins a batch that has not been sent, so that its caller sees all that was
 * committed before. Nothing is kept after the answer.
 */
export class BatchedRead<Key, Row> {
  private waiting = new Map<string | number, Waiting<Key, Row>>();
  private isAsking = false;

  /** @param isOn whether keys are asked together; else each has a statement of its own */
  constructor(
    private readonly reader: Pick<Reader, 'rows'>,
    readonly question: Question<Key, Row>,
    private readonly isOn: boolean,
    readonly counts = new BatchCounts(),
  ) {}

  /** @returns `undefined` when there is no row. @throws PoolExhausted when too many keys wait */
  load(key: Key): Promise<Row | undefined> {
    return new Promise((resolve, reject) => {
      const caller = { resolve, reject };
      const entry = { key, since: performance.now(), callers: [caller] };
      if (!this.isOn) {
        void this.ask([entry]);
        return;
      }
      const id = this.question.idOfKey(key);
      const known = this.waiting.get(id);
      if (known) {
        known.callers.push(caller);
        return;
      }
      if (this.waiting.size >= QUEUE) {
        reject(new PoolExhausted());
        return;
      }
      this.waiting.set(id, entry);
      if (!this.isAsking) {
        this.isAsking = true;
        // After this turn of the event loop: what arrives in one turn goes together.
        setImmediate(() => void this.askAll());
      }
    });
  }

  private async askAll(): Promise<void> {
    while (this.waiting.size > 0) {
      const batch: Waiting<Key, Row>[] = [];
      for (const [id, entry] of this.waiting) {
        batch.push(entry);
        this.waiting.delete(id);
        if (batch.length === LARGEST) break;
      }
      await this.ask(batch);
    }
    this.isAsking = false;
  }

  /** Answers all callers of the batch. Never throws. */
  private async ask(batch: Waiting<Key, Row>[]): Promise<void> {
    const { question, counts } = this;
    const now = performance.now();
    counts.statements += 1;
    counts.keys += batch.length;
    for (const { since } of batch) counts.waitSeconds += (now - since) / 1000;
    const size = SIZES.find((one) => one >= batch.length)!;
    // What is missing to the size is the last key again.
    const keys = Array.from({ length: size }, (_, i) => batch[Math.min(i, batch.length - 1)].key);
    try {
      const rows = await this.reader.rows<Row>(question.sql(size), [
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
