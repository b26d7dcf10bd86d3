import type { Pool, PoolConnection } from 'mysql2';

/** Counts of a pool, for metrics and the shedder. */
export class PoolUsage {
  /** Connections that were opened since the start. */
  opened = 0;
  /** Callers that wait for a connection now. */
  waiting = 0;
  /** Waits that are over, and the seconds that they took together. */
  waits = 0;
  waitSeconds = 0;
  /** Waits that ended without a connection: none became free in time, too many waited already, or MySQL gave none. */
  readonly failures = { exhausted: 0, queueFull: 0, refused: 0 };
  /** Statements that were given up after their time, each with its connection. */
  timeouts = 0;
  /** Transactions that were given up because they took too long, each with its connection. */
  overdue = 0;
  private readonly open = new Set<PoolConnection>();
  private readonly idle = new Set<PoolConnection>();

  get idleCount(): number {
    return this.idle.size;
  }

  get inUseCount(): number {
    return this.open.size - this.idle.size;
  }

  /** Connections that are open now. @internal */
  get connections(): Iterable<PoolConnection> {
    return this.open;
  }

  /**
   * mysql2 has events but no counts. A connection that goes from one caller straight to the
   * next is neither released nor acquired by its events: it stays in use.
   *
   * @internal
   */
  watch(pool: Pool): void {
    pool.on('connection', (connection) => this.add(connection as PoolConnection));
    pool.on('acquire', (connection) => this.idle.delete(connection as PoolConnection));
    pool.on('release', (connection) => this.idle.add(connection as PoolConnection));
  }

  /** The connection is closed. @internal */
  drop(connection: PoolConnection): void {
    this.open.delete(connection);
    this.idle.delete(connection);
  }

  private add(connection: PoolConnection): void {
    this.opened += 1;
    this.open.add(connection);
    const gone = () => this.drop(connection);
    connection.once('end', gone);
    connection.once('error', gone);
  }
}
