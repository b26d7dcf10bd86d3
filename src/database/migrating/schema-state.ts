import type { Reader } from '../reader.js';
import { databaseErrorOf } from '../mysql-errors.js';
import { flag, selection, text } from '../selection.js';
import { migrations } from '../migrations/index.js';

const MIGRATION = selection({ name: text('u.name'), begun: flag('u.begun') });

/** Why servers of this release must not work on the schema. */
export interface SchemaFault {
  /** `behind`: migrations are missing. `half`: one began and did not end, so the schema is unknown. */
  kind: 'behind' | 'half';
  migrations: string[];
}

/**
 * The fault of the schema for this release; `null` when there is none. Migrations that it does not know do
 * not count, be they done or under way: a newer release only adds, so that this one goes on meanwhile and can come back.
 */
export async function schemaFault(reader: Reader): Promise<SchemaFault | null> {
  const known = migrations.map(({ name }) => name);
  const { done, begun } = await read(reader);
  const half = known.filter((name) => begun.has(name));
  if (half.length > 0) return { kind: 'half', migrations: half };
  const missing = known.filter((name) => !done.has(name));
  return missing.length > 0 ? { kind: 'behind', migrations: missing } : null;
}

async function read(reader: Reader): Promise<{ done: Set<string>; begun: Set<string> }> {
  try {
    const rows = await reader.select(
      MIGRATION,
      `FROM (SELECT name, 0 AS begun FROM migrations
              UNION ALL SELECT name, 1 FROM migration_runs WHERE finished_at IS NULL) u`,
    );
    const named = (begun: boolean) => new Set(rows.filter((row) => row.begun === begun).map(({ name }) => name));
    return { done: named(false), begun: named(true) };
  } catch (error) {
    // Nothing has migrated this database, or nothing that keeps records of its runs.
    if (databaseErrorOf(error)?.code === 'ER_NO_SUCH_TABLE') return { done: new Set(), begun: new Set() };
    throw error;
  }
}
