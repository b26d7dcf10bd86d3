import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../database/database.js';
import { flag, selection, text } from '../database/selection.js';
import { Housekeeping, type Job } from './housekeeping.js';

/** Seconds after which a job that failed is tried again, unless its own turn comes first. */
const AFTER_FAILURE = 60;
/** Seconds over which the very first runs are spread. */
const SPREAD = 60;

const SCHEDULED = selection({ name: text('name'), isDue: flag('due_at <= NOW(3)') });

/** Outcomes of a job's runs in this instance. */
export interface JobRecord {
  done: number;
  failed: number;
  /** Turns that another instance took. */
  elsewhere: number;
  /** Of all runs here together. */
  seconds: number;
  /** Seconds since 1970; 0 before the first success. */
  lastSuccess: number;
}

/**
 * Runs each job once an interval on one instance: the one whose UPDATE moves the job's `due_at`. No lock is held
 * meanwhile, so an instance that dies in a run does not block the next. A run that takes longer than its interval may
 * overlap with the next one; every job allows that.
 */
@Injectable()
export class Jobs implements OnModuleDestroy {
  /** By the jobs' names, from the start, so that a job that never runs is visible. */
  readonly records: ReadonlyMap<string, JobRecord>;
  private readonly logger = new Logger(Jobs.name);
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly housekeeping: Housekeeping,
  ) {
    this.records = new Map(
      housekeeping.jobs.map(({ name }) => [name, { done: 0, failed: 0, elsewhere: 0, seconds: 0, lastSuccess: 0 }]),
    );
  }

  /** Runs due jobs that no other instance has taken, one after the other; returns their names. */
  async runDue(): Promise<string[]> {
    const ran: string[] = [];
    for (const job of await this.due()) {
      if (this.stopping.signal.aborted) break;
      if (await this.take(job)) {
        await this.run(job);
        ran.push(job.name);
      } else {
        this.records.get(job.name)!.elsewhere += 1;
      }
    }
    return ran;
  }

  /** One run of one job. Never throws: an error is logged, and the job is tried again soon. */
  async run(job: Job): Promise<void> {
    const record = this.records.get(job.name)!;
    const began = performance.now();
    try {
      await job.run(this.stopping.signal);
      await this.write('UPDATE jobs SET last_ended_at = NOW(3) WHERE name = ?', [job.name]);
      record.done += 1;
      record.lastSuccess = Date.now() / 1000;
    } catch (error) {
      record.failed += 1;
      this.logger.warn({ err: error, job: job.name });
      await this.write('UPDATE jobs SET due_at = LEAST(due_at, NOW(3) + INTERVAL ? SECOND) WHERE name = ?', [
        AFTER_FAILURE,
        job.name,
      ]).catch(() => undefined);
    }
    record.seconds += (performance.now() - began) / 1000;
  }

  /** Starts no further run. A run in progress ends after its batch. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  private async due(): Promise<Job[]> {
    const rows = await this.database.select(SCHEDULED, 'FROM jobs');
    const { jobs } = this.housekeeping;
    for (const { name } of jobs.filter((job) => !rows.some((row) => row.name === job.name))) {
      await this.write('INSERT IGNORE INTO jobs (name, due_at) VALUES (?, NOW(3) + INTERVAL RAND() * ? SECOND)', [
        name,
        SPREAD,
      ]);
    }
    return jobs.filter((job) => rows.some(({ name, isDue }) => name === job.name && isDue));
  }

  /** Whether this instance has the run: of several UPDATEs the first one makes the condition false for the others. */
  private async take({ name, everySeconds }: Job): Promise<boolean> {
    const affected = await this.write(
      `UPDATE jobs SET due_at = NOW(3) + INTERVAL ? SECOND, last_run_at = NOW(3) WHERE name = ? AND due_at <= NOW(3)`,
      [everySeconds, name],
    );
    return affected === 1;
  }

  private async write(sql: string, parameters: (string | number)[]): Promise<number> {
    const { affectedRows } = await this.database.transaction((tx) => tx.run(sql, parameters));
    return affectedRows;
  }
}
