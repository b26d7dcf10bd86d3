import type { Position } from '../common/cursor.js';
import type { Parameter } from '../database/transaction.js';
import type { Sort } from './posts.dto.js';

/** Which posts, in which order. What is listed by board the viewer may read: the caller has asked the board. */
export interface PostListing {
  sort: Sort;
  board?: number;
  /** The tag's id. */
  tag?: number;
  author?: number;
  /** Created at or after. */
  from?: Date;
  /** Created before. */
  until?: Date;
}

/** Picks the ids of a page, with what they are sorted by as `k`. */
export interface IdPick {
  sql: string;
  parameters: Parameter[];
}

/** One range of one index that holds a filter and its order. */
interface IndexRange {
  table: 'posts' | 'post_tags';
  index: string;
  equal: Record<string, number>;
}

export const MAX_ID = 2 ** 32;
const END_OF_TIME = Date.UTC(9999, 0, 1);

/** The position before the first row. */
export function firstPosition(sort: Sort): Position {
  return { latest: [MAX_ID], hot: [END_OF_TIME, MAX_ID], likes: [MAX_ID, MAX_ID] }[sort];
}

/** Where a list continues after a row. */
export function positionOf({ k, id }: { k: number | Date; id: number }, sort: Sort): number[] {
  return sort === 'latest' ? [id] : [k instanceof Date ? k.getTime() : k, id];
}

/**
 * The pick of one page: a list by board is one range of one index; a list over all boards is one range for each
 * audience the viewer belongs to, merged.
 *
 * @param level the viewer's index into ACCESS
 */
export function pickPage(listing: PostListing, level: number, position: Position, limit: number): IdPick {
  if (listing.board !== undefined && listing.author === undefined) {
    return pickRange(rangeOfBoard(listing, listing.board), listing, position, limit);
  }
  const picks = Array.from({ length: level + 1 }, (_, audience) =>
    pickRange(rangeOfAudience(listing, audience), listing, position, limit, level),
  );
  return merge(picks, limit);
}

function rangeOfBoard({ sort, tag }: PostListing, board: number): IndexRange {
  return tag === undefined
    ? { table: 'posts', index: `posts_board_${sort}`, equal: { board_id: board, listed: 1 } }
    : { table: 'post_tags', index: 'post_tags_board', equal: { tag_id: tag, board_id: board } };
}

function rangeOfAudience({ sort, tag, author }: PostListing, audience: number): IndexRange {
  if (tag !== undefined) return { table: 'post_tags', index: 'post_tags_all', equal: { tag_id: tag, audience } };
  if (author !== undefined) {
    return { table: 'posts', index: 'posts_by_author', equal: { public_author_id: author, audience, listed: 1 } };
  }
  return { table: 'posts', index: `posts_all_${sort}`, equal: { audience, listed: 1 } };
}

/**
 * @param level given where no board was asked: then the board's own word is checked row by row, because `audience`
 *   follows it a moment later
 */
function pickRange(range: IndexRange, listing: PostListing, position: Position, limit: number, level?: number): IdPick {
  const id = range.table === 'posts' ? 'x.id' : 'x.post_id';
  const key = { latest: id, hot: 'x.hot_at', likes: 'x.like_count' }[listing.sort];
  const after = afterPosition(listing.sort, key, id, position);
  const rest = withoutIndex(range.table, id, listing);
  const columns = Object.keys(range.equal).map((column) => `x.${column} = ?`);
  const board = level === undefined ? '' : 'STRAIGHT_JOIN boards b ON b.id = x.board_id AND b.read_access <= ?';
  return {
    sql: `SELECT ${id} AS id, ${key} AS k FROM ${range.table} x FORCE INDEX (${range.index}) ${board} ${rest.join}
      WHERE ${[...columns, after.sql, ...rest.where].join(' AND ')}
      ORDER BY ${key === id ? '' : `${key} DESC,`} ${id} DESC LIMIT ?`,
    parameters: [
      ...(level === undefined ? [] : [level]),
      ...Object.values(range.equal),
      ...after.parameters,
      ...rest.parameters,
      limit,
    ],
  };
}

/** Rows below the position. Written as two ranges, which MySQL reads from the index; a row comparison it would scan. */
function afterPosition(sort: Sort, key: string, id: string, position: Position): IdPick {
  const [first, last] = position as [number, number];
  if (sort === 'latest') return { sql: `${id} < ?`, parameters: [first] };
  const value = sort === 'hot' ? new Date(first) : first;
  return { sql: `((${key} = ? AND ${id} < ?) OR ${key} < ?)`, parameters: [value, last, value] };
}

/**
 * Filters that the range does not hold. Days become ranges of ids, widened by ten minutes because ids and times are not
 * handed out in one order; the exact comparison then drops rows of those minutes only.
 */
function withoutIndex(table: string, id: string, { board, author, from, until }: PostListing) {
  const where: string[] = [];
  const parameters: Parameter[] = [];
  const add = (condition: string, ...values: Parameter[]) => {
    where.push(condition);
    parameters.push(...values);
  };
  if (author !== undefined && board !== undefined) add('x.board_id = ?', board);
  const join = table === 'post_tags' && (from || until) ? 'STRAIGHT_JOIN posts z ON z.id = x.post_id' : '';
  const created = table === 'post_tags' ? 'z.created_at' : 'x.created_at';
  if (from) add(`${id} >= COALESCE(${idAt('>=', '-', 'ASC')}, ${MAX_ID}) AND ${created} >= ?`, from, from);
  if (until) add(`${id} <= COALESCE(${idAt('<', '+', 'DESC')}, 0) AND ${created} < ?`, until, until);
  return { join, where, parameters };
}

function idAt(comparison: string, sign: string, order: string): string {
  return `(SELECT e.id FROM posts e FORCE INDEX (posts_created)
    WHERE e.created_at ${comparison} ? ${sign} INTERVAL 10 MINUTE ORDER BY e.created_at ${order} LIMIT 1)`;
}

function merge(picks: IdPick[], limit: number): IdPick {
  if (picks.length === 1) return picks[0];
  return {
    sql: `SELECT u.id, u.k FROM (${picks.map(({ sql }) => `(${sql})`).join(' UNION ALL ')}) u
      ORDER BY u.k DESC, u.id DESC LIMIT ?`,
    parameters: [...picks.flatMap(({ parameters }) => parameters), limit],
  };
}
