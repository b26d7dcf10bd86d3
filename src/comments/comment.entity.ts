import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Account } from '../accounts/account.entity.js';
import { Post } from '../posts/post.entity.js';

export type CommentState = 'visible' | 'hidden' | 'deleted';

@Entity('comments')
@Index('comments_thread', ['postId', 'listed', 'rootId', 'id'])
@Index('comments_replies', ['rootId', 'listed', 'id'])
@Index('comments_mine', ['authorId', 'state', 'id'])
export class Comment {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @ManyToOne(() => Post, { nullable: false })
  @JoinColumn({ name: 'post_id', foreignKeyConstraintName: 'comments_post_fk' })
  post: Relation<Post>;

  @Column({ type: 'int', unsigned: true })
  postId: number;

  /** The top-level comment that this replies to; 0 on a top-level comment, so that lists can ask for it by index. */
  @Column({ type: 'int', unsigned: true, default: 0 })
  rootId: number;

  /** For ownership only, never for an answer. `null` when the author has left. */
  @ManyToOne(() => Account, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'author_id', foreignKeyConstraintName: 'comments_author_fk' })
  author: Relation<Account> | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  authorId: number | null;

  /** The author in answers: `null` on anonymous comments. */
  @ManyToOne(() => Account, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'public_author_id', foreignKeyConstraintName: 'comments_public_author_fk' })
  publicAuthor: Relation<Account> | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  @Index('comments_public_author')
  publicAuthorId: number | null;

  /** On anonymous comments: 익명1, 익명2, …; 0 for the anonymous author of the post (글쓴이). `null` on named ones. */
  @Column({ type: 'int', unsigned: true, nullable: true })
  anonymousNumber: number | null;

  /** `text` is large enough: 2,000 code points have at most 8,000 bytes. */
  @Column({ type: 'text' })
  content: string;

  @Column({ type: 'varchar', length: 10, charset: 'ascii', collation: 'ascii_bin', default: 'visible' })
  state: CommentState;

  /** A deleted comment is listed, as a stub, as long as it has replies. */
  @Column({ type: 'boolean', default: true })
  listed: boolean;

  @Column({ type: 'int', unsigned: true, default: 0 })
  likeCount: number;

  /** Live replies. */
  @Column({ type: 'int', unsigned: true, default: 0 })
  replyCount: number;

  @Column({ type: 'int', unsigned: true, default: 1 })
  version: number;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;

  @Column({ type: 'datetime', precision: 3, nullable: true })
  editedAt: Date | null;
}
