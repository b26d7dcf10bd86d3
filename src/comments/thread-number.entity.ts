import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Post } from '../posts/post.entity.js';

/**
 * The number of an account among the anonymous of one thread. Stored, not derived: with a formula, ids alone would
 * reveal any author. A number is never used again, so the row stays (without its account) when an account leaves.
 */
@Entity('thread_numbers')
@Index('thread_numbers_account', ['postId', 'accountId'], { unique: true })
@Index('thread_numbers_leaving', ['accountId'])
export class ThreadNumber {
  @ManyToOne(() => Post, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'post_id', foreignKeyConstraintName: 'thread_numbers_post_fk' })
  post: Relation<Post>;

  @PrimaryColumn({ type: 'int', unsigned: true })
  postId: number;

  @PrimaryColumn({ type: 'int', unsigned: true })
  number: number;

  @Column({ type: 'int', unsigned: true, nullable: true })
  accountId: number | null;
}
