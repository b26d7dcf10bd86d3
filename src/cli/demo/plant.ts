import { randomBytes } from 'node:crypto';
import type { DataSource, QueryRunner } from 'typeorm';
import { OPERATOR } from '../../accounts/passwords/hash-queue.js';
import type { Passwords } from '../../accounts/passwords/passwords.js';
import { imagineCampus, type Row } from './campus.js';
import { isEmpty } from './look.js';
import { DEMO_ACCOUNTS } from './people.js';

export interface PlantOptions {
  passwords: Passwords;
  /** Likes that make a post hot. */
  hotThreshold: number;
  now?: Date;
}

const LOCK_SECONDS = 60;

/**
 * Puts the demo campus into an empty database in one transaction. Of two parallel processes one does it.
 *
 * @returns whether it did; `false` when the database is not empty
 */
export async function plantDemo(dataSource: DataSource, options: PlantOptions): Promise<boolean> {
  const runner = dataSource.createQueryRunner();
  const lock = `madang-demo-${String(dataSource.options.database)}`.slice(0, 64);
  try {
    const [{ got }] = (await runner.query('SELECT GET_LOCK(?, ?) AS got', [lock, LOCK_SECONDS])) as { got: number }[];
    if (!got) throw new Error('Another process has been writing demo data for a minute.');
    if (!(await isEmpty(runner))) return false;
    await runner.startTransaction();
    const tables = await insertCampus(runner, options);
    await runner.commitTransaction();
    // MySQL would use the statistics of empty tables for another ten seconds.
    await runner.query('ANALYZE LOCAL TABLE ??', [tables]);
    return true;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.query('DO RELEASE_LOCK(?)', [lock]).catch(() => undefined);
    await runner.release();
  }
}

/** @returns the tables that have rows now */
async function insertCampus(runner: QueryRunner, { passwords, hotThreshold, now }: PlantOptions): Promise<string[]> {
  const secrets = await hashPasswords(passwords);
  const campus = imagineCampus(now ?? new Date(), hotThreshold);
  for (const { table, rows } of campus) {
    await insert(runner, table, table === 'accounts' ? rows.map((row) => ({ ...row, ...secrets(row) })) : rows);
  }
  return campus.map(({ table }) => table);
}

/** The demo accounts have known passwords; all others share a random one. */
async function hashPasswords(passwords: Passwords): Promise<(account: Row) => Row> {
  const nobodys = await passwords.hash(randomBytes(32).toString('base64'), OPERATOR);
  const own = new Map(
    await Promise.all(
      DEMO_ACCOUNTS.map(
        async ({ username, password }) => [username, await passwords.hash(password, OPERATOR)] as const,
      ),
    ),
  );
  return ({ username }) => {
    const { hash, pepperVersion, version } = own.get(String(username)) ?? nobodys;
    return { password_hash: hash, pepper_version: pepperVersion, hash_version: version };
  };
}

async function insert(runner: QueryRunner, table: string, rows: Row[]): Promise<void> {
  const columns = Object.keys(rows[0]);
  const values = rows.map((row) => columns.map((column) => row[column]));
  await runner.query('INSERT INTO ?? (??) VALUES ?', [table, columns, values]);
}
