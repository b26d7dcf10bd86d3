import { setTimeout as sleep } from 'node:timers/promises';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { DatabaseConfig } from '../config/database-config.js';
import { BatchCounts, BatchedRead, type Question } from './batched-read.js';
import type { Budget } from './budget.js';
import { cannotConnect } from './connect.js';
import type { Connection, Parameter } from './connection.js';
import { GroupedWrite, type GroupCounts, type WriteAll } from './grouped-write.js';
import { isDeadlock, noteOutcome, refusesCommit } from './mysql-errors.js';
import type { PoolUsage } from './pool-usage.js';
import { Pool } from './pool.js';
import { Reader } from './reader.js';
import { SharedRead } from './shared-read.js';
import { Table, type Columns, type Entity } from './tables.js';
import { Attempts, Transaction } from './transaction.js';

const ATTEMPTS = 4;

interface Committed<T> {
  result: T;
  tx: Transaction;
}

/** Reads on any connection, and transactions for everything that writes. */
export class Database extends Reader implements OnApplicationShutdown {
  /** Transactions that were started anew after a deadlock. */
  deadlockRetries = 0;

  private readonly reads: BatchedRead<never, unknown>[] = [];
  private readonly passing = new Map<string, BatchCounts>();
  private readonly writes: GroupedWrite<never, unknown>[] = [];

  /** @param batching whether point reads that wait together are asked together */
  constructor(
    private readonly pool: Pool,
    private readonly batching = false,
  ) {
    super();
  }

  /** For commands. @throws CannotConnect when there is no connection */
  static async open(config: DatabaseConfig, budget?: Budget): Promise<Database> {
    const database = new Database(new Pool(config, budget));
    try {
      await database.execute('DO 1', []);
      return database;
    } catch (error) {
      await database.close();
      throw cannotConnect(error, config);
    }
  }

  /** Counts of the pool. */
  get usage(): PoolUsage {
    return this.pool.usage;
  }

  /** On any connection of the pool. */
  protected execute(sql: string, parameters: readonly Parameter[]): Promise<unknown> {
    return this.pool.execute(sql, parameters);
  }

  /** A kind of read of single rows by key: keys that wait together share a statement. */
  pointRead<Key, Row>(question: Question<Key, Row>): BatchedRead<Key, Row> {
    const read = new BatchedRead(this, question, this.batching);
    this.reads.push(read as never);
    return read;
  }

  /** A kind of read that many requests need at the same time. */
  sharedRead<Key, T>(read: (key: Key) => Promise<T>): SharedRead<Key, T> {
    return new SharedRead(read, this.batching);
  }

  /** As `pointRead`, for keys of one answer; counted together by name. */
  passingRead<Key, Row>(question: Question<Key, Row>): BatchedRead<Key, Row> {
    let counts = this.passing.get(question.name);
    if (!counts) this.passing.set(question.name, (counts = new BatchCounts()));
    return new BatchedRead(this, question, this.batching, counts);
  }

  /** A kind of write that commits in groups. */
  groupedWrite<Input, T>(name: string, writeAll: WriteAll<Input, T>): GroupedWrite<Input, T> {
    const write = new GroupedWrite(this, name, writeAll, this.batching);
    this.writes.push(write as never);
    return write;
  }

  /** Counts of each kind of grouped write, by name. */
  get groups(): [name: string, counts: GroupCounts][] {
    return this.writes.map(({ name, counts }) => [name, counts]);
  }

  /** Counts of each kind of point read, by name. */
  get batches(): [name: string, counts: BatchCounts][] {
    return [
      ...this.reads.map(({ question, counts }): [string, BatchCounts] => [question.name, counts]),
      ...this.passing,
    ];
  }

  /** One row with the columns of its entity. For rare reads. */
  async find<Row>(entity: Entity<Row>, where: Columns<Row>): Promise<Row | undefined> {
    const table = Table.of(entity);
    const { sql, parameters } = table.select(where, undefined, '');
    const [row] = (await this.execute(sql, parameters)) as Record<string, unknown>[];
    return row && table.decode<Row>(row);
  }

  /**
   * Runs `work` in one transaction. A deadlock rolls back and starts `work` anew, three times at most: it must have no
   * effects outside the database but those it registers with the transaction.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const attempts = new Attempts();
    const { result, tx } = await this.attempts(work, attempts);
    // Outside of the attempts: a failed effect must not repeat a committed transaction.
    await tx.committed();
    return result;
  }

  private async attempts<T>(work: (tx: Transaction) => Promise<T>, attempts: Attempts): Promise<Committed<T>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work, attempts);
      } catch (error) {
        if (attempt === ATTEMPTS || !isDeadlock(error)) {
          await attempts.failed();
          throw error;
        }
        this.deadlockRetries += 1;
        await sleep(Math.random() * 25 * 2 ** attempt);
      }
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private async attempt<T>(work: (tx: Transaction) => Promise<T>, attempts: Attempts): Promise<Committed<T>> {
    let tx: Transaction | undefined;
    try {
      const result = await this.pool.forTransaction((connection) => {
        tx = new Transaction(connection, attempts);
        return within(connection, tx, work);
      });
      return { result, tx: tx! };
    } catch (error) {
      if (!tx) noteOutcome(error, 'not started');
      throw error;
    }
  }
}

async function within<T>(connection: Connection, tx: Transaction, work: (tx: Transaction) => Promise<T>): Promise<T> {
  let isCommitting = false;
  try {
    await connection.plain('START TRANSACTION');
    const result = await work(tx);
    isCommitting = true;
    await connection.plain('COMMIT');
    return result;
  } catch (error) {
    noteOutcome(error, isCommitting && !refusesCommit(error) ? 'unknown' : 'rolled back');
    // A failure closes the connection, which rolls back as well.
    await connection.plain('ROLLBACK').catch((failure: Error) => connection.close(failure));
    throw error;
  } finally {
    // The commit stands. A connection that keeps a lock is closed, which frees the lock.
    await tx.ended().catch((failure: Error) => connection.close(failure));
  }
}
