import type { DataSource, QueryRunner } from 'typeorm';
import { databaseErrorOf } from '../mysql-errors.js';
import { migrations } from '../migrations/index.js';
import { refuseWrongTables, WrongTable } from './existing-tables.js';
import { History, type MigrationDirection, type MigrationClass } from './history.js';
import { PATIENCE, waitInTries, type Patience } from './patience.js';

/** Seconds that one process waits for another that migrates: an index over a big table takes its time. */
const TURN = 900;

/**
 * No time limit on a SELECT: the wait for the lock is one. Stop words off: a rebuilt table gets its full-text index by
 * the session's setting. With stop words, a search finds no word that contains one ("mail" has "a").
 */
const SESSION = "SET SESSION time_zone = '+00:00', max_execution_time = 0, innodb_ft_enable_stopword = OFF";

/** In words for an operator. */
export class MigrationFailed extends Error {}

export interface MigratorOptions {
  /** Gets a line for each step. */
  say?: (line: string) => void;
  patience?: Patience;
  /** The oldest first. */
  list?: readonly MigrationClass[];
}

/** Migrates a database's schema up and down, one process at a time. */
export class Migrator {
  private readonly history: History;

  private constructor(
    private readonly runner: QueryRunner,
    private readonly say: (line: string) => void,
    private readonly list: readonly MigrationClass[],
  ) {
    this.history = new History(runner);
  }

  /**
   * Does `work` while no other process migrates this database. The lock, the settings and the statements share one
   * connection: without the connection the lock is lost too.
   *
   * @throws MigrationFailed
   */
  static async alone<T>(
    dataSource: DataSource,
    { say = () => undefined, patience = PATIENCE, list = migrations }: MigratorOptions,
    work: (migrator: Migrator) => Promise<T>,
  ): Promise<T> {
    const runner = dataSource.createQueryRunner();
    const lock = `madang-migrate-${String(dataSource.options.database)}`.slice(0, 64);
    try {
      await runner.query(SESSION);
      await takeTurn(runner, lock, say);
      await waitInTries(runner, patience, say);
      refuseWrongTables(runner);
      const migrator = new Migrator(runner, say, list);
      await migrator.history.prepare().catch((error: Error) => {
        throw error instanceof WrongTable ? new MigrationFailed(error.message) : error;
      });
      return await work(migrator);
    } finally {
      await runner.query('DO RELEASE_LOCK(?)', [lock]).catch(() => undefined);
      await runner.release();
    }
  }

  /** Applies missing migrations and continues half-done ones; returns their names. */
  async run(): Promise<string[]> {
    const [applied, half] = [new Set(await this.history.applied()), new Set(await this.history.halfDone())];
    const newer = [...applied, ...half].filter((name) => !this.list.some((one) => one.name === name));
    if (newer.length > 0) this.say(`The schema is ahead of this release, which does not know ${newer.join(', ')}.`);
    const due = this.list.filter(({ name }) => !applied.has(name) || half.has(name));
    for (const one of due) {
      if (half.has(one.name)) this.say(`${one.name} was left half done, running it again`);
      await this.step(one, 'up');
    }
    return due.map(({ name }) => name);
  }

  /** Takes the newest back that was applied or begun; returns its name, `null` when there is none. */
  async revert(): Promise<string | null> {
    const there = new Set([...(await this.history.applied()), ...(await this.history.halfDone())]);
    const unknown = [...there].find((name) => !this.list.some((one) => one.name === name));
    if (unknown) throw new MigrationFailed(`${unknown} is of a newer release: take it back with that one.`);
    const newest = this.list.findLast(({ name }) => there.has(name));
    if (!newest) return null;
    await this.step(newest, 'down');
    return newest.name;
  }

  private async step(one: MigrationClass, direction: MigrationDirection): Promise<void> {
    const began = performance.now();
    const took = () => `${((performance.now() - began) / 1000).toFixed(2)} s`;
    this.say(`${one.name} ${direction === 'up' ? '…' : 'back …'}`);
    try {
      await this.history.begin(one.name, direction);
      await new one()[direction](this.runner);
      await this.history.finish(one.name, direction);
    } catch (error) {
      const reason = databaseErrorOf(error)?.message ?? (error instanceof WrongTable ? error.message : String(error));
      throw new MigrationFailed(
        `${one.name} failed after ${took()}: ${reason}\n` +
          'What it had done by then stays, and servers that know it refuse to work on a schema that is half done. Once ' +
          'the cause is away, run migrate again: it goes on.',
        { cause: error },
      );
    }
    this.say(`${one.name} done in ${took()}`);
  }
}

async function takeTurn(runner: QueryRunner, lock: string, say: (line: string) => void): Promise<void> {
  const tryFor = async (seconds: number): Promise<boolean> => {
    const [{ got }] = (await runner.query('SELECT GET_LOCK(?, ?) AS got', [lock, seconds])) as { got: number | null }[];
    return got === 1;
  };
  if (await tryFor(0)) return;
  // One whose host is gone keeps its lock until MySQL notices: the operator has to know whom to KILL.
  const [{ id }] = (await runner.query('SELECT IS_USED_LOCK(?) AS id', [lock])) as { id: number | null }[];
  const connection = `connection ${id ?? 'that is just ending'}`;
  say(`Another process (${connection}) is migrating this database: waiting for it, at most ${TURN / 60} minutes.`);
  if (await tryFor(TURN)) return;
  throw new MigrationFailed(`The other process (${connection}) did not end within ${TURN / 60} minutes.`);
}
