import { timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { ListKey, pageOf, type Page, type PageQuery } from '../../common/pages.js';
import { Cursors } from '../../common/cursor.js';
import { ACCESS, type Me, type Role } from '../../common/viewer.js';
import { Config } from '../../config/config.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/transaction.js';
import { AccessTokens } from './access-tokens.js';
import { formatRefreshToken, hashOf, parseRefreshToken, RefreshTokens, type RefreshToken } from './refresh-tokens.js';
import { RefreshTokenInvalid, SessionNotFound } from './sessions.errors.js';
import { Session } from './session.entity.js';
import { sessionView, type SessionView } from './sessions.dto.js';

/** A lost answer may be asked for again for so long. */
const REPLAY_SECONDS = 60;

export interface TokenPair {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

/** Where a log-in comes from, as its owner will see it in the list of sessions. */
export interface Device {
  userAgent: string;
  address: string;
}

interface SessionRow {
  accountId: number;
  refreshHash: Buffer;
  generation: number;
  rotatedAt: Date;
  expiresAt: Date;
}

/** Begins, continues and ends sessions. A session that ended has no row, so its tokens are dead on every instance. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly cursors: Cursors,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * The account behind an access token, if its session lives: one prepared statement by two primary keys, on every
   * authorised request. Nothing is cached, so a log-out, a new role or a lapsed verification counts at once everywhere.
   */
  async find(sessionId: number, accountId: number): Promise<Me | undefined> {
    const now = this.clock.now();
    const row = await this.database.row<{ username: string; role: Role; verifiedUntil: Date | null }>(
      `SELECT a.username, a.role, a.verified_until AS verifiedUntil
         FROM sessions s JOIN accounts a ON a.id = s.account_id
        WHERE s.id = ? AND s.account_id = ? AND s.expires_at > ? AND a.leaving_at IS NULL`,
      [sessionId, accountId, now],
    );
    if (!row) return undefined;
    const access =
      row.role !== 'member' ? 'staff' : row.verifiedUntil && row.verifiedUntil > now ? 'verified' : 'members';
    return { id: accountId, sessionId, username: row.username, role: row.role, level: ACCESS.indexOf(access) };
  }

  async begin(tx: Transaction, accountId: number, device: Device): Promise<TokenPair> {
    const secret = this.refreshTokens.newSecret();
    const now = this.clock.now();
    const { identifiers } = await tx.manager.insert(Session, {
      accountId,
      refreshHash: hashOf(secret),
      generation: 0,
      rotatedAt: now,
      expiresAt: this.clock.in(this.config.refreshTokenSeconds),
      userAgent: device.userAgent.toWellFormed().slice(0, 200),
      address: device.address.slice(0, 45),
      createdAt: now,
    });
    return this.pair(accountId, { sessionId: identifiers[0].id as number, generation: 0, secret });
  }

  /**
   * A new pair for a refresh token. The token before it, sent again within a minute, gets the same successor; one that
   * is older was stolen or lost, and ends its session.
   *
   * @throws RefreshTokenInvalid
   */
  async refresh(text: string): Promise<TokenPair> {
    const token = parseRefreshToken(text);
    if (!token) throw new RefreshTokenInvalid();
    for (;;) {
      const row = await this.row(token.sessionId);
      if (!row) throw new RefreshTokenInvalid();
      const age = row.generation - token.generation;
      if (age === 0 && timingSafeEqual(hashOf(token.secret), row.refreshHash)) {
        const pair = await this.rotate(row, token);
        if (pair) return pair;
        continue; // Another request rotated it meanwhile: now this token is the parent.
      }
      if (age < 1 || !this.refreshTokens.leadsTo(token.secret, age, row.refreshHash)) throw new RefreshTokenInvalid();
      return this.replay(row, token, age);
    }
  }

  /** Ends the session of an access token or of any genuine refresh token; whether there was one. */
  async endByRefreshToken(text: string): Promise<boolean> {
    const token = parseRefreshToken(text);
    const row = token && (await this.row(token.sessionId));
    if (!token || !row) return false;
    const age = row.generation - token.generation;
    if (age < 0 || !this.refreshTokens.leadsTo(token.secret, age, row.refreshHash)) return false;
    await this.end(row.accountId, token.sessionId);
    return true;
  }

  /** @throws SessionNotFound for another account's session as for none */
  async end(accountId: number, sessionId: number): Promise<void> {
    const { affectedRows } = await this.database.transaction((tx) =>
      tx.run('DELETE FROM sessions WHERE id = ? AND account_id = ?', [sessionId, accountId]),
    );
    if (affectedRows === 0) throw new SessionNotFound();
  }

  async endAll(tx: Transaction, accountId: number): Promise<void> {
    await tx.run('DELETE FROM sessions WHERE account_id = ?', [accountId]);
  }

  async list(me: Me, { limit, cursor }: PageQuery): Promise<Page<SessionView>> {
    const list = new ListKey(this.cursors, '/auth/sessions', { account: me.id });
    const [before] = list.position(cursor) ?? [2 ** 32];
    const rows = await this.database.rows<Session>(
      `SELECT id, user_agent AS userAgent, address, created_at AS createdAt, rotated_at AS rotatedAt,
              expires_at AS expiresAt
         FROM sessions WHERE account_id = ? AND id < ? AND expires_at > ? ORDER BY id DESC LIMIT ?`,
      [me.id, before, this.clock.now(), limit + 1],
    );
    return pageOf(
      rows,
      limit,
      (row) => sessionView(row, me.sessionId),
      (last) => list.cursor(last.id),
    );
  }

  /** Whether the account has a living session that was begun from this address. */
  async isKnownAddress(usernameKey: string, address: string): Promise<boolean> {
    const rows = await this.database.rows(
      `SELECT 1 FROM accounts a JOIN sessions s ON s.account_id = a.id
        WHERE a.username_key = ? AND s.address = ? LIMIT 1`,
      [usernameKey, address],
    );
    return rows.length > 0;
  }

  /** Removes what has expired, some rows at a time; returns how many. */
  async forgetExpired(): Promise<number> {
    const { affectedRows } = await this.database.transaction((tx) =>
      tx.run('DELETE FROM sessions WHERE expires_at < ? LIMIT 1000', [this.clock.now()]),
    );
    return affectedRows;
  }

  private row(sessionId: number): Promise<SessionRow | undefined> {
    return this.database.row<SessionRow>(
      `SELECT s.account_id AS accountId, s.refresh_hash AS refreshHash, s.generation, s.rotated_at AS rotatedAt,
              s.expires_at AS expiresAt
         FROM sessions s JOIN accounts a ON a.id = s.account_id
        WHERE s.id = ? AND s.expires_at > ? AND a.leaving_at IS NULL`,
      [sessionId, this.clock.now()],
    );
  }

  private async rotate(row: SessionRow, token: RefreshToken): Promise<TokenPair | undefined> {
    const [successor] = this.refreshTokens.successorsOf(token.secret);
    const { affectedRows } = await this.database.transaction((tx) =>
      tx.run(
        `UPDATE sessions SET refresh_hash = ?, generation = generation + 1, rotated_at = ?, expires_at = ?
          WHERE id = ? AND generation = ? AND refresh_hash = ?`,
        [
          hashOf(successor),
          this.clock.now(),
          this.clock.in(this.config.refreshTokenSeconds),
          token.sessionId,
          token.generation,
          row.refreshHash,
        ],
      ),
    );
    if (affectedRows === 0) return undefined;
    return this.pair(row.accountId, { ...token, generation: token.generation + 1, secret: successor });
  }

  private async replay(row: SessionRow, token: RefreshToken, age: number): Promise<TokenPair> {
    const lateBy = this.clock.now().getTime() - row.rotatedAt.getTime() - REPLAY_SECONDS * 1000;
    const successor = this.refreshTokens
      .successorsOf(token.secret)
      .find((candidate) => timingSafeEqual(hashOf(candidate), row.refreshHash));
    if (age === 1 && successor && lateBy <= 0) {
      return this.pair(row.accountId, { ...token, generation: row.generation, secret: successor });
    }
    await this.database.transaction((tx) => tx.run('DELETE FROM sessions WHERE id = ?', [token.sessionId]));
    throw new RefreshTokenInvalid();
  }

  private pair(accountId: number, token: RefreshToken): TokenPair {
    return {
      accessToken: this.accessTokens.sign(accountId, token.sessionId),
      refreshToken: formatRefreshToken(token),
      expiresIn: this.config.accessTokenSeconds,
    };
  }
}
