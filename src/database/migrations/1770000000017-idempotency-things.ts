import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which thing a stored answer is about, so that it goes when the thing is deleted. */
export class IdempotencyThings1770000000017 implements MigrationInterface {
  name = 'IdempotencyThings1770000000017';

  async up(runner: QueryRunner): Promise<void> {
    const [column] = (await runner.query("SHOW COLUMNS FROM idempotency_keys LIKE 'thing'")) as unknown[];
    if (!column) {
      await runner.query(
        `ALTER TABLE idempotency_keys
           ADD COLUMN thing varchar(60) CHARACTER SET ascii COLLATE ascii_bin NULL, ALGORITHM=INSTANT`,
      );
    }
    const [index] = (await runner.query(
      "SHOW INDEX FROM idempotency_keys WHERE Key_name = 'idempotency_keys_thing'",
    )) as unknown[];
    if (!index) {
      await runner.query(
        'ALTER TABLE idempotency_keys ADD INDEX idempotency_keys_thing (thing), ALGORITHM=INPLACE, LOCK=NONE',
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    const [index] = (await runner.query(
      "SHOW INDEX FROM idempotency_keys WHERE Key_name = 'idempotency_keys_thing'",
    )) as unknown[];
    if (index) await runner.query('ALTER TABLE idempotency_keys DROP INDEX idempotency_keys_thing');
    const [column] = (await runner.query("SHOW COLUMNS FROM idempotency_keys LIKE 'thing'")) as unknown[];
    if (column) await runner.query('ALTER TABLE idempotency_keys DROP COLUMN thing');
  }
}
