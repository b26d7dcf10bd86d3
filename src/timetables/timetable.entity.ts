import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Account } from '../accounts/account.entity.js';
import { Semester } from '../catalogue/semesters/semester.entity.js';

/** The part of the primary timetable that friends see. */
export const VISIBILITIES = ['private', 'friends', 'busyOnly'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

@Entity('timetables')
@Index('timetables_name', ['ownerId', 'semesterId', 'nameKey'], { unique: true })
export class Timetable {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @ManyToOne(() => Account, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'owner_id', foreignKeyConstraintName: 'timetables_owner_fk' })
  owner: Relation<Account>;

  @Column({ type: 'int', unsigned: true })
  ownerId: number;

  @ManyToOne(() => Semester, { nullable: false })
  @JoinColumn({ name: 'semester_id', foreignKeyConstraintName: 'timetables_semester_fk' })
  semester: Relation<Semester>;

  @Column({ type: 'int', unsigned: true })
  @Index('timetables_semester')
  semesterId: number;

  @Column({ type: 'varchar', length: 50 })
  name: string;

  /** The name without case, as names are compared. */
  @Column({ type: 'varchar', length: 150, collation: 'utf8mb4_0900_bin' })
  nameKey: string;

  @Column({ type: 'varchar', length: 8, charset: 'ascii', collation: 'ascii_bin' })
  visibility: Visibility;

  /** A name of `picture/themes.ts`. */
  @Column({ type: 'varchar', length: 20, charset: 'ascii', collation: 'ascii_bin' })
  theme: string;

  /** Counts the owner's edits, also those of its entries. */
  @Column({ type: 'int', unsigned: true, default: 1 })
  version: number;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;
}
