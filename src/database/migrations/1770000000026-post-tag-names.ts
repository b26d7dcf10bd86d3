import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Posts in one transaction: they are locked for as long. */
const BATCH = 1_000;

/** The names of a post's tags beside the post. A table of its own: adding a column would rebuild the search index. */
export class PostTagNames1770000000026 implements MigrationInterface {
  name = 'PostTagNames1770000000026';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS post_tag_names (
        post_id int UNSIGNED NOT NULL,
        version int UNSIGNED NOT NULL,
        names mediumtext NOT NULL,
        PRIMARY KEY (post_id),
        CONSTRAINT post_tag_names_post_fk FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    const [{ last }] = await runner.query('SELECT COALESCE(MAX(id), 0) AS last FROM posts');
    await runner.query('SET SESSION group_concat_max_len = 1048576');
    for (let from = 1; from <= Number(last); from += BATCH) await this.fill(runner, from, from + BATCH - 1);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS post_tag_names');
  }

  /** Locks the posts first: then nobody changes their tags, and the second statement reads what is committed. */
  private async fill(runner: QueryRunner, from: number, to: number): Promise<void> {
    await runner.query('START TRANSACTION');
    try {
      await runner.query('SELECT id FROM posts WHERE id BETWEEN ? AND ? FOR UPDATE', [from, to]);
      await runner.query(
        `REPLACE INTO post_tag_names (post_id, version, names)
         SELECT p.id, p.version, GROUP_CONCAT(t.name ORDER BY pt.position SEPARATOR '\\n')
           FROM posts p JOIN post_tags pt ON pt.post_id = p.id JOIN tags t ON t.id = pt.tag_id
          WHERE p.id BETWEEN ? AND ? GROUP BY p.id, p.version`,
        [from, to],
      );
      await runner.query('COMMIT');
    } catch (error) {
      await runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }
}
