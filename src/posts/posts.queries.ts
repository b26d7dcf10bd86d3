import { MAX_ROW_ID } from '../common/ids.js';
import { Injectable } from '@nestjs/common';
import { idOf, levelOf, type Viewer } from '../common/viewer.js';
import type { BatchedRead, Question } from '../database/batched-read.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import type { AuthorColumns } from '../accounts/author.js';
import type { Position } from '../common/cursor.js';
import type { PostState } from './post.entity.js';
import {
  firstPosition,
  pickMine,
  pickPage,
  pickReactions,
  positionOf,
  shown,
  type IdPick,
  type PostListing,
  type ReactionTable,
  type SqlPart,
} from './post-listing.js';

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
}

/** What a post is to one viewer. */
export interface Flags {
  mine: 0 | 1 | boolean;
  liked: 0 | 1 | boolean;
  scrapped: 0 | 1 | boolean;
}

/** A post with the viewer's flags. */
export type FlaggedRow = PostRow & Flags;

/** A post of a list that viewers share. Who wrote it decides `mine`, and goes into no answer. */
export type SharedRow = PostRow & { authorId: number | null };

interface Picked {
  /** Index into ACCESS of the post's board. */
  readAccess: number;
  /** Whether the viewer may see it. */
  shown: 0 | 1;
}

/** Picks what stands next in a list. */
type PickAfter = (position: Position, limit: number) => IdPick | Promise<IdPick>;

/** A post alone, with what decides whether the viewer may read it. */
export interface WholePostRow extends FlaggedRow {
  content: string;
  state: PostState;
  readAccess: number;
  seen: 0 | 1;
}

/** A page without flags, and what its board says: `null` for no such board, or for a list over all boards. */
export interface PageRows {
  readAccess: number | null;
  rows: SharedRow[];
}

/** Ids with commas; `null` for none. */
export interface ViewerFlags {
  viewer: number;
  liked: string | null;
  scrapped: string | null;
}

/** A post as one viewer sees it. */
interface PostKey {
  viewer: number;
  id: number;
}

/** What a list finds behind the board and the tag that it is filtered by. */
export interface NamedByFilters {
  readAccess: number | null;
  tagId: number | null;
}

const COLUMNS = `p.id, p.board_id AS boardId, p.title, p.excerpt, p.anonymous, p.public_author_id AS publicAuthorId,
  a.nickname, p.tag_count AS tagCount, p.like_count AS likeCount, p.comment_count AS commentCount,
  p.view_count AS viewCount, p.created_at AS createdAt, p.edited_at AS editedAt, p.hot_at AS hotAt, p.version`;
/** @param viewer SQL for the account's id */
const flagsFor = (viewer: string) => `COALESCE(p.author_id = ${viewer}, 0) AS mine,
  EXISTS (SELECT 1 FROM post_likes l WHERE l.post_id = p.id AND l.account_id = ${viewer}) AS liked,
  EXISTS (SELECT 1 FROM post_scraps s WHERE s.post_id = p.id AND s.account_id = ${viewer}) AS scrapped`;
/** From the names beside the post (`TAG_NAMES`); from the tags where these are of another version. */
const tagsUpTo = (count: number) => `IF(p.tag_count = 0, NULL, COALESCE(SUBSTRING_INDEX(n.names, '\\n', ${count}),
    (SELECT GROUP_CONCAT(t.name ORDER BY pt.position SEPARATOR '\\n')
       FROM post_tags pt STRAIGHT_JOIN tags t ON t.id = pt.tag_id
      WHERE pt.post_id = p.id AND pt.position < ${count}))) AS tags`;
const TAG_NAMES = 'LEFT JOIN post_tag_names n ON n.post_id = p.id AND n.version = p.version';
/** The one join to accounts: by the public side, so that an anonymous author cannot come out. */
const AUTHOR = 'LEFT JOIN accounts a ON a.id = p.public_author_id AND a.leaving_at IS NULL';

const WHOLE: Question<PostKey, WholePostRow & { viewer: number }> = {
  name: 'post',
  sql: (keys) => {
    // With the types of the columns: else MySQL would compare texts, and use no index.
    const wanted = Array.from(
      { length: keys },
      () => 'SELECT CAST(? AS UNSIGNED) AS viewer, CAST(? AS UNSIGNED) AS id',
    );
    return `SELECT w.viewer, ${COLUMNS}, ${flagsFor('w.viewer')}, ${tagsUpTo(1000)}, p.content, p.state, b.read_access AS readAccess,
              EXISTS (SELECT 1 FROM post_views v WHERE v.account_id = w.viewer AND v.post_id = p.id) AS seen
         FROM (${wanted.join(' UNION ALL ')}) w STRAIGHT_JOIN posts p ON p.id = w.id
         STRAIGHT_JOIN boards b ON b.id = p.board_id ${AUTHOR} ${TAG_NAMES}`;
  },
  parameters: ({ viewer, id }) => [viewer, id],
  idOfKey: ({ viewer, id }) => `${viewer} ${id}`,
  idOfRow: ({ viewer, id }) => `${viewer} ${id}`,
};

const EVERYTHING: SqlPart = { sql: 'TRUE', parameters: [] };
const MAX_PICK = 2_000;

/**
 * The reads of posts, as fixed SQL. A list first picks its ids from an index that holds exactly its filter and order
 * (limit + 1 entries are read, on the first page and on the five-hundredth), then looks those rows up by their keys.
 * FORCE INDEX, because MySQL would walk the primary key backwards over every other board's posts instead: 140,019 rows
 * for a page of a board that went quiet.
 */
@Injectable()
export class PostsQueries {
  private readonly whole: BatchedRead<PostKey, WholePostRow & { viewer: number }>;

  constructor(private readonly database: Database) {
    this.whole = database.pointRead(WHOLE);
  }

  /**
   * What the filters of a list name, in one statement, because a list may have two.
   *
   * @param tag canonical
   * @returns `null` for what there is not or was not asked for
   */
  async named(board: number | undefined, tag: string | undefined): Promise<NamedByFilters> {
    const row = await this.database.row<NamedByFilters>(
      `SELECT (SELECT read_access FROM boards WHERE id = ?) AS readAccess,
              (SELECT id FROM tags WHERE name = ?) AS tagId`,
      [board ?? null, tag ?? null],
    );
    return row!;
  }

  /**
   * A page as all viewers of one level see it, without their flags.
   *
   * @param level the viewers' index into ACCESS
   */
  async page(level: number, listing: PostListing, position: Position | null, limit: number): Promise<PageRows> {
    let first: Picked | undefined;
    const rows = await this.shownRows<SharedRow>({
      columns: { sql: 'p.author_id AS authorId', parameters: [] },
      pick: (after, count) => pickPage(listing, level, after, count),
      positionOf: (row) => positionOf(row, listing.sort),
      from: position ?? firstPosition(listing.sort),
      shown: shown(level, listing),
      limit,
      onFirst: (row) => (first = row),
    });
    if (listing.board === undefined) return { readAccess: null, rows };
    // Each row says it as well: the board is only asked when there is no row.
    return { readAccess: first?.readAccess ?? (await this.named(listing.board, undefined)).readAccess, rows };
  }

  /** Which of some posts a viewer likes and keeps, for all viewers of a page together. */
  flagsOf(ids: readonly number[]): BatchedRead<number, ViewerFlags> {
    return this.database.passingRead({
      name: 'post-flags',
      fixed: [JSON.stringify(ids)],
      sql: (viewers) => `WITH page AS (SELECT id FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) j),
          viewers AS (${Array.from({ length: viewers }, () => 'SELECT CAST(? AS UNSIGNED) AS id').join(' UNION ')})
        SELECT f.viewer, GROUP_CONCAT(f.liked) AS liked, GROUP_CONCAT(f.scrapped) AS scrapped
          FROM (SELECT v.id AS viewer, p.id AS liked, NULL AS scrapped
                  FROM page p STRAIGHT_JOIN viewers v STRAIGHT_JOIN post_likes l ON l.post_id = p.id AND l.account_id = v.id
                UNION ALL
                SELECT v.id, NULL, p.id
                  FROM page p STRAIGHT_JOIN viewers v STRAIGHT_JOIN post_scraps s ON s.post_id = p.id AND s.account_id = v.id
               ) f
         GROUP BY f.viewer`,
      parameters: (viewer) => [viewer],
      idOfKey: (viewer) => viewer,
      idOfRow: ({ viewer }) => Number(viewer),
    });
  }

  /** Mine, named and anonymous. */
  pageOfMine(viewer: Viewer, before: number | undefined, limit: number): Promise<FlaggedRow[]> {
    const pick = pickMine(idOf(viewer), before ?? MAX_ROW_ID, limit);
    return this.rows<FlaggedRow>(flagColumns(viewer), pick, EVERYTHING);
  }

  /**
   * What I reacted to and may still read, the newest reaction first. The pick is a statement of its own: inside of
   * another one MySQL plans it without its LIMIT, and InnoDB reads some thousand reactions ahead.
   */
  pageOfReactions(
    viewer: Viewer,
    table: ReactionTable,
    before: number | undefined,
    limit: number,
  ): Promise<FlaggedRow[]> {
    const pick = async ([after]: Position, count: number) => {
      const { sql, parameters } = pickReactions(table, idOf(viewer), Number(after), count);
      return picked(await this.database.rows<{ id: number; k: number }>(sql, parameters));
    };
    return this.shownRows<FlaggedRow>({
      columns: flagColumns(viewer),
      pick,
      positionOf: ({ k }) => [Number(k)],
      from: [before ?? MAX_ROW_ID],
      shown: shown(levelOf(viewer)),
      limit,
    });
  }

  /** These posts, the newest first, but for those that were deleted or closed since they were found. */
  async byIds(viewer: Viewer, ids: number[]): Promise<FlaggedRow[]> {
    const pick = picked(ids.map((id) => ({ id, k: id })));
    const rows = await this.rows<FlaggedRow>(flagColumns(viewer), pick, shown(levelOf(viewer)));
    return rows.filter((row) => row.shown);
  }

  /** Whatever its state; `undefined` when there never was such a post. */
  one(viewer: Viewer, id: number): Promise<WholePostRow | undefined> {
    return this.whole.load({ viewer: idOf(viewer), id });
  }

  /** The same within a transaction that has to see its own writes. */
  oneIn(tx: Transaction, viewer: Viewer, id: number): Promise<WholePostRow | undefined> {
    return tx.row<WholePostRow>(WHOLE.sql(1), [idOf(viewer), id]);
  }

  /** Picks on until enough is shown: at once, unless a board has just been closed or a liked post is gone. */
  private async shownRows<Row extends PostRow>(list: {
    /** Beside those of every post. */
    columns: SqlPart;
    pick: PickAfter;
    positionOf: (row: Row) => Position;
    from: Position;
    shown: SqlPart;
    limit: number;
    /** Gets the first row that was picked, if any, whether or not it may be shown. */
    onFirst?: (row: Picked | undefined) => void;
  }): Promise<Row[]> {
    const found: Row[] = [];
    let after = list.from;
    for (let count = list.limit; ; count = Math.min(count * 2, MAX_PICK)) {
      const rows = await this.rows<Row>(list.columns, await list.pick(after, count), list.shown);
      if (after === list.from) list.onFirst?.(rows[0]);
      found.push(...rows.filter((row) => row.shown));
      if (found.length >= list.limit || rows.length < count) return found.slice(0, list.limit);
      after = list.positionOf(rows[rows.length - 1]);
    }
  }

  private rows<Row extends PostRow>(columns: SqlPart, pick: IdPick, condition: SqlPart): Promise<(Row & Picked)[]> {
    return this.database.rows<Row & Picked>(
      `SELECT page.k, ${COLUMNS}, ${columns.sql}, ${tagsUpTo(10)}, b.read_access AS readAccess,
              (${condition.sql}) AS shown
         FROM (${pick.sql}) page STRAIGHT_JOIN posts p ON p.id = page.id
         STRAIGHT_JOIN boards b ON b.id = p.board_id ${AUTHOR} ${TAG_NAMES}
        ORDER BY page.k DESC, p.id DESC`,
      [...columns.parameters, ...condition.parameters, ...pick.parameters],
    );
  }
}

/** The viewer's flags as columns. */
function flagColumns(viewer: Viewer): SqlPart {
  const me = idOf(viewer);
  return { sql: flagsFor('?'), parameters: [me, me, me] };
}

/** What another statement has picked. */
function picked(rows: { id: number; k: number }[]): IdPick {
  const sql =
    "SELECT id, k FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$.id', k INT UNSIGNED PATH '$.k')) j";
  return { sql, parameters: [JSON.stringify(rows)] };
}
