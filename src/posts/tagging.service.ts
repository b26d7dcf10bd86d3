import { Injectable } from '@nestjs/common';
import { invalidField } from '../common/http/validation.js';
import { int, selection } from '../database/selection.js';
import type { Transaction } from '../database/transaction.js';
import { canonicalTag } from '../tags/tag-name.js';
import { TagsService } from '../tags/tags.service.js';
import { PostTagNames } from './post-tag-names.entity.js';

/** The post whose tags change, with its row locked. */
export interface TaggedPost {
  id: number;
  boardId: number;
  audience: number;
}

const EVERYONE = 0;
const TAG_USE = selection({ tagId: int('pt.tag_id'), posts: int('COUNT(*)') });
const TAG_OF_POST = selection({ id: int('tag_id') });

/** The tags of posts and their order. Owns `post_tags` and `post_tag_names`. */
@Injectable()
export class TaggingService {
  constructor(private readonly tags: TagsService) {}

  /** Gives a new post its tags. @param names canonical and distinct */
  async add(tx: Transaction, post: TaggedPost, names: string[]): Promise<void> {
    await this.set(tx, post, [], names);
    if (names.length > 0) await this.keepNames(tx, post.id, 1, names);
  }

  /** The names of a post's tags, for its version from now on. */
  async keepNames(tx: Transaction, postId: number, version: number, names: string[]): Promise<void> {
    if (names.length === 0) {
      await tx.delete(PostTagNames, { postId });
      return;
    }
    await tx.run(
      `INSERT INTO post_tag_names (post_id, version, names) VALUES (?, ?, ?) AS now
         ON DUPLICATE KEY UPDATE version = now.version, names = now.names`,
      [postId, version, names.join('\n')],
    );
  }

  /** The post has a new version with the same tags. */
  async moveNames(tx: Transaction, postId: number, before: number): Promise<void> {
    await tx.update(PostTagNames, { postId, version: before }, { version: before + 1 });
  }

  /** Replaces a post's tags. Returns whether the tags or their order changed. */
  async replace(tx: Transaction, post: TaggedPost, names: string[]): Promise<boolean> {
    return this.set(tx, post, await this.idsOf(tx, post.id), names);
  }

  /** Updates the audience in the tags of some posts of one board. */
  async follow(tx: Transaction, postIds: number[], before: number, audience: number): Promise<void> {
    const list = JSON.stringify(postIds);
    if (before === EVERYONE) {
      const used = await tx.select(
        TAG_USE,
        `FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) j
          STRAIGHT_JOIN post_tags pt ON pt.post_id = j.id GROUP BY pt.tag_id`,
        [list],
      );
      await this.tags.count(
        tx,
        used.map(({ tagId, posts }) => [tagId, -posts]),
      );
    }
    await tx.run(
      `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) j
        STRAIGHT_JOIN post_tags pt ON pt.post_id = j.id SET pt.audience = ?`,
      [list, audience],
    );
  }

  private async set(tx: Transaction, post: TaggedPost, before: number[], names: string[]): Promise<boolean> {
    const ids = await this.tags.ensure(tx, names);
    const after = names.map((name) => ids.get(name)!);
    if (after.join() === before.join()) return false;
    // In one pass over the ids: the counts lock the changed tags, the foreign keys lock all of `after`, and two passes
    // would deadlock.
    if (before.length > 0 && after.length > 0) await this.tags.lock(tx, [...before, ...after]);
    if (post.audience === EVERYONE) await this.tags.count(tx, changes(before, after));
    if (before.length > 0) await tx.run('DELETE FROM post_tags WHERE post_id = ?', [post.id]);
    if (after.length === 0) return true;
    // By id, as the counts do: a new post locks its tags by the foreign key only.
    await tx.run(
      `INSERT INTO post_tags (post_id, tag_id, position, board_id, audience)
       SELECT ?, j.id, j.ordinal - 1, ?, ?
         FROM JSON_TABLE(?, '$[*]' COLUMNS (ordinal FOR ORDINALITY, id INT UNSIGNED PATH '$')) j
        ORDER BY j.id`,
      [post.id, post.boardId, post.audience, JSON.stringify(after)],
    );
    return true;
  }

  private async idsOf(tx: Transaction, postId: number): Promise<number[]> {
    const rows = await tx.select(TAG_OF_POST, 'FROM post_tags WHERE post_id = ? ORDER BY position', [postId]);
    return rows.map(({ id }) => id);
  }
}

/** The changes of the counts when a post's tags change from `before` to `after`. */
function changes(before: number[], after: number[]): [id: number, posts: number][] {
  const [had, has] = [new Set(before), new Set(after)];
  return [
    ...after.filter((id) => !had.has(id)).map((id): [number, number] => [id, 1]),
    ...before.filter((id) => !has.has(id)).map((id): [number, number] => [id, -1]),
  ];
}

/** Canonical and distinct, in the order in which they first appear. @throws InvalidInput naming each bad one */
export function canonicalTags(texts: string[]): string[] {
  const names = texts.map((text, i) => {
    const name = canonicalTag(text);
    if (name !== undefined) return name;
    throw invalidField(
      `#/tags/${i}`,
      'NOT_A_TAG',
      'is no tag: at most 50 characters, no "/", single spaces only',
      '태그로 쓸 수 없습니다',
    );
  });
  return [...new Set(names)];
}
