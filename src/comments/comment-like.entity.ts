import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Account } from '../accounts/account.entity.js';
import { Comment } from './comment.entity.js';

@Entity('comment_likes')
@Index('comment_likes_once', ['commentId', 'accountId'], { unique: true })
@Index('comment_likes_mine', ['accountId', 'id'])
export class CommentLike {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @ManyToOne(() => Comment, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'comment_id', foreignKeyConstraintName: 'comment_likes_comment_fk' })
  comment: Relation<Comment>;

  @Column({ type: 'int', unsigned: true })
  commentId: number;

  /** `null` when the account has left: its likes stay counted. */
  @ManyToOne(() => Account, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'comment_likes_account_fk' })
  account: Relation<Account> | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  accountId: number | null;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;
}
