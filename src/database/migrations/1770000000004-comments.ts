import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Comments1770000000004 implements MigrationInterface {
  name = 'Comments1770000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS comments (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        post_id int UNSIGNED NOT NULL,
        root_id int UNSIGNED NOT NULL DEFAULT 0,
        author_id int UNSIGNED NULL,
        public_author_id int UNSIGNED NULL,
        anonymous_number int UNSIGNED NULL,
        content text NOT NULL,
        state varchar(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'visible',
        listed tinyint NOT NULL DEFAULT 1,
        like_count int UNSIGNED NOT NULL DEFAULT 0,
        reply_count int UNSIGNED NOT NULL DEFAULT 0,
        version int UNSIGNED NOT NULL DEFAULT 1,
        created_at datetime(3) NOT NULL,
        edited_at datetime(3) NULL,
        INDEX comments_public_author (public_author_id),
        INDEX comments_mine (author_id, state, id),
        INDEX comments_replies (root_id, listed, id),
        INDEX comments_thread (post_id, listed, root_id, id),
        PRIMARY KEY (id),
        CONSTRAINT comments_post_fk FOREIGN KEY (post_id) REFERENCES posts(id),
        CONSTRAINT comments_author_fk FOREIGN KEY (author_id) REFERENCES accounts(id) ON DELETE SET NULL,
        CONSTRAINT comments_public_author_fk FOREIGN KEY (public_author_id) REFERENCES accounts(id) ON DELETE SET NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS thread_numbers (
        post_id int UNSIGNED NOT NULL,
        number int UNSIGNED NOT NULL,
        account_id int UNSIGNED NULL,
        INDEX thread_numbers_leaving (account_id),
        UNIQUE INDEX thread_numbers_account (post_id, account_id),
        PRIMARY KEY (post_id, number),
        CONSTRAINT thread_numbers_post_fk FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS comment_likes (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        comment_id int UNSIGNED NOT NULL,
        account_id int UNSIGNED NOT NULL,
        created_at datetime(3) NOT NULL,
        INDEX comment_likes_mine (account_id, id),
        UNIQUE INDEX comment_likes_once (comment_id, account_id),
        PRIMARY KEY (id),
        CONSTRAINT comment_likes_comment_fk FOREIGN KEY (comment_id) REFERENCES comments(id) ON DELETE CASCADE,
        CONSTRAINT comment_likes_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS comment_likes');
    await runner.query('DROP TABLE IF EXISTS thread_numbers');
    await runner.query('DROP TABLE IF EXISTS comments');
  }
}
