import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import { databaseErrorOf } from '../mysql-errors.js';

const LOCK_WAIT_TIMEOUT = 1205;

/** How a migration waits for tables and rows that others use. */
export interface Patience {
  /**
   * Whole seconds of one wait. Meanwhile all statements on the table queue behind it, also reads. So it must stay below
   * the time limit of a request (3 s). MySQL's default is a year.
   */
  seconds: number;
  attempts: number;
  /** Milliseconds between two attempts, in which the others get on. */
  pause: number;
}

export const PATIENCE: Patience = { seconds: 2, attempts: 15, pause: 4_000 };

/**
 * Makes every statement of the runner's session wait for locks in several short attempts.
 *
 * @param say gets a line for each wait
 */
export async function waitInTries(runner: QueryRunner, patience: Patience, say: (line: string) => void): Promise<void> {
  const { seconds, attempts, pause } = patience;
  await runner.query(`SET SESSION lock_wait_timeout = ${seconds}, innodb_lock_wait_timeout = ${seconds}`);
  const once = runner.query.bind(runner);
  runner.query = async <T>(sql: string, parameters?: unknown[]): Promise<T> => {
    for (let nth = 1; ; nth++) {
      try {
        return await once(sql, parameters);
      } catch (error) {
        if (databaseErrorOf(error)?.errno !== LOCK_WAIT_TIMEOUT || nth === attempts) throw error;
        const users = await openTransactions(once);
        say(`  waits for a lock (try ${nth} of ${attempts})${users.length > 0 ? `: ${users.join(', ')}` : ''}`);
        await sleep(pause);
      }
    }
  };
}

/** The longest open transactions on this database, in words; none where the log-in may not see them (PROCESS). */
async function openTransactions(query: (sql: string) => Promise<unknown>): Promise<string[]> {
  try {
    const rows = (await query(
      `SELECT p.id, p.user, p.host, TIMESTAMPDIFF(SECOND, t.trx_started, NOW()) AS seconds
         FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
        WHERE p.db = DATABASE() AND p.id <> CONNECTION_ID() ORDER BY t.trx_started LIMIT 3`,
    )) as { id: number; user: string; host: string; seconds: number }[];
    return rows.map(
      ({ id, user, host, seconds }) => `connection ${id} (${user}@${host}) is in a transaction for ${seconds} s`,
    );
  } catch {
    return [];
  }
}
