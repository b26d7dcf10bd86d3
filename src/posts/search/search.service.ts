import { MAX_ROW_ID } from '../../common/ids.js';
import { Injectable } from '@nestjs/common';
import type { Position } from '../../common/cursor.js';
import { levelOf, type Viewer } from '../../common/viewer.js';
import { Database } from '../../database/database.js';
import { ROW_ID, int, selection, text } from '../../database/selection.js';
import { pickPage, type PostListing } from '../post-listing.js';
import { PostsQueries, type FlaggedRow } from '../posts.queries.js';
import { Gate } from './gate.js';
import { IndexPlaces } from './index-places.js';
import { PairStatistics } from './pair-statistics.js';
import { matchCondition, pairsOf, searchWords, type SearchWords } from './search-words.js';

/** Where a search looks. */
export interface SearchScope {
  board?: number;
  author?: number;
}

interface Search {
  viewer: Viewer;
  words: SearchWords;
  scope: SearchScope;
  /** How many matches are wanted. */
  limit: number;
}

/** Matches until now, the newest first, and the id below which the scan continues. */
interface Found {
  ids: number[];
  before: number;
  /** Whether the scope has no more rows. */
  ended: boolean;
}

/** Rows of the first scan, and of the largest. */
const FIRST_WINDOW = 200;
const MAX_WINDOW = 25_000;
/** Each window is this many times as large as the previous one, up to MAX_WINDOW. */
const GROWTH = 5;
/** A match from the index costs as much (look-up, memory) as this many rows of a scan. */
const ROWS_PER_MATCH = 1.5;
/** Further matches than the page needs, for posts that are deleted before they are looked up. */
const SPARE = 1;
/** The board's access, read for matches only: `audience` follows it a moment later. */
const READABLE = '(SELECT b.read_access FROM boards b WHERE b.id = x.board_id) <= ?';

/**
 * Two ways of search with the same result. A scan of the newest rows is fast for frequent words. The ngram index is
 * fast for rare ones, because it fetches all matches before it sorts. The frequency of a word in a board, by an author
 * or in old posts is unknown beforehand. So the search scans until that has cost as much as the index would, and then
 * uses the index: at most twice the cost of the better way.
 */
@Injectable()
export class SearchService {
  private readonly gate = new Gate();
  private readonly places: IndexPlaces;
  private readonly statistics: PairStatistics;

  constructor(
    private readonly database: Database,
    private readonly queries: PostsQueries,
  ) {
    this.places = new IndexPlaces(database);
    this.statistics = new PairStatistics(database);
  }

  /** The newest matches below the position. @throws SearchBusy */
  async page(
    viewer: Viewer,
    q: string,
    scope: SearchScope,
    position: Position | null,
    limit: number,
  ): Promise<FlaggedRow[]> {
    const search: Search = { viewer, words: searchWords(q), scope, limit: limit + SPARE };
    const start: Found = { ids: [], before: Number(position?.[0] ?? MAX_ROW_ID), ended: false };
    const newest = await this.look(search, start, FIRST_WINDOW);
    const { ids } = isDone(search, newest) ? newest : await this.gate.through(() => this.lookOn(search, newest));
    const rows = ids.length === 0 ? [] : await this.queries.byIds(viewer, ids);
    return rows.slice(0, limit);
  }

  private async lookOn(search: Search, newest: Found): Promise<Found> {
    const { pairs, matches } = await this.statistics.rarest(pairsOf(search.words));
    let rows = pairs.length > 0 ? matches * ROWS_PER_MATCH : Infinity;
    let found = newest;
    for (let size = FIRST_WINDOW * GROWTH; rows > 0 && !isDone(search, found); size *= GROWTH) {
      const window = Math.ceil(Math.min(size, rows, MAX_WINDOW));
      found = await this.look(search, found, window);
      rows -= window;
    }
    return isDone(search, found) ? found : this.askIndex(search, found, pairs);
  }

  /** Looks at the next `size` rows of the scope. */
  private async look({ viewer, words, scope, limit }: Search, found: Found, size: number): Promise<Found> {
    const listing: PostListing = { sort: 'latest', ...scope, initial: words.initials[0] };
    const window = pickPage(listing, levelOf(viewer), [found.before], size);
    const match = matchCondition(words);
    const row = await this.database.selectOne(
      lookedAt(match.sql),
      `FROM (${window.sql}) w STRAIGHT_JOIN posts x ON x.id = w.id`,
      [...match.parameters, levelOf(viewer), limit, ...window.parameters],
    );
    const { looked, last, ids } = row!;
    return {
      ids: [...found.ids, ...(ids === null ? [] : ids.split(',').map(Number))].slice(0, limit),
      before: last ?? found.before,
      ended: looked < size,
    };
  }

  /** Matches among older posts, by the index of pairs of letters. */
  private async askIndex({ viewer, words, scope, limit }: Search, found: Found, pairs: string[]): Promise<Found> {
    const match = matchCondition(words);
    const board = scope.board === undefined ? { sql: '', parameters: [] } : equal('x.board_id', scope.board);
    const author = scope.author === undefined ? { sql: '', parameters: [] } : equal('x.public_author_id', scope.author);
    const rows = await this.places.in((tx) =>
      tx.select(
        ROW_ID,
        `FROM posts x FORCE INDEX (posts_text)
        WHERE MATCH (x.title, x.content) AGAINST (? IN BOOLEAN MODE) AND x.listed = 1 AND x.id < ?
          ${board.sql} ${author.sql} AND ${match.sql} AND ${READABLE}
        ORDER BY x.id DESC LIMIT ?`,
        [
          pairs.map((pair) => `+"${pair}"`).join(' '),
          found.before,
          ...board.parameters,
          ...author.parameters,
          ...match.parameters,
          levelOf(viewer),
          limit - found.ids.length,
        ],
      ),
    );
    return { ...found, ids: [...found.ids, ...rows.map(({ id }) => id)], ended: true };
  }
}

/** @param condition its parameters, the viewer's level and the number of ids are those of the selection */
function lookedAt(condition: string) {
  const matches = `GROUP_CONCAT(IF(${condition} AND ${READABLE}, x.id, NULL) ORDER BY x.id DESC)`;
  return selection({
    looked: int('COUNT(*)'),
    last: int('MIN(x.id)', 'nullable'),
    /** With commas; `null` for none. */
    ids: text(`SUBSTRING_INDEX(${matches}, ',', ?)`, 'nullable'),
  });
}

function isDone({ limit }: Search, { ids, ended }: Found): boolean {
  return ended || ids.length >= limit;
}

function equal(column: string, value: number): { sql: string; parameters: number[] } {
  return { sql: `AND ${column} = ?`, parameters: [value] };
}
