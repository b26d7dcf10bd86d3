import { Injectable } from '@nestjs/common';
import { USERNAME } from '../accounts/account-names.js';
import { Database } from '../database/database.js';
import type { Reader } from '../database/reader.js';
import { date, flag, int, ROW_COUNT, ROW_ID, selection, text, type RowOf } from '../database/selection.js';
import type { RequestDirection } from './friends.dto.js';

const FRIEND = selection({
  /** Of the row of the two. */
  id: int('f.id'),
  accountId: int('a.id'),
  nickname: text('a.nickname'),
  befriendedAt: date('f.befriended_at'),
});
/** A friend, seen from one side. */
export type FriendRow = RowOf<typeof FRIEND>;

const LISTED_FRIEND = selection({
  id: int('u.id'),
  accountId: int('u.accountId'),
  nickname: text('u.nickname'),
  befriendedAt: date('u.befriendedAt'),
});

/** Its parameter: the account whose side it is. */
const REQUEST = selection({
  id: int('f.id'),
  accountId: int('a.id'),
  nickname: text('a.nickname'),
  username: text('a.username'),
  incoming: flag('f.recipient_id = ?'),
  createdAt: date('f.created_at'),
  befriendedAt: date('f.befriended_at', 'nullable'),
});
/** A request from one side: the account is the other one. */
export type FriendRequestRow = RowOf<typeof REQUEST>;

const PAIR = selection({
  id: int('id'),
  senderId: int('sender_id'),
  befriendedAt: date('befriended_at', 'nullable'),
});
/** The row of two people. */
export type PairRow = RowOf<typeof PAIR>;

const ACCOUNT_ID = selection({ id: int('a.id') });
const FRIEND_COUNT = selection({
  count: int(`(SELECT COUNT(*) FROM friendships WHERE sender_id = ? AND befriended_at IS NOT NULL)
    + (SELECT COUNT(*) FROM friendships WHERE recipient_id = ? AND befriended_at IS NOT NULL)`),
});

/** One side's friends, as a range of the index of that side. An account that is leaving is gone. */
const friendsOfSide = (index: string, side: string, other: string) => `
  (SELECT ${FRIEND.list}
     FROM friendships f FORCE INDEX (${index}) STRAIGHT_JOIN accounts a ON a.id = f.${other} AND a.leaving_at IS NULL
    WHERE f.${side} = ? AND (f.befriended_at < ? OR (f.befriended_at = ? AND f.id < ?))
    ORDER BY f.befriended_at DESC, f.id DESC LIMIT ?)`;
const SENT = friendsOfSide('friendships_sent', 'sender_id', 'recipient_id');
const RECEIVED = friendsOfSide('friendships_received', 'recipient_id', 'sender_id');

/** The reads of friendships, as fixed SQL. A pair is looked up by its smaller and its larger id. */
@Injectable()
export class FriendsQueries {
  constructor(private readonly database: Database) {}

  /** The newest friends first, below a position. Each side of a friendship has an index of its own. */
  friends(me: number, before: Date, beforeId: number, limit: number): Promise<FriendRow[]> {
    const side = [me, before, before, beforeId, limit];
    return this.database.select(
      LISTED_FRIEND,
      `FROM (${SENT} UNION ALL ${RECEIVED}) u ORDER BY u.befriendedAt DESC, u.id DESC LIMIT ?`,
      [...side, ...side, limit],
    );
  }

  friend(me: number, accountId: number, reader: Reader = this.database): Promise<FriendRow | undefined> {
    return reader.selectOne(
      FRIEND,
      `FROM friendships f JOIN accounts a ON a.id = ? AND a.leaving_at IS NULL
        WHERE f.low_id = ? AND f.high_id = ? AND f.befriended_at IS NOT NULL`,
      [accountId, ...ordered(me, accountId)],
    );
  }

  /** The accounts of these that are my friends, in no order. */
  async friendsAmong(me: number, ids: number[]): Promise<number[]> {
    const rows = await this.database.select(
      ACCOUNT_ID,
      `FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$[0]', me BIGINT UNSIGNED PATH '$[1]')) w
         STRAIGHT_JOIN friendships f ON f.low_id = LEAST(w.id, w.me) AND f.high_id = GREATEST(w.id, w.me)
         STRAIGHT_JOIN accounts a ON a.id = w.id AND a.leaving_at IS NULL
        WHERE f.befriended_at IS NOT NULL`,
      [JSON.stringify(ids.map((id) => [id, me]))],
    );
    return rows.map(({ id }) => id);
  }

  /** Requests that wait, the newest first, below a position. */
  requests(me: number, direction: RequestDirection, before: number, limit: number): Promise<FriendRequestRow[]> {
    const [index, side, other] =
      direction === 'incoming'
        ? ['friendships_received', 'recipient_id', 'sender_id']
        : ['friendships_sent', 'sender_id', 'recipient_id'];
    return this.database.select(
      REQUEST,
      `FROM friendships f FORCE INDEX (${index}) STRAIGHT_JOIN accounts a ON a.id = f.${other} AND a.leaving_at IS NULL
        WHERE f.${side} = ? AND f.befriended_at IS NULL AND f.id < ? ORDER BY f.id DESC LIMIT ?`,
      [me, me, before, limit],
    );
  }

  /** A request from me or to me, also an accepted one. */
  request(me: number, id: number, reader: Reader = this.database): Promise<FriendRequestRow | undefined> {
    return reader.selectOne(
      REQUEST,
      `FROM friendships f JOIN accounts a ON a.id = IF(f.recipient_id = ?, f.sender_id, f.recipient_id)
        WHERE f.id = ? AND (f.sender_id = ? OR f.recipient_id = ?) AND a.leaving_at IS NULL`,
      [me, me, id, me, me],
    );
  }

  /** The account with this username, unless it is leaving. */
  async accountNamed(username: string, reader: Reader): Promise<number | undefined> {
    // MySQL refuses to compare the ASCII column with anything else.
    if (!USERNAME.test(username)) return undefined;
    const row = await reader.selectOne(ROW_ID, 'FROM accounts WHERE username_key = ? AND leaving_at IS NULL', [
      username.toLowerCase(),
    ]);
    return row?.id;
  }

  pair(a: number, b: number, reader: Reader): Promise<PairRow | undefined> {
    return reader.selectOne(PAIR, 'FROM friendships WHERE low_id = ? AND high_id = ?', ordered(a, b));
  }

  async countFriends(id: number, reader: Reader): Promise<number> {
    return (await reader.selectOne(FRIEND_COUNT, '', [id, id]))!.count;
  }

  async countSentRequests(id: number, reader: Reader): Promise<number> {
    const row = await reader.selectOne(ROW_COUNT, 'FROM friendships WHERE sender_id = ? AND befriended_at IS NULL', [
      id,
    ]);
    return row!.count;
  }
}

/** How the row of two people names them. */
function ordered(a: number, b: number): [low: number, high: number] {
  return a < b ? [a, b] : [b, a];
}
