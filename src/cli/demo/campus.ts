import { excerptOf } from '../../posts/excerpt.js';
import { canonicalTag } from '../../tags/tag-name.js';
import { DEMO_BOARDS, readLevel } from './boards.js';
import { DAY, DEMO_DAYS, HOUR, live, type DemoComment, type Like, type Person, type DemoPost } from './life.js';
import { imagineTimetables } from './timetables.js';

/** Rows as they go into a table, by their columns' names. */
export type Row = Record<string, string | number | boolean | Date | null>;

/** Every table of the demo with its rows, parents before children; ids start at 1 and grow with time. */
export type Campus = { table: string; rows: Row[] }[];

/**
 * The demo campus, as tables. Nothing is read or written.
 *
 * @param hotThreshold likes that make a post hot
 */
export function imagineCampus(now: Date, hotThreshold: number): Campus {
  const { people, posts, comments, postLikes, commentLikes, scraps } = live(now.getTime());
  return [
    { table: 'accounts', rows: accountRows(people, now.getTime()) },
    { table: 'boards', rows: boardRows(posts, now.getTime(), hotThreshold) },
    ...postTables(posts, comments, postLikes, hotThreshold),
    { table: 'post_likes', rows: reactionRows(postLikes, 'post_id') },
    { table: 'post_scraps', rows: reactionRows(scraps, 'post_id') },
    { table: 'post_views', rows: posts.flatMap(viewRows) },
    ...commentTables(comments, commentLikes),
    { table: 'comment_likes', rows: reactionRows(commentLikes, 'comment_id') },
    ...imagineTimetables(now),
  ];
}

/** Without the passwords: only plantDemo has them. */
function accountRows(people: Person[], now: number): Row[] {
  return people.map(({ id, username, nickname, verified }) => ({
    id,
    username,
    username_key: username.toLowerCase(),
    nickname,
    role: 'member',
    verified_until: verified ? new Date(now + 365 * DAY) : null,
    created_at: new Date(now - (DEMO_DAYS + 30) * DAY + id * 11 * HOUR + ((id * 37) % 100) * 60_000),
  }));
}

function boardRows(posts: DemoPost[], now: number, hotThreshold: number): Row[] {
  return DEMO_BOARDS.map((board, i) => ({
    id: i + 1,
    slug: board.slug,
    name: board.name,
    description: board.description,
    allow_anonymous: board.allowAnonymous !== false,
    read_access: readLevel(board),
    write_access: Math.max(1, readLevel(board)),
    hot_threshold: hotThreshold,
    post_count: posts.filter((post) => post.board === board).length,
    used: true,
    owner_id: board.slug === 'clubs' || board.slug === 'market' ? 2 : 1,
    created_at: new Date(now - (DEMO_DAYS + 1) * DAY + i * HOUR),
  }));
}

/** Posts, the words on them, and which post has which. */
function postTables(posts: DemoPost[], comments: DemoComment[], likes: Like[], hotThreshold: number): Campus {
  const tags = new Map<string, { id: number; posts: number }>();
  const postTags: Row[] = [];
  const commentCounts = countBy(comments, ({ post }) => post.id);
  const rows = posts.map((post): Row => {
    const names = [...new Set(post.told.tags.map((name) => canonicalTag(name)!))];
    names.forEach((name, position) => {
      const tag = tags.get(name) ?? { id: tags.size + 1, posts: 0 };
      tags.set(name, tag);
      if (readLevel(post.board) === 0) tag.posts++;
      postTags.push({
        post_id: post.id,
        tag_id: tag.id,
        position,
        board_id: post.boardId,
        audience: readLevel(post.board),
      });
    });
    const moments = likes.filter(({ target }) => target === post.id);
    return {
      id: post.id,
      board_id: post.boardId,
      author_id: post.author.id,
      public_author_id: post.anonymous ? null : post.author.id,
      anonymous: post.anonymous,
      title: post.told.title,
      content: post.told.body,
      excerpt: excerptOf(post.told.body),
      audience: readLevel(post.board),
      tag_count: names.length,
      like_count: moments.length,
      comment_count: commentCounts.get(post.id) ?? 0,
      view_count: post.readers.length,
      hot_at: moments.length >= hotThreshold ? new Date(moments[hotThreshold - 1].at) : null,
      created_at: new Date(post.at),
    };
  });
  return [
    { table: 'tags', rows: [...tags].map(([name, tag]) => ({ id: tag.id, name, post_count: tag.posts })) },
    { table: 'posts', rows },
    { table: 'post_tags', rows: postTags },
  ];
}

/** Comments, and who is which 익명 in which thread, by first appearance. 글쓴이 (0) has no row. */
function commentTables(comments: DemoComment[], likes: Like[]): Campus {
  const replyCounts = countBy(
    comments.filter(({ root }) => root),
    ({ root }) => root!.id,
  );
  const likeCounts = countBy(likes, ({ target }) => target);
  const threads = new Map<number, Map<number, number>>();
  const numberOf = ({ post, author }: DemoComment): number => {
    if (post.anonymous && author === post.author) return 0;
    const numbers = threads.get(post.id) ?? new Map<number, number>();
    threads.set(post.id, numbers);
    if (!numbers.has(author.id)) numbers.set(author.id, numbers.size + 1);
    return numbers.get(author.id)!;
  };
  const rows = comments.map((comment): Row => ({
    id: comment.id,
    post_id: comment.post.id,
    root_id: comment.root?.id ?? 0,
    author_id: comment.author.id,
    public_author_id: comment.anonymous ? null : comment.author.id,
    anonymous_number: comment.anonymous ? numberOf(comment) : null,
    content: comment.text,
    like_count: likeCounts.get(comment.id) ?? 0,
    reply_count: replyCounts.get(comment.id) ?? 0,
    created_at: new Date(comment.at),
  }));
  const numbers = [...threads].flatMap(([postId, accounts]) =>
    [...accounts].map(([accountId, number]) => ({ post_id: postId, number, account_id: accountId })),
  );
  return [
    { table: 'comments', rows },
    { table: 'thread_numbers', rows: numbers },
  ];
}

function reactionRows(likes: Like[], target: 'post_id' | 'comment_id'): Row[] {
  return likes.map((like, i) => ({
    id: i + 1,
    [target]: like.target,
    account_id: like.account,
    created_at: new Date(like.at),
  }));
}

function viewRows({ id, readers }: DemoPost): Row[] {
  return readers.map((reader) => ({ account_id: reader.id, post_id: id }));
}

function countBy<T>(items: T[], keyOf: (item: T) => number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}
