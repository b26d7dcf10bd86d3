import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Account } from '../account.entity.js';

/** One log-in on one device. Without its row, all its tokens are invalid. */
@Entity('sessions')
@Index('sessions_account', ['accountId', 'id'])
export class Session {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @ManyToOne(() => Account, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'account_id', foreignKeyConstraintName: 'sessions_account_fk' })
  account: Relation<Account>;

  @Column({ type: 'int', unsigned: true })
  accountId: number;

  /** SHA-256 of the current refresh token. */
  @Column({ type: 'binary', length: 32 })
  refreshHash: Buffer;

  /** Number of refreshes. */
  @Column({ type: 'int', unsigned: true, default: 0 })
  generation: number;

  @Column({ type: 'datetime', precision: 3 })
  rotatedAt: Date;

  @Column({ type: 'datetime', precision: 3 })
  @Index('sessions_expiry')
  expiresAt: Date;

  @Column({ type: 'varchar', length: 200 })
  userAgent: string;

  @Column({ type: 'varchar', length: 45, charset: 'ascii', collation: 'ascii_bin' })
  address: string;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;
}
