import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { Config } from '../../config/config.js';
import type { Transaction } from '../../database/transaction.js';
import { Clock } from '../clock.js';
import { TooManyRequests } from '../problems/general.errors.js';
import { SecurityEvents, type EventSubject } from '../security-events.js';
import { Tally } from '../tally.js';
import { POLICY_HEADER, policyOf, secondsOf, STATE_HEADER, stateOf } from './headers.js';
import type { Limit, Spent } from './limit.js';
import { LocalWindow } from './local-window.js';

/** Milliseconds for Redis to answer. After one miss the instance counts by itself until Redis answers again. */
const REDIS_TIMEOUT = 200;
const PROBE_INTERVAL = 1_000;
/**
 * Failed probes before the connection is replaced: the other end may have disappeared, or be a replica since a
 * failover.
 */
const PROBES_A_CONNECTION = 5;
/** Windows whose first refusal was reported. Beyond it the oldest is forgotten. */
const MAX_REPORTED = 10_000;

interface Counters {
  shared: RateLimiterRedis | undefined;
  local: RateLimiterMemory;
}

/**
 * Counts limited actions: in Redis when there is one, so that all instances count together, else in this process. Each
 * count of Redis is also noted here. An instance that loses Redis continues from there, refusals included.
 */
@Injectable()
export class Limits implements OnModuleDestroy {
  /** Decisions by the limit's name. */
  readonly allowed = new Tally();
  readonly refused = new Tally();
  /** The number of counts without Redis although one is configured. */
  alone = 0;
  private readonly logger = new Logger(Limits.name);
  private readonly redis: Redis | undefined;
  private readonly counters = new Map<string, Counters>();
  private readonly windows = new Map<string, LocalWindow>();
  /** When a window ends whose first refusal was reported, by limit and key. */
  private readonly reported = new Map<string, number>();
  private probe: NodeJS.Timeout | undefined;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly events: SecurityEvents,
  ) {
    this.redis = config.redisUrl ? connect(config.redisUrl, (error) => this.logger.warn(error.message)) : undefined;
  }

  /**
   * Takes one point of `key`.
   *
   * @returns `undefined` where limits are off
   * @throws TooManyRequests with Retry-After in whole seconds when there is none left
   */
  async spend(limit: Limit, key: string | number): Promise<Spent | undefined> {
    if (!this.enabled) return undefined;
    const { shared, local } = this.countersOf(limit);
    const ofAll = await this.ask(shared, (counter) => counter.penalty(String(key)));
    // A duration of 0 would mean a window without an end.
    if (ofAll) await local.set(String(key), ofAll.consumedPoints, Math.max(1, ofAll.msBeforeNext) / 1000);
    const { consumedPoints, msBeforeNext } = ofAll ?? (await local.penalty(String(key)));
    return this.decide(limit, key, { remaining: limit.points - consumedPoints, milliseconds: msBeforeNext });
  }

  /** As `spend`, but counted in this process alone and without waiting: N instances allow N times as much. */
  spendLocally(limit: Limit, key: string | number): Spent | undefined {
    if (!this.enabled) return undefined;
    let window = this.windows.get(limit.name);
    if (!window) {
      window = new LocalWindow(limit, () => this.clock.now().getTime());
      this.windows.set(limit.name, window);
    }
    return this.decide(limit, key, window.take(key));
  }

  /** Limits are off in tests and measurements only. */
  get enabled(): boolean {
    return this.config.rateLimits;
  }

  /** As `spend`, but returns whether there was a point. */
  async trySpend(limit: Limit, key: string | number): Promise<boolean> {
    try {
      await this.spend(limit, key);
      return true;
    } catch (error) {
      if (error instanceof TooManyRequests) return false;
      throw error;
    }
  }

  /**
   * As `spend`, for a transaction: one point, however often it is tried again after a deadlock.
   *
   * @param refund whether the point comes back when the transaction does not commit
   */
  async spendIn(tx: Transaction, limit: Limit, key: string | number, { refund = true } = {}): Promise<void> {
    await tx.onFirstAttempt(`spend ${limit.name} of ${key}`, async () => {
      await this.spend(limit, key);
      if (refund) tx.afterFailure(() => this.refund(limit, key));
    });
  }

  /** Spends a point of each, then runs `work`. If it fails, the points are given back. */
  async spending<T>(points: readonly [limit: Limit, key: string | number][], work: () => Promise<T>): Promise<T> {
    let spent = 0;
    try {
      for (const [limit, key] of points) {
        await this.spend(limit, key);
        spent += 1;
      }
      return await work();
    } catch (error) {
      for (const [limit, key] of points.slice(0, spent)) await this.refund(limit, key);
      throw error;
    }
  }

  /** Gives one point of `key` back. */
  async refund(limit: Limit, key: string | number): Promise<void> {
    await this.inBoth(limit, (counter) => counter.reward(String(key)));
  }

  /** Sets the count of `key` to 0. */
  async reset(limit: Limit, key: string | number): Promise<void> {
    this.reported.delete(`${limit.name} ${key}`);
    await this.inBoth(limit, (counter) => counter.delete(String(key)));
  }

  onModuleDestroy(): void {
    clearTimeout(this.probe);
    this.redis?.disconnect();
  }

  private decide(limit: Limit, key: string | number, spent: Spent): Spent {
    const isAllowed = spent.remaining >= 0;
    (isAllowed ? this.allowed : this.refused).add(limit.name);
    if (limit.logged && spent.remaining === -1) this.reportOnce(limit, key, spent.milliseconds);
    if (!isAllowed) throw tooMany(limit, spent.milliseconds);
    return spent;
  }

  /**
   * The first refusal of a window: a line for each would fill the log. A refused attempt that gets its point back is the
   * first one again.
   */
  private reportOnce(limit: Limit, key: string | number, milliseconds: number): void {
    const window = `${limit.name} ${key}`;
    const now = this.clock.now().getTime();
    if (now < (this.reported.get(window) ?? 0)) return;
    this.reported.delete(window);
    const [oldest] = this.reported.keys();
    if (this.reported.size >= MAX_REPORTED) this.reported.delete(oldest);
    this.reported.set(window, now + milliseconds);
    this.events.report('limit.hit', subjectOf(limit, key), { limit: limit.name });
  }

  private async inBoth(limit: Limit, act: (counter: RateLimiterAbstract) => Promise<unknown>): Promise<void> {
    if (!this.enabled) return;
    const { shared, local } = this.countersOf(limit);
    await Promise.all([this.ask(shared, act), act(local)]);
  }

  /** Redis's count; `undefined` when it is away. */
  private async ask<T>(
    shared: RateLimiterRedis | undefined,
    act: (counter: RateLimiterRedis) => Promise<T>,
  ): Promise<T | undefined> {
    if (!shared || !this.redis) return undefined;
    if (this.together) {
      try {
        return await act(shared);
      } catch (error) {
        this.leaveRedis(this.redis, error as Error);
      }
    }
    this.alone += 1;
    return undefined;
  }

  /** Whether all instances count together now; `null` where there is no Redis to do it. */
  get together(): boolean | null {
    return this.redis ? this.redis.status === 'ready' && this.probe === undefined : null;
  }

  /** One call failed or timed out. No further request tries Redis until a probe in the background succeeds. */
  private leaveRedis(redis: Redis, error: Error): void {
    if (this.probe) return;
    this.logger.warn(`Redis does not count, this instance does by itself: ${error.message}`);
    this.probeSoon(redis, 1);
  }

  /** A probe writes, as counting does: a replica or a server without memory answers a ping, but refuses writes. */
  private probeSoon(redis: Redis, nth: number): void {
    const failed = () => {
      if (redis.status === 'end') return;
      if (nth % PROBES_A_CONNECTION === 0 && redis.status === 'ready') redis.disconnect(true);
      this.probeSoon(redis, nth + 1);
    };
    this.probe = setTimeout(() => {
      redis.set('madang:probe', '', 'PX', PROBE_INTERVAL).then(() => (this.probe = undefined), failed);
    }, PROBE_INTERVAL).unref();
  }

  private countersOf(limit: Limit): Counters {
    const known = this.counters.get(limit.name);
    if (known) return known;
    const options = { keyPrefix: `madang:${limit.name}`, points: limit.points, duration: limit.seconds };
    const counters = {
      shared: this.redis && new RateLimiterRedis({ ...options, storeClient: this.redis }),
      local: new RateLimiterMemory(options),
    };
    this.counters.set(limit.name, counters);
    return counters;
  }
}

/** By default ioredis queues commands while Redis is away and each call stalls for ten seconds. */
function connect(url: string, onError: (error: Error) => void): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    commandTimeout: REDIS_TIMEOUT,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(times * 200, 5_000),
  });
  redis.on('error', onError);
  return redis;
}

/** With the same hash as in other events, if the key is an account or a network. */
function subjectOf({ by }: Limit, key: string | number): EventSubject {
  if (by.length === 1 && by[0] === 'account') return { accountId: Number(key) };
  if (by.length === 1 && by[0] === 'network') return { network: String(key) };
  return { key: String(key) };
}

function tooMany(limit: Limit, milliseconds: number): TooManyRequests {
  const seconds = secondsOf(milliseconds);
  return new TooManyRequests({
    headers: {
      'Retry-After': String(seconds),
      [POLICY_HEADER]: policyOf(limit),
      [STATE_HEADER]: stateOf(limit, { remaining: 0, milliseconds }),
    },
    detail: {
      en: `Too many requests: try again in ${seconds} s.`,
      ko: `요청이 너무 잦습니다. ${seconds}초 후에 다시 시도해 주세요.`,
    },
  });
}
