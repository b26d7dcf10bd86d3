import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Account } from '../accounts/account.entity.js';

@Entity('boards')
export class Board {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @Column({ type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' })
  @Index('boards_slug', { unique: true })
  slug: string;

  @Column({ type: 'varchar', length: 50 })
  name: string;

  @Column({ type: 'varchar', length: 500 })
  description: string;

  @Column({ type: 'boolean' })
  allowAnonymous: boolean;

  /** Index into ACCESS. */
  @Column({ type: 'tinyint', unsigned: true })
  readAccess: number;

  /** Index into ACCESS, never 0. */
  @Column({ type: 'tinyint', unsigned: true })
  writeAccess: number;

  @Column({ type: 'boolean', default: false })
  archived: boolean;

  /** Likes that make a post hot. */
  @Column({ type: 'smallint', unsigned: true })
  hotThreshold: number;

  /** Posts that lists show. */
  @Column({ type: 'int', unsigned: true, default: 0 })
  postCount: number;

  /**
   * Whether it ever had a post. From then on its access can only become stricter, and it is archived instead of
   * deleted.
   */
  @Column({ type: 'boolean', default: false })
  used: boolean;

  /** Whether `posts.audience` still has to follow a change of `readAccess`. */
  @Column({ type: 'boolean', default: false })
  @Index('boards_audience_stale')
  audienceStale: boolean;

  @ManyToOne(() => Account, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'boards_owner_fk' })
  owner: Relation<Account> | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  @Index('boards_owner')
  ownerId: number | null;

  @Column({ type: 'int', unsigned: true, default: 1 })
  version: number;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;
}
