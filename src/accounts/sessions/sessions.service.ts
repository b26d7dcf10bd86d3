import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { MAX_ROW_ID } from '../../common/ids.js';
import { ListKey, pageOf, type Page, type PageQuery } from '../../common/pages.js';
import { Cursors } from '../../common/cursor.js';
import { limit } from '../../common/limits/limit.js';
import { Limits } from '../../common/limits/limits.js';
import { networkOf } from '../../common/network.js';
import { SecurityEvents } from '../../common/security-events.js';
import { ACCESS, type Me, type Role } from '../../common/viewer.js';
import { Config } from '../../config/config.js';
import { marks, type BatchedRead, type Question } from '../../database/batched-read.js';
import { Database } from '../../database/database.js';
import { bytes, date, ROW_ID, int, selection, text, type RowOf } from '../../database/selection.js';
import type { Transaction } from '../../database/transaction.js';
import { AccessTokens } from './access-tokens.js';
import {
  formatRefreshToken,
  refreshHashOf,
  parseRefreshToken,
  RefreshTokens,
  type RefreshToken,
} from './refresh-tokens.js';
import { RefreshTokenInvalid } from './sessions.errors.js';
import { Session } from './session.entity.js';
import { sessionView, type SessionView } from './sessions.dto.js';

export const REFRESHES = limit({ name: 'refresh', points: 30, seconds: 60, by: ['account'], logged: true });
/** Sessions that an account has at most: the oldest ends for a new one. */
const MAX_SESSIONS = 50;
/** For so long, the previous token gets the same successor again: its answer may have been lost. */
const REPLAY_SECONDS = 60;

export interface TokenPair {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

/** Where a log-in comes from, as the list of sessions shows it. */
export interface Device {
  userAgent: string;
  address: string;
}

/** A device with its request. */
export interface Caller extends Device {
  /** Whether the request was answered, for example at its deadline, or the client has disconnected. */
  isOver(): boolean;
  /** Waits while the request does not count among those in flight. */
  withoutPlace<T>(wait: () => Promise<T>): Promise<T>;
}

const SESSION = selection({
  accountId: int('s.account_id'),
  refreshHash: bytes('s.refresh_hash'),
  generation: int('s.generation'),
  rotatedAt: date('s.rotated_at'),
  createdAt: date('s.created_at'),
});
type SessionRow = RowOf<typeof SESSION>;

const LISTED_SESSION = selection({
  id: int('id'),
  userAgent: text('user_agent'),
  address: text('address'),
  createdAt: date('created_at'),
  rotatedAt: date('rotated_at'),
  expiresAt: date('expires_at'),
});
export type ListedSession = RowOf<typeof LISTED_SESSION>;

const SESSION_DEVICE = selection({ address: text('address'), userAgent: text('user_agent') });

/** A session whose account has not left. */
const LIVING_SESSION = selection({
  id: int('s.id'),
  accountId: int('s.account_id'),
  expiresAt: date('s.expires_at'),
  username: text('a.username'),
  role: text<Role>('a.role'),
  verifiedUntil: date('a.verified_until', 'nullable'),
});
type LivingSession = RowOf<typeof LIVING_SESSION>;

const LIVING: Question<number, LivingSession> = {
  name: 'session',
  selection: LIVING_SESSION,
  from: (keys) =>
    `FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.id IN (${marks(keys)}) AND a.leaving_at IS NULL`,
  parameters: (id) => [id],
  idOfKey: (id) => id,
  idOfRow: ({ id }) => id,
};

/** Begins, continues and ends sessions. Ending one deletes its row, so its tokens are invalid on every instance. */
@Injectable()
export class SessionsService {
  private readonly living: BatchedRead<number, LivingSession>;

  constructor(
    private readonly database: Database,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly cursors: Cursors,
    private readonly limits: Limits,
    private readonly events: SecurityEvents,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    this.living = database.pointRead(LIVING);
  }

  /**
   * The account of an access token, if its session is open. Runs on every authorised request. Not cached, so that
   * a log-out, a new role or an expired verification takes effect at once.
   */
  async find(sessionId: number, accountId: number): Promise<Me | undefined> {
    const row = await this.living.load(sessionId);
    const now = this.clock.now();
    if (row?.accountId !== accountId || row.expiresAt <= now) return undefined;
    const access =
      row.role !== 'member' ? 'staff' : row.verifiedUntil && row.verifiedUntil > now ? 'verified' : 'members';
    return { id: accountId, sessionId, username: row.username, role: row.role, level: ACCESS.indexOf(access) };
  }

  /** The transaction has locked the account's row, so that parallel log-ins cannot exceed the maximum. */
  async begin(tx: Transaction, accountId: number, device: Device): Promise<TokenPair> {
    const now = this.clock.now();
    await this.endOldest(tx, accountId);
    const id = await tx.insert(Session, {
      accountId,
      refreshHash: Buffer.alloc(32),
      generation: 0,
      rotatedAt: now,
      expiresAt: this.expiryOf(now),
      userAgent: storedUserAgent(device),
      address: device.address.slice(0, 45),
      createdAt: now,
    });
    const token = this.refreshTokens.first(id);
    await tx.run('UPDATE sessions SET refresh_hash = ? WHERE id = ?', [refreshHashOf(token), token.sessionId]);
    return this.pair(accountId, token);
  }

  /**
   * A new pair for a refresh token. The previous token gets the same successor within REPLAY_SECONDS; any older one may be
   * stolen and ends the session.
   *
   * @throws RefreshTokenInvalid, TooManyRequests
   */
  async refresh(text: string): Promise<TokenPair> {
    const token = parseRefreshToken(text);
    if (!token) throw new RefreshTokenInvalid();
    for (;;) {
      const row = await this.row(token.sessionId);
      if (!row) throw new RefreshTokenInvalid();
      const age = this.ageOf(token, row);
      if (age === undefined) throw new RefreshTokenInvalid();
      if (age > 0) return this.replay(row, token, age);
      await this.limits.spend(REFRESHES, row.accountId);
      const pair = await this.rotate(row, token);
      if (pair) return pair;
      // Another request rotated it meanwhile: the next round finds the token one refresh old.
    }
  }

  /** Ends the session of a refresh token, which may be an old one; false if the token is not genuine. */
  async endByRefreshToken(text: string): Promise<boolean> {
    const token = parseRefreshToken(text);
    const row = token && (await this.row(token.sessionId));
    if (!row || this.ageOf(token, row) === undefined) return false;
    await this.end(row.accountId, token.sessionId);
    return true;
  }

  /** Ends a session of the account; false if it has no such session. */
  async end(accountId: number, sessionId: number): Promise<boolean> {
    const { affectedRows } = await this.database.transaction((tx) =>
      tx.run('DELETE FROM sessions WHERE id = ? AND account_id = ?', [sessionId, accountId]),
    );
    return affectedRows === 1;
  }

  async endAll(tx: Transaction, accountId: number): Promise<void> {
    await tx.run('DELETE FROM sessions WHERE account_id = ?', [accountId]);
  }

  async list(me: Me, { limit, cursor }: PageQuery): Promise<Page<SessionView>> {
    const list = new ListKey(this.cursors, '/auth/sessions', { account: me.id });
    const [before] = list.position(cursor) ?? [MAX_ROW_ID];
    const rows = await this.openSessions(me, before as number, limit + 1);
    return pageOf(
      rows,
      limit,
      (row) => sessionView(row, me.sessionId),
      (last) => list.cursor(last.id),
    );
  }

  /** For the export. */
  async all(me: Me): Promise<SessionView[]> {
    return (await this.openSessions(me, MAX_ROW_ID, 1_000)).map((row) => sessionView(row, me.sessionId));
  }

  /** The User-Agents of the account's open sessions that began in this network. */
  async knownFrom(accountId: number, network: string): Promise<string[]> {
    const rows = await this.database.select(
      SESSION_DEVICE,
      'FROM sessions WHERE account_id = ? AND expires_at > ? ORDER BY id DESC LIMIT 1000',
      [accountId, this.clock.now()],
    );
    return rows.filter(({ address }) => networkOf(address) === network).map(({ userAgent }) => userAgent);
  }

  /** Removes one batch of expired sessions; returns how many. */
  async forgetExpired(): Promise<number> {
    const { affectedRows } = await this.database.transaction((tx) =>
      tx.run('DELETE FROM sessions WHERE expires_at < ? LIMIT 1000', [this.clock.now()]),
    );
    return affectedRows;
  }

  private openSessions(me: Me, before: number, limit: number): Promise<ListedSession[]> {
    return this.database.select(
      LISTED_SESSION,
      'FROM sessions WHERE account_id = ? AND id < ? AND expires_at > ? ORDER BY id DESC LIMIT ?',
      [me.id, before, this.clock.now(), limit],
    );
  }

  private row(sessionId: number): Promise<SessionRow | undefined> {
    return this.database.selectOne(
      SESSION,
      `FROM sessions s JOIN accounts a ON a.id = s.account_id
        WHERE s.id = ? AND s.expires_at > ? AND s.created_at > ? AND a.leaving_at IS NULL`,
      // `created_at` too, for sessions from before SESSION_MAX_DAYS was lowered.
      [sessionId, this.clock.now(), this.clock.in(-this.config.sessionMaxSeconds)],
    );
  }

  /** Refreshes since the token was the current one, 0 for the current one; `undefined` for a forged token. */
  private ageOf(token: RefreshToken, row: SessionRow): number | undefined {
    const age = row.generation - token.generation;
    if (age === 0) return timingSafeEqual(refreshHashOf(token), row.refreshHash) ? age : undefined;
    return age > 0 && this.refreshTokens.isGenuine(token) ? age : undefined;
  }

  private expiryOf(createdAt: Date): Date {
    const unused = this.clock.in(this.config.refreshTokenSeconds).getTime();
    return new Date(Math.min(unused, createdAt.getTime() + this.config.sessionMaxSeconds * 1000));
  }

  /** Makes room for one more. Deletes by id: a range would lock the gap where other accounts insert. */
  private async endOldest(tx: Transaction, accountId: number): Promise<void> {
    const surplus = await tx.select(
      ROW_ID,
      `FROM sessions WHERE account_id = ? AND expires_at > ?
        ORDER BY id DESC LIMIT 1000 OFFSET ${MAX_SESSIONS - 1}`,
      [accountId, this.clock.now()],
    );
    for (const { id } of surplus) await tx.run('DELETE FROM sessions WHERE id = ?', [id]);
  }

  private async rotate(row: SessionRow, token: RefreshToken): Promise<TokenPair | undefined> {
    const [successor] = this.refreshTokens.successorsOf(token);
    const { affectedRows } = await this.database.transaction((tx) =>
      tx.run(
        `UPDATE sessions SET refresh_hash = ?, generation = generation + 1, rotated_at = ?, expires_at = ?
          WHERE id = ? AND generation = ? AND refresh_hash = ?`,
        [
          refreshHashOf(successor),
          this.clock.now(),
          this.expiryOf(row.createdAt),
          token.sessionId,
          token.generation,
          row.refreshHash,
        ],
      ),
    );
    if (affectedRows === 0) return undefined;
    return this.pair(row.accountId, successor);
  }

  private async replay(row: SessionRow, token: RefreshToken, age: number): Promise<TokenPair> {
    const isRetry = age === 1 && row.rotatedAt >= this.clock.in(-REPLAY_SECONDS);
    if (!isRetry) {
      await this.end(row.accountId, token.sessionId);
      this.events.report('refresh.reused', { accountId: row.accountId });
      throw new RefreshTokenInvalid();
    }
    await this.limits.spend(REFRESHES, row.accountId);
    // While keys rotate, the successor's key may be known only to another instance.
    const successor = this.refreshTokens
      .successorsOf(token)
      .find((candidate) => timingSafeEqual(refreshHashOf(candidate), row.refreshHash));
    if (!successor) throw new RefreshTokenInvalid();
    return this.pair(row.accountId, successor);
  }

  private pair(accountId: number, token: RefreshToken): TokenPair {
    return {
      accessToken: this.accessTokens.sign(accountId, token.sessionId),
      refreshToken: formatRefreshToken(token),
      expiresIn: this.config.accessTokenSeconds,
    };
  }
}

/** As in `sessions.user_agent`, which takes 200 characters. */
export function storedUserAgent({ userAgent }: Device): string {
  return userAgent.toWellFormed().slice(0, 200);
}
