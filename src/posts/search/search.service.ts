import { Injectable } from '@nestjs/common';
import type { Position } from '../../common/cursor.js';
import { levelOf, type Viewer } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import { MAX_ID, pickPage, type IdPick, type PostListing } from '../post-listing.js';
import { PostsQueries, type PostRow } from '../posts.queries.js';
import { Gate } from './gate.js';
import { booleanQuery, likeConditions, searchWords, type SearchWords } from './search-words.js';

/** Where a search looks. */
export interface SearchScope {
  board?: number;
  author?: number;
}

/** Rows that are looked at one by one before the index is asked. */
const WINDOW = 1_000;
/** A scope with no more rows than this is looked through entirely instead of asking the index, which has no scopes. */
const SMALL_SCOPE = 10_000;

/**
 * Search in two stages. The ngram index fetches all matches before it sorts: a frequent word takes seconds, a rare one
 * a millisecond. Looking at the newest rows one by one is the other way round. So the newest rows below the cursor come
 * first, and the index only when they did not fill the page.
 */
@Injectable()
export class SearchService {
  private readonly gate = new Gate();

  constructor(
    private readonly database: Database,
    private readonly queries: PostsQueries,
  ) {}

  /** The newest matches below the position. @throws SearchBusy */
  async page(
    viewer: Viewer,
    q: string,
    scope: SearchScope,
    position: Position | null,
    limit: number,
  ): Promise<PostRow[]> {
    const words = searchWords(q);
    const before = Number(position?.[0] ?? MAX_ID);
    const recent = await this.window(viewer, words, scope, before, WINDOW, limit);
    if (recent.length >= limit) return recent;
    const size = await this.sizeOf(viewer, scope, before);
    if (size <= WINDOW) return recent;
    if (size <= SMALL_SCOPE || words.phrases.length === 0) {
      return this.window(viewer, words, scope, before, SMALL_SCOPE, limit);
    }
    return this.gate.through(() => this.queries.rows(viewer, byIndex(viewer, words, scope, before, limit)));
  }

  private window(
    viewer: Viewer,
    words: SearchWords,
    scope: SearchScope,
    before: number,
    size: number,
    limit: number,
  ): Promise<PostRow[]> {
    const newest = pickScope(viewer, scope, before, size);
    const like = likeConditions(words);
    return this.queries.rows(viewer, {
      sql: `SELECT x.id, x.id AS k FROM (${newest.sql}) w STRAIGHT_JOIN posts x ON x.id = w.id
        WHERE ${like.sql} ORDER BY x.id DESC LIMIT ?`,
      parameters: [...newest.parameters, ...like.parameters, limit],
    });
  }

  /** How many rows there are to look at, counted no further than needed. */
  private async sizeOf(viewer: Viewer, scope: SearchScope, before: number): Promise<number> {
    const { sql, parameters } = pickScope(viewer, scope, before, SMALL_SCOPE + 1);
    const row = await this.database.row<{ n: number }>(`SELECT COUNT(*) AS n FROM (${sql}) w`, parameters);
    return row!.n;
  }
}

function pickScope(viewer: Viewer, scope: SearchScope, before: number, limit: number): IdPick {
  const listing: PostListing = { sort: 'latest', ...scope };
  return pickPage(listing, levelOf(viewer), [before], limit);
}

function byIndex(
  viewer: Viewer,
  words: SearchWords,
  { board, author }: SearchScope,
  before: number,
  limit: number,
): IdPick {
  const like = likeConditions({ phrases: [], initials: words.initials });
  return {
    sql: `SELECT x.id, x.id AS k FROM posts x STRAIGHT_JOIN boards b ON b.id = x.board_id AND b.read_access <= ?
      WHERE MATCH (x.title, x.content) AGAINST (? IN BOOLEAN MODE) AND x.listed = 1 AND x.id < ?
        ${board === undefined ? '' : 'AND x.board_id = ?'} ${author === undefined ? '' : 'AND x.public_author_id = ?'}
        ${words.initials.length === 0 ? '' : `AND ${like.sql}`}
      ORDER BY x.id DESC LIMIT ?`,
    parameters: [
      levelOf(viewer),
      booleanQuery(words),
      before,
      ...(board === undefined ? [] : [board]),
      ...(author === undefined ? [] : [author]),
      ...like.parameters,
      limit,
    ],
  };
}
