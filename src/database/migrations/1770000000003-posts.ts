import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Stop words are off before the ngram index is built: it would drop every token that contains one ("ai"). The index keeps that. */
export class Posts1770000000003 implements MigrationInterface {
  name = 'Posts1770000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SET SESSION innodb_ft_enable_stopword = OFF');
    await runner.query(`
      CREATE TABLE IF NOT EXISTS tags (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        name varchar(50) COLLATE utf8mb4_0900_bin NOT NULL,
        post_count int UNSIGNED NOT NULL DEFAULT 0,
        UNIQUE INDEX tags_name (name),
        INDEX tags_in_use ((post_count > 0), name),
        INDEX tags_popular (post_count, id),
        PRIMARY KEY (id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS posts (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        board_id int UNSIGNED NOT NULL,
        author_id int UNSIGNED NULL,
        public_author_id int UNSIGNED NULL,
        anonymous tinyint NOT NULL,
        title varchar(100) NOT NULL,
        content mediumtext NOT NULL,
        excerpt varchar(200) NOT NULL,
        state varchar(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'visible',
        listed tinyint NOT NULL DEFAULT 1,
        audience tinyint UNSIGNED NOT NULL,
        tag_count smallint UNSIGNED NOT NULL DEFAULT 0,
        like_count int UNSIGNED NOT NULL DEFAULT 0,
        comment_count int UNSIGNED NOT NULL DEFAULT 0,
        view_count int UNSIGNED NOT NULL DEFAULT 0,
        hot_at datetime(3) NULL,
        version int UNSIGNED NOT NULL DEFAULT 1,
        created_at datetime(3) NOT NULL,
        edited_at datetime(3) NULL,
        INDEX posts_created (created_at),
        FULLTEXT INDEX posts_text (title, content) WITH PARSER ngram,
        INDEX posts_initial ((LEFT(title, 1)), audience, listed, id),
        INDEX posts_mine (author_id, listed, id),
        INDEX posts_by_author (public_author_id, audience, listed, id),
        INDEX posts_board_author (public_author_id, board_id, listed, id),
        INDEX posts_all_likes (audience, listed, like_count, id),
        INDEX posts_all_hot (audience, listed, hot_at, id),
        INDEX posts_all_latest (audience, listed, id),
        INDEX posts_board_likes (board_id, listed, like_count, id),
        INDEX posts_board_hot (board_id, listed, hot_at, id),
        INDEX posts_board_latest (board_id, listed, id),
        PRIMARY KEY (id),
        CONSTRAINT posts_board_fk FOREIGN KEY (board_id) REFERENCES boards(id),
        CONSTRAINT posts_author_fk FOREIGN KEY (author_id) REFERENCES accounts(id) ON DELETE SET NULL,
        CONSTRAINT posts_public_author_fk FOREIGN KEY (public_author_id) REFERENCES accounts(id) ON DELETE SET NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS post_tags (
        post_id int UNSIGNED NOT NULL,
        tag_id int UNSIGNED NOT NULL,
        position smallint UNSIGNED NOT NULL,
        board_id int UNSIGNED NOT NULL,
        audience tinyint UNSIGNED NOT NULL,
        INDEX post_tags_board (tag_id, board_id, post_id),
        INDEX post_tags_all (tag_id, audience, post_id),
        UNIQUE INDEX post_tags_position (post_id, position),
        PRIMARY KEY (post_id, tag_id),
        CONSTRAINT post_tags_post_fk FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE,
        CONSTRAINT post_tags_tag_fk FOREIGN KEY (tag_id) REFERENCES tags(id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS post_likes (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        post_id int UNSIGNED NOT NULL,
        account_id int UNSIGNED NOT NULL,
        created_at datetime(3) NOT NULL,
        INDEX post_likes_mine (account_id, id),
        UNIQUE INDEX post_likes_once (post_id, account_id),
        PRIMARY KEY (id),
        CONSTRAINT post_likes_post_fk FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE,
        CONSTRAINT post_likes_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS post_scraps (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        post_id int UNSIGNED NOT NULL,
        account_id int UNSIGNED NOT NULL,
        created_at datetime(3) NOT NULL,
        INDEX post_scraps_mine (account_id, id),
        UNIQUE INDEX post_scraps_once (post_id, account_id),
        PRIMARY KEY (id),
        CONSTRAINT post_scraps_post_fk FOREIGN KEY (post_id) REFERENCES posts(id) ON DELETE CASCADE,
        CONSTRAINT post_scraps_account_fk FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
    await runner.query(`
      CREATE TABLE IF NOT EXISTS post_views (
        account_id int UNSIGNED NOT NULL,
        post_id int UNSIGNED NOT NULL,
        PRIMARY KEY (account_id, post_id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS post_views');
    await runner.query('DROP TABLE IF EXISTS post_scraps');
    await runner.query('DROP TABLE IF EXISTS post_likes');
    await runner.query('DROP TABLE IF EXISTS post_tags');
    await runner.query('DROP TABLE IF EXISTS posts');
    await runner.query('DROP TABLE IF EXISTS tags');
  }
}
