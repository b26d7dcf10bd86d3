import { reads, transaction } from './pools.mjs';

/** Lists of posts, posts, comments and likes. */
const MAX_ID = 4_294_967_295;

const AUTHOR = 'LEFT JOIN accounts a ON a.id = p.public_author_id AND a.leaving_at IS NULL';
const POST = `p.id, p.board_id AS boardId, p.title, p.excerpt, p.anonymous, p.public_author_id AS publicAuthorId,
  a.nickname, p.tag_count AS tagCount, p.like_count AS likeCount, p.comment_count AS commentCount,
  p.view_count AS viewCount, p.created_at AS createdAt, p.edited_at AS editedAt, p.hot_at AS hotAt,
  COALESCE(p.author_id = ?, 0) AS mine,
  EXISTS (SELECT 1 FROM post_likes l WHERE l.post_id = p.id AND l.account_id = ?) AS liked,
  EXISTS (SELECT 1 FROM post_scraps s WHERE s.post_id = p.id AND s.account_id = ?) AS scrapped,
  (SELECT GROUP_CONCAT(t.name ORDER BY pt.position SEPARATOR '\\n') FROM post_tags pt STRAIGHT_JOIN tags t ON t.id = pt.tag_id
    WHERE pt.post_id = p.id AND pt.position < ?) AS tags`;
const COMMENT = `c.id, c.post_id AS postId, c.root_id AS rootId, c.public_author_id AS publicAuthorId, a.nickname,
  c.anonymous_number AS anonymousNumber, c.content, c.state, c.like_count AS likeCount, c.reply_count AS replyCount,
  c.created_at AS createdAt, c.edited_at AS editedAt, COALESCE(c.author_id = ?, 0) AS mine,
  EXISTS (SELECT 1 FROM comment_likes l WHERE l.comment_id = c.id AND l.account_id = ?) AS liked`;

const LIST = `SELECT ${POST}, b.read_access AS readAccess
  FROM boards b LEFT JOIN (SELECT id FROM posts FORCE INDEX (posts_board_latest)
         WHERE board_id = ? AND listed = 1 AND id < ? ORDER BY id DESC LIMIT ?) page ON TRUE
  LEFT JOIN posts p ON p.id = page.id ${AUTHOR} WHERE b.id = ? ORDER BY p.id DESC`;
const ONE = `SELECT ${POST}, p.content, p.state, b.read_access AS readAccess,
    EXISTS (SELECT 1 FROM post_views v WHERE v.account_id = ? AND v.post_id = p.id) AS seen
  FROM posts p JOIN boards b ON b.id = p.board_id ${AUTHOR} WHERE p.id = ?`;
const COMMENTS = `WITH roots AS (SELECT id, reply_count FROM comments FORCE INDEX (comments_thread)
    WHERE post_id = ? AND listed = 1 AND root_id = 0 ORDER BY id LIMIT ?)
  SELECT ${COMMENT} FROM (SELECT id FROM roots UNION ALL
      SELECT f.id FROM roots r JOIN LATERAL (SELECT x.id FROM comments x FORCE INDEX (comments_replies)
        WHERE x.root_id = r.id AND x.listed = 1 ORDER BY x.root_id, x.listed, x.id LIMIT 4) f WHERE r.reply_count > 0) page
    JOIN comments c ON c.id = page.id
    LEFT JOIN accounts a ON a.id = c.public_author_id AND a.leaving_at IS NULL ORDER BY c.id`;

/** Whether an account of this level (0 without one) may not read the board. The baseline's members are not verified. */
const closed = (me, row) => row.readAccess > (me ? 1 : 0);

export const community = {
  async list(me, [board], query) {
    const limit = Number(query.get('limit') ?? 20);
    const before = query.has('cursor') ? Number(Buffer.from(query.get('cursor'), 'base64url')) : MAX_ID;
    const [rows] = await reads.execute(LIST, [me, me, me, 10, board, before, limit + 1, board]);
    if (rows.length === 0) return [404];
    if (closed(me, rows[0])) return [403];
    const items = rows[0].id === null ? [] : rows.slice(0, limit).map(post);
    return [200, { items, nextCursor: rows.length > limit ? cursor(items[limit - 1].id) : null }];
  },

  async post(me, [id], query) {
    const limit = Number(query.get('comments') ?? 0);
    const [[row]] = await reads.execute(ONE, [me, me, me, 1000, me, id]);
    if (!row || row.state === 'deleted') return [404];
    if (closed(me, row)) return [403];
    const [comments] = await reads.execute(COMMENTS, [id, limit + 1, me, me]);
    if (me && !row.seen) void view(me, id).catch(() => undefined);
    return [200, { ...post(row), content: row.content, comments: thread(comments, limit) }];
  },

  async comment(me, [id], _query, { content }) {
    return transaction(async (connection) => {
      const [[row]] = await connection.execute(
        `SELECT b.write_access AS readAccess, p.state, a.nickname
           FROM posts p JOIN boards b ON b.id = p.board_id JOIN accounts a ON a.id = ? WHERE p.id = ?`,
        [me, id],
      );
      if (!row || row.state === 'deleted') return [404];
      if (closed(me, row)) return [403];
      const now = new Date();
      const [{ insertId }] = await connection.execute(
        `INSERT INTO comments (post_id, root_id, author_id, public_author_id, content, created_at)
         VALUES (?, 0, ?, ?, ?, ?)`,
        [id, me, me, content, now],
      );
      await connection.execute('UPDATE posts SET comment_count = comment_count + 1 WHERE id = ?', [id]);
      const written = { id: insertId, postId: Number(id), rootId: 0, publicAuthorId: me, nickname: row.nickname };
      const fresh = { anonymousNumber: null, likeCount: 0, replyCount: 0, state: 'visible', editedAt: null };
      return [201, comment({ ...written, ...fresh, content, createdAt: now, mine: 1, liked: 0 })];
    });
  },

  async like(me, [id]) {
    return transaction(async (connection) => {
      const [{ affectedRows }] = await connection.execute(
        `INSERT IGNORE INTO post_likes (post_id, account_id, created_at)
         SELECT p.id, ?, ? FROM posts p JOIN boards b ON b.id = p.board_id
          WHERE p.id = ? AND p.state = 'visible' AND b.read_access <= 1`,
        [me, new Date(), id],
      );
      if (affectedRows === 1) {
        await connection.execute(
          `UPDATE posts SET like_count = like_count + 1,
                  hot_at = IF(hot_at IS NULL AND like_count >= 10, NOW(3), hot_at) WHERE id = ?`,
          [id],
        );
      }
      return [204];
    });
  },

  async unlike(me, [id]) {
    return transaction(async (connection) => {
      const [{ affectedRows }] = await connection.execute(
        'DELETE FROM post_likes WHERE post_id = ? AND account_id = ?',
        [id, me],
      );
      if (affectedRows === 1) {
        await connection.execute('UPDATE posts SET like_count = like_count - 1 WHERE id = ?', [id]);
      }
      return [204];
    });
  },
};

function view(me, id) {
  return transaction(async (connection) => {
    const [{ affectedRows }] = await connection.execute(
      'INSERT IGNORE INTO post_views (account_id, post_id) VALUES (?, ?)',
      [me, id],
    );
    if (affectedRows === 1) {
      await connection.execute('UPDATE posts SET view_count = view_count + 1 WHERE id = ?', [id]);
    }
  });
}

function post(row) {
  return {
    ...{ id: row.id, boardId: row.boardId, title: row.title, excerpt: row.excerpt },
    author: row.anonymous
      ? { kind: 'anonymous', anonymous: true, label: '익명', number: null, isPostAuthor: true }
      : named(row),
    tags: row.tags === null ? [] : row.tags.split('\n'),
    ...{ tagCount: row.tagCount, likeCount: row.likeCount, commentCount: row.commentCount, viewCount: row.viewCount },
    ...{ createdAt: row.createdAt, editedAt: row.editedAt, hotAt: row.hotAt },
    ...{ mine: row.mine === 1, liked: row.liked === 1, scrapped: row.scrapped === 1 },
  };
}

function comment(row, replies = { items: [], nextCursor: null }) {
  const visible = row.state === 'visible';
  return {
    ...{ id: row.id, postId: row.postId, parentId: row.rootId || null, content: visible ? row.content : null },
    author: visible ? (row.anonymousNumber === null ? named(row) : anonymous(row.anonymousNumber)) : null,
    ...{ likeCount: row.likeCount, replyCount: row.replyCount, replies, state: row.state },
    ...{ createdAt: row.createdAt, editedAt: row.editedAt, mine: row.mine === 1, liked: row.liked === 1 },
  };
}

function thread(rows, limit) {
  const replies = groupByRoot(rows);
  const roots = replies.get(0) ?? [];
  const items = roots.slice(0, limit).map((row) => {
    const own = replies.get(row.id);
    if (!own) return comment(row);
    const shown = own.slice(0, 3).map((reply) => comment(reply));
    return comment(row, { items: shown, nextCursor: own.length > 3 ? cursor(own[2].id) : null });
  });
  return { items, nextCursor: roots.length > limit ? cursor(items[limit - 1].id) : null };
}

function groupByRoot(rows) {
  const groups = new Map();
  for (const row of rows) {
    const group = groups.get(row.rootId);
    if (group) group.push(row);
    else groups.set(row.rootId, [row]);
  }
  return groups;
}

function named({ publicAuthorId, nickname }) {
  return nickname === null
    ? { kind: 'deleted', deleted: true, label: '(알 수 없음)' }
    : { kind: 'account', id: publicAuthorId, nickname };
}

function anonymous(number) {
  return number === 0
    ? { kind: 'anonymous', anonymous: true, label: '글쓴이', number: null, isPostAuthor: true }
    : { kind: 'anonymous', anonymous: true, label: `익명${number}`, number, isPostAuthor: false };
}

function cursor(id) {
  return Buffer.from(String(id)).toString('base64url');
}
