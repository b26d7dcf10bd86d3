import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Jobs1770000000009 implements MigrationInterface {
  name = 'Jobs1770000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS jobs (
        name varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        due_at datetime(3) NOT NULL,
        last_run_at datetime(3) NULL,
        last_ended_at datetime(3) NULL,
        PRIMARY KEY (name)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS jobs');
  }
}
