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

  @ManyToOne(() => Account, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'comment_likes_account_fk' })
  account: Relation<Account>;

  @Column({ type: 'int', unsigned: true })
  accountId: number;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;
}
