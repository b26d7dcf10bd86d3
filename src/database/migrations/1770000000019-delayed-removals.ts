import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the anonymous items of people who left are deleted. */
export class DelayedRemovals1770000000019 implements MigrationInterface {
  name = 'DelayedRemovals1770000000019';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS delayed_removals (
        holder varchar(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        item_id int UNSIGNED NOT NULL,
        due_at datetime(3) NOT NULL,
        INDEX delayed_removals_due (due_at),
        PRIMARY KEY (holder, item_id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS delayed_removals');
  }
}
