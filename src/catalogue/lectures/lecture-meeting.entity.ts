import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Lecture } from './lecture.entity.js';

/** One meeting of a lecture in the week: see `meetings.ts`. */
@Entity('lecture_meetings')
export class LectureMeeting {
  @ManyToOne(() => Lecture, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'lecture_id', foreignKeyConstraintName: 'lecture_meetings_lecture_fk' })
  lecture: Relation<Lecture>;

  @PrimaryColumn({ type: 'int', unsigned: true })
  lectureId: number;

  /** From 0, by day and start. */
  @PrimaryColumn({ type: 'tinyint', unsigned: true })
  position: number;

  /** 0 = Monday. */
  @Column({ type: 'tinyint', unsigned: true })
  day: number;

  @Column({ type: 'smallint', unsigned: true })
  start: number;

  @Column({ type: 'smallint', unsigned: true })
  end: number;

  @Column({ type: 'varchar', length: 100, nullable: true })
  room: string | null;

  /** Week n as bit n − 1; `null` for every week. */
  @Column({ type: 'int', unsigned: true, nullable: true })
  weeks: number | null;
}
