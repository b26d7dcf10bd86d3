import { Injectable } from '@nestjs/common';
import { Cursors } from '../common/cursor.js';
import { escapeLike } from '../common/like.js';
import { ListKey, pageOf, type Page } from '../common/pages.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/transaction.js';
import { canonicalTag } from './tag-name.js';
import type { TagListQuery, TagView } from './tags.dto.js';
import { TagNotFound } from './tags.errors.js';

interface TagRow extends TagView {
  id: number;
}

const NAMES =
  "JSON_TABLE(?, '$[*]' COLUMNS (name VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin PATH '$')) j";
const IDS = "JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) j";
const MOST_POSTS = 2 ** 32 - 1;

/** The words themselves: stored once, counted, found by prefix. Which post has which tag is the posts' matter. */
@Injectable()
export class TagsService {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  /**
   * The ids of these tags; those that did not exist do now. Every transaction inserts what it misses in the order of
   * the names, and locks what it counts in the order of the ids, so that none waits for another in a circle.
   *
   * @param names canonical and distinct
   */
  async ensure(tx: Transaction, names: string[]): Promise<Map<string, number>> {
    if (names.length === 0) return new Map();
    const known = await this.ids(tx, names);
    const missing = names.filter((name) => !known.has(name)).sort();
    if (missing.length === 0) return known;
    await tx.run(`INSERT IGNORE INTO tags (name) SELECT j.name FROM ${NAMES} ORDER BY j.name`, [
      JSON.stringify(missing),
    ]);
    return this.ids(tx, names);
  }

  /** Counts posts of boards that everyone may read. */
  async count(tx: Transaction, ids: Iterable<number>, change: 1 | -1): Promise<void> {
    const sorted = [...ids].sort((a, b) => a - b);
    if (sorted.length === 0) return;
    await tx.run(`UPDATE ${IDS} STRAIGHT_JOIN tags t ON t.id = j.id SET t.post_count = t.post_count + ?`, [
      JSON.stringify(sorted),
      change,
    ]);
  }

  /** As `count`, for `posts` posts fewer at once. */
  async uncount(tx: Transaction, id: number, posts: number): Promise<void> {
    await tx.run('UPDATE tags SET post_count = post_count - ? WHERE id = ?', [posts, id]);
  }

  /** Tags of posts that everyone may read; words that only closed boards use do not show. */
  async list({ prefix, sort, limit, cursor }: TagListQuery): Promise<Page<TagView>> {
    const list = new ListKey(this.cursors, '/tags', { prefix, sort });
    const position = list.position(cursor);
    const start = prefix === undefined ? '' : (canonicalTag(prefix) ?? '');
    if (prefix !== undefined && start === '') return { items: [], nextCursor: null };
    const rows = await (sort === 'name'
      ? this.byName(start, String(position?.[0] ?? ''), limit + 1)
      : this.byCount(start, Number(position?.[0] ?? MOST_POSTS), Number(position?.[1] ?? MOST_POSTS), limit + 1));
    return pageOf(rows, limit, tagView, (last) =>
      sort === 'name' ? list.cursor(last.name) : list.cursor(last.postCount, last.id),
    );
  }

  /** @throws TagNotFound */
  async get(name: string): Promise<TagView> {
    const row = await this.find(name);
    if (!row || row.postCount === 0) throw new TagNotFound();
    return tagView(row);
  }

  /** The id of a tag that any board may use; `undefined` for none. */
  async idOf(name: string): Promise<number | undefined> {
    return (await this.find(name))?.id;
  }

  private async find(name: string): Promise<TagRow | undefined> {
    const canonical = canonicalTag(name);
    if (canonical === undefined) return undefined;
    return this.database.row<TagRow>('SELECT id, name, post_count AS postCount FROM tags WHERE name = ?', [canonical]);
  }

  private async ids(tx: Transaction, names: string[]): Promise<Map<string, number>> {
    const rows = await tx.rows<TagRow>(`SELECT t.id, t.name FROM ${NAMES} STRAIGHT_JOIN tags t ON t.name = j.name`, [
      JSON.stringify(names),
    ]);
    return new Map(rows.map(({ id, name }) => [name, id]));
  }

  private byName(prefix: string, after: string, limit: number): Promise<TagRow[]> {
    return this.database.rows<TagRow>(
      `SELECT id, name, post_count AS postCount FROM tags
        WHERE name LIKE ? AND name > ? AND post_count > 0 ORDER BY name LIMIT ?`,
      [`${escapeLike(prefix)}%`, after, limit],
    );
  }

  private byCount(prefix: string, count: number, id: number, limit: number): Promise<TagRow[]> {
    const index = prefix === '' ? 'tags_popular' : 'tags_name';
    return this.database.rows<TagRow>(
      `SELECT id, name, post_count AS postCount FROM tags FORCE INDEX (${index})
        WHERE name LIKE ? AND post_count > 0 AND ((post_count = ? AND id < ?) OR post_count < ?)
        ORDER BY post_count DESC, id DESC LIMIT ?`,
      [`${escapeLike(prefix)}%`, count, id, count, limit],
    );
  }
}

function tagView({ name, postCount }: TagView): TagView {
  return { name, postCount };
}
