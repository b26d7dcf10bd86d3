import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A reader of a post. Without foreign keys: an insert takes no lock on posts and accounts. */
@Entity('post_views')
@Index('post_views_once', ['accountId', 'postId'], { unique: true })
export class ViewedPost {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true })
  id: string;

  /** `null` when the account has left: its views stay counted. */
  @Column({ type: 'int', unsigned: true, nullable: true })
  accountId: number | null;

  @Column({ type: 'int', unsigned: true })
  postId: number;
}
