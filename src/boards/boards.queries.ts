import { Injectable } from '@nestjs/common';
import { escapeLike } from '../common/like.js';
import { ACCESS, isStaff, type Viewer } from '../common/viewer.js';
import { Database } from '../database/database.js';
import type { Reader } from '../database/reader.js';
import type { BoardRow } from './boards.dto.js';

const COLUMNS = `b.id, b.slug, b.name, b.description, b.allow_anonymous AS allowAnonymous, b.read_access AS readAccess,
  b.write_access AS writeAccess, b.archived, b.post_count AS postCount, b.owner_id AS ownerId, b.version,
  b.created_at AS createdAt, a.nickname AS ownerNickname`;
const FROM = 'FROM boards b LEFT JOIN accounts a ON a.id = b.owner_id AND a.leaving_at IS NULL';

@Injectable()
export class BoardsQueries {
  constructor(private readonly database: Database) {}

  one(id: number, reader: Reader = this.database): Promise<BoardRow | undefined> {
    return reader.row<BoardRow>(`SELECT ${COLUMNS} ${FROM} WHERE b.id = ?`, [id]);
  }

  /**
   * By id; boards are few, so the name may be searched anywhere. The slug is converted: MySQL refuses to compare an
   * ASCII column with a Korean word.
   */
  page(viewer: Viewer, q: string | undefined, after: number, limit: number): Promise<BoardRow[]> {
    const pattern = `%${escapeLike(q ?? '')}%`;
    return this.database.rows<BoardRow>(
      `SELECT ${COLUMNS} ${FROM}
        WHERE b.id > ? AND b.read_access <= ? AND (b.name LIKE ? OR CONVERT(b.slug USING utf8mb4) LIKE ?) ORDER BY b.id LIMIT ?`,
      [after, isStaff(viewer) ? ACCESS.length : ACCESS.length - 2, pattern, pattern.toLowerCase(), limit],
    );
  }
}
