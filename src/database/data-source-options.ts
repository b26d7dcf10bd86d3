import mysql from 'mysql2';
import type { DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from '../config/database-config.js';
import { migrations } from './migrations/index.js';
import { SnakeCase } from './naming.js';
import { boundedDriver } from './pool.js';
import { serverOptions } from './server-options.js';

/** The only options with which anything here connects to MySQL. */
export function dataSourceOptions(database: DatabaseConfig): DataSourceOptions {
  const { user: username, ...server } = serverOptions(database);
  return {
    type: 'mysql',
    driver: boundedDriver,
    ...server,
    username,
    database: database.name,
    charset: 'utf8mb4_0900_ai_ci',
    // The default is the process's zone: rows written in Seoul would read nine hours off elsewhere.
    timezone: 'Z',
    bigNumberStrings: false,
    poolSize: database.poolSize,
    extra: { queueLimit: 200, maxPreparedStatements: 200, idleTimeout: 60_000 },
    namingStrategy: new SnakeCase(),
    migrations,
    migrationsTransactionMode: 'none',
    synchronize: false,
    logging: false,
  };
}

/** Migrations build indexes over whole tables: for them the driver goes without the limits of a request. */
export function migrationOptions(database: DatabaseConfig): DataSourceOptions {
  return { ...dataSourceOptions(database), driver: mysql, poolSize: 2 } as DataSourceOptions;
}
