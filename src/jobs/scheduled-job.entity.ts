import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a job is to run next, by the database's clock. The instance that moves `due_at` on has taken the run. */
@Entity('jobs')
export class ScheduledJob {
  @PrimaryColumn({ type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' })
  name: string;

  @Column({ type: 'datetime', precision: 3 })
  dueAt: Date;

  @Column({ type: 'datetime', precision: 3, nullable: true })
  lastRunAt: Date | null;

  /** `null`, or before `last_run_at`: it runs, it failed, or its process died. */
  @Column({ type: 'datetime', precision: 3, nullable: true })
  lastEndedAt: Date | null;
}
