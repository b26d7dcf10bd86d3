import type { Position } from '../common/cursor.js';
import { MAX_ROW_ID } from '../common/ids.js';
import type { Parameter } from '../database/connection.js';
import type { Sort } from './posts.dto.js';

/** Filters and order of a list of posts. With `board`, the caller has checked that the viewer may read it. */
export interface PostListing {
  sort: Sort;
  board?: number;
  /** The tag's id. */
  tag?: number;
  author?: number;
  /** The letter that the title begins with. */
  initial?: string;
  /** Created at or after. */
  from?: Date;
  /** Created before. */
  until?: Date;
}

export type ReactionTable = 'post_likes' | 'post_scraps';

/** A piece of a statement and the values of its question marks. */
export interface SqlPart {
  sql: string;
  parameters: Parameter[];
}

/** Picks the ids of a page, with the sort value as `sort_key`. */
export type IdPick = SqlPart;

/** One range of one index that holds a filter and its order. */
interface IndexRange {
  table: 'posts' | 'post_tags';
  index: string;
  /** Equalities of the columns before those of the order. */
  filter: SqlPart[];
}

const BEGINNING_OF_TIME = new Date(0);
const END_OF_TIME = Date.UTC(9999, 0, 1);
const BOARD_INDEX = { latest: 'posts_board_latest', hot: 'posts_board_hot', likes: 'posts_board_likes' };
const ALL_INDEX = { latest: 'posts_all_latest', hot: 'posts_all_hot', likes: 'posts_all_likes' };
const REACTIONS_INDEX = { post_likes: 'post_likes_mine', post_scraps: 'post_scraps_mine' };
const LISTED = condition('x.listed = 1');

/** The position before the first row. */
export function firstPosition(sort: Sort): Position {
  return { latest: [MAX_ROW_ID], hot: [END_OF_TIME, MAX_ROW_ID], likes: [MAX_ROW_ID, MAX_ROW_ID] }[sort];
}

/** Where a list continues after a row. */
export function positionOf(
  { id, hotAt, likeCount }: { id: number; hotAt: Date | null; likeCount: number },
  sort: Sort,
): number[] {
  if (sort === 'latest') return [id];
  return [sort === 'hot' ? hotAt!.getTime() : likeCount, id];
}

/**
 * The pick of one page: a list by board is one range of one index; a list over all boards is one range for each
 * audience the viewer belongs to, merged. It asks the index alone. Whether a post may be shown, the reader asks of the
 * picked rows (see `shown`): with any such condition in here InnoDB would read ahead as many entries as fit into
 * 128 KB, some thousand for a page of 20, before it knows of the LIMIT; and no handler counter would show them.
 *
 * @param level the viewer's index into ACCESS
 */
export function pickPage(listing: PostListing, level: number, position: Position, limit: number): IdPick {
  if (listing.board !== undefined && listing.initial === undefined) {
    return pickRange(rangeOfBoard(listing, listing.board), listing, position, limit);
  }
  const picks = Array.from({ length: level + 1 }, (_, audience) =>
    pickRange(rangeOfAudience(listing, audience), listing, position, limit),
  );
  return merge(picks, limit);
}

/** An account's posts, named and anonymous. */
export function pickMine(account: number, before: number, limit: number): IdPick {
  const sql = `SELECT x.id, x.id AS sort_key FROM posts x FORCE INDEX (posts_mine)
    WHERE x.author_id = ? AND x.listed = 1 AND x.id < ? ORDER BY x.id DESC LIMIT ?`;
  return { sql, parameters: [account, before, limit] };
}

/** The reactions of an account by their own order, as the rest of a SELECT of `x`; `before` is the id of a reaction. */
export function fromReactions(table: ReactionTable, account: number, before: number, limit: number): SqlPart {
  const sql = `FROM ${table} x FORCE INDEX (${REACTIONS_INDEX[table]})
    WHERE x.account_id = ? AND x.id < ? ORDER BY x.id DESC LIMIT ?`;
  return { sql, parameters: [account, before, limit] };
}

/**
 * Whether a picked post `p` of a board `b` may be shown: `audience` follows its board a moment later, a reaction outlives
 * its post, and days were turned into ids only roughly.
 */
export const SHOWN = 'p.listed = 1 AND b.read_access <= ? AND p.created_at >= ? AND p.created_at < ?';

/** The parameters of SHOWN. @param level the viewer's index into ACCESS */
export function shownTo(level: number, { from, until }: Pick<PostListing, 'from' | 'until'> = {}): Parameter[] {
  return [level, from ?? BEGINNING_OF_TIME, until ?? new Date(END_OF_TIME)];
}

function rangeOfBoard({ sort, tag, author }: PostListing, board: number): IndexRange {
  const inBoard = condition('x.board_id = ?', board);
  if (tag !== undefined) {
    return { table: 'post_tags', index: 'post_tags_board', filter: [condition('x.tag_id = ?', tag), inBoard] };
  }
  if (author !== undefined) {
    return { table: 'posts', index: 'posts_board_author', filter: [byAuthor(author), inBoard, LISTED] };
  }
  return { table: 'posts', index: BOARD_INDEX[sort], filter: [inBoard, LISTED] };
}

function rangeOfAudience({ sort, tag, author, initial, board }: PostListing, audience: number): IndexRange {
  const forAudience = condition('x.audience = ?', audience);
  if (tag !== undefined) {
    return { table: 'post_tags', index: 'post_tags_all', filter: [condition('x.tag_id = ?', tag), forAudience] };
  }
  if (initial !== undefined) {
    // The index has neither board nor author.
    const rest = [
      ...(board === undefined ? [] : [condition('x.board_id = ?', board)]),
      ...(author === undefined ? [] : [byAuthor(author)]),
    ];
    const filter = [condition('LEFT(x.title, 1) = ?', initial), forAudience, LISTED, ...rest];
    return { table: 'posts', index: 'posts_initial', filter };
  }
  if (author !== undefined) {
    return { table: 'posts', index: 'posts_by_author', filter: [byAuthor(author), forAudience, LISTED] };
  }
  return { table: 'posts', index: ALL_INDEX[sort], filter: [forAudience, LISTED] };
}

function byAuthor(author: number): SqlPart {
  return condition('x.public_author_id = ?', author);
}

function pickRange(
  { table, index, filter }: IndexRange,
  listing: PostListing,
  position: Position,
  limit: number,
): IdPick {
  const id = table === 'posts' ? 'x.id' : 'x.post_id';
  const key = { latest: id, hot: 'x.hot_at', likes: 'x.like_count' }[listing.sort];
  const { sql, parameters } = all([
    ...filter,
    afterPosition(listing.sort, key, id, position),
    ...idsOfDays(id, listing),
  ]);
  return {
    sql: `SELECT ${id} AS id, ${key} AS sort_key FROM ${table} x FORCE INDEX (${index}) WHERE ${sql}
      ORDER BY ${key === id ? '' : `${key} DESC,`} ${id} DESC LIMIT ?`,
    parameters: [...parameters, limit],
  };
}

/** Rows below the position. Written as two ranges, which MySQL reads from the index; a row comparison it would scan. */
function afterPosition(sort: Sort, key: string, id: string, position: Position): SqlPart {
  const [first, last] = position as [number, number];
  if (sort === 'latest') return condition(`${id} < ?`, first);
  const value = sort === 'hot' ? new Date(first) : first;
  return condition(`((${key} = ? AND ${id} < ?) OR ${key} < ?)`, value, last, value);
}

/**
 * Days as a range of ids, widened by two minutes: ids and times are not handed out in one order (a request lives five
 * seconds, and servers' clocks differ). The rows of those minutes are sorted out when they are shown.
 */
function idsOfDays(id: string, { from, until }: PostListing): SqlPart[] {
  const first = `COALESCE(${idAt('>=', '-', 'ASC')}, ${MAX_ROW_ID})`;
  const last = `COALESCE(${idAt('<', '+', 'DESC')}, 0)`;
  return [
    ...(from ? [condition(`${id} >= ${first}`, from)] : []),
    ...(until ? [condition(`${id} <= ${last}`, until)] : []),
  ];
}

function idAt(comparison: string, sign: string, order: string): string {
  return `(SELECT e.id FROM posts e FORCE INDEX (posts_created)
    WHERE e.created_at ${comparison} ? ${sign} INTERVAL 2 MINUTE ORDER BY e.created_at ${order} LIMIT 1)`;
}

function all(parts: SqlPart[]): SqlPart {
  return condition(parts.map(({ sql }) => sql).join(' AND '), ...parts.flatMap(({ parameters }) => parameters));
}

function condition(sql: string, ...parameters: Parameter[]): SqlPart {
  return { sql, parameters };
}

function merge(picks: IdPick[], limit: number): IdPick {
  if (picks.length === 1) return picks[0];
  return {
    sql: `SELECT u.id, u.sort_key FROM (${picks.map(({ sql }) => `(${sql})`).join(' UNION ALL ')}) u
      ORDER BY u.sort_key DESC, u.id DESC LIMIT ?`,
    parameters: [...picks.flatMap(({ parameters }) => parameters), limit],
  };
}
