import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { Meeting } from '../meetings.js';
import { Lecture } from './lecture.entity.js';

/** Facts of a lecture whose change makes a new revision. */
export interface LectureFacts {
  title: string;
  professors: string[];
  credits: number;
  creditsMax: number | null;
  place: string | null;
  cancelled: boolean;
  meetings: Meeting[];
}

/** The facts of a lecture in an earlier revision. */
@Entity('lecture_revisions')
export class LectureRevision {
  @ManyToOne(() => Lecture, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'lecture_id', foreignKeyConstraintName: 'lecture_revisions_lecture_fk' })
  lecture: Relation<Lecture>;

  @PrimaryColumn({ type: 'int', unsigned: true })
  lectureId: number;

  @PrimaryColumn({ type: 'int', unsigned: true })
  revision: number;

  @Column({ type: 'json' })
  facts: LectureFacts;

  @Column({ type: 'datetime', precision: 3 })
  replacedAt: Date;
}
