import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { holdAccount } from '../../accounts/hold-account.js';
import { Clock } from '../../common/clock.js';
import { IdempotencyResultDeleted } from '../../common/idempotency/idempotency.errors.js';
import { Idempotency, type OnceKey } from '../../common/idempotency/idempotency.js';
import { limit } from '../../common/limits/limit.js';
import { Limits } from '../../common/limits/limits.js';
import { networkOf } from '../../common/network.js';
import type { Me } from '../../common/viewer.js';
import { Config } from '../../config/config.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/transaction.js';
import type { WholeTimetable } from '../timetable.js';
import { TimetablesQueries } from '../timetables.queries.js';
import { TimetablesService } from '../timetables.service.js';
import { CalendarFeed } from './calendar-feed.entity.js';
import { CalendarNotFound } from './calendar.errors.js';

const SECRET_BYTES = 16;
const SEED_BYTES = 16;
/** 16 bytes in base64url. The last letter has only two bits, so a secret has one spelling. */
const FORM = /^[\w-]{21}[AQgw]$/;
/**
 * Wrong secrets of a network. Guessing 128 bits is hopeless; the limit keeps guesses away from the database. A right
 * secret is never refused: otherwise a forgotten subscription would block all others in its network.
 */
export const GUESSES = limit({ name: 'feed-guess', points: 600, seconds: 3600, by: ['network'], logged: true });

export interface Feed {
  /** Only in this answer: the database has its hash. */
  secret: string;
  createdAt: Date;
}

/** Stored for a retry: with the server's key it gives the secret again, without the key it is useless. */
interface Seed {
  seed: string;
  createdAt: string;
}

/** The addresses at which calendars read timetables without an account. Owns `calendar_feeds`. */
@Injectable()
export class FeedsService {
  private readonly keys: Buffer[];

  constructor(
    private readonly database: Database,
    private readonly timetables: TimetablesService,
    private readonly queries: TimetablesQueries,
    private readonly idempotency: Idempotency,
    private readonly limits: Limits,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.keys = config.jwtSecrets.map((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'madang feeds', 32)));
  }

  /** A new secret for my timetable; the previous one becomes invalid. @throws TimetableNotFound */
  async renew(me: Me, timetableId: number, once: OnceKey | null): Promise<Feed> {
    const path = pathOf(timetableId);
    const make = async (tx: Transaction): Promise<Seed> => {
      const seed = randomBytes(SEED_BYTES).toString('base64url');
      const createdAt = this.clock.now();
      const [secret] = this.secretsOf(seed);
      await holdAccount(tx, me.id);
      await this.timetables.lock(tx, me, timetableId);
      await tx.run(
        `INSERT INTO calendar_feeds (timetable_id, token_hash, created_at) VALUES (?, ?, ?) AS fresh
         ON DUPLICATE KEY UPDATE token_hash = fresh.token_hash, created_at = fresh.created_at`,
        [timetableId, hashOfSecret(secret), createdAt],
      );
      await this.idempotency.forget(tx, path);
      return { seed, createdAt: createdAt.toISOString() };
    };
    const { seed, createdAt } = await this.idempotency.run(once, make, { thing: () => path });
    const secret = once?.replayed ? await this.livingSecret(timetableId, seed) : this.secretsOf(seed)[0];
    return { secret, createdAt: new Date(createdAt) };
  }

  /** @throws TimetableNotFound */
  async revoke(me: Me, timetableId: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.timetables.lock(tx, me, timetableId);
      await tx.run('DELETE FROM calendar_feeds WHERE timetable_id = ?', [timetableId]);
      await this.idempotency.forget(tx, pathOf(timetableId));
    });
  }

  /**
   * The timetable that a secret opens.
   *
   * @param address of who asks
   * @throws CalendarNotFound, TooManyRequests
   */
  async open(secret: string, address: string): Promise<WholeTimetable> {
    if (!FORM.test(secret)) throw new CalendarNotFound();
    const [timetable] = await this.queries.read(
      this.database,
      `JOIN calendar_feeds f ON f.timetable_id = t.id JOIN accounts a ON a.id = t.owner_id
        WHERE f.token_hash = ? AND a.leaving_at IS NULL`,
      [hashOfSecret(secret)],
    );
    if (timetable) return timetable;
    await this.limits.spend(GUESSES, networkOf(address));
    throw new CalendarNotFound();
  }

  /** By the present key and, while keys rotate, by the previous one. */
  private secretsOf(seed: string): string[] {
    return this.keys.map((key) =>
      createHmac('sha256', key).update(seed).digest().subarray(0, SECRET_BYTES).toString('base64url'),
    );
  }

  /** The secret that the first answer had. @throws IdempotencyResultDeleted when no server key makes it any more */
  private async livingSecret(timetableId: number, seed: string): Promise<string> {
    const feed = await this.database.find(CalendarFeed, { timetableId });
    const secret = this.secretsOf(seed).find((one) => feed?.tokenHash.equals(hashOfSecret(one)));
    if (secret === undefined) throw new IdempotencyResultDeleted();
    return secret;
  }
}

function pathOf(timetableId: number): string {
  return `timetable/${timetableId}/feed`;
}

function hashOfSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
