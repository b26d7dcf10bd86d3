import type { Pool, PoolConnection } from 'mysql2';

type OnConnection = Parameters<Pool['getConnection']>[0];

/** What is going on in a pool, in plain numbers for whoever watches it. */
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
  readonly open = new Set<PoolConnection>();
  private readonly idle = new Set<PoolConnection>();

  get idleCount(): number {
    return this.idle.size;
  }

  get inUseCount(): number {
    return this.open.size - this.idle.size;
  }

  /**
   * mysql2 keeps these numbers to itself but tells what happens. A connection that goes from one caller straight to the
   * next is neither released nor acquired by its events: it stays in use.
   *
   * @internal
   */
  watch(pool: Pool): void {
    pool.on('connection', (connection) => this.add(connection as PoolConnection));
    pool.on('acquire', (connection) => this.idle.delete(connection as PoolConnection));
    pool.on('release', (connection) => this.idle.add(connection as PoolConnection));
  }

  /** `callback`, and the wait for a connection is counted until it is called. @internal */
  waitingFor(callback: OnConnection): OnConnection {
    const began = performance.now();
    this.waiting += 1;
    return (error, connection) => {
      this.waiting -= 1;
      this.waits += 1;
      this.waitSeconds += (performance.now() - began) / 1000;
      if (error) this.failures[failureOf(error)] += 1;
      callback(error, connection);
    };
  }

  private add(connection: PoolConnection): void {
    this.opened += 1;
    this.open.add(connection);
    const gone = () => {
      this.open.delete(connection);
      this.idle.delete(connection);
    };
    // What mysql2 itself takes a connection out of its pool by.
    connection.once('end', gone);
    connection.once('error', gone);
    const destroy = connection.destroy.bind(connection);
    connection.destroy = () => {
      gone();
      destroy();
    };
  }
}

const usages = new WeakMap<Pool, PoolUsage>();

/** Begins to count what happens in a new pool. */
export function watchPool(pool: Pool): PoolUsage {
  const usage = new PoolUsage();
  usage.watch(pool);
  usages.set(pool, usage);
  return usage;
}

/** What was counted of a pool; nothing of one that nobody watches, such as that of the migrations. */
export function usageOf(pool: Pool): PoolUsage {
  return usages.get(pool) ?? new PoolUsage();
}

function failureOf({ code, message }: { code?: string; message: string }): keyof PoolUsage['failures'] {
  if (code === 'POOL_EXHAUSTED') return 'exhausted';
  return message === 'Queue limit reached.' ? 'queueFull' : 'refused';
}
