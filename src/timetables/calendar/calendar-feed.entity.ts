import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Timetable } from '../timetable.entity.js';

/** The subscription of a timetable: with its address anybody can read the calendar, without an account. */
@Entity('calendar_feeds')
export class CalendarFeed {
  @ManyToOne(() => Timetable, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'timetable_id', foreignKeyConstraintName: 'calendar_feeds_timetable_fk' })
  timetable: Relation<Timetable>;

  @PrimaryColumn({ type: 'int', unsigned: true })
  timetableId: number;

  /** SHA-256 of the secret in the address. 128 random bits need no slower hash. */
  @Column({ type: 'binary', length: 32 })
  @Index('calendar_feeds_token', { unique: true })
  tokenHash: Buffer;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;
}
