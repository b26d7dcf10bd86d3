import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Account } from '../../accounts/account.entity.js';
import { Semester } from '../semesters/semester.entity.js';
import { Subject, type Source } from '../subjects/subject.entity.js';

/** One section of a subject in a semester (강의). Its meetings are rows of their own. */
@Entity('lectures')
@Index('lectures_versions', ['semesterId', 'id', 'version'])
@Index('lectures_catalogue', ['semesterId', 'subjectId', 'catalogueSection'], { unique: true })
@Index('lectures_owner', ['ownerId', 'createdAt'])
export class Lecture {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @ManyToOne(() => Semester, { nullable: false })
  @JoinColumn({ name: 'semester_id', foreignKeyConstraintName: 'lectures_semester_fk' })
  semester: Relation<Semester>;

  @Column({ type: 'int', unsigned: true })
  semesterId: number;

  @ManyToOne(() => Subject, { nullable: false })
  @JoinColumn({ name: 'subject_id', foreignKeyConstraintName: 'lectures_subject_fk' })
  subject: Relation<Subject>;

  @Column({ type: 'int', unsigned: true })
  @Index('lectures_subject')
  subjectId: number;

  @Column({ type: 'varchar', length: 20 })
  section: string;

  /** `section` of the catalogue's own lectures, for the unique index; `null` on those of members. */
  @Column({ type: 'varchar', length: 20, collation: 'utf8mb4_0900_bin', nullable: true })
  catalogueSection: string | null;

  /** Sections of one subject may have titles of their own. */
  @Column({ type: 'varchar', length: 200 })
  title: string;

  @Column({ type: 'json' })
  professors: string[];

  /** With at most one decimal place; the minimum of a range such as 1–15. */
  @Column({ type: 'double' })
  credits: number;

  /** The maximum of a range; `null` without one. */
  @Column({ type: 'double', nullable: true })
  creditsMax: number | null;

  /** The years of study, in the catalogue's words. */
  @Column({ type: 'varchar', length: 50, nullable: true })
  grade: string | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  capacity: number | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  enrolled: number | null;

  @Column({ type: 'varchar', length: 2000, nullable: true })
  note: string | null;

  /** The place, if the catalogue has none for each meeting. */
  @Column({ type: 'varchar', length: 300, nullable: true })
  place: string | null;

  @Column({ type: 'varchar', length: 9, charset: 'ascii', collation: 'ascii_bin' })
  source: Source;

  /** The member who registered it; `null` on the catalogue's, and when the member has left. */
  @ManyToOne(() => Account, { nullable: true, onDelete: 'SET NULL' })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'lectures_owner_fk' })
  owner: Relation<Account> | null;

  @Column({ type: 'int', unsigned: true, nullable: true })
  ownerId: number | null;

  /** The catalogue does not have it any more. The row stays for the timetables that contain it. */
  @Column({ type: 'boolean', default: false })
  cancelled: boolean;

  /**
   * Counts the changes that matter to students: title, professors, credits, place, meetings, cancellation.
   * `lecture_revisions` has the earlier revisions; a timetable's entry has the number that its owner has seen.
   */
  @Column({ type: 'int', unsigned: true, default: 1 })
  revision: number;

  /** Counts every change that answers show, also of its subject. The search reads lectures with a new version again. */
  @Column({ type: 'int', unsigned: true, default: 1 })
  version: number;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;
}
