import mysql from 'mysql2';
import type { Pool as Driver, PoolConnection } from 'mysql2';
import type { DatabaseConfig } from '../config/database-config.js';
import { OF_CONNECTION, OF_REQUEST, type Budget } from './budget.js';
import { Connection, StatementTimeout, type Parameter } from './connection.js';
import { PoolUsage } from './pool-usage.js';
import { connectionOptions } from './server-options.js';

/** Seconds after which MySQL ends the session of a client that is gone, with its transaction and locks. */
const WAIT_TIMEOUT = 90;
/** Milliseconds after which a connection that nobody needs is closed: before MySQL does. */
const IDLE = 60_000;
/** Milliseconds of a connection's life, one third more or less: after a failover none stays with the old server. */
const LIFE = 900_000;
/** Callers that wait for a connection at most. */
const QUEUE = 200;
/** Each connection prepares each statement once. MySQL allows 16,382 in all: for 80 connections. */
const MAX_PREPARED = 200;
/** The part of the pool for transactions: if all of them wait for one row, reads still have connections. */
const WRITERS = 3 / 4;

/** The pool had no free connection in time: there is more work than the database can take. */
export class PoolExhausted extends Error {
  readonly code = 'POOL_EXHAUSTED';
  override message = 'No database connection became free in time.';
}

/** A transaction has gone on for too long. */
class TransactionTooLong extends Error {
  readonly code = 'TRANSACTION_TOO_LONG';
  override message = 'A transaction took too long and was ended.';
}

/** The connections to MySQL. Every wait has a limit, and no broken connection is handed out. */
export class Pool {
  readonly usage = new PoolUsage();
  private readonly driver: Driver;
  private readonly connections = new WeakMap<PoolConnection, PooledConnection>();
  private readonly writers: Slots;

  constructor(
    config: DatabaseConfig,
    private readonly budget: Budget = OF_REQUEST,
  ) {
    const size = config.poolSize;
    this.driver = mysql.createPool({
      ...connectionOptions(config),
      ...{ connectionLimit: size, queueLimit: QUEUE, idleTimeout: IDLE, maxPreparedStatements: MAX_PREPARED },
      // With as many as the limit, its default, mysql2 never closes an idle connection.
      maxIdle: size - 1,
    });
    this.writers = new Slots(Math.max(1, Math.floor(size * WRITERS)));
    this.usage.watch(this.driver);
    this.driver.on('connection', (connection) => this.begin(connection as PoolConnection));
  }

  /** One prepared statement on any connection. */
  async execute(sql: string, parameters: readonly Parameter[]): Promise<unknown> {
    const connection = await this.acquire(performance.now() + this.budget.wait);
    try {
      return await connection.execute(sql, parameters);
    } finally {
      connection.release();
    }
  }

  /** Runs `work` on a connection of its own, within the time of a transaction. */
  async forTransaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.budget.wait;
    await this.waitForTurn();
    try {
      const connection = await this.acquire(deadline);
      const timer = setTimeout(() => connection.close(new TransactionTooLong()), this.budget.transaction);
      try {
        return await work(connection);
      } finally {
        clearTimeout(timer);
        connection.release();
      }
    } finally {
      this.writers.free();
    }
  }

  private async waitForTurn(): Promise<void> {
    const { usage } = this;
    usage.waiting += 1;
    try {
      await this.writers.take(this.budget.wait);
    } catch (error) {
      usage.failures.exhausted += 1;
      throw error;
    } finally {
      usage.waiting -= 1;
    }
  }

  /** Closes every connection. mysql2 waits until the server has closed too, which a frozen one never does. */
  async end(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.driver.end(() => resolve()));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, OF_CONNECTION.close)));
    await Promise.race([ended, late]);
    clearTimeout(timer);
    for (const connection of this.usage.connections) connection.destroy();
  }

  private acquire(deadline: number): Promise<PooledConnection> {
    const { usage } = this;
    const began = performance.now();
    usage.waiting += 1;
    return new Promise((resolve, reject) => {
      let isOver = false;
      const over = (failure?: keyof PoolUsage['failures']) => {
        isOver = true;
        clearTimeout(timer);
        usage.waiting -= 1;
        usage.waits += 1;
        usage.waitSeconds += (performance.now() - began) / 1000;
        if (failure) usage.failures[failure] += 1;
      };
      const timer = setTimeout(() => {
        over('exhausted');
        reject(new PoolExhausted());
      }, deadline - began);
      this.driver.getConnection((error, connection) => {
        if (isOver) {
          // Nobody waits for it any more.
          if (connection) this.pooled(connection).release();
          return;
        }
        if (error) {
          over(error.message === 'Queue limit reached.' ? 'queueFull' : 'refused');
          reject(error);
          return;
        }
        over();
        resolve(this.pooled(connection));
      });
    });
  }

  private pooled(connection: PoolConnection): PooledConnection {
    return this.connections.get(connection)!;
  }

  private begin(driver: PoolConnection): void {
    const connection = new PooledConnection(driver, this.budget, this.usage);
    this.connections.set(driver, connection);
    // mysql2 listens to the first error only. A second one, without a listener, would end the process.
    driver.on('error', (error: Error) => connection.close(error));
    // Without these settings it must not be used: the first statement on it fails.
    connection.plain(session(this.budget)).catch((error: Error) => connection.close(error));
  }
}

/**
 * READ COMMITTED: a snapshot would hide the row of another transaction that won a race. The tags of a post are read by
 * GROUP_CONCAT, whose limit is 1 KiB by default.
 */
function session({ statement }: Budget): string {
  return `SET SESSION time_zone = '+00:00', transaction_isolation = 'READ-COMMITTED', wait_timeout = ${WAIT_TIMEOUT},
    max_execution_time = ${statement}, innodb_lock_wait_timeout = ${Math.ceil(statement / 1000)},
    group_concat_max_len = 1048576, auto_increment_increment = 1`;
}

class PooledConnection extends Connection {
  private readonly diesAt = performance.now() + LIFE * (2 / 3 + (Math.random() * 2) / 3);

  constructor(
    protected override readonly driver: PoolConnection,
    budget: Budget,
    private readonly usage: PoolUsage,
  ) {
    super(driver, budget.statement + 500);
  }

  override close(reason: Error): void {
    if (this.isClosed) return;
    if (reason instanceof StatementTimeout) this.usage.timeouts += 1;
    if (reason instanceof TransactionTooLong) this.usage.overdue += 1;
    this.usage.drop(this.driver);
    super.close(reason);
  }

  /** Gives it back. */
  release(): void {
    if (performance.now() > this.diesAt) this.close(new Error('The connection has been used for long enough.'));
    if (!this.isClosed) this.driver.release();
  }
}

/** A number of places, and a queue for them. */
class Slots {
  private readonly queue = new Set<() => void>();

  constructor(private left: number) {}

  /** @throws PoolExhausted when none becomes free within `milliseconds`, or too many wait already */
  take(wait: number): Promise<void> {
    if (this.left > 0) {
      this.left -= 1;
      return Promise.resolve();
    }
    if (this.queue.size >= QUEUE) return Promise.reject(new PoolExhausted());
    return new Promise((resolve, reject) => {
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.queue.delete(go);
        reject(new PoolExhausted());
      }, wait);
      this.queue.add(go);
    });
  }

  free(): void {
    const [next] = this.queue;
    if (!next) {
      this.left += 1;
      return;
    }
    this.queue.delete(next);
    next();
  }
}
