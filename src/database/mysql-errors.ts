/** The meaning of an error of the driver or of MySQL for the request. */
export type Failure =
  /** No server, or none that can be used now: away, full of connections, read-only, too slow. */
  | 'away'
  /** It has no room left on its disk. */
  | 'full';

export interface DatabaseError extends Error {
  errno?: number;
  code?: string;
  /** Only errors that MySQL sent have one. */
  sqlState?: string;
  sqlMessage?: string;
}

/** Codes of Node, mysql2 and of this folder. They come without a number of MySQL. */
const AWAY = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'],
  ...['EHOSTDOWN', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS'],
  ...['PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT', 'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR'],
  ...['HANDSHAKE_SSL_ERROR', 'HANDSHAKE_NO_SSL_SUPPORT'],
  ...['POOL_EXHAUSTED', 'STATEMENT_TIMEOUT', 'TRANSACTION_TOO_LONG'],
]);

/** https://dev.mysql.com/doc/mysql-errors/9.4/en/server-error-reference.html */
const BY_NUMBER = new Map<number, Failure>([
  [1021, 'full'], // disk full
  [1114, 'full'], // table full
  [1026, 'full'], // error on write
  [1878, 'full'], // temporary file write failure
  [1037, 'away'], // out of memory
  [1038, 'away'], // out of sort memory
  [1041, 'away'], // out of memory, operating system
  [1135, 'away'], // cannot create a thread
  [1461, 'away'], // max_prepared_stmt_count reached
  [1040, 'away'], // too many connections
  [1203, 'away'], // too many connections of this user
  [1226, 'away'], // a resource limit of this user
  [1042, 'away'], // bad host
  [1043, 'away'], // bad handshake
  [1044, 'away'], // no access to the database
  [1045, 'away'], // access denied
  [1049, 'away'], // unknown database
  [1129, 'away'], // host blocked
  [1130, 'away'], // host not privileged
  [1698, 'away'], // access denied without a password
  [1820, 'away'], // the password must be changed
  [1862, 'away'], // the password has expired
  [3118, 'away'], // account locked
  [3159, 'away'], // encrypted connections only
  [1047, 'away'], // unknown command: a proxy without a server
  [1053, 'away'], // shutdown
  [1077, 'away'], // normal shutdown
  [1152, 'away'], // connection aborted
  [1158, 'away'], // network: read
  [1159, 'away'], // network: read timeout
  [1160, 'away'], // network: write
  [1161, 'away'], // network: write timeout
  [1184, 'away'], // new connection aborted
  [1927, 'away'], // connection killed
  [3168, 'away'], // the server is not available
  [3169, 'away'], // session killed
  [4031, 'away'], // closed because of inactivity
  [1205, 'away'], // lock wait timeout
  [1213, 'away'], // deadlock, also the last retry
  [1317, 'away'], // query interrupted
  [3024, 'away'], // max_execution_time
  [3572, 'away'], // NOWAIT
  [1412, 'away'], // the table's definition has changed: a migration
  [1615, 'away'], // a statement has to be prepared again: a migration
  [3032, 'away'], // offline mode
  [1290, 'away'], // an option prevents it: read-only
  [1792, 'away'], // read-only transaction
  [1836, 'away'], // read-only mode
  [3100, 'away'], // group replication refuses the commit
  [3101, 'away'], // group replication has rolled back
  [3102, 'away'], // group replication: no write set
]);

/** After a failover the connection still goes to the old server, which works but writes nothing any more. */
const READ_ONLY = new Set([1290, 1792, 1836, 3100, 3101, 3102]);
/** MySQL and mysql2 do not agree about the connection's prepared statements. */
const CONFUSED = new Set([1243, 1835]);
/** MySQL closes the connection itself. */
const ENDED = new Set([1053, 1077, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 3032, 3168, 3169, 4031]);

const DEADLOCK = 1213;
const LOCK_WAIT = 1205;
const DUPLICATE = 1062;

/** mysql2's own words: these have no code. */
const AWAY_IN_WORDS = /^(Queue limit reached\.|Pool is closed\.|Can't add new command when connection)/;

/** An error of the driver or of MySQL; `undefined` for any other. */
export function databaseErrorOf(error: unknown): DatabaseError | undefined {
  // TypeORM, which runs the migrations, wraps the driver's error. Not `instanceof`: requests need no TypeORM.
  const inner = (error as { driverError?: unknown } | null | undefined)?.driverError ?? error;
  // Not `instanceof Error`: an error of the network belongs to another realm in the test runner.
  const coded = typeof inner === 'object' && inner !== null && ('errno' in inner || 'code' in inner);
  return coded ? (inner as DatabaseError) : undefined;
}

/** The failure behind an error; `undefined` for other errors and for faults of this program. */
export function failureOf(error: unknown): Failure | undefined {
  const { errno, code = '' } = databaseErrorOf(error) ?? {};
  const known = BY_NUMBER.get(errno ?? 0);
  if (known) return known;
  return AWAY.has(code) || AWAY_IN_WORDS.test((error as Error | null)?.message ?? '') ? 'away' : undefined;
}

/** Whether the connection must not be used any more. */
export function breaksConnection(error: unknown): boolean {
  const { sqlState, errno = 0 } = error as DatabaseError;
  return sqlState === undefined || READ_ONLY.has(errno) || ENDED.has(errno) || CONFUSED.has(errno);
}

export function isDeadlock(error: unknown): boolean {
  return databaseErrorOf(error)?.errno === DEADLOCK;
}

/** Whether it waited for a row of another transaction, so that work on other rows may succeed. */
export function isLockConflict(error: unknown): boolean {
  return isDeadlock(error) || databaseErrorOf(error)?.errno === LOCK_WAIT;
}

/** Whether a unique index refused the row, and which one if `index` is given. */
export function isDuplicate(error: unknown, index?: string): boolean {
  const { errno, sqlMessage = '' } = databaseErrorOf(error) ?? {};
  return errno === DUPLICATE && (index === undefined || sqlMessage.includes(`.${index}'`));
}

/** The outcome of a failed transaction. */
export type Outcome = 'not started' | 'rolled back' | 'unknown';

const outcomes = new WeakMap<object, Outcome>();

/** Notes the outcome of the transaction that ended with this error. */
export function noteOutcome(error: unknown, outcome: Outcome): void {
  if (typeof error === 'object' && error !== null) outcomes.set(error, outcome);
}

/** `undefined` for an error from outside of a transaction. */
export function outcomeOf(error: unknown): Outcome | undefined {
  return typeof error === 'object' && error !== null ? outcomes.get(error) : undefined;
}

/** Whether MySQL reported that a COMMIT did nothing. */
export function refusesCommit(error: unknown): boolean {
  const { sqlState, errno = 0 } = databaseErrorOf(error) ?? {};
  return sqlState !== undefined && (errno === DEADLOCK || READ_ONLY.has(errno));
}
