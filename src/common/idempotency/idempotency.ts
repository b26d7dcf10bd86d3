import { createHash } from 'node:crypto';
import { createParamDecorator, Injectable, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Config } from '../../config/config.js';
import { Database } from '../../database/database.js';
import type { Reader } from '../../database/reader.js';
import { bytes, flag, int, selection, text } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { Clock } from '../clock.js';
import { invalidField } from '../http/validation.js';
import type { AuthenticatedRequest } from '../viewer.js';
import { canonicalJson } from './canonical-json.js';
import { IdempotencyKeyInUse, IdempotencyKeyReused, IdempotencyResultDeleted } from './idempotency.errors.js';

const KEPT_SECONDS = 24 * 3600;
const REGISTRATION_KEPT_SECONDS = 3600;
const MAX_KEY_LENGTH = 255;
/** Instead of an answer whose thing was deleted: no JSON is empty. */
const DELETED = '';
const NAMED_LOCK = selection({ locked: flag('GET_LOCK(?, 0)', 'nullable') });
const STORED_ANSWER = selection({
  accountId: int('account_id'),
  bodyHash: bytes('body_hash'),
  answer: text('answer'),
});

/** Identifies a retry of a POST. */
export interface OnceKey {
  /** Of a registration the account that the key made: 0 until there is one, and again when it has left. */
  accountId: number;
  /** A hash of account, method, address and key. */
  id: Buffer;
  /** A hash of body and query, compared by meaning. */
  bodyHash: Buffer;
  isRegistration?: true;
  /** Set when the answer is the first one again; the answer then says `Idempotency-Replayed: true`. */
  replayed: boolean;
}

export interface RunOptions<Answer, Prepared> {
  /**
   * The path of the thing that the answer is about, as in `timetable/7/entry/9`. The stored answer goes when
   * `forget` is called with this path or one above it.
   */
  thing?: (answer: Answer) => string;
  /** Runs before the transaction, for a limit or a slow hash. A replay does not reach it. */
  prepare?: () => Promise<Prepared>;
}

/** The request's Idempotency-Key, bound to its account, address and body; `null` when it has none. */
export const Once = createParamDecorator((_: unknown, context: ExecutionContext): OnceKey | null => {
  const request = context.switchToHttp().getRequest<AuthenticatedRequest & { once?: OnceKey }>();
  const key = idempotencyKeyOf(request);
  if (key === null || !request.user) return null;
  const path = decodeURIComponent(request.url.split('?', 1)[0]);
  request.once = {
    accountId: request.user.id,
    id: sha256(JSON.stringify([request.user.id, request.method, path, key])),
    bodyHash: sha256(inputOf(request)),
    replayed: false,
  };
  return request.once;
});

/** The request's Idempotency-Key as it was sent, for a route without an account; `null` when it has none. */
export const SentIdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string | null =>
  idempotencyKeyOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** The path of an account, for `Idempotency.forget`: it ends the key that it was registered with. */
export function accountPath(id: number): string {
  return `account/${id}`;
}

/** @throws InvalidInput for a key that is empty or too long */
function idempotencyKeyOf({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && key.length > 0 && key.length <= MAX_KEY_LENGTH) return key;
  throw invalidField(
    'Idempotency-Key',
    'WRONG_LENGTH',
    'must have 1 to 255 characters',
    '1자 이상 255자 이하여야 합니다',
  );
}

/** Body and query in canonical form. No body and `{}` mean the same. */
function inputOf({ body, query }: FastifyRequest): string {
  const isEmpty = typeof body === 'object' && body !== null && Object.keys(body).length === 0;
  return canonicalJson({ body: isEmpty ? null : (body ?? null), query });
}

/** Makes a POST happen once for each key (draft-ietf-httpapi-idempotency-key-header). Owns `idempotency_keys`. */
@Injectable()
export class Idempotency {
  /** Answers that were given again. */
  replays = 0;
  /** Keys of the requests that this instance runs. Needed until their transaction takes the named lock. */
  private readonly underWay = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Runs `work` in a transaction, or returns its first answer.
   *
   * @param work returns a JSON value; with a key it is stored in the same transaction
   * @throws IdempotencyKeyInUse while the first request runs, IdempotencyKeyReused for another body,
   *   IdempotencyResultDeleted when the thing was deleted
   */
  async run<Answer, Prepared = undefined>(
    once: OnceKey | null,
    work: (tx: Transaction, prepared: Prepared) => Promise<Answer>,
    { thing, prepare }: RunOptions<Answer, Prepared> = {},
  ): Promise<Answer> {
    if (once === null) {
      const prepared = (await prepare?.()) as Prepared;
      return this.database.transaction((tx) => work(tx, prepared));
    }
    const id = once.id.toString('hex');
    if (this.underWay.has(id)) throw inUse();
    this.underWay.add(id);
    try {
      const answer = await this.runOnce(once, work, { thing, prepare });
      if (once.replayed) this.replays += 1;
      return answer;
    } finally {
      this.underWay.delete(id);
    }
  }

  /**
   * Removes the stored answers about a thing and about everything below it, in the transaction that deletes it. Call it
   * after all locks of that transaction.
   */
  async forget(tx: Transaction, thing: string): Promise<void> {
    await tx.run(`UPDATE idempotency_keys SET answer = '${DELETED}' WHERE thing = ? OR thing LIKE ?`, [
      thing,
      `${thing}/%`,
    ]);
  }

  /**
   * Removes the keys of an account that leaves. The key that it was registered with stays without its account: a late
   * retry must not register it again.
   */
  async forgetAccount(tx: Transaction, accountId: number): Promise<void> {
    await tx.run(`UPDATE idempotency_keys SET answer = '${DELETED}', account_id = 0, thing = NULL WHERE thing = ?`, [
      accountPath(accountId),
    ]);
    await tx.run('DELETE FROM idempotency_keys WHERE account_id = ?', [accountId]);
  }

  /** Removes old keys, some rows at a time; returns how many. */
  async forgetOld(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const keys = await tx.run('DELETE FROM idempotency_keys WHERE created_at < ? LIMIT 1000', [
        this.clock.in(-KEPT_SECONDS),
      ]);
      const registrations = await tx.run(
        "DELETE FROM idempotency_keys WHERE thing LIKE 'account/%' AND created_at < ? LIMIT 1000",
        [this.clock.in(-REGISTRATION_KEPT_SECONDS)],
      );
      return keys.affectedRows + registrations.affectedRows;
    });
  }

  private async runOnce<Answer, Prepared>(
    once: OnceKey,
    work: (tx: Transaction, prepared: Prepared) => Promise<Answer>,
    { thing, prepare }: RunOptions<Answer, Prepared>,
  ): Promise<Answer> {
    const before = prepare && (await this.prepare<Answer, Prepared>(once, prepare));
    if (before && 'answer' in before) return before.answer;
    return this.database.transaction(async (tx) => {
      await this.lock(tx, once);
      const known = await this.find<Answer>(tx, once);
      if (known) return known.answer;
      const answer = await work(tx, before?.prepared as Prepared);
      const text = JSON.stringify(answer ?? null);
      // REPLACE: there may be one that is too old.
      await tx.run(
        'REPLACE INTO idempotency_keys (id, account_id, body_hash, answer, thing, created_at) VALUES (?, ?, ?, ?, ?, ?)',
        [once.id, once.accountId, once.bodyHash, text, thing?.(answer) ?? null, this.clock.now()],
      );
      return answer;
    });
  }

  private async prepare<Answer, Prepared>(
    once: OnceKey,
    prepare: () => Promise<Prepared>,
  ): Promise<{ answer: Answer } | { prepared: Prepared }> {
    const first = await this.find<Answer>(this.database, once);
    if (first) return first;
    try {
      return { prepared: await prepare() };
    } catch (error) {
      // The first request may have ended meanwhile and be the reason: a code works once, a name is free once.
      const ended = await this.find<Answer>(this.database, once);
      if (ended) return ended;
      throw error;
    }
  }

  /** A unique key alone would make the second request wait for the first one's commit; a named lock answers at once. */
  private async lock(tx: Transaction, once: OnceKey): Promise<void> {
    const name = sha256(`${this.config.database.name}\0${once.id.toString('hex')}`).toString('hex');
    const row = await tx.selectOne(NAMED_LOCK, '', [name]);
    if (!row?.locked) throw inUse();
    tx.beforeRelease(async () => {
      await tx.run('DO RELEASE_LOCK(?)', [name]);
    });
  }

  private async find<Answer>(reader: Reader, once: OnceKey): Promise<{ answer: Answer } | undefined> {
    const row = await reader.selectOne(STORED_ANSWER, 'FROM idempotency_keys WHERE id = ? AND created_at >= ?', [
      once.id,
      this.clock.in(once.isRegistration ? -REGISTRATION_KEPT_SECONDS : -KEPT_SECONDS),
    ]);
    if (!row) return undefined;
    if (!row.bodyHash.equals(once.bodyHash)) throw new IdempotencyKeyReused();
    if (once.isRegistration) once.accountId = row.accountId;
    if (row.answer === DELETED) throw new IdempotencyResultDeleted();
    once.replayed = true;
    return { answer: JSON.parse(row.answer) as Answer };
  }
}

function inUse(): IdempotencyKeyInUse {
  return new IdempotencyKeyInUse({ headers: { 'Retry-After': '1' } });
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
