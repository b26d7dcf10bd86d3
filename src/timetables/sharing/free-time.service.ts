import { Injectable } from '@nestjs/common';
import { SemestersService } from '../../catalogue/semesters/semesters.service.js';
import { invalidField } from '../../common/http/validation.js';
import type { Me } from '../../common/viewer.js';
import { FriendNotFound } from '../../friends/friends.errors.js';
import { FriendsService } from '../../friends/friends.service.js';
import type { FreeTimeQuery, FreeTimeView } from './free-time.dto.js';
import { freeTime } from './free-time.js';
import { SharingQueries } from './sharing.queries.js';

/** The times when I and some friends are all free. Three statements for any number of friends and entries. */
@Injectable()
export class FreeTimeService {
  constructor(
    private readonly friends: FriendsService,
    private readonly semesters: SemestersService,
    private readonly queries: SharingQueries,
  ) {}

  /** @throws FriendNotFound as soon as one of them is no friend, without saying which; SemesterNotFound, InvalidInput */
  async of(me: Me, query: FreeTimeQuery): Promise<FreeTimeView> {
    const { with: others, semester, from, to, minMinutes, week } = query;
    if (others.includes(me.id)) {
      throw invalidField('?with', 'IS_SELF', 'must not hold yourself', '자기 자신은 넣을 수 없습니다');
    }
    if (to <= from) throw invalidField('?to', 'NOT_AFTER_FROM', 'must be after from', 'from보다 커야 합니다');
    const friends = await this.friends.friendsAmong(me.id, others);
    if (friends.size < others.length) throw new FriendNotFound();
    const { id } = semester === undefined ? await this.semesters.current() : await this.semesters.get(semester);
    const people = await this.queries.busy(me.id, others, id);
    const known = new Set(people.map(({ ownerId }) => ownerId));
    return {
      intervals: freeTime(
        people.flatMap(({ slots }) => slots),
        { from, to, minMinutes },
        week,
      ),
      unavailable: [me.id, ...others].filter((one) => !known.has(one)),
    };
  }
}
