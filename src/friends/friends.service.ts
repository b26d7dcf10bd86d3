import { Injectable } from '@nestjs/common';
import { holdBoth } from '../accounts/hold-account.js';
import { Cursors } from '../common/cursor.js';
import type { Versioned } from '../common/http/answer.js';
import { MAX_ROW_ID } from '../common/ids.js';
import { ListKey, pageOf, type Page, type PageQuery } from '../common/pages.js';
import type { Me } from '../common/viewer.js';
import { Idempotency } from '../common/idempotency/idempotency.js';
import { Database } from '../database/database.js';
import { friendView, type FriendView } from './friends.dto.js';
import { FriendNotFound } from './friends.errors.js';
import { FriendsQueries } from './friends.queries.js';
import { friendshipPath } from './friendship-path.js';

/** Later than every start of a friendship. */
const END_OF_TIME = Date.UTC(9999, 0, 1);

/** Who is whose friend, and the end of it. */
@Injectable()
export class FriendsService {
  constructor(
    private readonly database: Database,
    private readonly queries: FriendsQueries,
    private readonly idempotency: Idempotency,
    private readonly cursors: Cursors,
  ) {}

  /** The newest first. */
  async list(me: Me, { limit, cursor }: PageQuery): Promise<Page<FriendView>> {
    const list = new ListKey(this.cursors, '/friends', { account: me.id });
    const [since, id] = list.position(cursor) ?? [END_OF_TIME, MAX_ROW_ID];
    const rows = await this.queries.friends(me.id, new Date(since), Number(id), limit + 1);
    return pageOf(rows, limit, friendView, (last) => list.cursor(last.befriendedAt.getTime(), last.id));
  }

  /** @throws FriendNotFound, for a stranger as for nobody */
  async get(me: Me, accountId: number): Promise<Versioned<FriendView>> {
    const row = await this.queries.friend(me.id, accountId);
    if (!row) throw new FriendNotFound();
    return { version: 1, view: friendView(row) };
  }

  /** Either side ends it. @throws FriendNotFound */
  async remove(me: Me, accountId: number): Promise<void> {
    if (accountId === me.id) throw new FriendNotFound();
    await this.database.transaction(async (tx) => {
      const friend = (await holdBoth(tx, me.id, accountId)) && (await this.queries.friend(me.id, accountId, tx));
      if (!friend) throw new FriendNotFound();
      await tx.run('DELETE FROM friendships WHERE id = ?', [friend.id]);
      await this.idempotency.forget(tx, friendshipPath(friend));
    });
  }

  /** In one statement. Nobody is their own friend. */
  async areFriends(me: number, accountId: number): Promise<boolean> {
    return (await this.queries.friend(me, accountId)) !== undefined;
  }

  /** The accounts of these that are my friends, in one statement. */
  async friendsAmong(me: number, accountIds: number[]): Promise<Set<number>> {
    return new Set(await this.queries.friendsAmong(me, accountIds));
  }
}
