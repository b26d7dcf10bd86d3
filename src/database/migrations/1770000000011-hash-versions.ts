import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A release from before writes hashes of version 1, which is the default. */
export class HashVersions1770000000011 implements MigrationInterface {
  name = 'HashVersions1770000000011';

  async up(runner: QueryRunner): Promise<void> {
    const [column] = await runner.query("SHOW COLUMNS FROM accounts LIKE 'hash_version'");
    if (column) return;
    await runner.query(
      'ALTER TABLE accounts ADD COLUMN hash_version tinyint UNSIGNED NOT NULL DEFAULT 1, ALGORITHM=INSTANT',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const [column] = await runner.query("SHOW COLUMNS FROM accounts LIKE 'hash_version'");
    if (column) await runner.query('ALTER TABLE accounts DROP COLUMN hash_version');
  }
}
