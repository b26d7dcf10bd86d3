import mysql, { type Connection, type ResultSetHeader } from 'mysql2';
import type { DatabaseConfig } from '../config/database-config.js';
import { cannotConnect } from './connect.js';
import { serverOptions } from './server-options.js';
import { executeRows, type Parameter, type WriteResult } from './transaction.js';

/** As the pool's connections are told (see pool.ts), but for the time that a statement may take. */
const SESSION = `SET SESSION time_zone = '+00:00', transaction_isolation = 'READ-COMMITTED',
  innodb_lock_wait_timeout = 10, group_concat_max_len = 1048576`;

/**
 * Rows in one INSERT. A few sizes and no others: each is a statement of its own, which the driver remembers with all its
 * parameters.
 */
const ROWS = [200, 25, 5, 1];

/**
 * A connection of its own for work that takes longer than a request may and needs one connection from its beginning to
 * its end: for a named lock, for temporary tables. One of the pool would be missing there all that time, and would be
 * cut off after three seconds.
 */
export class LongConnection {
  private constructor(private readonly connection: Connection) {}

  /** @throws CannotConnect */
  static async open(database: DatabaseConfig): Promise<LongConnection> {
    const connection = mysql.createConnection({
      ...serverOptions(database),
      database: database.name,
      charset: 'utf8mb4_0900_ai_ci',
      timezone: 'Z',
      maxPreparedStatements: 100,
    });
    // When it breaks between two statements: the next one says so.
    connection.on('error', () => undefined);
    const long = new LongConnection(connection);
    try {
      await long.plain(SESSION);
    } catch (error) {
      connection.destroy();
      throw cannotConnect(error, database);
    }
    return long;
  }

  rows<T>(sql: string, parameters: Parameter[] = []): Promise<T[]> {
    return executeRows<T>(this.connection, sql, parameters);
  }

  async row<T>(sql: string, parameters: Parameter[] = []): Promise<T | undefined> {
    return (await this.rows<T>(sql, parameters))[0];
  }

  async run(sql: string, parameters: Parameter[] = []): Promise<WriteResult> {
    return (await executeRows<never>(this.connection, sql, parameters)) as unknown as ResultSetHeader;
  }

  /** Multi-row INSERTs, as few as fit. */
  async insert(table: string, columns: readonly string[], rows: readonly Parameter[][]): Promise<void> {
    const one = `(${columns.map(() => '?').join(', ')})`;
    for (let from = 0; from < rows.length;) {
      const size = ROWS.find((few) => few <= rows.length - from)!;
      const values = Array.from({ length: size }, () => one).join(', ');
      const parameters = rows.slice(from, from + size).flat();
      await this.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${values}`, parameters);
      from += size;
    }
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.plain('START TRANSACTION');
    try {
      const result = await work();
      await this.plain('COMMIT');
      return result;
    } catch (error) {
      await this.plain('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** Ends the session: its locks and temporary tables go with it. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.connection.end(() => resolve()));
    this.connection.destroy();
  }

  /** What cannot be prepared, or is not worth it. */
  private plain(sql: string): Promise<void> {
    return new Promise((resolve, reject) => this.connection.query(sql, (error) => (error ? reject(error) : resolve())));
  }
}
