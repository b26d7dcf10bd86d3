import type { MigrationInterface, QueryRunner } from 'typeorm';

export class JobFailures1770000000021 implements MigrationInterface {
  name = 'JobFailures1770000000021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS job_failures (
        job varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        item int UNSIGNED NOT NULL,
        attempts int UNSIGNED NOT NULL,
        reason varchar(100) NOT NULL,
        failed_at datetime(3) NOT NULL,
        retry_at datetime(3) NOT NULL,
        PRIMARY KEY (job, item)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS job_failures');
  }
}
