import type { ConnectionOptions, SslOptions } from 'mysql2';
import type { DatabaseConfig, DatabaseTls } from '../config/database-config.js';

/** Milliseconds; together they stay below the request's deadline of 5 s, but for the last, which no request waits for. */
export const BUDGET = { connect: 2_000, poolWait: 1_000, statement: 3_000, farewell: 1_000 };

/** How everything here reaches the server, but for the database on it: the log-in, encryption, patience. */
export function serverOptions({ host, port, user, password, tls }: DatabaseConfig): ConnectionOptions {
  return { host, port, user, password, connectTimeout: BUDGET.connect, ...(tls && { ssl: sslOptions(tls) }) };
}

/** By default mysql2 asks who has signed the certificate, and not for whom: any other customer's server would do. */
export function sslOptions({ ca }: DatabaseTls): SslOptions {
  return { ca, rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' };
}
