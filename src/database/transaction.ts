import type { Connection, Parameter, WriteResult } from './connection.js';
import { Reader } from './reader.js';
import { inParts, Table, type Columns, type Entity } from './tables.js';

type Effect = () => Promise<void> | void;

/** State of all attempts at one unit of work: effects that must not be repeated, and those that undo them. */
export class Attempts {
  readonly done = new Set<string>();
  readonly failureEffects: Effect[] = [];

  /** No attempt has committed, and there is none after this. */
  async failed(): Promise<void> {
    for (const effect of this.failureEffects) await effect();
  }
}

/** One attempt at a unit of work, on one connection. */
export class Transaction extends Reader {
  private readonly commitEffects: Effect[] = [];
  private readonly endEffects: Effect[] = [];

  constructor(
    private readonly connection: Connection,
    private readonly attempts: Attempts,
  ) {
    super();
  }

  protected execute(sql: string, parameters: readonly Parameter[]): Promise<unknown> {
    return this.connection.execute(sql, parameters);
  }

  async run(sql: string, parameters: readonly Parameter[] = []): Promise<WriteResult> {
    return (await this.connection.execute(sql, parameters)) as WriteResult;
  }

  /** @returns the new row's id where MySQL counts it */
  async insert<Row>(entity: Entity<Row>, row: Columns<Row>): Promise<number> {
    const { sql, parameters } = Table.of(entity).insert([row]);
    return (await this.run(sql, parameters)).insertId;
  }

  /**
   * In as few statements as fit.
   *
   * @param rows all with the same columns
   * @returns their ids where MySQL counts them: the rows of one INSERT … VALUES get consecutive ones
   */
  async insertAll<Row>(entity: Entity<Row>, rows: readonly Columns<Row>[]): Promise<number[]> {
    const ids: number[] = [];
    for (const part of inParts(rows)) {
      const { sql, parameters } = Table.of(entity).insert(part);
      const { insertId } = await this.run(sql, parameters);
      ids.push(...part.map((_, i) => insertId + i));
    }
    return ids;
  }

  /** As `insertAll`, without those that are there already. */
  async insertMissing<Row>(entity: Entity<Row>, rows: readonly Columns<Row>[]): Promise<void> {
    for (const part of inParts(rows)) {
      const { sql, parameters } = Table.of(entity).insert(part, 'INSERT IGNORE');
      await this.run(sql, parameters);
    }
  }

  /** @returns the number of rows that are as `where` says */
  async update<Row>(entity: Entity<Row>, where: Columns<Row>, changes: Columns<Row>): Promise<number> {
    const { sql, parameters } = Table.of(entity).update(where, changes);
    return (await this.run(sql, parameters)).affectedRows;
  }

  /** @returns the number of rows that were deleted */
  async delete<Row>(entity: Entity<Row>, where: Columns<Row>): Promise<number> {
    const { sql, parameters } = Table.of(entity).delete(where);
    return (await this.run(sql, parameters)).affectedRows;
  }

  /** The row, locked until the end of the transaction. @param columns to read */
  async lock<Row, Name extends keyof Row & string>(
    entity: Entity<Row>,
    where: Columns<Row>,
    columns: readonly Name[],
  ): Promise<Pick<Row, Name> | undefined> {
    const table = Table.of(entity);
    const { sql, parameters } = table.select(where, columns, 'FOR UPDATE');
    const [row] = (await this.execute(sql, parameters)) as Record<string, unknown>[];
    return row && table.decode<Pick<Row, Name>>(row);
  }

  /** For effects that need durable work: mail, files, notices. */
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

  /** Undoes an effect of the first attempt when all attempts have failed. */
  afterFailure(effect: Effect): void {
    this.attempts.failureEffects.push(effect);
  }

  /** Runs at every outcome before the connection is released, for example to free a named lock. */
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
