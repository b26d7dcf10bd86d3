import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Semester } from '../semesters/semester.entity.js';
import type { ImportProgressView, ImportReportView } from './imports.dto.js';

export const IMPORT_STATES = ['queued', 'running', 'done', 'refused', 'failed'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** An import by an admin through the API, or by the command. The admin is in the log only. */
@Entity('catalogue_imports')
export class CatalogueImport {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id: number;

  @ManyToOne(() => Semester, { nullable: false, onDelete: 'CASCADE' })
  @JoinColumn({ name: 'semester_id', foreignKeyConstraintName: 'catalogue_imports_semester_fk' })
  semester: Relation<Semester>;

  @Column({ type: 'int', unsigned: true })
  @Index('catalogue_imports_semester')
  semesterId: number;

  /** The requested format, then the recognised one; `null` before. */
  @Column({ type: 'varchar', length: 20, charset: 'ascii', collation: 'ascii_bin', nullable: true })
  format: string | null;

  @Column({ type: 'boolean' })
  dryRun: boolean;

  @Column({ type: 'boolean' })
  forced: boolean;

  @Column({ type: 'boolean' })
  strict: boolean;

  @Column({ type: 'varchar', length: 8, charset: 'ascii', collation: 'ascii_bin' })
  state: ImportState;

  @Column({ type: 'json' })
  progress: ImportProgressView;

  @Column({ type: 'json', nullable: true })
  report: ImportReportView | null;

  /** Why it was refused or failed. */
  @Column({ type: 'varchar', length: 500, nullable: true })
  reason: string | null;

  @Column({ type: 'datetime', precision: 3 })
  createdAt: Date;

  /** The last sign of life of its process. */
  @Column({ type: 'datetime', precision: 3 })
  aliveAt: Date;

  @Column({ type: 'datetime', precision: 3, nullable: true })
  finishedAt: Date | null;
}
