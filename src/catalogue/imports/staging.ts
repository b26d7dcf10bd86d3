import type { LongConnection } from '../../database/long-connection.js';

/**
 * What an import works on: temporary tables, which belong to its connection alone and end with it. So nothing is left
 * behind by an import that was killed, and nobody else's statement meets them.
 */
const TABLES = {
  // One row for each record of the file whose lecture is known; `bad` says why it is left out.
  import_rows: `
    code_key varchar(80) COLLATE utf8mb4_0900_bin NOT NULL,
    section varchar(20) COLLATE utf8mb4_0900_bin NOT NULL,
    ordinal int UNSIGNED NOT NULL,
    line int UNSIGNED NOT NULL,
    bad tinyint NOT NULL,
    content mediumtext NOT NULL,
    PRIMARY KEY (code_key, section, ordinal)`,
  // Subjects that are new or that the file says something else of.
  import_subjects: `
    code_key varchar(80) COLLATE utf8mb4_0900_bin NOT NULL,
    subject_id int UNSIGNED NULL,
    code varchar(40) NOT NULL,
    name varchar(200) NOT NULL,
    department varchar(100) NULL,
    credits double NOT NULL,
    category varchar(50) NULL,
    PRIMARY KEY (code_key),
    INDEX (subject_id)`,
  // Lectures that are new or change, with all that they say from then on.
  import_lectures: `
    n int UNSIGNED NOT NULL AUTO_INCREMENT,
    lecture_id int UNSIGNED NULL,
    subject_id int UNSIGNED NULL,
    code_key varchar(80) COLLATE utf8mb4_0900_bin NOT NULL,
    section varchar(20) COLLATE utf8mb4_0900_bin NOT NULL,
    is_new tinyint NOT NULL,
    old_version int UNSIGNED NOT NULL,
    old_revision int UNSIGNED NOT NULL,
    old_facts json NULL,
    new_meetings tinyint NOT NULL,
    title varchar(200) NOT NULL,
    professors json NOT NULL,
    credits double NOT NULL,
    credits_max double NULL,
    grade varchar(50) NULL,
    capacity int UNSIGNED NULL,
    enrolled int UNSIGNED NULL,
    note varchar(2000) NULL,
    place varchar(300) NULL,
    cancelled tinyint NOT NULL,
    PRIMARY KEY (n),
    UNIQUE INDEX (lecture_id)`,
  // The meetings of those whose meetings are written anew.
  import_meetings: `
    n int UNSIGNED NOT NULL,
    position tinyint UNSIGNED NOT NULL,
    day tinyint UNSIGNED NOT NULL,
    start smallint UNSIGNED NOT NULL,
    end smallint UNSIGNED NOT NULL,
    room varchar(100) NULL,
    weeks int UNSIGNED NULL,
    PRIMARY KEY (n, position)`,
};

export async function createStaging(connection: LongConnection): Promise<void> {
  for (const [table, columns] of Object.entries(TABLES)) {
    await connection.run(
      `CREATE TEMPORARY TABLE ${table} (${columns}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`,
    );
  }
}
