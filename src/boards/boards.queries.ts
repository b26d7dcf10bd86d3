import { Injectable } from '@nestjs/common';
import { escapeLike } from '../common/like.js';
import { ACCESS, isStaff, type Viewer } from '../common/viewer.js';
import { Database } from '../database/database.js';
import type { Reader } from '../database/reader.js';
import { date, flag, int, selection, text, type RowOf } from '../database/selection.js';

const BOARD = selection({
  id: int('b.id'),
  slug: text('b.slug'),
  name: text('b.name'),
  description: text('b.description'),
  allowAnonymous: flag('b.allow_anonymous'),
  readAccess: int('b.read_access'),
  writeAccess: int('b.write_access'),
  archived: flag('b.archived'),
  postCount: int('b.post_count'),
  ownerId: int('b.owner_id', 'nullable'),
  ownerNickname: text('a.nickname', 'nullable'),
  version: int('b.version'),
  createdAt: date('b.created_at'),
});
export type BoardRow = RowOf<typeof BOARD>;

const FROM = 'FROM boards b LEFT JOIN accounts a ON a.id = b.owner_id AND a.leaving_at IS NULL';

@Injectable()
export class BoardsQueries {
  constructor(private readonly database: Database) {}

  one(id: number, reader: Reader = this.database): Promise<BoardRow | undefined> {
    return reader.selectOne(BOARD, `${FROM} WHERE b.id = ?`, [id]);
  }

  /**
   * By id; boards are few, so the name may be searched anywhere. The slug is converted: MySQL refuses to compare an
   * ASCII column with a Korean word.
   */
  page(viewer: Viewer, q: string | undefined, after: number, limit: number): Promise<BoardRow[]> {
    const pattern = `%${escapeLike(q ?? '')}%`;
    return this.database.select(
      BOARD,
      `${FROM}
        WHERE b.id > ? AND b.read_access <= ? AND (b.name LIKE ? OR CONVERT(b.slug USING utf8mb4) LIKE ?) ORDER BY b.id LIMIT ?`,
      [after, isStaff(viewer) ? ACCESS.length : ACCESS.length - 2, pattern, pattern.toLowerCase(), limit],
    );
  }
}
