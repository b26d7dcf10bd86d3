import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Semester } from '../semesters/semester.entity.js';

/** Which lectures of a semester hold a term: the search index, built anew as a whole after each import. */
@Entity('lecture_terms')
export class LectureTerm {
  @ManyToOne(() => Semester, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'semester_id', foreignKeyConstraintName: 'lecture_terms_semester_fk' })
  semester: Relation<Semester>;

  @PrimaryColumn({ type: 'int', unsigned: true })
  semesterId: number;

  /** The build that it belongs to; that which counts stands in `semesters.search_generation`. */
  @PrimaryColumn({ type: 'int', unsigned: true })
  generation: number;

  @PrimaryColumn({ type: 'varchar', length: 20, collation: 'utf8mb4_0900_bin' })
  term: string;

  /** How many they are: terms are chosen by it before any list is read. */
  @Column({ type: 'int', unsigned: true })
  lectures: number;

  /** Their ids in ascending order; see `postings.ts`. */
  @Column({ type: 'mediumblob' })
  lectureIds: Buffer;
}
