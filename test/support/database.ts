import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { serverOf, type DatabaseConfig } from '../../src/config/database-config.js';
import { migrationOptions } from '../../src/database/data-source-options.js';
import { Migrator } from '../../src/database/migrating/migrator.js';

/** This worker's own database. */
export function testDatabase(): DatabaseConfig {
  return {
    ...serverOf(new URL(process.env.TEST_DATABASE_URL!)),
    name: `madang_test_${process.env.JEST_WORKER_ID ?? '1'}`,
    poolSize: 32,
  };
}

/** Runs only the migrations on the worker's database, and empties every table. */
export async function freshDatabase(database: DatabaseConfig = testDatabase()): Promise<void> {
  const { host, port, user, password, name } = database;
  const connection = await createConnection({ host, port, user, password });
  await connection.query('CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci', [name]);
  await connection.end();
  const dataSource = await new DataSource(migrationOptions(database)).initialize();
  try {
    await Migrator.alone(dataSource, {}, (migrator) => migrator.run());
    const runner = dataSource.createQueryRunner();
    await runner.query('SET FOREIGN_KEY_CHECKS = 0');
    const tables = (await runner.query(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ? AND table_name NOT IN ('migrations', 'migration_runs')",
      [name],
    )) as { name: string }[];
    for (const table of tables) {
      const rows = (await runner.query('SELECT 1 FROM ?? LIMIT 1', [table.name])) as unknown[];
      if (rows.length > 0) await runner.query('TRUNCATE TABLE ??', [table.name]);
    }
    await runner.query('SET FOREIGN_KEY_CHECKS = 1');
    await runner.release();
  } finally {
    await dataSource.destroy();
  }
}

/** Runs statements that the server never sends, such as changes of the schema. */
export async function plainly(...statements: string[]): Promise<void> {
  const { host, port, user, password, name } = testDatabase();
  const connection = await createConnection({ host, port, user, password, database: name });
  for (const sql of statements) await connection.query(sql);
  await connection.end();
}
