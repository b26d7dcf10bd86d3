import { Injectable } from '@nestjs/common';
import { holdBoth } from '../accounts/hold-account.js';
import { AccountNotFound } from '../accounts/accounts.errors.js';
import { Clock } from '../common/clock.js';
import { Cursors } from '../common/cursor.js';
import type { Versioned } from '../common/http/answer.js';
import { IdempotencyResultDeleted } from '../common/idempotency/idempotency.errors.js';
import { Idempotency, type OnceKey } from '../common/idempotency/idempotency.js';
import { MAX_ROW_ID } from '../common/ids.js';
import { limit } from '../common/limits/limit.js';
import { Limits } from '../common/limits/limits.js';
import { ListKey, pageOf, type Page } from '../common/pages.js';
import type { Me } from '../common/viewer.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import {
  friendRequestView,
  friendView,
  type FriendRequestListQuery,
  type FriendRequestView,
  type FriendView,
} from './friends.dto.js';
import {
  AlreadyFriends,
  FriendIsSelf,
  FriendRequestExists,
  FriendRequestNotFound,
  TooManyFriendRequests,
  TooManyFriends,
} from './friends.errors.js';
import { FriendsQueries, type FriendRequestRow, type FriendRow, type PairRow } from './friends.queries.js';
import { friendshipPath } from './friendship-path.js';

/** Counts failed requests too: otherwise they would test usernames. */
export const REQUESTS = limit({ name: 'friend-request', points: 30, seconds: 3600, by: ['account'] });
/** From one account to one other. A declined request counts. */
export const SAME_ACCOUNT = limit({
  name: 'same-friend-request',
  points: 3,
  seconds: 86_400,
  by: ['account', 'recipient'],
});
const MAX_SENT = 100;
const MAX_FRIENDS = 1_000;

/** The stored answer for a retry. Without a name, because the other account may leave meanwhile. */
interface Asked {
  id: number;
  accountId: number;
  accepted: boolean;
  createdAt: string;
}

/** Friend requests: one asks and the other accepts, or both ask. Every write locks both accounts first. */
@Injectable()
export class FriendRequestsService {
  constructor(
    private readonly database: Database,
    private readonly queries: FriendsQueries,
    private readonly idempotency: Idempotency,
    private readonly limits: Limits,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  /** Open requests, the newest first. */
  async list(me: Me, { direction, limit, cursor }: FriendRequestListQuery): Promise<Page<FriendRequestView>> {
    const list = new ListKey(this.cursors, '/friend-requests', { account: me.id, direction });
    const [before] = list.position(cursor) ?? [MAX_ROW_ID];
    const rows = await this.queries.requests(me.id, direction, Number(before), limit + 1);
    return pageOf(rows, limit, friendRequestView, (last) => list.cursor(last.id));
  }

  /** @throws FriendRequestNotFound unless I sent it or was sent it */
  async get(me: Me, id: number): Promise<Versioned<FriendRequestView>> {
    const row = await this.queries.request(me.id, id);
    if (!row) throw new FriendRequestNotFound();
    return versioned(row);
  }

  /**
   * Asks. If the other one has asked already, the two are friends.
   *
   * @throws AccountNotFound, FriendIsSelf, AlreadyFriends, FriendRequestExists, TooManyFriendRequests, TooManyFriends,
   *   TooManyRequests
   */
  async ask(me: Me, username: string, once: OnceKey | null): Promise<Versioned<FriendRequestView>> {
    const send = async (tx: Transaction): Promise<Asked> => {
      await this.limits.spendIn(tx, REQUESTS, me.id, { refund: false });
      const other = await this.queries.accountNamed(username, tx);
      if (other === me.id) throw new FriendIsSelf();
      if (other === undefined || !(await holdBoth(tx, me.id, other))) throw new AccountNotFound();
      const pair = await this.queries.pair(me.id, other, tx);
      const id = pair ? await this.answer(tx, me, other, pair) : await this.send(tx, me, other);
      const { accountId, createdAt } = (await this.queries.request(me.id, id, tx))!;
      return { id, accountId, accepted: pair !== undefined, createdAt: createdAt.toISOString() };
    };
    const asked = await this.idempotency.run(once, send, { thing: friendshipPath });
    const row = await this.queries.request(me.id, asked.id);
    if (!row && once?.replayed) throw new IdempotencyResultDeleted();
    return { version: 1, view: askedView(asked, username, row) };
  }

  /**
   * Accepts a request to me. May be repeated while we are friends.
   *
   * @throws FriendRequestNotFound, TooManyFriends
   */
  async accept(me: Me, id: number, once: OnceKey | null): Promise<FriendView> {
    let friend: FriendRow | undefined;
    // Stored without a name, as in `ask`.
    const accept = async (tx: Transaction): Promise<{ id: number; accountId: number }> => {
      const { incoming, befriendedAt, accountId } = await this.lock(tx, me, id);
      if (!incoming) throw new FriendRequestNotFound();
      if (!befriendedAt) await this.befriend(tx, me.id, accountId, id);
      // Read here: the friendship may end right after the commit.
      friend = await this.queries.friend(me.id, accountId, tx);
      return { id, accountId };
    };
    const { accountId } = await this.idempotency.run(once, accept, { thing: friendshipPath });
    friend ??= await this.queries.friend(me.id, accountId);
    if (!friend) throw new IdempotencyResultDeleted();
    return friendView(friend);
  }

  /** @throws FriendRequestNotFound unless it waits for my answer */
  async decline(me: Me, id: number, once: OnceKey | null): Promise<void> {
    await this.idempotency.run(once, (tx) => this.drop(tx, me, id, true));
  }

  /** @throws FriendRequestNotFound unless I sent it and it waits for an answer */
  async cancel(me: Me, id: number): Promise<void> {
    await this.database.transaction((tx) => this.drop(tx, me, id, false));
  }

  private async drop(tx: Transaction, me: Me, id: number, incoming: boolean): Promise<void> {
    const request = await this.lock(tx, me, id);
    if (request.incoming !== incoming || request.befriendedAt) throw new FriendRequestNotFound();
    await tx.run('DELETE FROM friendships WHERE id = ?', [id]);
    await this.idempotency.forget(tx, friendshipPath({ id }));
  }

  /** Handles an existing row: a friendship, my own request, or one to me. Returns its id. */
  private async answer(tx: Transaction, me: Me, other: number, pair: PairRow): Promise<number> {
    if (pair.befriendedAt) throw new AlreadyFriends();
    if (pair.senderId === me.id) throw new FriendRequestExists();
    await this.befriend(tx, me.id, other, pair.id);
    return pair.id;
  }

  private async send(tx: Transaction, me: Me, other: number): Promise<number> {
    await this.limits.spendIn(tx, SAME_ACCOUNT, `${me.id}:${other}`);
    if ((await this.queries.countSentRequests(me.id, tx)) >= MAX_SENT) throw new TooManyFriendRequests();
    const { insertId } = await tx.run(
      'INSERT INTO friendships (sender_id, recipient_id, low_id, high_id, created_at) VALUES (?, ?, ?, ?, ?)',
      [me.id, other, Math.min(me.id, other), Math.max(me.id, other), this.clock.now()],
    );
    return insertId;
  }

  private async befriend(tx: Transaction, me: number, other: number, id: number): Promise<void> {
    for (const one of [me, other]) {
      if ((await this.queries.countFriends(one, tx)) >= MAX_FRIENDS) throw new TooManyFriends();
    }
    await tx.run('UPDATE friendships SET befriended_at = ? WHERE id = ?', [this.clock.now(), id]);
  }

  /** The request, read after both accounts are locked. Its row says which accounts these are. */
  private async lock(tx: Transaction, me: Me, id: number): Promise<FriendRequestRow> {
    const seen = await this.queries.request(me.id, id, tx);
    const held = seen && (await holdBoth(tx, me.id, seen.accountId));
    const request = held && (await this.queries.request(me.id, id, tx));
    if (!request) throw new FriendRequestNotFound();
    return request;
  }
}

/** Requests have no version; the hash in the ETag changes with the state. */
function versioned(row: FriendRequestRow): Versioned<FriendRequestView> {
  return { version: 1, view: friendRequestView(row) };
}

/** @param username as it was typed; @param row `undefined` when the request was declined meanwhile */
function askedView(
  { id, accountId, accepted, createdAt }: Asked,
  username: string,
  row: FriendRequestRow | undefined,
): FriendRequestView {
  return {
    id,
    // A request to me that I answered with my own request keeps its sender.
    direction: accepted ? 'incoming' : 'outgoing',
    state: accepted ? 'accepted' : 'pending',
    username: row?.username ?? username,
    account: accepted && row ? { id: accountId, nickname: row.nickname } : null,
    createdAt,
  };
}
