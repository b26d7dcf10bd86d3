import type { QueryRunner } from 'typeorm';

/** Another table has the same name; the message has the remedy. */
export class WrongTable extends Error {}

type Query = (sql: string, parameters?: unknown[]) => Promise<unknown>;
type Column = Record<'Field' | 'Type' | 'Collation' | 'Null' | 'Default' | 'Extra', string | null>;

/**
 * Makes `CREATE TABLE IF NOT EXISTS` fail for a wrong table: MySQL accepts any table of that name. The statement
 * creates a temporary table, whose columns and primary key are compared. Indexes and constraints are compared by name,
 * because a temporary table cannot have all kinds.
 *
 * @throws WrongTable from the runner's `query`
 */
export function refuseWrongTables(runner: QueryRunner): void {
  const query: Query = runner.query.bind(runner);
  runner.query = async <T>(sql: string, parameters?: unknown[]): Promise<T> => {
    const [, table] = /^\s*CREATE TABLE IF NOT EXISTS (\w+) \(/.exec(sql) ?? [];
    if (table && (await exists(query, table))) {
      const differences = await differencesOf(query, table, sql);
      if (differences.length > 0) throw new WrongTable(words(table, differences));
    }
    return (await query(sql, parameters)) as T;
  };
}

async function exists(query: Query, table: string): Promise<boolean> {
  const rows = await query(
    'SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?',
    [table],
  );
  return (rows as unknown[]).length > 0;
}

async function differencesOf(query: Query, table: string, sql: string): Promise<string[]> {
  const [wanted, found] = [await columnsOfStatement(query, table, sql), await columnsOf(query, table)];
  const names = [...new Set([...wanted.keys(), ...found.keys()])];
  const columns = names.flatMap((name) => {
    if (!found.has(name)) return [`it has no column ${name}`];
    if (!wanted.has(name)) return [`it has another column ${name}`];
    return found.get(name) === wanted.get(name)
      ? []
      : [`its column ${name} is ${found.get(name)} instead of ${wanted.get(name)}`];
  });
  const [keys, foundKeys] = [keysOfStatement(sql), await keysOf(query, table)];
  return [...columns, ...keys.filter((key) => !foundKeys.has(key)).map((key) => `it has no ${key}`)];
}

async function columnsOfStatement(query: Query, table: string, sql: string): Promise<Map<string, string>> {
  const shadow = `wanted_${table}`.slice(0, 64);
  const temporary = sql
    .replace(/^\s*((UNIQUE |FULLTEXT )?INDEX |CONSTRAINT ).*\n/gm, '')
    .replace(/,(\s*\)[^)]*)$/, '$1')
    .replace(/^\s*CREATE TABLE IF NOT EXISTS \w+/, `CREATE TEMPORARY TABLE ${shadow}`);
  await query(`DROP TEMPORARY TABLE IF EXISTS ${shadow}`);
  await query(temporary);
  try {
    return await columnsOf(query, shadow);
  } finally {
    await query(`DROP TEMPORARY TABLE ${shadow}`);
  }
}

/** Each column by its name, as one text. */
async function columnsOf(query: Query, table: string): Promise<Map<string, string>> {
  const rows = (await query(`SHOW FULL COLUMNS FROM ${table}`)) as Column[];
  const primary = (await query(`SHOW INDEX FROM ${table} WHERE Key_name = 'PRIMARY'`)) as Record<string, unknown>[];
  const place = new Map(primary.map((row) => [row.Column_name, Number(row.Seq_in_index)]));
  return new Map(
    rows.map((row) => {
      const key = place.has(row.Field) ? `PRIMARY KEY ${place.get(row.Field)}` : null;
      // Of a temporary table MySQL says `NULL` in Extra.
      const extra = row.Extra?.replace(/\bNULL\b/, '').trim();
      const about = [row.Type, row.Collation, row.Null === 'NO' ? 'NOT NULL' : 'NULL', extra, key];
      if (row.Default !== null) about.push(`DEFAULT ${row.Default}`);
      return [row.Field!, about.filter(Boolean).join(' ')];
    }),
  );
}

/** `index posts_mine`, `constraint posts_board_fk`, … */
function keysOfStatement(sql: string): string[] {
  const indexes = [...sql.matchAll(/^\s*(UNIQUE )?(?:FULLTEXT )?INDEX (\w+)/gm)];
  const constraints = [...sql.matchAll(/^\s*CONSTRAINT (\w+)/gm)];
  return [
    ...indexes.map(([, unique, name]) => `${unique ? 'unique ' : ''}index ${name}`),
    ...constraints.map(([, name]) => `constraint ${name}`),
  ];
}

async function keysOf(query: Query, table: string): Promise<Set<string>> {
  const indexes = (await query(`SHOW INDEX FROM ${table}`)) as { Key_name: string; Non_unique: number }[];
  const constraints = (await query(
    `SELECT constraint_name AS name FROM information_schema.table_constraints
      WHERE table_schema = DATABASE() AND table_name = ?`,
    [table],
  )) as { name: string }[];
  return new Set([
    ...indexes.map(({ Key_name, Non_unique }) => `${Number(Non_unique) === 0 ? 'unique ' : ''}index ${Key_name}`),
    ...constraints.map(({ name }) => `constraint ${name}`),
  ]);
}

function words(table: string, differences: string[]): string {
  const some = differences.slice(0, 5).join('; ');
  const more = differences.length > 5 ? `; and ${differences.length - 5} more` : '';
  return (
    `The table ${table} exists and is not the one of this migration: ${some}${more}. Something else made it. ` +
    `Use another database, or move it away: RENAME TABLE ${table} TO ${table}_before; then run migrate again.`
  );
}
