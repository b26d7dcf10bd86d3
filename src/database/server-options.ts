import type { ConnectionOptions, SslOptions } from 'mysql2';
import type { DatabaseConfig, DatabaseTls } from '../config/database-config.js';
import { OF_CONNECTION } from './budget.js';

/** How everything here reaches the server, but for the database on it: the log-in, encryption, patience. */
export function serverOptions({ host, port, user, password, tls }: DatabaseConfig): ConnectionOptions {
  return { host, port, user, password, connectTimeout: OF_CONNECTION.open, ...(tls && { ssl: sslOptions(tls) }) };
}

/** The same with the database, for statements of our own. Dates are UTC: rows written in Seoul would read 9 hours off. */
export function connectionOptions(database: DatabaseConfig): ConnectionOptions {
  return {
    ...serverOptions(database),
    database: database.name,
    charset: 'utf8mb4_0900_ai_ci',
    timezone: 'Z',
    supportBigNumbers: true,
  };
}

/** By default mysql2 asks who has signed the certificate, and not for whom: any other customer's server would do. */
export function sslOptions({ ca }: DatabaseTls): SslOptions {
  return { ca, rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' };
}
