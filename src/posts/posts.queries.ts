import { Injectable } from '@nestjs/common';
import { idOf, levelOf, type Viewer } from '../common/viewer.js';
import { Database } from '../database/database.js';
import type { AuthorColumns } from '../accounts/author.js';
import type { Position } from '../common/cursor.js';
import type { PostState } from './post.entity.js';
import { firstPosition, MAX_ID, pickPage, type IdPick, type PostListing } from './post-listing.js';

/** A post as a list needs it, for one viewer. */
export interface PostRow extends AuthorColumns {
  id: number;
  /** What the list is sorted by before the id. */
  k: number | Date;
  boardId: number;
  title: string;
  excerpt: string;
  /** Names, one a line, in their order. */
  tags: string | null;
  tagCount: number;
  likeCount: number;
  commentCount: number;
  viewCount: number;
  createdAt: Date;
  editedAt: Date | null;
  hotAt: Date | null;
  version: number;
  mine: 0 | 1;
  liked: 0 | 1;
  scrapped: 0 | 1;
}

/** A post alone, with what decides whether the viewer may read it. */
export interface WholePostRow extends PostRow {
  content: string;
  state: PostState;
  readAccess: number;
  seen: 0 | 1;
}

type Reader = Pick<Database, 'rows' | 'row'>;

const COLUMNS = `p.id, p.board_id AS boardId, p.title, p.excerpt, p.anonymous, p.public_author_id AS publicAuthorId,
  a.nickname, p.tag_count AS tagCount, p.like_count AS likeCount, p.comment_count AS commentCount,
  p.view_count AS viewCount, p.created_at AS createdAt, p.edited_at AS editedAt, p.hot_at AS hotAt, p.version,
  COALESCE(p.author_id = ?, 0) AS mine,
  EXISTS (SELECT 1 FROM post_likes l WHERE l.post_id = p.id AND l.account_id = ?) AS liked,
  EXISTS (SELECT 1 FROM post_scraps s WHERE s.post_id = p.id AND s.account_id = ?) AS scrapped`;
const tagsUpTo = (count: number) => `(SELECT GROUP_CONCAT(t.name ORDER BY pt.position SEPARATOR '\\n')
    FROM post_tags pt STRAIGHT_JOIN tags t ON t.id = pt.tag_id
   WHERE pt.post_id = p.id AND pt.position < ${count}) AS tags`;
/** The one join to accounts: by the public side, so that an anonymous author cannot come out. */
const AUTHOR = 'LEFT JOIN accounts a ON a.id = p.public_author_id AND a.leaving_at IS NULL';

/**
 * The reads of posts, as fixed SQL. A list first picks its ids from an index that holds exactly its filter and order
 * (limit + 1 entries are read, on the first page and on the five-hundredth), then looks those rows up by their keys.
 * FORCE INDEX, because MySQL would walk the primary key backwards over every other board's posts instead: 140,019 rows
 * for a page of a board that went quiet.
 */
@Injectable()
export class PostsQueries {
  constructor(private readonly database: Database) {}

  page(viewer: Viewer, listing: PostListing, position: Position | null, limit: number): Promise<PostRow[]> {
    return this.rows(viewer, pickPage(listing, levelOf(viewer), position ?? firstPosition(listing.sort), limit));
  }

  /** Mine, named and anonymous. */
  pageOfMine(viewer: Viewer, before: number | undefined, limit: number): Promise<PostRow[]> {
    const sql = `SELECT id, id AS k FROM posts FORCE INDEX (posts_mine)
      WHERE author_id = ? AND listed = 1 AND id < ? ORDER BY id DESC LIMIT ?`;
    return this.rows(viewer, { sql, parameters: [idOf(viewer), before ?? MAX_ID, limit] });
  }

  /** What I reacted to and may still read, the newest reaction first. */
  pageOfReactions(
    viewer: Viewer,
    table: 'post_likes' | 'post_scraps',
    before: number | undefined,
    limit: number,
  ): Promise<PostRow[]> {
    const sql = `SELECT r.post_id AS id, r.id AS k FROM ${table} r FORCE INDEX (${table}_mine)
      STRAIGHT_JOIN posts y ON y.id = r.post_id STRAIGHT_JOIN boards b ON b.id = y.board_id
      WHERE r.account_id = ? AND r.id < ? AND y.listed = 1 AND b.read_access <= ? ORDER BY r.id DESC LIMIT ?`;
    return this.rows(viewer, { sql, parameters: [idOf(viewer), before ?? MAX_ID, levelOf(viewer), limit] });
  }

  /** Whatever its state; `undefined` when there never was such a post. */
  one(viewer: Viewer, id: number, reader: Reader = this.database): Promise<WholePostRow | undefined> {
    const me = idOf(viewer);
    return reader.row<WholePostRow>(
      `SELECT ${COLUMNS}, ${tagsUpTo(1000)}, p.content, p.state, b.read_access AS readAccess,
              EXISTS (SELECT 1 FROM post_views v WHERE v.account_id = ? AND v.post_id = p.id) AS seen
         FROM posts p JOIN boards b ON b.id = p.board_id ${AUTHOR} WHERE p.id = ?`,
      [me, me, me, me, id],
    );
  }

  /** Ids from a search, looked up like any page. */
  rows(viewer: Viewer, { sql, parameters }: IdPick): Promise<PostRow[]> {
    const me = idOf(viewer);
    return this.database.rows<PostRow>(
      `SELECT page.k, ${COLUMNS}, ${tagsUpTo(10)} FROM (${sql}) page STRAIGHT_JOIN posts p ON p.id = page.id ${AUTHOR}
        ORDER BY page.k DESC, p.id DESC`,
      [me, me, me, ...parameters],
    );
  }
}
