import mysql from 'mysql2';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from '../config/database-config.js';
import { migrations } from './migrations/index.js';
import { SnakeCase } from './naming.js';
import { connectionOptions } from './server-options.js';

/** TypeORM's, for migrations and for comparing entities with the schema. It has no limit of time: indexes take long. */
export function migrationOptions(database: DatabaseConfig): DataSourceOptions {
  const { user: username, ...server } = connectionOptions(database);
  return {
    ...server,
    type: 'mysql',
    driver: mysql,
    username,
    bigNumberStrings: false,
    poolSize: 2,
    namingStrategy: new SnakeCase(),
    migrations,
    migrationsTransactionMode: 'none',
    synchronize: false,
    logging: false,
  } as DataSourceOptions;
}
