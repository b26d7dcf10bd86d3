import { Injectable } from '@nestjs/common';
import { Cursors } from '../../common/cursor.js';
import { ListKey, type Page } from '../../common/pages.js';
import type { Me } from '../../common/viewer.js';
import { FriendNotFound } from '../../friends/friends.errors.js';
import { FriendsService } from '../../friends/friends.service.js';
import type { TimetableListQuery } from '../timetables.dto.js';
import { friendTimetableView, type FriendTimetableView } from './friend-timetables.dto.js';
import { SharingQueries } from './sharing.queries.js';

/** Timetables that friends show each other. */
@Injectable()
export class FriendTimetablesService {
  constructor(
    private readonly friends: FriendsService,
    private readonly queries: SharingQueries,
    private readonly cursors: Cursors,
  ) {}

  /** The newest semester first. @throws FriendNotFound, for a stranger as for nobody */
  async list(
    me: Me,
    accountId: number,
    { semester, limit, cursor }: TimetableListQuery,
  ): Promise<Page<FriendTimetableView>> {
    if (!(await this.friends.areFriends(me.id, accountId))) throw new FriendNotFound();
    const list = new ListKey(this.cursors, '/friends/timetables', { account: me.id, friend: accountId, semester });
    const [year, term] = list.position(cursor) ?? [9999, 0];
    const position = [Number(year), Number(term)] as const;
    const { timetables, more } = await this.queries.shown(accountId, semester, position, limit);
    const last = timetables.at(-1)?.semester;
    return {
      items: timetables.map(friendTimetableView),
      nextCursor: more ? list.cursor(last!.year, last!.term) : null,
    };
  }
}
