import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The search scans a semester's lectures in memory, and asks this index whether any of them has changed. */
export class LectureVersions1770000000024 implements MigrationInterface {
  name = 'LectureVersions1770000000024';

  async up(runner: QueryRunner): Promise<void> {
    const [index] = await runner.query("SHOW INDEX FROM lectures WHERE Key_name = 'lectures_versions'");
    if (index) return;
    await runner.query(
      'ALTER TABLE lectures ADD INDEX lectures_versions (semester_id, id, version), ALGORITHM=INPLACE, LOCK=NONE',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    const [index] = await runner.query("SHOW INDEX FROM lectures WHERE Key_name = 'lectures_versions'");
    if (index) await runner.query('ALTER TABLE lectures DROP INDEX lectures_versions, ALGORITHM=INPLACE, LOCK=NONE');
  }
}
