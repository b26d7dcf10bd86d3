import { fileURLToPath } from 'node:url';
import { configOrExit, type Config } from '../config/config.js';
import { openDataSource } from '../database/connect.js';
import { migrationOptions } from '../database/data-source-options.js';
import { explain } from './explain.js';

/**
 * `schema` compares the migrated database with the entities. It prints the statements that would make them agree, and
 * ends with 1 if there are any. A new migration starts from them, and CI runs it after all migrations.
 */
async function main({ database }: Config): Promise<void> {
  const entities = [fileURLToPath(new URL('../**/*.entity.js', import.meta.url))];
  const dataSource = await openDataSource({ ...migrationOptions(database), entities }, database);
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    for (const { query } of upQueries) console.log(`${query};`);
    if (upQueries.length > 0) process.exitCode = 1;
    else console.log('Entities and schema agree.');
  } finally {
    await dataSource.destroy();
  }
}

try {
  await main(configOrExit());
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
