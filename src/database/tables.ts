import { getMetadataArgsStorage } from 'typeorm';
import type { Parameter } from './connection.js';
import { SnakeCase } from './naming.js';

/** An entity: the one description of a table's rows. */
export type Entity<Row> = new () => Row;

/** Some columns of a row, by the names of the entity. */
export type Columns<Row> = { [Name in keyof Row]?: Row[Name] };

type Decode = (value: unknown) => unknown;

interface Column {
  /** In the database. */
  name: string;
  /** The entity's value from the driver's. */
  decode?: Decode;
}

/** Statement and values. */
export interface Statement {
  sql: string;
  parameters: Parameter[];
}

const DECODE: Record<string, Decode> = {
  boolean: (value) => (value === null ? null : Boolean(value)),
  date: (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : value),
};

/** Rows in one INSERT: few sizes, because MySQL and the driver keep a statement for each. */
const SIZES = [200, 32, 16, 8, 4, 2, 1];

/** Splits rows into parts of these sizes. */
export function inParts<Row>(rows: readonly Row[]): Row[][] {
  const parts: Row[][] = [];
  for (let from = 0; from < rows.length;) {
    const size = SIZES.find((one) => one <= rows.length - from)!;
    parts.push(rows.slice(from, from + size));
    from += size;
  }
  return parts;
}

/**
 * Fixed SQL for single rows, from the entity. Built once for each choice of columns, so that MySQL prepares few
 * statements.
 */
export class Table {
  private readonly name: string;
  private readonly columns: ReadonlyMap<string, Column>;
  private readonly statements = new Map<string, string>();

  private constructor(private readonly entity: Entity<unknown>) {
    const { tables, columns } = getMetadataArgsStorage();
    const naming = new SnakeCase();
    this.name = tables.find(({ target }) => target === entity)!.name!;
    this.columns = new Map(
      columns
        .filter(({ target }) => target === entity)
        .map(({ propertyName, options: { name, type } }) => [
          propertyName,
          { name: naming.columnName(propertyName, name, []), decode: DECODE[String(type)] },
        ]),
    );
  }

  static of(entity: Entity<unknown>): Table {
    let table = known.get(entity);
    if (!table) known.set(entity, (table = new Table(entity)));
    return table;
  }

  insert(rows: readonly object[], verb: 'INSERT' | 'INSERT IGNORE' = 'INSERT'): Statement {
    const names = Object.keys(rows[0]);
    const sql = this.once(`${verb} ${rows.length} ${names.join()}`, () => {
      const one = `(${names.map(() => '?').join(', ')})`;
      return `${verb} INTO ${this.name} (${this.list(names)}) VALUES ${rows.map(() => one).join(', ')}`;
    });
    return { sql, parameters: rows.flatMap((row) => names.map((name) => (row as never)[name] as Parameter)) };
  }

  update(where: object, changes: object): Statement {
    const [names, by] = [Object.keys(changes), this.condition(where)];
    const sql = this.once(`update ${names.join()} ${by.sql}`, () => {
      const sets = names.map((name) => `${this.column(name).name} = ?`);
      return `UPDATE ${this.name} SET ${sets.join(', ')} WHERE ${by.sql}`;
    });
    return { sql, parameters: [...(Object.values(changes) as Parameter[]), ...by.parameters] };
  }

  delete(where: object): Statement {
    const by = this.condition(where);
    return { sql: `DELETE FROM ${this.name} WHERE ${by.sql}`, parameters: by.parameters };
  }

  select(where: object, names: readonly string[] | undefined, lock: '' | 'FOR UPDATE'): Statement {
    const by = this.condition(where);
    const shown = names ?? [...this.columns.keys()];
    const sql = this.once(`select ${shown.join()} ${by.sql} ${lock}`, () => {
      const list = shown.map((name) => `${this.column(name).name} AS ${name}`);
      return `SELECT ${list.join(', ')} FROM ${this.name} WHERE ${by.sql} ${lock}`;
    });
    return { sql, parameters: by.parameters };
  }

  /** A row of `select`, as the entity says. */
  decode<Row>(row: Record<string, unknown>): Row {
    for (const name of Object.keys(row)) {
      const { decode } = this.column(name);
      if (decode) row[name] = decode(row[name]);
    }
    return row as Row;
  }

  /** The row is the one with these values; `null` is `IS NULL`. */
  private condition(where: object): Statement {
    const entries = Object.entries(where) as [string, Parameter | undefined][];
    // No condition, or `undefined`, would match the whole table.
    if (entries.length === 0 || entries.some(([, value]) => value === undefined)) {
      throw new Error(`A condition on ${this.name} is missing.`);
    }
    return {
      sql: entries
        .map(([name, value]) => `${this.column(name).name} ${value === null ? 'IS NULL' : '= ?'}`)
        .join(' AND '),
      parameters: entries.flatMap(([, value]) => (value === null ? [] : [value as Parameter])),
    };
  }

  private list(names: readonly string[]): string {
    return names.map((name) => this.column(name).name).join(', ');
  }

  private column(name: string): Column {
    const column = this.columns.get(name);
    if (!column) throw new Error(`${this.entity.name} has no column "${name}".`);
    return column;
  }

  private once(key: string, make: () => string): string {
    let sql = this.statements.get(key);
    if (sql === undefined) this.statements.set(key, (sql = make()));
    return sql;
  }
}

const known = new Map<Entity<unknown>, Table>();
