import type { TestApp } from './app.js';
import { readRows } from './rows.js';

/** One query for each stored counter: it returns a row for each wrong value. */
const DRIFT: Record<string, string> = {
  'likes of posts': `SELECT p.id FROM posts p
    WHERE p.like_count <> (SELECT COUNT(*) FROM post_likes l WHERE l.post_id = p.id)`,
  'comments of posts': `SELECT p.id FROM posts p
    WHERE p.comment_count <> (SELECT COUNT(*) FROM comments c WHERE c.post_id = p.id AND c.state <> 'deleted')`,
  'views of posts': `SELECT p.id FROM posts p
    WHERE p.view_count <> (SELECT COUNT(*) FROM post_views v WHERE v.post_id = p.id)`,
  'tags of posts': `SELECT p.id FROM posts p
    WHERE p.tag_count <> (SELECT COUNT(*) FROM post_tags pt WHERE pt.post_id = p.id)`,
  'names of tags': `SELECT n.post_id AS id FROM post_tag_names n JOIN posts p ON p.id = n.post_id AND p.version = n.version
    WHERE BINARY n.names <> COALESCE((SELECT GROUP_CONCAT(t.name ORDER BY pt.position SEPARATOR '\n')
      FROM post_tags pt JOIN tags t ON t.id = pt.tag_id WHERE pt.post_id = p.id), '')`,
  'positions of tags': `SELECT p.id FROM posts p
    WHERE p.tag_count > 0 AND p.tag_count - 1 <> (SELECT MAX(pt.position) FROM post_tags pt WHERE pt.post_id = p.id)`,
  'likes of comments': `SELECT c.id FROM comments c
    WHERE c.like_count <> (SELECT COUNT(*) FROM comment_likes l WHERE l.comment_id = c.id)`,
  'replies of comments': `SELECT c.id FROM comments c
    WHERE c.reply_count <> (SELECT COUNT(*) FROM comments r WHERE r.root_id = c.id AND r.state <> 'deleted')`,
  stubs: `SELECT c.id FROM comments c WHERE c.listed <> (c.state <> 'deleted' OR c.reply_count > 0)`,
  'posts of boards': `SELECT b.id FROM boards b
    WHERE b.post_count <> (SELECT COUNT(*) FROM posts p WHERE p.board_id = b.id AND p.listed = 1)`,
  'posts of tags': `SELECT t.id FROM tags t WHERE t.post_count <>
    (SELECT COUNT(*) FROM post_tags pt JOIN posts p ON p.id = pt.post_id JOIN boards b ON b.id = p.board_id
      WHERE pt.tag_id = t.id AND p.listed = 1 AND b.read_access = 0)`,
  audiences: `SELECT p.id FROM posts p JOIN boards b ON b.id = p.board_id
    WHERE p.state <> 'deleted' AND (p.audience <> b.read_access OR b.audience_stale = 1)`,
  'audiences of tags': `SELECT p.id FROM post_tags pt JOIN posts p ON p.id = pt.post_id
    WHERE pt.audience <> p.audience OR pt.board_id <> p.board_id`,
};

/** @throws Error with the counters that differ from their rows */
export async function checkCounters({ database }: TestApp): Promise<void> {
  const wrong: Record<string, number[]> = {};
  for (const [what, sql] of Object.entries(DRIFT)) {
    const rows = await readRows<{ id: number }>(database, sql);
    if (rows.length > 0) wrong[what] = rows.map(({ id }) => id);
  }
  if (Object.keys(wrong).length > 0) throw new Error(`Counters drift: ${JSON.stringify(wrong)}`);
}
