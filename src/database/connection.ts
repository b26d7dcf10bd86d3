import type { Connection as Driver } from 'mysql2';
import { breaksConnection } from './mysql-errors.js';

/** A value that a prepared statement takes. */
export type Parameter = string | number | boolean | Date | Buffer | null;

export interface WriteResult {
  /** Rows that matched the WHERE clause of an UPDATE (changed or not), were deleted or were inserted. */
  affectedRows: number;
  insertId: number;
}

/** MySQL has not answered a statement in time. */
export class StatementTimeout extends Error {
  readonly code = 'STATEMENT_TIMEOUT';
  override message = 'MySQL did not answer a statement in time.';
}

/**
 * A connection whose statements have a limit of time: around preparing and executing, which mysql2's own limit is not. It
 * is closed after any error that is not MySQL's answer, because the next answer on it could belong to another statement,
 * and when a failover has made its server read-only.
 */
export class Connection {
  private readonly pending = new Set<(error: Error) => void>();
  private closedBy: Error | undefined;

  constructor(
    protected readonly driver: Pick<Driver, 'execute' | 'query' | 'destroy'>,
    private readonly limit: number,
  ) {}

  get isClosed(): boolean {
    return this.closedBy !== undefined;
  }

  /** One prepared statement. Rows come back as plain objects: dates as `Date`, flags as 0 or 1. */
  execute(sql: string, parameters: readonly Parameter[]): Promise<unknown> {
    return this.ask((done) => this.driver.execute(sql, parameters as Parameter[], done));
  }

  /** A statement as text, without parameters: for those that cannot be prepared, or are sent once. */
  plain(sql: string): Promise<unknown> {
    return this.ask((done) => this.driver.query(sql, done));
  }

  /** Closes it at once; statements under way fail with `reason`. */
  close(reason: Error): void {
    if (this.closedBy) return;
    this.closedBy = reason;
    this.driver.destroy();
    for (const fail of this.pending) fail(reason);
  }

  private ask(send: (done: (error: unknown, result: unknown) => void) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.closedBy) {
        reject(this.closedBy);
        return;
      }
      const timer = setTimeout(() => this.close(new StatementTimeout()), this.limit);
      const fail = (error: Error) => {
        clearTimeout(timer);
        this.pending.delete(fail);
        reject(error);
      };
      this.pending.add(fail);
      const done = (error: unknown, result: unknown) => {
        if (!this.pending.has(fail)) return;
        if (error) {
          if (breaksConnection(error)) this.close(error as Error);
          fail(error as Error);
          return;
        }
        clearTimeout(timer);
        this.pending.delete(fail);
        resolve(result);
      };
      try {
        send(done);
      } catch (error) {
        // mysql2 checks and encodes parameters before it returns.
        done(error, undefined);
      }
    });
  }
}
