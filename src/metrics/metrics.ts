import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { ImportsService } from '../catalogue/imports/imports.service.js';
import { Background } from '../common/background.js';
import { CostlyAnswers } from '../common/http/costly-answers.js';
import { standardOutput } from '../common/http/log-output.js';
import { Idempotency } from '../common/idempotency/idempotency.js';
import { KINDS, Shedder } from '../common/http/shedder.js';
import { Limits } from '../common/limits/limits.js';
import { SecurityEvents } from '../common/security-events.js';
import { Config } from '../config/config.js';
import type { BatchCounts } from '../database/batched-read.js';
import { Database } from '../database/database.js';
import type { GroupCounts } from '../database/grouped-write.js';
import { JobItems } from '../jobs/job-items.js';
import { Jobs, type JobRecord } from '../jobs/jobs.js';
import { byName, byOutcome, counter, expose, gauge, type Metric, type Sample } from './exposition.js';
import { HttpMetrics } from './http-metrics.js';
import { ProcessMetrics } from './process-metrics.js';

/**
 * All metrics of this instance. Other classes keep plain numbers, and these get their names here when Prometheus reads
 * them. So no other class knows Prometheus, and reading waits for nothing, also not for MySQL.
 * No label may name a person, an address, a board or a path.
 */
@Injectable()
export class Metrics implements OnApplicationShutdown {
  private readonly http = new HttpMetrics();
  private readonly process = new ProcessMetrics();
  private readonly metrics: Metric[];

  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly limits: Limits,
    private readonly background: Background,
    private readonly idempotency: Idempotency,
    private readonly jobs: Jobs,
    private readonly jobItems: JobItems,
    private readonly imports: ImportsService,
    private readonly events: SecurityEvents,
    private readonly shedder: Shedder,
    private readonly costly: CostlyAnswers,
  ) {
    this.metrics = [
      ...this.http.all(),
      ...this.ofLoad(),
      ...this.ofDatabase(),
      ...this.ofLimits(),
      ...this.ofWork(),
      ...this.ofJobs(),
      ...this.ofLog(),
      ...this.process.all(),
    ];
  }

  /** Counts the requests from now on. Call before the routes are registered. */
  watch(fastify: FastifyInstance): void {
    this.http.watch(fastify);
  }

  /** In Prometheus' text format. */
  text(): string {
    return expose(this.metrics);
  }

  onApplicationShutdown(): void {
    this.process.stop();
  }

  private ofLoad(): Metric[] {
    const { shedder, costly } = this;
    return [
      gauge('madang_http_requests_limit', 'Requests that are taken at once now; further ones get 503.', () =>
        KINDS.map((kind) => ({ labels: { kind }, value: shedder.limitOf(kind) })),
      ),
      counter('madang_http_requests_shed_total', 'Requests that got 503 before any work, by kind.', () =>
        byName('kind', shedder.shed),
      ),
      counter(
        'madang_costly_answers_total',
        'Pictures, calendars and exports: made, kept from before, or refused.',
        () => byName('outcome', costly.outcomes),
      ),
    ];
  }

  private ofDatabase(): Metric[] {
    const { database } = this;
    const { poolSize } = this.config.database;
    return [
      gauge('madang_db_pool_connections', 'Open connections, by state.', () => [
        { labels: { state: 'in_use' }, value: database.usage.inUseCount },
        { labels: { state: 'idle' }, value: database.usage.idleCount },
      ]),
      gauge('madang_db_pool_connections_limit', 'Connections that may be open (DB_POOL_SIZE).', () => poolSize),
      counter('madang_db_pool_connections_opened_total', 'Connections that were opened.', () => database.usage.opened),
      gauge('madang_db_pool_waiting', 'Callers that wait for a connection.', () => database.usage.waiting),
      {
        name: 'madang_db_pool_wait_seconds',
        help: 'Waits for a connection that are over, and the time that they took.',
        type: 'summary',
        samples: () => [
          { suffix: '_sum', value: database.usage.waitSeconds },
          { suffix: '_count', value: database.usage.waits },
        ],
      },
      counter(
        'madang_db_pool_failures_total',
        'Waits that ended without a connection: none became free in time, too many waited, or MySQL gave none.',
        () => byName('reason', Object.entries(database.usage.failures)),
      ),
      counter(
        'madang_db_statement_timeouts_total',
        'Statements that MySQL did not answer in time; their connections were closed.',
        () => database.usage.timeouts,
      ),
      counter(
        'madang_db_overdue_transactions_total',
        'Transactions that were ended because they took too long.',
        () => database.usage.overdue,
      ),
      ...this.ofBatches(),
      counter('madang_db_deadlock_retries_total', 'Transactions that were started anew after a deadlock.', () => {
        return database.deadlockRetries;
      }),
    ];
  }

  /** Reads and writes that go to MySQL together: see docs/data-path.md. */
  private ofBatches(): Metric[] {
    const { database } = this;
    const reads = (key: keyof BatchCounts) => () =>
      byName(
        'read',
        database.batches.map(([name, counts]) => [name, counts[key]]),
      );
    const writes = (key: keyof GroupCounts) => () =>
      byName(
        'write',
        database.groups.map(([name, counts]) => [name, counts[key]]),
      );
    return [
      counter('madang_db_batch_keys_total', 'Rows that were looked up by key.', reads('keys')),
      counter('madang_db_batch_statements_total', 'Statements that looked them up.', reads('statements')),
      counter('madang_db_batch_wait_seconds_total', 'Waits of keys until they were asked for.', reads('waitSeconds')),
      counter('madang_db_group_writes_total', 'Writes that may commit together.', writes('writes')),
      counter('madang_db_group_transactions_total', 'Transactions that did them.', writes('transactions')),
      counter('madang_db_group_wait_seconds_total', 'Waits of writes until they began.', writes('waitSeconds')),
      counter('madang_db_group_splits_total', 'Groups that failed and were done one by one.', writes('splits')),
    ];
  }

  private ofLimits(): Metric[] {
    const { limits } = this;
    return [
      counter('madang_limit_decisions_total', 'Decisions of rate limits, by outcome.', () =>
        byOutcome('limit', { allowed: limits.allowed, refused: limits.refused }),
      ),
      gauge(
        'madang_limits_shared',
        '1: all instances count together in Redis. 0: Redis is away, each counts alone. Nothing: there is no REDIS_URL.',
        () => (limits.together === null ? [] : [{ value: Number(limits.together) }]),
      ),
      counter('madang_limits_alone_total', 'Decisions that were taken alone although there is a Redis.', () => {
        return limits.alone;
      }),
      counter('madang_security_events_total', 'Security events, each of which is a line in the log.', () =>
        byName('event', this.events.counts),
      ),
      counter('madang_idempotency_replays_total', 'POSTs that got the answer of their first try again.', () => {
        return this.idempotency.replays;
      }),
    ];
  }

  private ofWork(): Metric[] {
    const { background, imports } = this;
    return [
      gauge('madang_background_in_progress', 'Works that go on after their answers.', () => background.count),
      counter('madang_background_total', 'Works after the answer that are over (mail is one), by kind.', () =>
        byOutcome('kind', { done: background.done, failed: background.failed }),
      ),
      gauge('madang_catalogue_imports_in_progress', 'Imports of catalogues that wait or run.', () => imports.underWay),
      counter('madang_catalogue_imports_total', 'Imports of catalogues that are over, dry runs too.', () =>
        byName('outcome', imports.outcomes),
      ),
    ];
  }

  private ofLog(): Metric[] {
    const help = 'Lost lines of the log: the disk was full, or the reader too slow.';
    return [counter('madang_log_lines_dropped_total', help, () => standardOutput().dropped)];
  }

  /** The label is `task`, because Prometheus uses `job` itself. */
  private ofJobs(): Metric[] {
    const each = (samples: (record: JobRecord) => Sample[]): Sample[] =>
      [...this.jobs.records].flatMap(([task, record]) =>
        samples(record).map((sample) => ({ ...sample, labels: { task, ...sample.labels } })),
      );
    return [
      counter('madang_job_runs_total', 'Runs by the clock; elsewhere: another instance did it.', () =>
        each(({ done, failed, elsewhere }) => byName('outcome', Object.entries({ done, failed, elsewhere }))),
      ),
      counter(
        'madang_job_items_total',
        'Accounts and boards that the jobs worked on here; a failed one is retried.',
        () => byOutcome('task', { done: this.jobItems.done, failed: this.jobItems.failed }),
      ),
      counter('madang_job_seconds_total', 'Time that the runs took.', () =>
        each(({ seconds }) => [{ value: seconds }]),
      ),
      gauge(
        'madang_job_last_success_timestamp_seconds',
        'When a run ended well here, in seconds since 1970; 0 before the first.',
        () => each(({ lastSuccess }) => [{ value: lastSuccess }]),
      ),
    ];
  }
}
