import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { aBoard, aComment, anAccount, aPost } from './support/factories.js';

/**
 * Allowed actions on posts and comments in each state, as one table. A hidden one cannot be edited, voted on or
 * deleted, but it can be commented on. A deleted one is gone.
 */
let t: TestApp;
let author: Client;
let other: Client;
let board: { id: number };
beforeAll(async () => {
  t = await startApp();
  [author, other] = await Promise.all([anAccount(t), anAccount(t)]);
  board = await aBoard(t, { owner: await anAccount(t) });
});

const run = (sql: string, parameters: any[]) => t.database.transaction((tx) => tx.run(sql, parameters));
/** An expected result: the problem's code, or the status. */
const outcome = ({ status, body }: Answer): string => body?.code ?? String(status);

describe('a post that is', () => {
  const states: Record<string, (id: number) => Promise<unknown>> = {
    visible: async () => undefined,
    // As moderation will have to: `post_tags` contains the tags of listed posts only.
    hidden: async (id) => {
      await run("UPDATE posts SET state = 'hidden', listed = 0 WHERE id = ?", [id]);
      await run('DELETE FROM post_tags WHERE post_id = ?', [id]);
    },
    deleted: (id) => author.delete(`/posts/${id}`),
  };
  const acts: Record<string, (path: string) => Promise<Answer>> = {
    'is read': (path) => other.get(path),
    'is read by its author': (path) => author.get(path),
    'shows its comments': (path) => other.get(`${path}/comments`),
    'is liked': (path) => other.put(`${path}/like`),
    'loses a like': (path) => other.delete(`${path}/like`),
    'is liked by its author': (path) => author.put(`${path}/like`),
    'is kept': (path) => other.put(`${path}/scrap`),
    'is kept no longer': (path) => other.delete(`${path}/scrap`),
    'is commented': (path) => other.post(`${path}/comments`, { content: '댓글' }),
    'is commented by its author': (path) => author.post(`${path}/comments`, { content: '댓글' }),
    'is edited': (path) => author.patch(path, { title: '새 제목' }),
    'is edited by another': (path) => other.patch(path, { title: '새 제목' }),
    'is deleted by another': (path) => other.delete(path),
    'is deleted': (path) => author.delete(path),
  };
  const table: [act: string, visible: string, hidden: string, deleted: string][] = [
    ['is read', '200', '200', 'POST_DELETED'],
    ['is read by its author', '200', '200', 'POST_DELETED'],
    ['shows its comments', '200', '200', 'POST_DELETED'],
    ['is liked', '204', 'POST_HIDDEN', 'POST_DELETED'],
    ['loses a like', '204', 'POST_HIDDEN', 'POST_DELETED'],
    ['is liked by its author', 'OWN_POST', 'OWN_POST', 'POST_DELETED'],
    ['is kept', '204', '204', 'POST_DELETED'],
    ['is kept no longer', '204', '204', 'POST_DELETED'],
    ['is commented', '201', '201', 'POST_DELETED'],
    ['is commented by its author', '201', '201', 'POST_DELETED'],
    ['is edited', '200', 'POST_HIDDEN', 'POST_DELETED'],
    ['is edited by another', 'NOT_POST_AUTHOR', 'NOT_POST_AUTHOR', 'POST_DELETED'],
    ['is deleted by another', 'NOT_POST_AUTHOR', 'NOT_POST_AUTHOR', 'POST_DELETED'],
    ['is deleted', '204', 'POST_HIDDEN', 'POST_DELETED'],
  ];
  const cells = table.flatMap(([act, ...expected]) =>
    Object.keys(states).map((state, i): [string, string, string] => [state, act, expected[i]]),
  );

  it.each(cells)('%s %s: %s', async (state, act, expected) => {
    const { id } = await aPost(t, { author, board });
    await states[state](id);
    expect(outcome(await acts[act](`/posts/${id}`))).toBe(expected);
  });

  it.each(['hidden', 'deleted'])('%s is in no list', async (state) => {
    const post = await aPost(t, { author, board, tags: ['상태'], title: '상태 글' });
    await other.put(`/posts/${post.id}/like`);
    await other.put(`/posts/${post.id}/scrap`);
    await states[state](post.id);
    for (const list of [
      `/boards/${board.id}/posts`,
      '/posts',
      '/posts?sort=likes',
      '/posts?tag=상태',
      `/posts?author=${author.id}`,
      '/posts?q=상태',
      '/tags/상태/posts',
      '/accounts/me/likes',
      '/accounts/me/scraps',
    ]) {
      expect([list, (await other.all(list)).map(({ id }) => id)]).toEqual([
        list,
        expect.not.arrayContaining([post.id]),
      ]);
    }
  });
});

describe('a comment that is', () => {
  const states: Record<string, (id: number) => Promise<unknown>> = {
    visible: async () => undefined,
    hidden: (id) => run("UPDATE comments SET state = 'hidden' WHERE id = ?", [id]),
    'a stub': (id) => author.delete(`/comments/${id}`),
    gone: async (id) => {
      await run('DELETE FROM comments WHERE root_id = ?', [id]);
      await run('UPDATE comments SET reply_count = 0 WHERE id = ?', [id]);
      await author.delete(`/comments/${id}`);
    },
  };
  const reply = (by: Client, path: string) => {
    const [, post, parentId] = /posts\/(\d+)\/(\d+)/.exec(path)!;
    return by.post(`/posts/${post}/comments`, { content: '답글', parentId: Number(parentId) });
  };
  const comment = (path: string) => `/comments/${path.split('/').pop()}`;
  const acts: Record<string, (path: string) => Promise<Answer>> = {
    'is read': (path) => other.get(comment(path)),
    'shows its replies': (path) => other.get(`${comment(path)}/replies`),
    'is replied to': (path) => reply(other, path),
    'is liked': (path) => other.put(`${comment(path)}/like`),
    'loses a like': (path) => other.delete(`${comment(path)}/like`),
    'is liked by its author': (path) => author.put(`${comment(path)}/like`),
    'is edited': (path) => author.patch(comment(path), { content: '고침' }),
    'is edited by another': (path) => other.patch(comment(path), { content: '고침' }),
    'is deleted by another': (path) => other.delete(comment(path)),
    'is deleted': (path) => author.delete(comment(path)),
  };
  const table: [act: string, visible: string, hidden: string, stub: string, gone: string][] = [
    ['is read', '200', '200', 'COMMENT_DELETED', 'COMMENT_DELETED'],
    ['shows its replies', '200', '200', '200', 'COMMENT_DELETED'],
    ['is replied to', '201', '201', '201', 'COMMENT_DELETED'],
    ['is liked', '204', 'COMMENT_HIDDEN', 'COMMENT_DELETED', 'COMMENT_DELETED'],
    ['loses a like', '204', 'COMMENT_HIDDEN', 'COMMENT_DELETED', 'COMMENT_DELETED'],
    ['is liked by its author', 'OWN_COMMENT', 'COMMENT_HIDDEN', 'COMMENT_DELETED', 'COMMENT_DELETED'],
    ['is edited', '200', 'COMMENT_HIDDEN', 'COMMENT_DELETED', 'COMMENT_DELETED'],
    ['is edited by another', 'NOT_COMMENT_AUTHOR', 'NOT_COMMENT_AUTHOR', 'COMMENT_DELETED', 'COMMENT_DELETED'],
    ['is deleted by another', 'NOT_COMMENT_AUTHOR', 'NOT_COMMENT_AUTHOR', 'COMMENT_DELETED', 'COMMENT_DELETED'],
    ['is deleted', '204', 'COMMENT_HIDDEN', 'COMMENT_DELETED', 'COMMENT_DELETED'],
  ];
  const cells = table.flatMap(([act, ...expected]) =>
    Object.keys(states).map((state, i): [string, string, string] => [state, act, expected[i]]),
  );

  async function aCommentWithReply(): Promise<{ post: { id: number }; id: number }> {
    const post = await aPost(t, { author: other, board });
    const { id } = await aComment(t, { post, author });
    await aComment(t, { post, author: other, parentId: id });
    return { post, id };
  }

  it.each(cells)('%s %s: %s', async (state, act, expected) => {
    const { post, id } = await aCommentWithReply();
    await states[state](id);
    expect(outcome(await acts[act](`/posts/${post.id}/${id}`))).toBe(expected);
  });

  it.each(Object.keys(acts))('below a deleted post %s: deleted with it', async (act) => {
    const { post, id } = await aCommentWithReply();
    await other.delete(`/posts/${post.id}`);
    expect(outcome(await acts[act](`/posts/${post.id}/${id}`))).toBe('POST_DELETED');
  });

  it('hides its author and text, also from its author', async () => {
    const { post, id } = await aCommentWithReply();
    await states.hidden(id);
    for (const viewer of [t.anyone, other, author]) {
      const { items } = (await viewer.get(`/posts/${post.id}/comments`)).body;
      expect(items[0]).toMatchObject({ id, state: 'hidden', author: null, content: null, replyCount: 1 });
    }
  });
});
