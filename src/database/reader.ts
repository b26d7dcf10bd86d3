import type { Parameter } from './connection.js';
import type { Selection } from './selection.js';

/** Something that runs SELECT statements: the pool, or a transaction, which sees its own writes. */
export abstract class Reader {
  /** One prepared statement. */
  protected abstract execute(sql: string, parameters: readonly Parameter[]): Promise<unknown>;

  /**
   * @param rest of the statement after the SELECT list: `FROM posts p WHERE p.id = ?`
   * @param parameters those of the SELECT list come first
   */
  async select<Row>(selection: Selection<Row>, rest: string, parameters: readonly Parameter[] = []): Promise<Row[]> {
    return selection.decode(await this.execute(`SELECT ${selection.list} ${rest}`, parameters));
  }

  /** The first row of `select`, if any. */
  async selectOne<Row>(
    selection: Selection<Row>,
    rest: string,
    parameters: readonly Parameter[] = [],
  ): Promise<Row | undefined> {
    return (await this.select(selection, rest, parameters))[0];
  }
}
