import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Catalogue1770000000005 implements MigrationInterface {
  name = 'Catalogue1770000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS semesters (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        year smallint UNSIGNED NOT NULL,
        term tinyint UNSIGNED NOT NULL,
        starts_on date NOT NULL,
        ends_on date NOT NULL,
        time_zone varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        holidays json NOT NULL,
        version int UNSIGNED NOT NULL DEFAULT 1,
        search_generation int UNSIGNED NOT NULL DEFAULT 0,
        UNIQUE INDEX semesters_term (year, term),
        PRIMARY KEY (id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS subjects (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        code varchar(40) NOT NULL,
        code_key varchar(80) COLLATE utf8mb4_0900_bin NOT NULL,
        catalogue_key varchar(80) COLLATE utf8mb4_0900_bin NULL,
        name varchar(200) NOT NULL,
        department varchar(100) NULL,
        credits double NOT NULL,
        category varchar(50) NULL,
        source varchar(9) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        owner_id int UNSIGNED NULL,
        version int UNSIGNED NOT NULL DEFAULT 1,
        created_at datetime(3) NOT NULL,
        INDEX subjects_code (code_key),
        UNIQUE INDEX subjects_catalogue (catalogue_key),
        UNIQUE INDEX subjects_owner (owner_id, code_key),
        PRIMARY KEY (id),
        CONSTRAINT subjects_owner_fk FOREIGN KEY (owner_id) REFERENCES accounts(id) ON DELETE SET NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS lectures (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        semester_id int UNSIGNED NOT NULL,
        subject_id int UNSIGNED NOT NULL,
        section varchar(20) NOT NULL,
        catalogue_section varchar(20) COLLATE utf8mb4_0900_bin NULL,
        title varchar(200) NOT NULL,
        professors json NOT NULL,
        credits double NOT NULL,
        credits_max double NULL,
        grade varchar(50) NULL,
        capacity int UNSIGNED NULL,
        enrolled int UNSIGNED NULL,
        note varchar(2000) NULL,
        place varchar(300) NULL,
        source varchar(9) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
        owner_id int UNSIGNED NULL,
        cancelled tinyint NOT NULL DEFAULT 0,
        revision int UNSIGNED NOT NULL DEFAULT 1,
        version int UNSIGNED NOT NULL DEFAULT 1,
        days tinyint UNSIGNED NOT NULL,
        earliest smallint UNSIGNED NULL,
        latest smallint UNSIGNED NULL,
        search_text varchar(1500) COLLATE utf8mb4_0900_bin NOT NULL,
        indexed tinyint NOT NULL DEFAULT 0,
        created_at datetime(3) NOT NULL,
        INDEX lectures_semester (semester_id, id),
        INDEX lectures_to_index (semester_id, indexed, id),
        UNIQUE INDEX lectures_catalogue (semester_id, subject_id, catalogue_section),
        INDEX lectures_subject (subject_id),
        INDEX lectures_owner (owner_id, created_at),
        PRIMARY KEY (id),
        CONSTRAINT lectures_semester_fk FOREIGN KEY (semester_id) REFERENCES semesters(id),
        CONSTRAINT lectures_subject_fk FOREIGN KEY (subject_id) REFERENCES subjects(id),
        CONSTRAINT lectures_owner_fk FOREIGN KEY (owner_id) REFERENCES accounts(id) ON DELETE SET NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS lecture_meetings (
        lecture_id int UNSIGNED NOT NULL,
        position tinyint UNSIGNED NOT NULL,
        day tinyint UNSIGNED NOT NULL,
        start smallint UNSIGNED NOT NULL,
        end smallint UNSIGNED NOT NULL,
        room varchar(100) NULL,
        weeks int UNSIGNED NULL,
        PRIMARY KEY (lecture_id, position),
        CONSTRAINT lecture_meetings_lecture_fk FOREIGN KEY (lecture_id) REFERENCES lectures(id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS lecture_revisions (
        lecture_id int UNSIGNED NOT NULL,
        revision int UNSIGNED NOT NULL,
        facts json NOT NULL,
        replaced_at datetime(3) NOT NULL,
        PRIMARY KEY (lecture_id, revision),
        CONSTRAINT lecture_revisions_lecture_fk FOREIGN KEY (lecture_id) REFERENCES lectures(id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS lecture_terms (
        semester_id int UNSIGNED NOT NULL,
        generation int UNSIGNED NOT NULL,
        term varchar(20) COLLATE utf8mb4_0900_bin NOT NULL,
        lectures int UNSIGNED NOT NULL,
        lecture_ids mediumblob NOT NULL,
        PRIMARY KEY (semester_id, generation, term),
        CONSTRAINT lecture_terms_semester_fk FOREIGN KEY (semester_id) REFERENCES semesters(id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS lecture_terms');
    await runner.query('DROP TABLE IF EXISTS lecture_revisions');
    await runner.query('DROP TABLE IF EXISTS lecture_meetings');
    await runner.query('DROP TABLE IF EXISTS lectures');
    await runner.query('DROP TABLE IF EXISTS subjects');
    await runner.query('DROP TABLE IF EXISTS semesters');
  }
}
