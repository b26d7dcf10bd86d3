import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Account } from '../accounts/account.entity.js';
import { Semester } from '../catalogue/semesters/semester.entity.js';
import { Timetable } from './timetable.entity.js';

/**
 * The primary timetable of an owner in a semester. A row with a reference: a flag with a unique index would allow none.
 */
@Entity('primary_timetables')
export class PrimaryTimetable {
  @ManyToOne(() => Account, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'primary_timetables_owner_fk' })
  owner: Relation<Account>;

  @PrimaryColumn({ type: 'int', unsigned: true })
  ownerId: number;

  @ManyToOne(() => Semester, { nullable: false })
  @JoinColumn({ name: 'semester_id', foreignKeyConstraintName: 'primary_timetables_semester_fk' })
  semester: Relation<Semester>;

  @PrimaryColumn({ type: 'int', unsigned: true })
  @Index('primary_timetables_semester')
  semesterId: number;

  /** No cascade: the primary one is deleted only after another became primary. */
  @ManyToOne(() => Timetable, { nullable: false })
  @JoinColumn({ name: 'timetable_id', foreignKeyConstraintName: 'primary_timetables_timetable_fk' })
  timetable: Relation<Timetable>;

  @Column({ type: 'int', unsigned: true })
  @Index('primary_timetables_timetable', { unique: true })
  timetableId: number;
}
