import type { Database } from '../../src/database/database.js';
import type { Transaction } from '../../src/database/transaction.js';

/**
 * From now on, the first attempt of each transaction does all of its work, then fails as after a deadlock.
 *
 * @returns the unchanged database, for the tests' own statements
 */
export function injectDeadlocks(database: Database): Database {
  const transaction = database.transaction.bind(database);
  database.transaction = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    let isFirst = true;
    return transaction(async (tx) => {
      const result = await work(tx);
      if (isFirst) {
        isFirst = false;
        throw Object.assign(new Error('Deadlock found when trying to get lock'), {
          errno: 1213,
          code: 'ER_LOCK_DEADLOCK',
          sqlState: '40001',
          sqlMessage: 'Deadlock found when trying to get lock',
        });
      }
      return result;
    });
  };
  return Object.assign(Object.create(database) as Database, { transaction });
}
