import { describe, expect, it } from '@jest/globals';
import { isReservedNickname, isReservedUsername, NICKNAME, USERNAME } from '../../accounts/account-names.js';
import { checkPassword } from '../../accounts/passwords/password-rules.js';
import { codePoints } from '../../common/text.js';
import { imagineCampus, type Row } from './campus.js';
import { DEMO_ACCOUNTS } from './people.js';
import { withParticle } from './talk.js';

const THRESHOLD = 10;
// An afternoon in Seoul, midnight, an hour in which everybody sleeps.
const NOWS = ['2026-03-19T05:30:00Z', '2026-03-18T15:00:00Z', '2026-07-01T19:45:00Z'].map((time) => new Date(time));

describe.each(NOWS.map((now) => [now.toISOString(), now] as const))('the demo campus at %s', (_, now) => {
  const campus = Object.fromEntries(imagineCampus(now, THRESHOLD).map(({ table, rows }) => [table, rows]));
  const byId = (table: string) => new Map(campus[table].map((row) => [row.id, row]));
  const [boards, posts, comments, accounts] = ['boards', 'posts', 'comments', 'accounts'].map(byId);
  const postOf = (row: Row) => posts.get(row.post_id ?? comments.get(row.comment_id)!.post_id)!;

  it('has three hundred posts, no two alike, and everything within its limits', () => {
    expect(posts.size).toBeGreaterThanOrEqual(300);
    expect(new Set(campus.posts.map(({ title }) => title)).size).toBe(posts.size);
    expect(new Set(campus.posts.map(({ content }) => content)).size).toBe(posts.size);
    expect(campus.posts.filter(({ title }) => codePoints(String(title)) > 100)).toEqual([]);
    const texts = [...campus.posts, ...campus.comments].flatMap(({ title, content }) => [title ?? content, content]);
    expect(texts.filter((text) => /[{}|↳]|undefined|^\s*$/.test(String(text)))).toEqual([]);
  });

  it('has names as registration takes them', () => {
    for (const { username, nickname } of campus.accounts) {
      expect(username).toMatch(USERNAME);
      expect(nickname).toMatch(NICKNAME);
      expect(isReservedUsername(String(username)) || isReservedNickname(String(nickname))).toBe(false);
    }
    expect(new Set(campus.accounts.map((row) => row.username_key)).size).toBe(accounts.size);
    for (const { password, ...owner } of DEMO_ACCOUNTS) checkPassword(password, owner, [], '#/password');
  });

  it.each(['accounts', 'boards', 'posts', 'comments', 'post_likes', 'post_scraps', 'comment_likes'])(
    'has %s in the order of time, all of the past',
    (table) => {
      const times = campus[table].map((row) => (row.created_at as Date).getTime());
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.at(-1)).toBeLessThanOrEqual(now.getTime());
      expect(campus[table].every(({ id }, i) => id === undefined || id === i + 1)).toBe(true);
    },
  );

  it('has replies after what they reply to, in the same thread', () => {
    const strays = campus.comments.filter((comment) => {
      const root = comments.get(comment.root_id);
      if (!root) return comment.root_id !== 0 || comment.created_at! < postOf(comment).created_at!;
      return root.root_id !== 0 || root.post_id !== comment.post_id || root.created_at! > comment.created_at!;
    });
    expect(strays).toEqual([]);
    expect(campus.comments.filter(({ root_id }) => root_id).length).toBeGreaterThan(100);
  });

  it('names nobody who is anonymous, and everybody in a board of names', () => {
    const wrong = [...campus.posts, ...campus.comments].filter((row) => {
      const anonymous = row.anonymous ?? row.anonymous_number !== null;
      const board = boards.get(row.board_id ?? postOf(row).board_id)!;
      return row.public_author_id !== (anonymous ? null : row.author_id) || (anonymous && !board.allow_anonymous);
    });
    expect(wrong).toEqual([]);
  });

  it('numbers the anonymous of a thread by first appearance, and its author 0', () => {
    const stored = campus.thread_numbers.map((row) => `${row.post_id}: ${row.number} is ${row.account_id}`).sort();
    const counted = campus.posts.flatMap((post) => {
      const anonymous = campus.comments.filter((row) => row.post_id === post.id && row.anonymous_number !== null);
      const others = anonymous.filter((row) => !post.anonymous || row.author_id !== post.author_id);
      const order = [...new Set(others.map((row) => row.author_id))];
      const wrong = anonymous.filter((row) => row.anonymous_number !== order.indexOf(row.author_id) + 1);
      expect(wrong).toEqual([]);
      return order.map((accountId, i) => `${post.id}: ${i + 1} is ${accountId}`);
    });
    expect(stored).toEqual(counted.sort());
  });

  it('lets nobody do what the app would not let them', () => {
    const mayRead = (accountId: Row[string], post: Row) =>
      Number(post.audience) < 2 || accounts.get(accountId)!.verified_until !== null;
    const { post_views, post_likes, post_scraps, comment_likes } = campus;
    expect(campus.posts.filter((post) => !mayRead(post.author_id, post))).toEqual([]);
    expect(campus.comments.filter((row) => !mayRead(row.author_id, postOf(row)))).toEqual([]);
    const reactions = [post_views, post_likes, post_scraps, comment_likes].flat();
    expect(reactions.filter((row) => !mayRead(row.account_id, postOf(row)))).toEqual([]);
    expect(post_likes.filter((row) => row.account_id === postOf(row).author_id)).toEqual([]);
    expect(comment_likes.filter((row) => row.account_id === comments.get(row.comment_id)!.author_id)).toEqual([]);
  });

  it('has hot what reached the threshold, since the like that did it', () => {
    const since = campus.posts.map(({ id }) => campus.post_likes.filter((row) => row.post_id === id)[THRESHOLD - 1]);
    expect(campus.posts.map((post) => post.hot_at)).toEqual(since.map((like) => like?.created_at ?? null));
    expect(since.filter(Boolean).length).toBeGreaterThan(10);
  });

  it('is the same campus at the same time', () => {
    expect(imagineCampus(now, THRESHOLD)).toEqual(imagineCampus(now, THRESHOLD));
  });
});

describe('withParticle', () => {
  it('goes by how the word ends', () => {
    expect(withParticle('미적분학', '은')).toBe('미적분학은');
    expect(withParticle('자료구조', '은')).toBe('자료구조는');
    expect(withParticle('카레', '이었')).toBe('카레였');
  });
});
