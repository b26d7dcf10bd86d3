import type { Parameter } from '../../src/database/connection.js';
import type { Reader } from '../../src/database/reader.js';

/** The rows of any statement, as the driver returns them: for tests that read the database directly. */
export async function readRows<T>(reader: Reader, sql: string, parameters: readonly Parameter[] = []): Promise<T[]> {
  const { execute } = reader as unknown as { execute(sql: string, parameters: readonly Parameter[]): Promise<T[]> };
  return execute.call(reader, sql, parameters);
}

export async function readRow<T>(
  reader: Reader,
  sql: string,
  parameters: readonly Parameter[] = [],
): Promise<T | undefined> {
  return (await readRows<T>(reader, sql, parameters))[0];
}
