import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The next run of a job, by the database's clock. The instance that moves `due_at` has taken the run. */
@Entity('jobs')
export class ScheduledJob {
  @PrimaryColumn({ type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' })
  name: string;

  @Column({ type: 'datetime', precision: 3 })
  dueAt: Date;

  @Column({ type: 'datetime', precision: 3, nullable: true })
  lastRunAt: Date | null;

  /** `null` or before `last_run_at` while it runs, after it failed, or after its process died. */
  @Column({ type: 'datetime', precision: 3, nullable: true })
  lastEndedAt: Date | null;
}
