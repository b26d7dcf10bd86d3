import type { MigrationInterface, QueryRunner } from 'typeorm';

export type MigrationDirection = 'up' | 'down';
export type MigrationClass = new () => MigrationInterface;

/**
 * The history of the schema. `migrations` is TypeORM's own table of applied migrations. `migration_runs` has the last
 * run of each: MySQL commits every DDL statement by itself, so a run that began and did not end has left half a schema.
 */
export class History {
  constructor(private readonly runner: QueryRunner) {}

  async prepare(): Promise<void> {
    await this.runner.query(`
      CREATE TABLE IF NOT EXISTS migrations (
        id int NOT NULL AUTO_INCREMENT,
        timestamp bigint NOT NULL,
        name varchar(255) NOT NULL,
        PRIMARY KEY (id)
      ) ENGINE=InnoDB`);
    await this.runner.query(`
      CREATE TABLE IF NOT EXISTS migration_runs (
        name varchar(191) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        direction varchar(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        began_at datetime(3) NOT NULL,
        finished_at datetime(3) NULL,
        PRIMARY KEY (name)
      ) ENGINE=InnoDB`);
  }

  async applied(): Promise<string[]> {
    return names(await this.runner.query('SELECT name FROM migrations ORDER BY id'));
  }

  async halfDone(): Promise<string[]> {
    return names(await this.runner.query('SELECT name FROM migration_runs WHERE finished_at IS NULL'));
  }

  async begin(name: string, direction: MigrationDirection): Promise<void> {
    await this.runner.query(
      `INSERT INTO migration_runs (name, direction, began_at, finished_at) VALUES (?, ?, NOW(3), NULL) AS now
         ON DUPLICATE KEY UPDATE direction = now.direction, began_at = now.began_at, finished_at = NULL`,
      [name, direction],
    );
  }

  /** Both tables at once: else a server could take a finished migration for a half-done one. */
  async finish(name: string, direction: MigrationDirection): Promise<void> {
    await this.runner.startTransaction();
    try {
      await this.runner.query('DELETE FROM migrations WHERE name = ?', [name]);
      if (direction === 'up') {
        await this.runner.query('INSERT INTO migrations (timestamp, name) VALUES (?, ?)', [timestampOf(name), name]);
      }
      await this.runner.query('UPDATE migration_runs SET finished_at = NOW(3) WHERE name = ?', [name]);
      await this.runner.commitTransaction();
    } catch (error) {
      await this.runner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  }
}

function names(rows: { name: string }[]): string[] {
  return rows.map(({ name }) => name);
}

/** The 13 digits at the end of a migration's name. */
function timestampOf(name: string): number {
  return Number(/\d{13}$/.exec(name)?.[0] ?? NaN);
}
