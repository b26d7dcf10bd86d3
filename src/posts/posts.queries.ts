import { Injectable } from '@nestjs/common';
import type { Position } from '../common/cursor.js';
import { MAX_ROW_ID } from '../common/ids.js';
import { idOf, levelOf, type Viewer } from '../common/viewer.js';
import type { BatchedRead, Question } from '../database/batched-read.js';
import type { Parameter } from '../database/connection.js';
import { Database } from '../database/database.js';
import { date, flag, int, selection, text, type RowOf, type Selection } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import type { PostState } from './post.entity.js';
import {
  firstPosition,
  fromReactions,
  pickMine,
  pickPage,
  positionOf,
  SHOWN,
  shownTo,
  type IdPick,
  type PostListing,
  type ReactionTable,
} from './post-listing.js';

/** @param tags the most that are read */
const postColumns = (tags: number) => ({
  id: int('p.id'),
  boardId: int('p.board_id'),
  title: text('p.title'),
  excerpt: text('p.excerpt'),
  anonymous: flag('p.anonymous'),
  publicAuthorId: int('p.public_author_id', 'nullable'),
  nickname: text('a.nickname', 'nullable'),
  tagCount: int('p.tag_count'),
  likeCount: int('p.like_count'),
  commentCount: int('p.comment_count'),
  viewCount: int('p.view_count'),
  createdAt: date('p.created_at'),
  editedAt: date('p.edited_at', 'nullable'),
  hotAt: date('p.hot_at', 'nullable'),
  version: int('p.version'),
  // One name a line, in order: those beside the post (`TAG_NAMES`), or the tags' own where these are of another version.
  tags: text(
    `IF(p.tag_count = 0, NULL, COALESCE(SUBSTRING_INDEX(n.names, '\\n', ${tags}),
       (SELECT GROUP_CONCAT(t.name ORDER BY pt.position SEPARATOR '\\n')
          FROM post_tags pt STRAIGHT_JOIN tags t ON t.id = pt.tag_id
         WHERE pt.post_id = p.id AND pt.position < ${tags})))`,
    'nullable',
  ),
});
const TAG_NAMES = 'LEFT JOIN post_tag_names n ON n.post_id = p.id AND n.version = p.version';
/** The only join to accounts: by the public author, so that an anonymous author cannot be read. */
const AUTHOR = 'LEFT JOIN accounts a ON a.id = p.public_author_id AND a.leaving_at IS NULL';

/** @param viewer SQL for the account's id */
const flagColumns = (viewer: string) => ({
  mine: flag(`COALESCE(p.author_id = ${viewer}, 0)`),
  liked: flag(`EXISTS (SELECT 1 FROM post_likes l WHERE l.post_id = p.id AND l.account_id = ${viewer})`),
  scrapped: flag(`EXISTS (SELECT 1 FROM post_scraps s WHERE s.post_id = p.id AND s.account_id = ${viewer})`),
});

const listedColumns = {
  ...postColumns(10),
  /** Index into ACCESS of the post's board. */
  readAccess: int('b.read_access'),
  /** Whether the viewer may see it. Its parameters: see `shownTo`. */
  shown: flag(SHOWN),
};

const SHARED_POST = selection({
  ...listedColumns,
  /** Decides `mine`. Goes into no answer. */
  authorId: int('p.author_id', 'nullable'),
});
const FLAGGED_POST = selection({ ...listedColumns, ...flagColumns('?') });
const REACTED_POST = selection({ ...listedColumns, ...flagColumns('?'), reactionId: int('page.sort_key') });
const WHOLE_POST = selection({
  viewer: int('w.viewer'),
  ...postColumns(1000),
  ...flagColumns('w.viewer'),
  content: text('p.content'),
  state: text<PostState>('p.state'),
  readAccess: int('b.read_access'),
  seen: flag('EXISTS (SELECT 1 FROM post_views v WHERE v.account_id = w.viewer AND v.post_id = p.id)'),
});

type ListedRow = Omit<RowOf<typeof SHARED_POST>, 'authorId'>;
/** A post of a list, as all viewers see it. */
export type PostRow = Omit<ListedRow, 'shown' | 'readAccess'>;
/** The same with the author's id, for lists that viewers share. */
export type SharedRow = RowOf<typeof SHARED_POST>;
/** The same with the viewer's flags. */
export type FlaggedRow = PostRow & { mine: boolean; liked: boolean; scrapped: boolean };
/** A post alone, with the columns that decide whether the viewer may read it. */
export type WholePostRow = RowOf<typeof WHOLE_POST>;

/** Picks the next ids of a list. */
type PickAfter = (position: Position, limit: number) => IdPick | Promise<IdPick>;

/** A page without flags, and its board's access: `null` for no such board, or for a list over all boards. */
export interface PageRows {
  readAccess: number | null;
  rows: SharedRow[];
}

const VIEWER_FLAGS = selection({
  viewer: int('f.viewer'),
  /** Ids with commas; `null` for none. */
  liked: text('GROUP_CONCAT(f.liked)', 'nullable'),
  scrapped: text('GROUP_CONCAT(f.scrapped)', 'nullable'),
});
export type ViewerFlags = RowOf<typeof VIEWER_FLAGS>;

/** A post as one viewer sees it. */
interface PostKey {
  viewer: number;
  id: number;
}

/** The filters of a list, by name; `null` where there is none of that name. */
const FILTERS = selection({
  readAccess: int('(SELECT read_access FROM boards WHERE id = ?)', 'nullable'),
  tagId: int('(SELECT id FROM tags WHERE name = ?)', 'nullable'),
});

const WHOLE: Question<PostKey, WholePostRow> = {
  name: 'post',
  selection: WHOLE_POST,
  from: (keys) => {
    // With the types of the columns: else MySQL would compare texts, and use no index.
    const wanted = Array.from(
      { length: keys },
      () => 'SELECT CAST(? AS UNSIGNED) AS viewer, CAST(? AS UNSIGNED) AS id',
    );
    return `FROM (${wanted.join(' UNION ALL ')}) w STRAIGHT_JOIN posts p ON p.id = w.id
       STRAIGHT_JOIN boards b ON b.id = p.board_id ${AUTHOR} ${TAG_NAMES}`;
  },
  parameters: ({ viewer, id }) => [viewer, id],
  idOfKey: ({ viewer, id }) => `${viewer} ${id}`,
  idOfRow: ({ viewer, id }) => `${viewer} ${id}`,
};

const MAX_PICK = 2_000;

/**
 * The reads of posts, as fixed SQL. A list first picks its ids from an index that holds exactly its filter and order
 * (limit + 1 entries are read, on the first page and on the five-hundredth), then looks those rows up by their keys.
 * FORCE INDEX, because MySQL would walk the primary key backwards over every other board's posts instead: 140,019 rows
 * for a page of a board that went quiet.
 */
@Injectable()
export class PostsQueries {
  private readonly whole: BatchedRead<PostKey, WholePostRow>;

  constructor(private readonly database: Database) {
    this.whole = database.pointRead(WHOLE);
  }

  /**
   * The board and the tag of a list's filters, in one statement.
   *
   * @param tag canonical
   * @returns `null` where there is none or none was asked for
   */
  async named(board: number | undefined, tag: string | undefined): Promise<RowOf<typeof FILTERS>> {
    return (await this.database.selectOne(FILTERS, '', [board ?? null, tag ?? null]))!;
  }

  /**
   * A page as all viewers of one level see it, without their flags.
   *
   * @param level the viewers' index into ACCESS
   */
  async page(level: number, listing: PostListing, position: Position | null, limit: number): Promise<PageRows> {
    let first: SharedRow | undefined;
    const rows = await this.shownRows({
      selection: SHARED_POST,
      parameters: shownTo(level, listing),
      pick: (after, count) => pickPage(listing, level, after, count),
      positionOf: (row) => positionOf(row, listing.sort),
      from: position ?? firstPosition(listing.sort),
      limit,
      onFirst: (row) => (first = row),
    });
    if (listing.board === undefined) return { readAccess: null, rows };
    // Each row has it too: the board is read only when there is no row.
    return { readAccess: first?.readAccess ?? (await this.named(listing.board, undefined)).readAccess, rows };
  }

  /** Which of some posts a viewer likes and keeps, for all viewers of a page together. */
  flagsOf(ids: readonly number[]): BatchedRead<number, ViewerFlags> {
    return this.database.passingRead({
      name: 'post-flags',
      fixed: [JSON.stringify(ids)],
      selection: VIEWER_FLAGS,
      from: (viewers) => `FROM (
          WITH page AS (SELECT id FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) j),
               viewers AS (${Array.from({ length: viewers }, () => 'SELECT CAST(? AS UNSIGNED) AS id').join(' UNION ')})
                SELECT v.id AS viewer, p.id AS liked, NULL AS scrapped
                  FROM page p STRAIGHT_JOIN viewers v STRAIGHT_JOIN post_likes l ON l.post_id = p.id AND l.account_id = v.id
                UNION ALL
                SELECT v.id, NULL, p.id
                  FROM page p STRAIGHT_JOIN viewers v STRAIGHT_JOIN post_scraps s ON s.post_id = p.id AND s.account_id = v.id
               ) f
         GROUP BY f.viewer`,
      parameters: (viewer) => [viewer],
      idOfKey: (viewer) => viewer,
      idOfRow: ({ viewer }) => viewer,
    });
  }

  /** Mine, named and anonymous. */
  pageOfMine(viewer: Viewer, before: number | undefined, limit: number): Promise<FlaggedRow[]> {
    return this.rows(FLAGGED_POST, forViewer(viewer), pickMine(idOf(viewer), before ?? MAX_ROW_ID, limit));
  }

  /**
   * My reactions to posts that I may still read, the newest first. The pick is a statement of its own: inside of another
   * one MySQL plans it without its LIMIT, and InnoDB reads some thousand reactions ahead.
   */
  pageOfReactions(
    viewer: Viewer,
    table: ReactionTable,
    before: number | undefined,
    limit: number,
  ): Promise<RowOf<typeof REACTED_POST>[]> {
    return this.shownRows({
      selection: REACTED_POST,
      parameters: forViewer(viewer),
      pick: async ([after], count) => picked(await this.reactions(viewer, table, Number(after), count)),
      positionOf: ({ reactionId }) => [reactionId],
      from: [before ?? MAX_ROW_ID],
      limit,
    });
  }

  private reactions(viewer: Viewer, table: ReactionTable, before: number, limit: number): Promise<PickedRow[]> {
    const { sql, parameters } = fromReactions(table, idOf(viewer), before, limit);
    return this.database.select(PICKED, sql, parameters);
  }

  /** These posts, the newest first, without those that were deleted or closed meanwhile. */
  async byIds(viewer: Viewer, ids: number[]): Promise<FlaggedRow[]> {
    const rows = await this.rows(FLAGGED_POST, forViewer(viewer), picked(ids.map((id) => ({ id, sortKey: id }))));
    return rows.filter((row) => row.shown);
  }

  /** In any state; `undefined` when there never was such a post. */
  one(viewer: Viewer, id: number): Promise<WholePostRow | undefined> {
    return this.whole.load({ viewer: idOf(viewer), id });
  }

  /** The same within a transaction that has to see its own writes. */
  oneIn(tx: Transaction, viewer: Viewer, id: number): Promise<WholePostRow | undefined> {
    return tx.selectOne(WHOLE_POST, WHOLE.from(1), [idOf(viewer), id]);
  }

  /** Picks until the page is full. One pick is enough, unless a board was just closed or a liked post is gone. */
  private async shownRows<Row extends ListedRow>(list: {
    selection: Selection<Row>;
    /** Of the selection. */
    parameters: Parameter[];
    pick: PickAfter;
    positionOf: (row: Row) => Position;
    from: Position;
    limit: number;
    /** Gets the first row that was picked, if any, whether or not it may be shown. */
    onFirst?: (row: Row | undefined) => void;
  }): Promise<Row[]> {
    const found: Row[] = [];
    let after = list.from;
    for (let count = list.limit; ; count = Math.min(count * 2, MAX_PICK)) {
      const rows = await this.rows(list.selection, list.parameters, await list.pick(after, count));
      if (after === list.from) list.onFirst?.(rows[0]);
      found.push(...rows.filter((row) => row.shown));
      if (found.length >= list.limit || rows.length < count) return found.slice(0, list.limit);
      after = list.positionOf(rows[rows.length - 1]);
    }
  }

  private rows<Row>(columns: Selection<Row>, parameters: Parameter[], pick: IdPick): Promise<Row[]> {
    return this.database.select(
      columns,
      `FROM (${pick.sql}) page STRAIGHT_JOIN posts p ON p.id = page.id
       STRAIGHT_JOIN boards b ON b.id = p.board_id ${AUTHOR} ${TAG_NAMES} ORDER BY page.sort_key DESC, p.id DESC`,
      [...parameters, ...pick.parameters],
    );
  }
}

/** The parameters of FLAGGED_POST and REACTED_POST. */
function forViewer(viewer: Viewer): Parameter[] {
  const me = idOf(viewer);
  return [...shownTo(levelOf(viewer)), me, me, me];
}

const PICKED = selection({ id: int('x.post_id'), sortKey: int('x.id') });
type PickedRow = RowOf<typeof PICKED>;

/** Ids that another statement has picked. */
function picked(rows: PickedRow[]): IdPick {
  const sql = `SELECT id, sort_key FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$.id',
                                                          sort_key INT UNSIGNED PATH '$.sortKey')) j`;
  return { sql, parameters: [JSON.stringify(rows)] };
}
