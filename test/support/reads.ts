import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { Database } from '../../src/database/database.js';
import type { Parameter } from '../../src/database/connection.js';
import { Reader } from '../../src/database/reader.js';
import { testDatabase } from './database.js';

interface ExplainRow {
  /** The alias in the statement. */
  table: string | null;
  key: string | null;
  rows: number | null;
  Extra: string | null;
}

/** Reads as `Database` does, on one connection. Its counters then show the reads of the storage engine. */
export class Reads extends Reader {
  private constructor(private readonly connection: Connection) {
    super();
  }

  static async open(): Promise<Reads> {
    const { host, port, user, password, name } = testDatabase();
    const charset = 'utf8mb4_0900_ai_ci';
    return new Reads(await createConnection({ host, port, user, password, database: name, charset, timezone: 'Z' }));
  }

  /** The number of index entries that `work` walks along; looking up a row by its whole key does not count. */
  async walkedBy(work: () => Promise<unknown>): Promise<number> {
    const walks = ['next', 'prev', 'first', 'last'].map((way) => `Handler_read_${way}`);
    return this.countedBy(walks, work);
  }

  /** The number of rows that `work` reads in scans without an index. */
  async scannedBy(work: () => Promise<unknown>): Promise<number> {
    return this.countedBy(['Handler_read_rnd_next'], work);
  }

  async explain(sql: string, parameters: Parameter[]): Promise<ExplainRow[]> {
    const [rows] = await this.connection.execute(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, parameters);
    return rows as ExplainRow[];
  }

  close(): Promise<void> {
    return this.connection.end();
  }

  protected async execute(sql: string, parameters: readonly Parameter[]): Promise<unknown> {
    const [rows] = await this.connection.execute(sql, parameters as Parameter[]);
    return rows;
  }

  private async countedBy(variables: string[], work: () => Promise<unknown>): Promise<number> {
    const before = await this.sum(variables);
    await work();
    return (await this.sum(variables)) - before;
  }

  private async sum(variables: string[]): Promise<number> {
    const [rows] = await this.connection.query<RowDataPacket[]>('SHOW SESSION STATUS WHERE Variable_name IN (?)', [
      variables,
    ]);
    return rows.reduce((sum, row) => sum + Number(row.Value), 0);
  }
}

type Row = Record<string, string | number | null>;

/** Inserts rows directly in one statement: for lists that need thousands. */
export async function insertRows(database: Database, table: string, rows: Row[]): Promise<void> {
  const columns = Object.keys(rows[0]);
  const fields = columns.map((column) => `${column} MEDIUMTEXT PATH '$.${column}'`);
  await database.transaction((tx) =>
    tx.run(
      `INSERT INTO ${table} (${columns.join(', ')})
       SELECT ${columns.map((column) => `j.${column}`).join(', ')} FROM JSON_TABLE(?, '$[*]' COLUMNS (${fields.join(', ')})) j`,
      [JSON.stringify(rows)],
    ),
  );
}
