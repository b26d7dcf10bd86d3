import type { ConnectionOptions, SslOptions } from 'mysql2';
import type { DatabaseConfig, DatabaseTls } from '../config/database-config.js';
import { OF_CONNECTION } from './budget.js';

/** The connection to the server without a database name: the log-in, encryption, time limits. */
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

/**
 * By default mysql2 checks the signer of the certificate, but not the host name: any other customer's server would
 * pass.
 */
function sslOptions({ ca }: DatabaseTls): SslOptions {
  return { ca, rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' };
}
