import { createHash } from 'node:crypto';
import { createParamDecorator, Injectable, type ExecutionContext } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/transaction.js';
import { Clock } from '../clock.js';
import { invalidField } from '../http/validation.js';
import type { AuthenticatedRequest } from '../viewer.js';
import { IdempotencyKeyInUse, IdempotencyKeyReused } from './idempotency.errors.js';

const KEPT_SECONDS = 24 * 3600;
const MAX_KEY_LENGTH = 255;

/** What a retry of a POST is recognised by. */
export interface OnceKey {
  accountId: number;
  /** SHA-256 of account, method, address and key. */
  id: Buffer;
  bodyHash: Buffer;
  /** Set when the answer is the first one again; the answer then says `Idempotency-Replayed: true`. */
  replayed: boolean;
}

/** The request's Idempotency-Key, bound to its account, address and body; `null` when it has none. */
export const Once = createParamDecorator((_: unknown, context: ExecutionContext): OnceKey | null => {
  const request = context.switchToHttp().getRequest<AuthenticatedRequest & { once?: OnceKey }>();
  const key = request.headers['idempotency-key'];
  if (key === undefined || !request.user) return null;
  if (typeof key !== 'string' || key.length === 0 || key.length > MAX_KEY_LENGTH) {
    throw invalidField(
      'Idempotency-Key',
      'WRONG_LENGTH',
      'must have 1 to 255 characters',
      '1자 이상 255자 이하여야 합니다',
    );
  }
  const path = request.url.split('?', 1)[0];
  request.once = {
    accountId: request.user.id,
    id: sha256(JSON.stringify([request.user.id, request.method, path, key])),
    bodyHash: sha256(JSON.stringify(request.body ?? null)),
    replayed: false,
  };
  return request.once;
});

/** Makes a POST happen once for each key (draft-ietf-httpapi-idempotency-key-header). Owns `idempotency_keys`. */
@Injectable()
export class Idempotency {
  /** Answers that were given again. */
  replays = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Runs `work` in a transaction, or hands out what it answered the first time.
   *
   * @param work returns what can be written as JSON; with a key it is stored in the same transaction
   * @throws IdempotencyKeyInUse while the first request runs, IdempotencyKeyReused for another body
   */
  async run<T>(once: OnceKey | null, work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (once === null) return this.database.transaction(work);
    return this.database.transaction(async (tx) => {
      await this.lock(tx, once);
      const first = await this.find<T>(tx, once);
      if (first !== undefined) return first;
      const answer = await work(tx);
      await tx.run(
        'INSERT INTO idempotency_keys (id, account_id, body_hash, answer, created_at) VALUES (?, ?, ?, ?, ?)',
        [once.id, once.accountId, once.bodyHash, JSON.stringify(answer), this.clock.now()],
      );
      return answer;
    });
  }

  /** Removes what is older than a day, some rows at a time; returns how many. */
  async forgetOld(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const old = this.clock.in(-KEPT_SECONDS);
      const { affectedRows } = await tx.run('DELETE FROM idempotency_keys WHERE created_at < ? LIMIT 1000', [old]);
      return affectedRows;
    });
  }

  /** A unique key alone would make the second request wait for the first one's commit; a named lock answers at once. */
  private async lock(tx: Transaction, once: OnceKey): Promise<void> {
    const name = sha256(`${this.config.database.name}\0${once.id.toString('hex')}`).toString('hex');
    const row = await tx.row<{ locked: number }>('SELECT GET_LOCK(?, 0) AS locked', [name]);
    if (!row?.locked) throw new IdempotencyKeyInUse({ headers: { 'Retry-After': '1' } });
    tx.beforeRelease(async () => {
      await tx.run('DO RELEASE_LOCK(?)', [name]);
    });
  }

  private async find<T>(tx: Transaction, once: OnceKey): Promise<T | undefined> {
    const row = await tx.row<{ bodyHash: Buffer; answer: string; createdAt: Date }>(
      'SELECT body_hash AS bodyHash, answer, created_at AS createdAt FROM idempotency_keys WHERE id = ?',
      [once.id],
    );
    if (!row) return undefined;
    if (row.createdAt < this.clock.in(-KEPT_SECONDS)) {
      await tx.run('DELETE FROM idempotency_keys WHERE id = ?', [once.id]);
      return undefined;
    }
    if (!row.bodyHash.equals(once.bodyHash)) throw new IdempotencyKeyReused();
    once.replayed = true;
    tx.afterCommit(() => {
      this.replays += 1;
    });
    return JSON.parse(row.answer) as T;
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
