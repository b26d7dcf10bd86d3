import { Injectable } from '@nestjs/common';
import { Cursors } from '../common/cursor.js';
import { escapeLike } from '../common/like.js';
import { ListKey, pageOf, type Page } from '../common/pages.js';
import { Database } from '../database/database.js';
import { int, selection, text, type RowOf } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import { Tag } from './tag.entity.js';
import { canonicalTag } from './tag-name.js';
import type { TagListQuery, TagView } from './tags.dto.js';
import { TagNotFound } from './tags.errors.js';

const TAG = selection({ id: int('t.id'), name: text('t.name'), postCount: int('t.post_count') });
type TagRow = RowOf<typeof TAG>;
const NAMED = selection({ id: int('t.id'), name: text('t.name') });
const LOCKED = selection({ id: int('t.id') });

const NAMES =
  "JSON_TABLE(?, '$[*]' COLUMNS (name VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin PATH '$')) j";
const IDS = "JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) j";
const CHANGES = "JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$[0]', posts INT PATH '$[1]')) j";
const MOST_POSTS = 2 ** 32 - 1;

/** Tags: stored once, counted, found by prefix. The posts module has the tags of each post. */
@Injectable()
export class TagsService {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  /**
   * The ids of these tags; missing ones are inserted. Every transaction inserts in the order of the names, and locks the tags that it counts in the order of their ids, to avoid deadlocks.
   *
   * @param names canonical and distinct
   */
  async ensure(tx: Transaction, names: string[]): Promise<Map<string, number>> {
    if (names.length === 0) return new Map();
    const known = await this.ids(tx, names);
    const missing = names.filter((name) => !known.has(name)).sort();
    if (missing.length === 0) return known;
    // VALUES, not INSERT … SELECT: there MySQL does not know the number of rows and reserves ids in portions. Under
    // concurrency several rows get one id, and IGNORE drops them silently.
    await tx.insertMissing(
      Tag,
      missing.map((name) => ({ name })),
    );
    return this.ids(tx, names);
  }

  /** Locks these tags by id, for a transaction that writes some of them and refers to others. */
  async lock(tx: Transaction, ids: number[]): Promise<void> {
    const sorted = [...new Set(ids)].sort((a, b) => a - b);
    await tx.select(LOCKED, `FROM ${IDS} STRAIGHT_JOIN tags t ON t.id = j.id FOR UPDATE OF t`, [
      JSON.stringify(sorted),
    ]);
  }

  /**
   * Changes counts of posts in boards that everyone may read. Increases and decreases in one statement: two passes over
   * the ids would deadlock.
   *
   * @param changes by how many posts each tag has more
   */
  async count(tx: Transaction, changes: Iterable<readonly [id: number, posts: number]>): Promise<void> {
    const sorted = [...changes].sort(([a], [b]) => a - b);
    if (sorted.length === 0) return;
    await tx.run(`UPDATE ${CHANGES} STRAIGHT_JOIN tags t ON t.id = j.id SET t.post_count = t.post_count + j.posts`, [
      JSON.stringify(sorted),
    ]);
  }

  /** Tags of posts that everyone may read. Tags of closed boards only are not shown. */
  async list({ prefix, sort, limit, cursor }: TagListQuery): Promise<Page<TagView>> {
    const list = new ListKey(this.cursors, '/tags', { prefix, sort });
    const position = list.position(cursor);
    const start = startOf(prefix);
    if (start === undefined) return { items: [], nextCursor: null };
    const rows = await (sort === 'name'
      ? this.byName(start, String(position?.[0] ?? ''), limit + 1)
      : this.byCount(start, Number(position?.[0] ?? MOST_POSTS), Number(position?.[1] ?? MOST_POSTS), limit + 1));
    return pageOf(rows, limit, tagView, (last) =>
      sort === 'name' ? list.cursor(last.name) : list.cursor(last.postCount, last.id),
    );
  }

  /** @throws TagNotFound */
  async get(name: string): Promise<TagView> {
    const canonical = canonicalTag(name);
    const row =
      canonical === undefined
        ? undefined
        : await this.database.selectOne(TAG, 'FROM tags t WHERE t.name = ?', [canonical]);
    if (!row || row.postCount === 0) throw new TagNotFound();
    return tagView(row);
  }

  private async ids(tx: Transaction, names: string[]): Promise<Map<string, number>> {
    const rows = await tx.select(NAMED, `FROM ${NAMES} STRAIGHT_JOIN tags t ON t.name = j.name`, [
      JSON.stringify(names),
    ]);
    return new Map(rows.map(({ id, name }) => [name, id]));
  }

  private byName(prefix: string, after: string, limit: number): Promise<TagRow[]> {
    return this.database.select(
      TAG,
      `FROM tags t FORCE INDEX (tags_in_use)
        WHERE (t.post_count > 0) = 1 AND t.name LIKE ? AND t.name > ? ORDER BY t.name LIMIT ?`,
      [`${escapeLike(prefix)}%`, after, limit],
    );
  }

  private byCount(prefix: string, count: number, id: number, limit: number): Promise<TagRow[]> {
    const index = prefix === '' ? 'tags_popular' : 'tags_name';
    return this.database.select(
      TAG,
      `FROM tags t FORCE INDEX (${index})
        WHERE t.name LIKE ? AND t.post_count > 0 AND ((t.post_count = ? AND t.id < ?) OR t.post_count < ?)
        ORDER BY t.post_count DESC, t.id DESC LIMIT ?`,
      [`${escapeLike(prefix)}%`, count, id, count, limit],
    );
  }
}

/** The canonical prefix; `undefined` when no tag can have it. `#` alone matches all. */
function startOf(prefix: string | undefined): string | undefined {
  return prefix === undefined || /^#+$/.test(prefix) ? '' : canonicalTag(prefix);
}

function tagView({ name, postCount }: TagView): TagView {
  return { name, postCount };
}
