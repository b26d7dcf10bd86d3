import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Lecture } from '../../catalogue/lectures/lecture.entity.js';
import type { Meeting } from '../../catalogue/meetings.js';
import { Timetable } from '../timetable.entity.js';

/** A lecture of the catalogue in a timetable, with the owner's changes, or the owner's own entry with its meetings. */
@Entity('timetable_entries')
@Index('timetable_entries_lecture', ['timetableId', 'lectureId'], { unique: true })
export class TimetableEntry {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @ManyToOne(() => Timetable, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'timetable_id', foreignKeyConstraintName: 'timetable_entries_timetable_fk' })
  timetable: Relation<Timetable>;

  @Column({ type: 'int', unsigned: true })
  timetableId: number;

  /** `null` on a custom entry. */
  @ManyToOne(() => Lecture, { nullable: true })
  @JoinColumn({ name: 'lecture_id', foreignKeyConstraintName: 'timetable_entries_lecture_fk' })
  lecture: Relation<Lecture> | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  @Index('timetable_entries_of_lecture')
  lectureId: number | null;

  /** The revision of the lecture that the owner has added or acknowledged; `null` on a custom entry. */
  @Column({ type: 'int', unsigned: true, nullable: true })
  seenRevision: number | null;

  /** The owner's own title; `null` where the lecture's stands. */
  @Column({ type: 'varchar', length: 100, nullable: true })
  title: string | null;

  /** Index into the colours of the timetable's theme. */
  @Column({ type: 'tinyint', unsigned: true })
  color: number;

  @Column({ type: 'varchar', length: 1000, nullable: true })
  memo: string | null;

  /** Shown to friends as busy. */
  @Column({ type: 'boolean', default: false })
  private: boolean;

  /** Of a custom entry; `null` where the lecture's count. */
  @Column({ type: 'double', nullable: true })
  credits: number | null;

  /** Of a custom entry; `null` where the lecture's count. */
  @Column({ type: 'json', nullable: true })
  meetings: Meeting[] | null;

  @Column({ type: 'int', unsigned: true, default: 1 })
  version: number;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;
}
