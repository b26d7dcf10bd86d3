import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Account } from '../../accounts/account.entity.js';
import { Post } from '../post.entity.js';

@Entity('post_likes')
@Index('post_likes_once', ['postId', 'accountId'], { unique: true })
@Index('post_likes_mine', ['accountId', 'id'])
export class PostLike {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @ManyToOne(() => Post, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'post_id', foreignKeyConstraintName: 'post_likes_post_fk' })
  post: Relation<Post>;

  @Column({ type: 'int', unsigned: true })
  postId: number;

  /** `null` when the account has left: its likes stay counted. */
  @ManyToOne(() => Account, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'post_likes_account_fk' })
  account: Relation<Account> | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  accountId: number | null;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;
}
