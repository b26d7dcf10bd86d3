import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, PoolConnection } from 'mysql2';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import { PoolUsage, usageOf } from './pool-usage.js';
import { Attempts, executeRows, Transaction, type Parameter } from './transaction.js';

const DEADLOCK = 1213;
const ATTEMPTS = 4;

/** The first connection is still to come: see start.ts. */
export class NotConnected extends Error {
  readonly code = 'NOT_CONNECTED';
  override message = 'The server has not reached its database yet.';
}

/** Something that runs a read: the pool, or a transaction that has to see its own writes. */
export type Reader = Pick<Database, 'rows' | 'row'>;

/** Fixed SQL past TypeORM's hydration for hot reads, and transactions for everything that writes. */
@Injectable()
export class Database {
  /** Transactions that were started anew after a deadlock. */
  deadlockRetries = 0;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** What is going on in the pool; nothing before there is one. */
  get usage(): PoolUsage {
    return this.dataSource.isInitialized ? usageOf(this.pool) : new PoolUsage();
  }

  /** For reads of single entities that are not hot. @throws NotConnected */
  get manager(): EntityManager {
    // TypeORM knows its entities only once it has been connected.
    if (this.dataSource.entityMetadatas.length === 0) throw new NotConnected();
    return this.dataSource.manager;
  }

  /** One prepared statement on any connection of the pool. Dates come back as `Date`, flags as 0 or 1. */
  async rows<T>(sql: string, parameters: Parameter[] = []): Promise<T[]> {
    return executeRows<T>(this.pool, sql, parameters);
  }

  async row<T>(sql: string, parameters: Parameter[] = []): Promise<T | undefined> {
    return (await this.rows<T>(sql, parameters))[0];
  }

  /**
   * Runs `work` in one transaction. A deadlock rolls back and starts `work` anew, three times at most: it must have no
   * effects outside the database but those it registers with the transaction.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const attempts = new Attempts();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work, attempts);
      } catch (error) {
        if (attempt === ATTEMPTS || databaseErrorOf(error)?.errno !== DEADLOCK) {
          await attempts.failed();
          throw error;
        }
        this.deadlockRetries += 1;
        await sleep(Math.random() * 25 * 2 ** attempt);
      }
    }
  }

  private async attempt<T>(work: (tx: Transaction) => Promise<T>, attempts: Attempts): Promise<T> {
    if (!this.dataSource.isInitialized) throw new NotConnected();
    const runner = this.dataSource.createQueryRunner();
    let tx: Transaction | undefined;
    try {
      const connection = (await runner.connect()) as PoolConnection;
      tx = new Transaction(runner.manager, connection, attempts);
      await runner.startTransaction();
      const result = await work(tx);
      await runner.commitTransaction();
      await tx.ended();
      await runner.release();
      await tx.committed();
      return result;
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      await tx?.ended().catch(() => undefined);
      if (!runner.isReleased) await runner.release();
      throw error;
    }
  }

  private get pool(): Pool {
    if (!this.dataSource.isInitialized) throw new NotConnected();
    return (this.dataSource.driver as unknown as { pool: Pool }).pool;
  }
}

interface DatabaseError extends Error {
  errno?: number;
  code?: string;
  sqlMessage?: string;
}

/** The driver's own error inside of whatever TypeORM made of it. */
export function databaseErrorOf(error: unknown): DatabaseError | undefined {
  const inner = error instanceof QueryFailedError ? error.driverError : error;
  // Not `instanceof Error`: an error of the network belongs to another realm in the test runner.
  const coded = typeof inner === 'object' && inner !== null && ('errno' in inner || 'code' in inner);
  return coded ? (inner as DatabaseError) : undefined;
}

/** Whether a unique index refused the row (1062), and which one if `index` is given. */
export function isDuplicate(error: unknown, index?: string): boolean {
  const inner = databaseErrorOf(error);
  return inner?.errno === 1062 && (index === undefined || (inner.sqlMessage ?? '').includes(`.${index}'`));
}
