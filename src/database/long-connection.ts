import mysql from 'mysql2';
import type { DatabaseConfig } from '../config/database-config.js';
import { cannotConnect } from './connect.js';
import { Connection, type Parameter, type WriteResult } from './connection.js';
import { Reader } from './reader.js';
import { connectionOptions } from './server-options.js';
import { inParts } from './tables.js';

/** Like a connection of the pool (pool.ts), but a statement may take longer. MySQL ends it after 10 minutes of silence. */
const SESSION = `SET SESSION time_zone = '+00:00', transaction_isolation = 'READ-COMMITTED', wait_timeout = 600,
  innodb_lock_wait_timeout = 10, group_concat_max_len = 1048576`;
/** Milliseconds of a transaction and of each statement. Others wait for its locks. */
const LONGEST = 60_000;
/** Milliseconds between two signs of life, while a file is read and MySQL is asked nothing: they keep its named lock. */
const SIGN_OF_LIFE = 120_000;

/** A transaction has gone on for too long. */
class LongTransactionTooLong extends Error {
  override message = `A transaction took more than ${LONGEST / 1000} s and was ended.`;
}

/**
 * A connection outside the pool for long work that needs one connection from beginning to end: for a named lock, for
 * temporary tables. A connection of the pool would be missing there, and would be closed after three seconds.
 */
export class LongConnection extends Reader {
  private readonly timer: NodeJS.Timeout;

  private constructor(private readonly connection: Connection) {
    super();
    this.timer = setInterval(() => this.connection.plain('DO 1').catch(() => undefined), SIGN_OF_LIFE).unref();
  }

  /** @throws CannotConnect */
  static async open(database: DatabaseConfig): Promise<LongConnection> {
    const driver = mysql.createConnection({ ...connectionOptions(database), maxPreparedStatements: 100 });
    const connection = new Connection(driver, LONGEST);
    // When it breaks between two statements, its lock is lost: the next statement says so.
    driver.on('error', (error: Error) => connection.close(error));
    try {
      await connection.plain(SESSION);
    } catch (error) {
      connection.close(error as Error);
      throw cannotConnect(error, database);
    }
    return new LongConnection(connection);
  }

  protected execute(sql: string, parameters: readonly Parameter[]): Promise<unknown> {
    return this.connection.execute(sql, parameters);
  }

  async run(sql: string, parameters: readonly Parameter[] = []): Promise<WriteResult> {
    return (await this.connection.execute(sql, parameters)) as WriteResult;
  }

  /** Multi-row INSERTs, as few as fit. */
  async insert(table: string, columns: readonly string[], rows: readonly Parameter[][]): Promise<void> {
    const one = `(${columns.map(() => '?').join(', ')})`;
    for (const part of inParts(rows)) {
      const values = part.map(() => one).join(', ');
      await this.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${values}`, part.flat());
    }
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const { connection } = this;
    const timer = setTimeout(() => connection.close(new LongTransactionTooLong()), LONGEST);
    try {
      await connection.plain('START TRANSACTION');
      const result = await work();
      await connection.plain('COMMIT');
      return result;
    } catch (error) {
      await connection.plain('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the session: its locks and temporary tables go with it. */
  close(): void {
    clearInterval(this.timer);
    this.connection.close(new Error('The work on this connection is done.'));
  }
}
