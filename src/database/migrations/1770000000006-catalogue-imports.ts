import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CatalogueImports1770000000006 implements MigrationInterface {
  name = 'CatalogueImports1770000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS catalogue_imports (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        semester_id int UNSIGNED NOT NULL,
        format varchar(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
        dry_run tinyint NOT NULL,
        forced tinyint NOT NULL,
        strict tinyint NOT NULL,
        state varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        progress json NOT NULL,
        report json NULL,
        reason varchar(500) NULL,
        created_at datetime(3) NOT NULL,
        alive_at datetime(3) NOT NULL,
        finished_at datetime(3) NULL,
        INDEX catalogue_imports_semester (semester_id),
        PRIMARY KEY (id),
        CONSTRAINT catalogue_imports_semester_fk FOREIGN KEY (semester_id) REFERENCES semesters(id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS catalogue_imports');
  }
}
