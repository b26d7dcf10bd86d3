import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Accounts1770000000001 implements MigrationInterface {
  name = 'Accounts1770000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS accounts (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        username varchar(20) NOT NULL,
        username_key varchar(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        nickname varchar(20) NOT NULL,
        password_hash varchar(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        pepper_version smallint UNSIGNED NOT NULL,
        role varchar(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'member',
        email varchar(254) NULL,
        email_key varchar(254) COLLATE utf8mb4_0900_bin NULL,
        verified_until datetime(3) NULL,
        leaving_at datetime(3) NULL,
        leaving_content varchar(6) CHARACTER SET ascii COLLATE ascii_bin NULL,
        version int UNSIGNED NOT NULL DEFAULT 1,
        created_at datetime(3) NOT NULL,
        UNIQUE INDEX accounts_username (username_key),
        UNIQUE INDEX accounts_email (email_key),
        INDEX accounts_leaving (leaving_at),
        PRIMARY KEY (id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS sessions (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        account_id int UNSIGNED NOT NULL,
        refresh_hash binary(32) NOT NULL,
        generation int UNSIGNED NOT NULL DEFAULT 0,
        rotated_at datetime(3) NOT NULL,
        expires_at datetime(3) NOT NULL,
        user_agent varchar(200) NOT NULL,
        address varchar(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        created_at datetime(3) NOT NULL,
        INDEX sessions_expiry (expires_at),
        INDEX sessions_account (account_id, id),
        PRIMARY KEY (id),
        CONSTRAINT sessions_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS mail_codes (
        account_id int UNSIGNED NOT NULL,
        purpose varchar(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        address varchar(254) NOT NULL,
        code_hash binary(32) NOT NULL,
        tries tinyint UNSIGNED NOT NULL DEFAULT 0,
        expires_at datetime(3) NOT NULL,
        INDEX mail_codes_code (code_hash),
        PRIMARY KEY (account_id, purpose),
        CONSTRAINT mail_codes_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS school_addresses (
        hash binary(32) NOT NULL,
        account_id int UNSIGNED NULL,
        verified_at datetime(3) NOT NULL,
        banned_at datetime(3) NULL,
        INDEX school_addresses_account (account_id),
        PRIMARY KEY (hash)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS idempotency_keys (
        id binary(32) NOT NULL,
        account_id int UNSIGNED NOT NULL,
        body_hash binary(32) NOT NULL,
        answer mediumtext NOT NULL,
        created_at datetime(3) NOT NULL,
        INDEX idempotency_keys_account (account_id),
        INDEX idempotency_keys_created (created_at),
        PRIMARY KEY (id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS idempotency_keys');
    await runner.query('DROP TABLE IF EXISTS school_addresses');
    await runner.query('DROP TABLE IF EXISTS mail_codes');
    await runner.query('DROP TABLE IF EXISTS sessions');
    await runner.query('DROP TABLE IF EXISTS accounts');
  }
}
