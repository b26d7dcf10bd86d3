/** A column of a SELECT list. */
export interface Column<T> {
  /** An expression, without an alias. */
  readonly sql: string;
  readonly isNullable: boolean;
  readonly kind: Kind<T>;
}

interface Kind<T> {
  /** Whether the driver's value is of this kind. */
  matches: (value: unknown) => boolean;
  /** The value of the row from the driver's. */
  decode?: (value: never) => T;
}

interface ColumnOf<T> {
  <U extends T = T>(sql: string): Column<U>;
  <U extends T = T>(sql: string, nullable: 'nullable'): Column<U | null>;
}

/** Any integer but a sum, of at most 2^53. */
export const int = columnOf<number>({ matches: Number.isInteger });
/** A floating-point number. */
export const float = columnOf<number>({ matches: (value) => typeof value === 'number' });
/** An exact number such as a SUM: the driver returns text. */
export const decimal = columnOf<number>({
  matches: (value) => typeof value === 'string' && value !== '',
  decode: Number,
});
/** Text; `text<PostState>(…)` for an enumeration. */
export const text = columnOf<string>({ matches: (value) => typeof value === 'string' });
/** A time. */
export const date = columnOf<Date>({ matches: (value) => value instanceof Date });
/** A day, as YYYY-MM-DD. */
export const day = columnOf<string>({
  matches: (value) => value instanceof Date,
  decode: (value: Date) => value.toISOString().slice(0, 10),
});
/** A condition or a column of `boolean`: the driver returns 0 or 1. */
export const flag = columnOf<boolean>({ matches: (value) => value === 0 || value === 1, decode: Boolean });
export const bytes = columnOf<Buffer>({ matches: (value) => value instanceof Buffer });
/** A JSON value, parsed; the caller knows its type. */
export const json = columnOf<unknown>({ matches: () => true }) as {
  <T>(sql: string): Column<T>;
  <T>(sql: string, nullable: 'nullable'): Column<T | null>;
};

function columnOf<T>(kind: Kind<T>): ColumnOf<T> {
  return ((sql: string, nullable?: 'nullable') => ({ sql, isNullable: nullable !== undefined, kind })) as ColumnOf<T>;
}

type SelectedColumns = Readonly<Record<string, Column<unknown>>>;

/** A SELECT list and the type of its rows. */
export class Selection<Row> {
  /** `p.id AS id, p.board_id AS boardId` */
  readonly list: string;
  private readonly decoded: [name: string, decode: (value: never) => unknown][];

  /** @param columns by their names in the row; spread them to make a wider selection */
  constructor(readonly columns: { readonly [Name in keyof Row]: Column<Row[Name]> }) {
    const entries = Object.entries<Column<unknown>>(columns);
    this.list = entries.map(([name, { sql }]) => `${sql} AS \`${name}\``).join(', ');
    this.decoded = entries.flatMap(([name, { kind }]) => (kind.decode ? [[name, kind.decode]] : []));
  }

  /** Changes the driver's rows in place. */
  decode(rows: unknown): Row[] {
    for (const row of rows as Record<string, unknown>[]) {
      if (areChecked) this.check(row);
      for (const [name, decode] of this.decoded) {
        if (row[name] !== null) row[name] = decode(row[name] as never);
      }
    }
    return rows as Row[];
  }

  private check(row: Record<string, unknown>): void {
    for (const [name, { sql, kind, isNullable }] of Object.entries<Column<unknown>>(this.columns)) {
      const value = row[name];
      if (value === null ? isNullable : kind.matches(value)) continue;
      throw new Error(
        `The selection's column "${name}" (${sql}) is of another kind: ${typeof value} ${String(value)}.`,
      );
    }
  }
}

/** The rows of a selection: `RowOf<typeof POST>`. */
export type RowOf<S> = S extends Selection<infer Row> ? Row : never;

/** Declares a SELECT list with the type of its rows. */
export function selection<Columns extends SelectedColumns>(
  columns: Columns,
): Selection<{ -readonly [Name in keyof Columns]: Columns[Name] extends Column<infer T> ? T : never }> {
  return new Selection(columns as never);
}

/** Columns of the outer side of a LEFT JOIN: without a match all of them are `null`. */
export function nullable<Columns extends SelectedColumns>(
  columns: Columns,
): { [Name in keyof Columns]: Columns[Name] extends Column<infer T> ? Column<T | null> : never } {
  const entries = Object.entries(columns).map(([name, column]) => [name, { ...column, isNullable: true }]);
  return Object.fromEntries(entries) as never;
}

/** For a lock, or to find out whether there is a row. */
export const ROW_ID = selection({ id: int('id') });
export const ROW_COUNT = selection({ count: int('COUNT(*)') });

let areChecked = false;

/** From now on each value is compared with its declaration: for tests. */
export function checkSelections(): void {
  areChecked = true;
}
