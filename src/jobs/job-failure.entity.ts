import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An item that a job could not finish. The row is removed when the job finishes it, or no longer finds it. */
@Entity('job_failures')
export class JobFailure {
  @PrimaryColumn({ type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' })
  job: string;

  /** Id of the item in the table that the job works on: an account, a board. */
  @PrimaryColumn({ type: 'int', unsigned: true })
  item: number;

  @Column({ type: 'int', unsigned: true })
  attempts: number;

  /** Code or class of the last error; its text is in the log only. */
  @Column({ type: 'varchar', length: 100 })
  reason: string;

  @Column({ type: 'datetime', precision: 3 })
  failedAt: Date;

  @Column({ type: 'datetime', precision: 3 })
  retryAt: Date;
}
