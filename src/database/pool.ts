import mysql from 'mysql2';
import type { Pool, PoolConnection, PoolOptions } from 'mysql2';
import { watchPool, type PoolUsage } from './pool-usage.js';
import { BUDGET } from './server-options.js';

/**
 * What every connection is told before its first statement. READ COMMITTED: a snapshot would hide the row of whoever
 * won a race. Tag lists of a post are read by GROUP_CONCAT, whose limit is 1 KiB by default.
 */
const session = () => `SET SESSION time_zone = '+00:00', transaction_isolation = 'READ-COMMITTED',
  max_execution_time = ${BUDGET.statement}, innodb_lock_wait_timeout = ${BUDGET.statement / 1000},
  group_concat_max_len = 1048576`;

/** The pool had no free connection within its budget: the server has more work than the database can take. */
export class PoolExhausted extends Error {
  readonly code = 'POOL_EXHAUSTED';
}

/**
 * mysql2 as TypeORM's driver, except that nothing in it waits for ever: TypeORM has no limit on waiting for a
 * connection and hands one whose statement timed out, still busy, back to the pool.
 */
export const boundedDriver = {
  ...mysql,
  createPool: (options: PoolOptions): Pool => bound(mysql.createPool(options)),
};

function bound(pool: Pool): Pool {
  const usage = watchPool(pool);
  pool.on('connection', (connection) => prepare(connection as PoolConnection, usage));
  const acquire = pool.getConnection.bind(pool);
  pool.getConnection = (callback) => acquire(withinPoolWait(usage.waitingFor(callback)));
  const end = pool.end.bind(pool) as (callback: OnEnd) => void;
  pool.end = ((callback: OnEnd) => end(withinFarewell(usage, callback))) as never;
  return pool;
}

function prepare(connection: PoolConnection, usage: PoolUsage): void {
  boundStatements(connection, usage);
  connection.query(session(), (error: unknown) => {
    if (error) connection.destroy();
  });
}

/**
 * Gives every statement a client-side time limit. Destroys the connection after any error that is not MySQL's own answer.
 * mysql2 encodes parameters synchronously: with a cached statement it ends the command before its pool listens for the
 * end, so that the pool never takes the connection back.
 */
function boundStatements(connection: PoolConnection, usage: PoolUsage): void {
  for (const method of ['query', 'execute'] as const) {
    const original = (connection[method] as (...args: unknown[]) => unknown).bind(connection);
    connection[method] = ((statement: unknown, ...rest: unknown[]) => {
      const done = rest.pop() as (error: unknown, ...results: unknown[]) => void;
      // The server's own limit comes first: half a second later nobody answers any more.
      const timeout = BUDGET.statement + 500;
      const options =
        typeof statement === 'string' ? { sql: statement, timeout } : { timeout, ...(statement as object) };
      try {
        return original(options, ...rest, (error: StatementError | null, ...results: unknown[]) => {
          if (error?.code === 'PROTOCOL_SEQUENCE_TIMEOUT') usage.timeouts += 1;
          if (error && error.sqlState === undefined) connection.destroy();
          done(error, ...results);
        });
      } catch (error) {
        connection.destroy();
        throw error;
      }
    }) as never;
  }
}

interface StatementError {
  code?: string;
  /** Only errors that MySQL sent have one. */
  sqlState?: string;
}

type OnConnection = Parameters<Pool['getConnection']>[0];

function withinPoolWait(callback: OnConnection): OnConnection {
  let waiting = true;
  const timer = setTimeout(() => {
    waiting = false;
    callback(new PoolExhausted('No database connection became free in time.') as never, undefined as never);
  }, BUDGET.poolWait + BUDGET.connect);
  return (error, connection) => {
    clearTimeout(timer);
    if (waiting) callback(error, connection);
    else if (connection) connection.release();
  };
}

type OnEnd = (error?: unknown) => void;

/** mysql2 says good-bye on every connection and waits until the server has hung up, which a frozen one never does. */
function withinFarewell(usage: PoolUsage, callback: OnEnd = () => undefined): OnEnd {
  let waiting = true;
  const over = (error?: unknown) => {
    clearTimeout(timer);
    if (waiting) callback(error);
    waiting = false;
  };
  const timer = setTimeout(() => {
    for (const connection of usage.open) connection.destroy();
    over();
  }, BUDGET.farewell);
  return over;
}
