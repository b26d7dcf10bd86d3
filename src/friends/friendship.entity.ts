import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Account } from '../accounts/account.entity.js';

/**
 * Two people, the sender of the request, and the start of the friendship; `null` while it is a request. One row for an
 * unordered pair, by a unique index: so two crossed requests meet in one row.
 */
@Entity('friendships')
@Index('friendships_pair', ['lowId', 'highId'], { unique: true })
@Index('friendships_sent', ['senderId', 'befriendedAt', 'id', 'recipientId'])
@Index('friendships_received', ['recipientId', 'befriendedAt', 'id', 'senderId'])
export class Friendship {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  /** Who asked. */
  @ManyToOne(() => Account, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'sender_id', foreignKeyConstraintName: 'friendships_sender_fk' })
  sender: Relation<Account>;

  @Column({ type: 'int', unsigned: true })
  senderId: number;

  /** Who was asked. */
  @ManyToOne(() => Account, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'recipient_id', foreignKeyConstraintName: 'friendships_recipient_fk' })
  recipient: Relation<Account>;

  @Column({ type: 'int', unsigned: true })
  recipientId: number;

  /** The smaller id of the two. A CHECK holds both to sender and recipient. */
  @Column({ type: 'int', unsigned: true })
  lowId: number;

  /** The larger id of the two. */
  @Column({ type: 'int', unsigned: true })
  highId: number;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;

  /** `null` as long as it is a request. */
  @Column({ type: 'datetime', precision: 3, nullable: true })
  befriendedAt: Date | null;
}
