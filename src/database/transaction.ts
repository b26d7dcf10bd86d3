import type { PoolConnection, ResultSetHeader } from 'mysql2';
import type { EntityManager } from 'typeorm';

/** A value that a prepared statement takes. */
export type Parameter = string | number | boolean | Date | Buffer | null;

export interface WriteResult {
  /** Rows that matched the WHERE clause of an UPDATE (changed or not), were deleted or were inserted. */
  affectedRows: number;
  insertId: number;
}

type Executor = Pick<PoolConnection, 'execute'>;
type Effect = () => Promise<void> | void;

/** Runs one prepared statement and hands out its rows as plain objects. */
export function executeRows<T>(executor: Executor, sql: string, parameters: Parameter[]): Promise<T[]> {
  return new Promise((resolve, reject) => {
    executor.execute(sql, parameters, (error, rows) => (error ? reject(error) : resolve(rows as unknown as T[])));
  });
}

/** What the attempts at one unit of work share: the effects that must not be repeated, and those that undo them. */
export class Attempts {
  readonly done = new Set<string>();
  readonly failureEffects: Effect[] = [];

  /** No attempt has committed, and there is none after this. */
  async failed(): Promise<void> {
    for (const effect of this.failureEffects) await effect();
  }
}

/** One attempt at a unit of work: entities by `manager`, fixed SQL by `rows` and `run`, all on one connection. */
export class Transaction {
  private readonly commitEffects: Effect[] = [];
  private readonly endEffects: Effect[] = [];

  constructor(
    readonly manager: EntityManager,
    private readonly connection: PoolConnection,
    private readonly attempts: Attempts,
  ) {}

  rows<T>(sql: string, parameters: Parameter[] = []): Promise<T[]> {
    return executeRows<T>(this.connection, sql, parameters);
  }

  async row<T>(sql: string, parameters: Parameter[] = []): Promise<T | undefined> {
    return (await this.rows<T>(sql, parameters))[0];
  }

  async run(sql: string, parameters: Parameter[] = []): Promise<WriteResult> {
    return (await executeRows<never>(this.connection, sql, parameters)) as unknown as ResultSetHeader;
  }

  /** For what must not happen unless the work is durable: mail, files, notices. */
  afterCommit(effect: Effect): void {
    this.commitEffects.push(effect);
  }

  /**
   * Runs an effect that has to come before the work, such as spending a limit: in the first attempt only.
   *
   * @param name of the effect within this unit of work
   */
  async onFirstAttempt(name: string, effect: Effect): Promise<void> {
    if (this.attempts.done.has(name)) return;
    this.attempts.done.add(name);
    await effect();
  }

  /** For what gives back an effect of the first attempt when the last attempt has failed too. */
  afterFailure(effect: Effect): void {
    this.attempts.failureEffects.push(effect);
  }

  /** For what the connection must not keep, whatever the outcome, such as a named lock. */
  beforeRelease(effect: Effect): void {
    this.endEffects.push(effect);
  }

  /** @internal */
  async committed(): Promise<void> {
    for (const effect of this.commitEffects) await effect();
  }

  /** @internal */
  async ended(): Promise<void> {
    for (const effect of this.endEffects) await effect();
  }
}
