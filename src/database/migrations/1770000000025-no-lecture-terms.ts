import type { MigrationInterface, QueryRunner } from 'typeorm';

const OLD_INDEXES = {
  lectures_semester: '(semester_id, id)',
  lectures_to_index: '(semester_id, indexed, id)',
};
/** Of `lectures`, in their order; each after the one before. */
const OLD_COLUMNS = {
  days: 'tinyint UNSIGNED NOT NULL AFTER version',
  earliest: 'smallint UNSIGNED NULL AFTER days',
  latest: 'smallint UNSIGNED NULL AFTER earliest',
  search_text: 'varchar(1500) COLLATE utf8mb4_0900_bin NOT NULL AFTER latest',
  indexed: 'tinyint NOT NULL DEFAULT 0 AFTER search_text',
};

/**
 * The posting lists of the lecture search and all columns that only it had.
 *
 * Contract: nothing since 0.1.0 reads or writes them, and 0.1.0 is the first release. A development build from before
 * answers 500 to lecture searches, and to whoever registers a lecture, from here until it is replaced.
 */
export class NoLectureTerms1770000000025 implements MigrationInterface {
  name = 'NoLectureTerms1770000000025';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS lecture_terms');
    for (const name of Object.keys(OLD_INDEXES)) {
      if (!(await hasIndex(runner, name))) continue;
      await runner.query(`ALTER TABLE lectures DROP INDEX ${name}, ALGORITHM=INPLACE, LOCK=NONE`);
    }
    for (const name of Object.keys(OLD_COLUMNS)) {
      if (!(await hasColumn(runner, 'lectures', name))) continue;
      await runner.query(`ALTER TABLE lectures DROP COLUMN ${name}, ALGORITHM=INSTANT`);
    }
    if (await hasColumn(runner, 'semesters', 'search_generation')) {
      await runner.query('ALTER TABLE semesters DROP COLUMN search_generation, ALGORITHM=INSTANT');
    }
  }

  /** Creates them empty: an older release finds old lectures by their words only after an import. */
  async down(runner: QueryRunner): Promise<void> {
    if (!(await hasColumn(runner, 'semesters', 'search_generation'))) {
      await runner.query('ALTER TABLE semesters ADD COLUMN search_generation int UNSIGNED NOT NULL DEFAULT 0');
    }
    for (const [name, definition] of Object.entries(OLD_COLUMNS)) {
      if (await hasColumn(runner, 'lectures', name)) continue;
      await runner.query(`ALTER TABLE lectures ADD COLUMN ${name} ${definition}`);
    }
    for (const [name, columns] of Object.entries(OLD_INDEXES)) {
      if (await hasIndex(runner, name)) continue;
      await runner.query(`ALTER TABLE lectures ADD INDEX ${name} ${columns}`);
    }
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
}

async function hasIndex(runner: QueryRunner, name: string): Promise<boolean> {
  return (await runner.query(`SHOW INDEX FROM lectures WHERE Key_name = '${name}'`)).length > 0;
}

async function hasColumn(runner: QueryRunner, table: string, name: string): Promise<boolean> {
  return (await runner.query(`SHOW COLUMNS FROM ${table} LIKE '${name}'`)).length > 0;
}
