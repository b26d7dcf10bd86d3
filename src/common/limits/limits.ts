import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { Config } from '../../config/config.js';
import type { Transaction } from '../../database/transaction.js';
import { TooManyRequests } from '../problems/general.errors.js';

/** So many points in so many seconds. */
export interface Limit {
  name: string;
  points: number;
  seconds: number;
}

/** Milliseconds that Redis gets; after that the instance counts by itself. */
const REDIS_TIMEOUT = 200;

/**
 * Counts what may be done only so often, in Redis when there is one, so that all instances count together, else in
 * this process. When Redis is away each instance counts by itself meanwhile: nobody is let in unlimited.
 */
@Injectable()
export class Limits implements OnModuleDestroy {
  private readonly logger = new Logger(Limits.name);
  private readonly redis: Redis | undefined;
  private readonly limiters = new Map<string, RateLimiterAbstract>();

  constructor(private readonly config: Config) {
    this.redis = config.redisUrl ? connect(config.redisUrl, (error) => this.logger.warn(error.message)) : undefined;
  }

  /**
   * Takes one point of `key`.
   *
   * @throws TooManyRequests with Retry-After in whole seconds when there is none left
   */
  async spend(limit: Limit, key: string | number): Promise<void> {
    if (!this.config.rateLimits) return;
    try {
      await this.limiter(limit).consume(String(key));
    } catch (refusal) {
      throw refusal instanceof RateLimiterRes ? tooMany(refusal.msBeforeNext) : refusal;
    }
  }

  /** As `spend`, and the point comes back when the transaction does not commit. */
  async spendIn(tx: Transaction, limit: Limit, key: string | number): Promise<void> {
    await this.spend(limit, key);
    tx.afterRollback(() => this.refund(limit, key));
  }

  /** Gives one point of `key` back. */
  async refund(limit: Limit, key: string | number): Promise<void> {
    if (this.config.rateLimits) await this.limiter(limit).reward(String(key));
  }

  /** Forgets what was counted for `key`. */
  async reset(limit: Limit, key: string | number): Promise<void> {
    if (this.config.rateLimits) await this.limiter(limit).delete(String(key));
  }

  onModuleDestroy(): void {
    this.redis?.disconnect();
  }

  private limiter(limit: Limit): RateLimiterAbstract {
    const known = this.limiters.get(limit.name);
    if (known) return known;
    const options = { keyPrefix: `madang:${limit.name}`, points: limit.points, duration: limit.seconds };
    const local = new RateLimiterMemory(options);
    const limiter = this.redis
      ? new RateLimiterRedis({ ...options, storeClient: this.redis, insuranceLimiter: local })
      : local;
    this.limiters.set(limit.name, limiter);
    return limiter;
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

function tooMany(milliseconds: number): TooManyRequests {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  return new TooManyRequests({
    headers: { 'Retry-After': String(seconds) },
    detail: {
      en: `Too many requests: try again in ${seconds} s.`,
      ko: `요청이 너무 잦습니다. ${seconds}초 후에 다시 시도해 주세요.`,
    },
  });
}
