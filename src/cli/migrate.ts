import { createConnection } from 'mysql2/promise';
import { DataSource } from 'typeorm';
import { configOrExit, type DatabaseConfig } from '../config/config.js';
import { migrationOptions } from '../database/data-source-options.js';

/**
 * `migrate` applies what is missing; `migrate revert` takes the last one back; `migrate revert-all` takes all back.
 * The database itself is created when it is missing.
 */
const LOCK_SECONDS = 60;

async function createDatabase({ host, port, user, password, name }: DatabaseConfig): Promise<void> {
  const connection = await createConnection({ host, port, user, password });
  try {
    const [found] = await connection.query('SELECT 1 FROM information_schema.schemata WHERE schema_name = ?', [name]);
    if ((found as unknown[]).length === 0) {
      await connection.query('CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci', [
        name,
      ]);
    }
  } finally {
    await connection.end();
  }
}

/** One instance at a time: the others wait and then find nothing to do. */
async function locked(dataSource: DataSource, work: () => Promise<void>): Promise<void> {
  const runner = dataSource.createQueryRunner();
  const name = `madang-migrate-${String(dataSource.options.database)}`.slice(0, 64);
  const [{ got }] = (await runner.query('SELECT GET_LOCK(?, ?) AS got', [name, LOCK_SECONDS])) as { got: number }[];
  if (!got) throw new Error('Another process has been migrating this database for a minute.');
  try {
    await work();
  } finally {
    await runner.query('DO RELEASE_LOCK(?)', [name]);
    await runner.release();
  }
}

const command = process.argv[2] ?? 'run';
const { database } = configOrExit();
await createDatabase(database);
const dataSource = await new DataSource(migrationOptions(database)).initialize();
try {
  await locked(dataSource, async () => {
    if (command === 'run') {
      const done = await dataSource.runMigrations();
      console.log(
        done.length > 0 ? `Applied ${done.map(({ name }) => name).join(', ')}.` : 'The schema is up to date.',
      );
    } else if (command === 'revert') {
      await dataSource.undoLastMigration();
      console.log('Took the last migration back.');
    } else if (command === 'revert-all') {
      const applied = (await dataSource.query('SELECT COUNT(*) AS n FROM migrations')) as { n: number }[];
      for (let i = 0; i < Number(applied[0].n); i++) await dataSource.undoLastMigration();
      console.log(`Took ${applied[0].n} migrations back.`);
    } else {
      throw new Error(`Unknown command "${command}": run, revert or revert-all.`);
    }
  });
} finally {
  await dataSource.destroy();
}
