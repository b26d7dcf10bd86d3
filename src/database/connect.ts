import type { Pool } from 'mysql2';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { DatabaseConfig } from '../config/database-config.js';

/**
 * No connection, with the cause and the remedy for an operator. The message never has the password.
 */
export class CannotConnect extends Error {
  /** @param lasting whether it stays so until somebody changes something; else it may pass by itself */
  constructor(
    message: string,
    readonly lasting: boolean,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/** TypeORM connected, for migrations and the comparison of entities with the schema. @throws CannotConnect */
export async function openDataSource(options: DataSourceOptions, database: DatabaseConfig): Promise<DataSource> {
  const dataSource = new DataSource(options);
  try {
    return await dataSource.initialize();
  } catch (error) {
    // TypeORM ends a pool whose first connection failed, but not one whose first statement did.
    const driver = dataSource.driver as unknown as { pool?: Pool };
    driver.pool?.end(() => undefined);
    throw cannotConnect(error, database);
  }
}

interface ConnectionError {
  code?: string;
  message: string;
  /** Node's code for a wrong name in the certificate. */
  reason?: string;
}

/** A CannotConnect for a failure at the beginning of a connection; any other error as it is. */
export function cannotConnect(error: unknown, database: DatabaseConfig): unknown {
  const { code = '', message = '', reason } = error as ConnectionError;
  const place = `${database.host}:${database.port}`;
  const lasting = (text: string) => new CannotConnect(text, true, error);
  switch (code) {
    case 'HANDSHAKE_NO_SSL_SUPPORT':
      return lasting(
        `MySQL at ${place} speaks no TLS, and DB_TLS=verify insists on it. Switch it on there; DB_TLS=off sends ` +
          'everything in the clear, the log-in and all data.',
      );
    case 'HANDSHAKE_SSL_ERROR':
      return handshakeFailed(error as ConnectionError, place, reason);
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_DBACCESS_DENIED_ERROR':
      return lasting(`MySQL at ${place} refuses the log-in: ${message}. DATABASE_URL, or DB_USER and DB_PASSWORD.`);
    case 'ER_SECURE_TRANSPORT_REQUIRED':
      return lasting(`MySQL at ${place} takes encrypted connections only: set DB_TLS=verify.`);
    case 'ER_BAD_DB_ERROR':
      return lasting(`MySQL at ${place} has no database ${database.name}: \`migrate\` makes it.`);
    default:
      return NOT_THERE.test(code)
        ? new CannotConnect(`MySQL at ${place} does not answer (${code}).`, false, error)
        : error;
  }
}

const NOT_THERE =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|PROTOCOL_CONNECTION_LOST|PROTOCOL_SEQUENCE_TIMEOUT|STATEMENT_TIMEOUT|POOL_EXHAUSTED|ER_CON_COUNT_ERROR|ER_TOO_MANY_USER_CONNECTIONS|ER_SERVER_SHUTDOWN|ER_SERVER_OFFLINE_MODE)$/;

/** mysql2 gives every failure one code; OpenSSL's reason is in the message only. */
function handshakeFailed(error: ConnectionError, place: string, reason: string | undefined): CannotConnect {
  const lasting = (text: string) => new CannotConnect(`MySQL at ${place} is not trusted: ${text}`, true, error);
  if (reason !== undefined) {
    return lasting(`its certificate is made out to another name (${reason}) DB_HOST must be the name that is in it.`);
  }
  if (/certificate|issuer|unable to verify/i.test(error.message)) {
    return lasting(
      `${error.message}. DB_CA_FILE must hold the CA that signed its certificate; for RDS that is ` +
        'https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem',
    );
  }
  return /disconnected|ECONNRESET|socket|timed out/i.test(error.message)
    ? new CannotConnect(`MySQL at ${place} broke off (${error.message}).`, false, error)
    : lasting(`no TLS that both know (${error.message}).`);
}
