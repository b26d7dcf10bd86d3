import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Timetables1770000000008 implements MigrationInterface {
  name = 'Timetables1770000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS timetables (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        owner_id int UNSIGNED NOT NULL,
        semester_id int UNSIGNED NOT NULL,
        name varchar(50) NOT NULL,
        name_key varchar(150) COLLATE utf8mb4_0900_bin NOT NULL,
        visibility varchar(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        theme varchar(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        version int UNSIGNED NOT NULL DEFAULT 1,
        created_at datetime(3) NOT NULL,
        UNIQUE INDEX timetables_name (owner_id, semester_id, name_key),
        INDEX timetables_semester (semester_id),
        PRIMARY KEY (id),
        CONSTRAINT timetables_owner_fk FOREIGN KEY (owner_id) REFERENCES accounts(id) ON DELETE CASCADE,
        CONSTRAINT timetables_semester_fk FOREIGN KEY (semester_id) REFERENCES semesters(id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS primary_timetables (
        owner_id int UNSIGNED NOT NULL,
        semester_id int UNSIGNED NOT NULL,
        timetable_id int UNSIGNED NOT NULL,
        UNIQUE INDEX primary_timetables_timetable (timetable_id),
        INDEX primary_timetables_semester (semester_id),
        PRIMARY KEY (owner_id, semester_id),
        CONSTRAINT primary_timetables_owner_fk FOREIGN KEY (owner_id) REFERENCES accounts(id) ON DELETE CASCADE,
        CONSTRAINT primary_timetables_semester_fk FOREIGN KEY (semester_id) REFERENCES semesters(id),
        CONSTRAINT primary_timetables_timetable_fk FOREIGN KEY (timetable_id) REFERENCES timetables(id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS timetable_entries (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        timetable_id int UNSIGNED NOT NULL,
        lecture_id int UNSIGNED NULL,
        seen_revision int UNSIGNED NULL,
        title varchar(100) NULL,
        color tinyint UNSIGNED NOT NULL,
        memo varchar(1000) NULL,
        private tinyint NOT NULL DEFAULT 0,
        credits double NULL,
        meetings json NULL,
        version int UNSIGNED NOT NULL DEFAULT 1,
        created_at datetime(3) NOT NULL,
        UNIQUE INDEX timetable_entries_lecture (timetable_id, lecture_id),
        INDEX timetable_entries_of_lecture (lecture_id),
        PRIMARY KEY (id),
        CONSTRAINT timetable_entries_timetable_fk FOREIGN KEY (timetable_id) REFERENCES timetables(id) ON DELETE CASCADE,
        CONSTRAINT timetable_entries_lecture_fk FOREIGN KEY (lecture_id) REFERENCES lectures(id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS calendar_feeds (
        timetable_id int UNSIGNED NOT NULL,
        token_hash binary(32) NOT NULL,
        created_at datetime(3) NOT NULL,
        UNIQUE INDEX calendar_feeds_token (token_hash),
        PRIMARY KEY (timetable_id),
        CONSTRAINT calendar_feeds_timetable_fk FOREIGN KEY (timetable_id) REFERENCES timetables(id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS calendar_feeds');
    await runner.query('DROP TABLE IF EXISTS timetable_entries');
    await runner.query('DROP TABLE IF EXISTS primary_timetables');
    await runner.query('DROP TABLE IF EXISTS timetables');
  }
}
