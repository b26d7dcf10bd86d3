import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Account } from '../accounts/account.entity.js';
import { Board } from '../boards/board.entity.js';

/** `hidden` is for moderation; only `deleted` is final. */
export type PostState = 'visible' | 'hidden' | 'deleted';

/**
 * Each list has an index that holds its filter, its order and nothing to skip. Lists of one board begin with the board,
 * lists over all boards with the audience: see posts.queries.ts.
 */
@Entity('posts')
@Index('posts_board_latest', ['boardId', 'listed', 'id'])
@Index('posts_board_hot', ['boardId', 'listed', 'hotAt', 'id'])
@Index('posts_board_likes', ['boardId', 'listed', 'likeCount', 'id'])
@Index('posts_all_latest', ['audience', 'listed', 'id'])
@Index('posts_all_hot', ['audience', 'listed', 'hotAt', 'id'])
@Index('posts_all_likes', ['audience', 'listed', 'likeCount', 'id'])
@Index('posts_by_author', ['publicAuthorId', 'audience', 'listed', 'id'])
@Index('posts_board_author', ['publicAuthorId', 'boardId', 'listed', 'id'])
@Index('posts_initial', { synchronize: false }) // (LEFT(title, 1)), audience, listed, id: TypeORM knows no expressions
@Index('posts_mine', ['authorId', 'listed', 'id'])
@Index('posts_text', ['title', 'content'], { fulltext: true, parser: 'ngram' })
export class Post {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @ManyToOne(() => Board, { nullable: false })
  @JoinColumn({ name: 'board_id', foreignKeyConstraintName: 'posts_board_fk' })
  board: Relation<Board>;

  @Column({ type: 'int', unsigned: true })
  boardId: number;

  /** The author: for ownership only, never for an answer. `null` after leaving. */
  @ManyToOne(() => Account, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'author_id', foreignKeyConstraintName: 'posts_author_fk' })
  author: Relation<Account> | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  authorId: number | null;

  /** The author in answers: `null` on anonymous posts. Every answer joins on this column alone. */
  @ManyToOne(() => Account, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'public_author_id', foreignKeyConstraintName: 'posts_public_author_fk' })
  publicAuthor: Relation<Account> | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  publicAuthorId: number | null;

  @Column({ type: 'boolean' })
  anonymous: boolean;

  @Column({ type: 'varchar', length: 100 })
  title: string;

  /** mediumtext: 20,000 code points may be 80,000 bytes. */
  @Column({ type: 'mediumtext' })
  content: string;

  /** The beginning of the content, so that lists need not read it. */
  @Column({ type: 'varchar', length: 200 })
  excerpt: string;

  @Column({ type: 'varchar', length: 10, charset: 'ascii', collation: 'ascii_bin', default: 'visible' })
  state: PostState;

  /** Whether lists show it. */
  @Column({ type: 'boolean', default: true })
  listed: boolean;

  /** The board's readAccess, repeated here for the lists over all boards. Never the authority: reads ask the board. */
  @Column({ type: 'tinyint', unsigned: true })
  audience: number;

  @Column({ type: 'smallint', unsigned: true, default: 0 })
  tagCount: number;

  @Column({ type: 'int', unsigned: true, default: 0 })
  likeCount: number;

  /** Live comments and replies, the same number for every reader. */
  @Column({ type: 'int', unsigned: true, default: 0 })
  commentCount: number;

  @Column({ type: 'int', unsigned: true, default: 0 })
  viewCount: number;

  /** Set once, when the likes reach the board's threshold. */
  @Column({ type: 'datetime', precision: 3, nullable: true })
  hotAt: Date | null;

  @Column({ type: 'int', unsigned: true, default: 1 })
  version: number;

  @Column({ type: 'datetime', precision: 3 })
  @Index('posts_created')
  createdAt: Date;

  @Column({ type: 'datetime', precision: 3, nullable: true })
  editedAt: Date | null;
}
