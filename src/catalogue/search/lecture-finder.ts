import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { IndexUpkeep } from './index-upkeep.js';
import type { LectureFilter } from './lecture-filter.js';
import { matching, type SqlPart } from './matching.js';
import { firstFrom, type Ids } from './postings.js';
import { wantedTerms } from './search-terms.js';
import { TermLists } from './term-lists.js';

/** Lectures that are looked at without asking the index, at first, and when the first ones promise the rest of the page. */
const FIRST_WINDOW = 200;
const SECOND_WINDOW = 1_000;
/** What was promised, and so much more: matches do not come evenly. */
const RESERVE = 1.5;
const MAX_WINDOW = 5_000;
/** Each window is so many times the one before: what was looked at in vain is a fraction of what it takes anyway. */
const GROWTH = 5;
/** Lectures that the index does not know, of which a search is not slowed down. */
const MAX_UNKNOWN = 500;

interface Search {
  semesterId: number;
  filter: LectureFilter;
  match: SqlPart;
}

/** What looking at some lectures found. */
interface Looked {
  /** Of those that match, in ascending order. */
  ids: number[];
  /** The last that was looked at. */
  last: number;
  /** Whether there are no more to look at. */
  ended: boolean;
}

/** Looks at the next `size` lectures above an id. */
type Look = (after: number, size: number) => Promise<Looked>;

/** Ranges of an index of the lectures of a semester, by id. */
const ALL = { index: 'lectures_semester', range: 'x.semester_id = ?' };
const UNKNOWN = { index: 'lectures_to_index', range: 'x.semester_id = ? AND x.indexed = 0' };

/**
 * Finds the lectures that pass a filter, in the order of their ids. It looks at lectures themselves, always; the index
 * only says at which. The next ones are looked at first: where many match, that is a page already.
 */
@Injectable()
export class LectureFinder {
  constructor(
    private readonly database: Database,
    private readonly lists: TermLists,
    private readonly upkeep: IndexUpkeep,
  ) {}

  /** The first `limit` ids above `after`. */
  async find(semesterId: number, filter: LectureFilter, after: number, limit: number): Promise<number[]> {
    const search: Search = { semesterId, filter, match: matching(filter) };
    const near = await this.lookNear(search, after, limit);
    if (near.ended || near.ids.length >= limit) return near.ids.slice(0, limit);
    return [...near.ids, ...(await this.findFar(search, near.last, limit - near.ids.length))];
  }

  /** At the next lectures, and at more when those promise the rest of the page. */
  private async lookNear(search: Search, after: number, limit: number): Promise<Looked> {
    const first = await this.lookAlong(search, ALL, after, FIRST_WINDOW);
    const missing = limit - first.ids.length;
    const promised = Math.ceil((FIRST_WINDOW * missing * RESERVE) / first.ids.length);
    if (first.ended || missing <= 0 || promised > SECOND_WINDOW) return first;
    const second = await this.lookAlong(search, ALL, first.last, promised);
    return { ...second, ids: [...first.ids, ...second.ids] };
  }

  private async findFar(search: Search, after: number, limit: number): Promise<number[]> {
    const wanted = wantedTerms(search.filter);
    if (wanted.conditions.length === 0 && wanted.excluded.length === 0) {
      return walk((from, size) => this.lookAlong(search, ALL, from, size), after, limit);
    }
    // Before the index is asked: what becomes known meanwhile is in one of the two at least.
    const unknown = await this.findUnknown(search, after, limit);
    const candidates = await this.lists.candidates(search.semesterId, wanted);
    const known = await walk((from, size) => this.lookAt(search, candidates, from, size), after, limit);
    return [...new Set([...unknown, ...known])].sort((a, b) => a - b).slice(0, limit);
  }

  private async findUnknown(search: Search, after: number, limit: number): Promise<number[]> {
    const first = await this.lookAlong(search, UNKNOWN, after, MAX_UNKNOWN);
    if (first.ended) return first.ids;
    this.upkeep.tooManyUnknown(search.semesterId);
    return [
      ...first.ids,
      ...(await walk((from, size) => this.lookAlong(search, UNKNOWN, from, size), first.last, limit)),
    ];
  }

  private async lookAlong(
    { semesterId, match }: Search,
    { index, range }: typeof ALL,
    after: number,
    size: number,
  ): Promise<Looked> {
    const source = `SELECT x.id FROM lectures x FORCE INDEX (${index}) WHERE ${range} AND x.id > ? ORDER BY x.id LIMIT ?`;
    const { ids, looked, last } = await this.look({ sql: source, parameters: [semesterId, after, size] }, match);
    return { ids, last: last ?? after, ended: looked < size };
  }

  private async lookAt({ match }: Search, candidates: Ids, after: number, size: number): Promise<Looked> {
    const at = firstFrom(candidates, 0, after + 1);
    const some = candidates.subarray(at, at + size);
    const ended = at + size >= candidates.length;
    if (some.length === 0) return { ids: [], last: after, ended };
    const source = `SELECT j.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) j`;
    const { ids } = await this.look({ sql: source, parameters: [`[${some.join(',')}]`] }, match);
    return { ids, last: some[some.length - 1], ended };
  }

  private async look(source: SqlPart, match: SqlPart): Promise<{ ids: number[]; looked: number; last: number | null }> {
    const row = await this.database.row<{ looked: number; last: number | null; ids: string | null }>(
      `SELECT COUNT(*) AS looked, MAX(l.id) AS last, GROUP_CONCAT(IF(${match.sql}, l.id, NULL) ORDER BY l.id) AS ids
         FROM (${source.sql}) w STRAIGHT_JOIN lectures l ON l.id = w.id`,
      [...match.parameters, ...source.parameters],
    );
    const { looked, last, ids } = row!;
    return { looked, last, ids: ids === null ? [] : ids.split(',').map(Number) };
  }
}

/** Looks on, at more each time, until there are `limit` matches or nothing is left to look at. */
async function walk(look: Look, after: number, limit: number): Promise<number[]> {
  const found: number[] = [];
  let from = after;
  for (let size = FIRST_WINDOW; ; size = Math.min(size * GROWTH, MAX_WINDOW)) {
    const { ids, last, ended } = await look(from, size);
    found.push(...ids);
    if (ended || found.length >= limit) return found.slice(0, limit);
    from = last;
  }
}
