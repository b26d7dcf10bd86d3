import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Boards1770000000002 implements MigrationInterface {
  name = 'Boards1770000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS boards (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        slug varchar(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        name varchar(50) NOT NULL,
        description varchar(500) NOT NULL,
        allow_anonymous tinyint NOT NULL,
        read_access tinyint UNSIGNED NOT NULL,
        write_access tinyint UNSIGNED NOT NULL,
        archived tinyint NOT NULL DEFAULT 0,
        hot_threshold smallint UNSIGNED NOT NULL,
        post_count int UNSIGNED NOT NULL DEFAULT 0,
        used tinyint NOT NULL DEFAULT 0,
        audience_stale tinyint NOT NULL DEFAULT 0,
        owner_id int UNSIGNED NULL,
        version int UNSIGNED NOT NULL DEFAULT 1,
        created_at datetime(3) NOT NULL,
        UNIQUE INDEX boards_slug (slug),
        INDEX boards_audience_stale (audience_stale),
        INDEX boards_owner (owner_id),
        PRIMARY KEY (id),
        CONSTRAINT boards_owner_fk FOREIGN KEY (owner_id) REFERENCES accounts(id) ON DELETE SET NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS boards');
  }
}
