import type { MigrationInterface, QueryRunner } from 'typeorm';

const LIKES = ['post_likes', 'comment_likes'];

/**
 * Views and likes stay counted when their account leaves: the row stays without its account.
 *
 * Contract: takes nothing from a release before, which never reads rows without an account. `NOT NULL` becomes `NULL`, and
 * `post_views` gets another primary key, because no column of a primary key is NULL. That rebuilds the table with writes
 * locked out.
 */
export class ReactionsWithoutAccount1770000000018 implements MigrationInterface {
  name = 'ReactionsWithoutAccount1770000000018';

  async up(runner: QueryRunner): Promise<void> {
    if (!(await isNullable(runner, 'post_views'))) {
      await runner.query(`
        ALTER TABLE post_views
          DROP PRIMARY KEY,
          ADD COLUMN id bigint UNSIGNED NOT NULL AUTO_INCREMENT FIRST,
          ADD PRIMARY KEY (id),
          MODIFY COLUMN account_id int UNSIGNED NULL,
          ADD UNIQUE INDEX post_views_once (account_id, post_id)`);
    }
    for (const table of LIKES) {
      if (!(await isNullable(runner, table))) {
        await dropForeignKey(runner, table);
        await runner.query(
          `ALTER TABLE ${table} MODIFY COLUMN account_id int UNSIGNED NULL, ALGORITHM=INPLACE, LOCK=NONE`,
        );
      }
      await addForeignKey(runner, table, 'SET NULL');
    }
  }

  /** Rows without an account go: the columns cannot hold them. `repair --fix` then corrects the counts of likes. */
  async down(runner: QueryRunner): Promise<void> {
    for (const table of LIKES) {
      if (await isNullable(runner, table)) {
        await runner.query(`DELETE FROM ${table} WHERE account_id IS NULL`);
        await dropForeignKey(runner, table);
        await runner.query(`ALTER TABLE ${table} MODIFY COLUMN account_id int UNSIGNED NOT NULL`);
      }
      await addForeignKey(runner, table, 'CASCADE');
    }
    if (await isNullable(runner, 'post_views')) {
      await runner.query('DELETE FROM post_views WHERE account_id IS NULL');
      await runner.query(`
        ALTER TABLE post_views
          DROP PRIMARY KEY,
          DROP COLUMN id,
          MODIFY COLUMN account_id int UNSIGNED NOT NULL,
          ADD PRIMARY KEY (account_id, post_id),
          DROP INDEX post_views_once`);
    }
  }
}

async function isNullable(runner: QueryRunner, table: string): Promise<boolean> {
  const [column] = (await runner.query(`SHOW COLUMNS FROM ${table} LIKE 'account_id'`)) as { Null: string }[];
  return column.Null === 'YES';
}

async function hasForeignKey(runner: QueryRunner, table: string): Promise<boolean> {
  const found = (await runner.query(
    `SELECT 1 FROM information_schema.referential_constraints
      WHERE constraint_schema = DATABASE() AND constraint_name = ?`,
    [`${table}_account_fk`],
  )) as unknown[];
  return found.length > 0;
}

async function dropForeignKey(runner: QueryRunner, table: string): Promise<void> {
  if (await hasForeignKey(runner, table)) {
    await runner.query(`ALTER TABLE ${table} DROP FOREIGN KEY ${table}_account_fk`);
  }
}

/** Unchecked for old rows, which makes it INPLACE: the key before has checked them. */
async function addForeignKey(runner: QueryRunner, table: string, onDelete: 'SET NULL' | 'CASCADE'): Promise<void> {
  if (await hasForeignKey(runner, table)) return;
  await runner.query('SET SESSION foreign_key_checks = 0');
  await runner.query(
    `ALTER TABLE ${table} ADD CONSTRAINT ${table}_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id)
       ON DELETE ${onDelete}, ALGORITHM=INPLACE, LOCK=NONE`,
  );
  await runner.query('SET SESSION foreign_key_checks = 1');
}
