import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Friends1770000000007 implements MigrationInterface {
  name = 'Friends1770000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE IF NOT EXISTS friendships (
        id int UNSIGNED NOT NULL AUTO_INCREMENT,
        sender_id int UNSIGNED NOT NULL,
        recipient_id int UNSIGNED NOT NULL,
        low_id int UNSIGNED NOT NULL,
        high_id int UNSIGNED NOT NULL,
        created_at datetime(3) NOT NULL,
        befriended_at datetime(3) NULL,
        INDEX friendships_received (recipient_id, befriended_at, id, sender_id),
        INDEX friendships_sent (sender_id, befriended_at, id, recipient_id),
        UNIQUE INDEX friendships_pair (low_id, high_id),
        PRIMARY KEY (id),
        CONSTRAINT friendships_sender_fk FOREIGN KEY (sender_id) REFERENCES accounts(id) ON DELETE CASCADE,
        CONSTRAINT friendships_recipient_fk FOREIGN KEY (recipient_id) REFERENCES accounts(id) ON DELETE CASCADE,
        CONSTRAINT friendships_pair_check CHECK (low_id < high_id AND low_id = LEAST(sender_id, recipient_id)
          AND high_id = GREATEST(sender_id, recipient_id))
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS friendships');
  }
}
