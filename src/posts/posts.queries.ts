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
  mine: 0 | 1;
  liked: 0 | 1;
  scrapped: 0 | 1;
}

interface PickedRow extends PostRow {
  /** Index into ACCESS of the post's board. */
  readAccess: number;
  /** Whether the viewer may see it. */
  shown: 0 | 1;
}

/** Picks what stands next in a list. */
type PickAfter = (position: Position, limit: number) => IdPick | Promise<IdPick>;

/** A post alone, with what decides whether the viewer may read it. */
export interface WholePostRow extends PostRow {
  content: string;
  state: PostState;
  readAccess: number;
  seen: 0 | 1;
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

/** @param viewer SQL for the account's id */
const columnsFor = (
  viewer: string,
) => `p.id, p.board_id AS boardId, p.title, p.excerpt, p.anonymous, p.public_author_id AS publicAuthorId,
  a.nickname, p.tag_count AS tagCount, p.like_count AS likeCount, p.comment_count AS commentCount,
  p.view_count AS viewCount, p.created_at AS createdAt, p.edited_at AS editedAt, p.hot_at AS hotAt, p.version,
  COALESCE(p.author_id = ${viewer}, 0) AS mine,
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
    return `SELECT w.viewer, ${columnsFor('w.viewer')}, ${tagsUpTo(1000)}, p.content, p.state, b.read_access AS readAccess,
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
   * @param enter throws when the viewer may not read the listing's board; it gets what the board says, `null` for none
   */
  page(
    viewer: Viewer,
    listing: PostListing,
    position: Position | null,
    limit: number,
    enter?: (readAccess: number | null) => void,
  ): Promise<PostRow[]> {
    return this.shownRows(viewer, {
      // Each row says it as well: the board is only asked when there is no row.
      first: async (row) => enter?.(row?.readAccess ?? (await this.named(listing.board, undefined)).readAccess),
      pick: (after, count) => pickPage(listing, levelOf(viewer), after, count),
      positionOf: (row) => positionOf(row, listing.sort),
      from: position ?? firstPosition(listing.sort),
      shown: shown(levelOf(viewer), listing),
      limit,
    });
  }

  /** Mine, named and anonymous. */
  pageOfMine(viewer: Viewer, before: number | undefined, limit: number): Promise<PostRow[]> {
    return this.rows(viewer, pickMine(idOf(viewer), before ?? MAX_ROW_ID, limit), EVERYTHING);
  }

  /**
   * What I reacted to and may still read, the newest reaction first. The pick is a statement of its own: inside of
   * another one MySQL plans it without its LIMIT, and InnoDB reads some thousand reactions ahead.
   */
  pageOfReactions(viewer: Viewer, table: ReactionTable, before: number | undefined, limit: number): Promise<PostRow[]> {
    const pick = async ([after]: Position, count: number) => {
      const { sql, parameters } = pickReactions(table, idOf(viewer), Number(after), count);
      return picked(await this.database.rows<{ id: number; k: number }>(sql, parameters));
    };
    return this.shownRows(viewer, {
      pick,
      positionOf: ({ k }) => [Number(k)],
      from: [before ?? MAX_ROW_ID],
      shown: shown(levelOf(viewer)),
      limit,
    });
  }

  /** These posts, the newest first, but for those that were deleted or closed since they were found. */
  async byIds(viewer: Viewer, ids: number[]): Promise<PostRow[]> {
    const rows = await this.rows(viewer, picked(ids.map((id) => ({ id, k: id }))), shown(levelOf(viewer)));
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
  private async shownRows(
    viewer: Viewer,
    list: {
      /** Gets the first row that was picked, if any. */
      first?: (row: PickedRow | undefined) => Promise<void>;
      pick: PickAfter;
      positionOf: (row: PostRow) => Position;
      from: Position;
      shown: SqlPart;
      limit: number;
    },
  ): Promise<PostRow[]> {
    const found: PostRow[] = [];
    let after = list.from;
    for (let count = list.limit; ; count = Math.min(count * 2, MAX_PICK)) {
      const rows = await this.rows(viewer, await list.pick(after, count), list.shown);
      if (after === list.from) await list.first?.(rows[0]);
      found.push(...rows.filter((row) => row.shown));
      if (found.length >= list.limit || rows.length < count) return found.slice(0, list.limit);
      after = list.positionOf(rows[rows.length - 1]);
    }
  }

  private rows(viewer: Viewer, pick: IdPick, condition: SqlPart): Promise<PickedRow[]> {
    const me = idOf(viewer);
    return this.database.rows<PickedRow>(
      `SELECT page.k, ${columnsFor('?')}, ${tagsUpTo(10)}, b.read_access AS readAccess, (${condition.sql}) AS shown
         FROM (${pick.sql}) page STRAIGHT_JOIN posts p ON p.id = page.id
         STRAIGHT_JOIN boards b ON b.id = p.board_id ${AUTHOR} ${TAG_NAMES}
        ORDER BY page.k DESC, p.id DESC`,
      [me, me, me, ...condition.parameters, ...pick.parameters],
    );
  }
}

/** What another statement has picked. */
function picked(rows: { id: number; k: number }[]): IdPick {
  const sql =
    "SELECT id, k FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$.id', k INT UNSIGNED PATH '$.k')) j";
  return { sql, parameters: [JSON.stringify(rows)] };
}
