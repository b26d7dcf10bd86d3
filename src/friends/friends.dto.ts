import { ApiProperty } from '@nestjs/swagger';
import { AccountName } from '../accounts/author.js';
import { Choice } from '../common/fields/choices.js';
import { Text } from '../common/fields/texts.js';
import { PageQuery, pageViewOf } from '../common/pages.js';
import type { FriendRequestRow, FriendRow } from './friends.queries.js';

const DIRECTIONS = ['incoming', 'outgoing'] as const;
export type RequestDirection = (typeof DIRECTIONS)[number];

export class FriendRequestBody {
  @Text({ max: 20, description: 'Of the one to ask; upper and lower case are the same name', example: 'jiwoo' })
  username: string;
}

export class FriendRequestListQuery extends PageQuery {
  @Choice({ of: DIRECTIONS, optional: true, description: '`incoming` by default: those that I can answer' })
  direction: RequestDirection = 'incoming';
}

export class FriendView {
  @ApiProperty({ type: AccountName })
  account: AccountName;
  @ApiProperty({ format: 'date-time', description: 'When we became friends' })
  since: string;
}

export class FriendPage extends pageViewOf(FriendView) {}

export class FriendRequestView {
  @ApiProperty({ type: 'integer', example: 31 })
  id: number;
  @ApiProperty({ enum: [...DIRECTIONS], description: '`incoming`: I was asked' })
  direction: RequestDirection;
  @ApiProperty({ enum: ['pending', 'accepted'], description: '`accepted`: we are friends' })
  state: 'pending' | 'accepted';
  @ApiProperty({ description: 'Of the other one: who asks tells it', example: 'jiwoo' })
  username: string;
  @ApiProperty({
    type: AccountName,
    nullable: true,
    description: 'The other one; `null` until the one whom I asked accepts',
  })
  account: AccountName | null;
  @ApiProperty({ format: 'date-time' })
  createdAt: string;
}

export class FriendRequestPage extends pageViewOf(FriendRequestView) {}

export function friendView({ accountId, nickname, befriendedAt }: FriendRow): FriendView {
  return { account: { id: accountId, nickname }, since: befriendedAt.toISOString() };
}

/**
 * A request for one of the two. The sender knows a username and learns nothing else: otherwise anybody could find the
 * account, and its posts, of a username.
 */
export function friendRequestView(row: FriendRequestRow): FriendRequestView {
  const { incoming } = row;
  return {
    id: row.id,
    direction: incoming ? 'incoming' : 'outgoing',
    state: row.befriendedAt ? 'accepted' : 'pending',
    username: row.username,
    account: incoming || row.befriendedAt ? { id: row.accountId, nickname: row.nickname } : null,
    createdAt: row.createdAt.toISOString(),
  };
}
