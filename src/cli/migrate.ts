import { createConnection } from 'mysql2/promise';
import { configOrExit } from '../config/config.js';
import type { DatabaseConfig } from '../config/database-config.js';
import { cannotConnect, openDataSource } from '../database/connect.js';
import { migrationOptions } from '../database/data-source-options.js';
import { MigrationFailed, Migrator } from '../database/migrating/migrator.js';
import { serverOptions } from '../database/server-options.js';
import { explain } from './explain.js';

const USAGE = `migrate               applies what is missing, after making the database when there is none
migrate revert        takes the last one back, with what is in its tables: for development
migrate revert-all    takes all back`;

async function createDatabase(database: DatabaseConfig): Promise<void> {
  const connection = await createConnection(serverOptions(database));
  try {
    const [found] = await connection.query('SELECT 1 FROM information_schema.schemata WHERE schema_name = ?', [
      database.name,
    ]);
    if ((found as unknown[]).length > 0) return;
    await connection.query('CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci', [
      database.name,
    ]);
  } finally {
    await connection.end();
  }
}

const COMMANDS: Record<string, (migrator: Migrator) => Promise<string>> = {
  async run(migrator) {
    const done = await migrator.run();
    return done.length > 0 ? `Applied ${done.length}.` : 'The schema is up to date.';
  },
  async revert(migrator) {
    const name = await migrator.revert();
    return name ? `Took ${name} back.` : 'There is nothing to take back.';
  },
  async 'revert-all'(migrator) {
    let count = 0;
    while (await migrator.revert()) count++;
    return `Took ${count} migrations back.`;
  },
};

async function main(command: (migrator: Migrator) => Promise<string>): Promise<void> {
  const { database } = configOrExit();
  await createDatabase(database).catch((error: unknown) => {
    throw cannotConnect(error, database);
  });
  const dataSource = await openDataSource(migrationOptions(database), database);
  try {
    console.log(await Migrator.alone(dataSource, { say: (line) => console.log(line) }, command));
  } finally {
    await dataSource.destroy();
  }
}

const name = process.argv[2] ?? 'run';
if (!Object.hasOwn(COMMANDS, name)) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    await main(COMMANDS[name]);
  } catch (error) {
    console.error(explain(error, MigrationFailed));
    process.exitCode = 1;
  }
}
