import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { checkCounters } from './support/counters.js';
import { aBoard, aComment, anAccount, aPost, aStudent, next, PASSWORD } from './support/factories.js';
import { settled } from './support/settled.js';

let t: TestApp;
let people: Client[];
beforeAll(async () => {
  t = await startApp();
  people = await Promise.all(Array.from({ length: 60 }, () => anAccount(t)));
});
afterEach(async () => {
  await settled(t);
  await checkCounters(t);
});

/** Deterministic: a failure can be repeated with the same seed. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function shuffled<T>(list: T[], pick: (below: number) => number): T[] {
  const rest = [...list];
  return list.map(() => rest.splice(pick(rest.length), 1)[0]);
}

const statuses = (answers: Answer[]): number[] => [...new Set(answers.map(({ status }) => status))];

describe('simultaneous requests', () => {
  it('sixty likes of one post are sixty, and make it hot', async () => {
    const post = await aPost(t);
    const answers = await Promise.all(people.map((one) => one.put(`/posts/${post.id}/like`)));
    expect(statuses(answers)).toEqual([204]);
    const { body } = await t.anyone.get(`/posts/${post.id}`);
    expect(body.likeCount).toBe(60);
    expect(body.hotAt).not.toBeNull();
  });

  it('after two hundred likes and unlikes, the count equals the accounts that like it', async () => {
    const pick = random(1);
    const post = await aPost(t);
    const last = new Map<Client, Promise<unknown>>();
    const likes = new Map<Client, boolean>();
    const answers = Array.from({ length: 200 }, () => {
      const one = people[pick(20)];
      const likesIt = pick(2) === 0;
      likes.set(one, likesIt);
      const act = () => (likesIt ? one.put(`/posts/${post.id}/like`) : one.delete(`/posts/${post.id}/like`));
      const answer = (last.get(one) ?? Promise.resolve()).then(act);
      last.set(one, answer);
      return answer;
    });
    expect(statuses(await Promise.all(answers))).toEqual([204]);
    const { likeCount } = (await t.anyone.get(`/posts/${post.id}`)).body;
    expect(likeCount).toBe([...likes.values()].filter(Boolean).length);
  });

  it('forty posts with overlapping new tags in any order are forty, and each tag exists once', async () => {
    const pick = random(2);
    const mark = `겹침${next()}`;
    const boards = await Promise.all(Array.from({ length: 4 }, () => aBoard(t)));
    const words = Array.from({ length: 30 }, (_, i) => `${mark}-${i}`);
    const answers = await Promise.all(
      people.slice(0, 40).map((one, i) => {
        const tags = shuffled(words, pick).slice(0, 12);
        return one.post(`/boards/${boards[i % 4].id}/posts`, { title: `글 ${i}`, content: '내용', tags });
      }),
    );
    expect(statuses(answers)).toEqual([201]);
    for (const { body } of answers) expect(body.tags).toHaveLength(12);
    const tags = await t.anyone.all(`/tags?prefix=${mark}`);
    expect(new Set(tags.map(({ name }) => name)).size).toBe(tags.length);
    expect(tags.reduce((sum, { postCount }) => sum + postCount, 0)).toBe(40 * 12);
  });

  it.each([
    ['few tags', 10, 5],
    ['many tags', 200, 8],
  ])('forty edits that swap %s, in open and closed boards, succeed without a deadlock', async (_, all, each) => {
    const pick = random(all);
    const words = Array.from({ length: all }, (_, i) => `맞교환${all}-${i}`);
    const some = () => shuffled(words, pick).slice(0, each);
    const boards = [await aBoard(t), await aBoard(t, { readAccess: 'members' }), await aBoard(t)];
    const posts = await Promise.all(
      people.slice(0, 40).map(async (author, i) => {
        return { author, id: (await aPost(t, { author, board: boards[i % 3], tags: some() })).id };
      }),
    );
    const { deadlockRetries } = t.database;
    for (let round = 0; round < 2; round++) {
      const edits = posts.map(({ author, id }) => author.patch(`/posts/${id}`, { tags: some() }));
      expect(statuses(await Promise.all(edits))).toEqual([200]);
    }
    expect(t.database.deadlockRetries - deadlockRetries).toBe(0);
  });

  it('comments, replies and deletions in one thread keep its counters right', async () => {
    const post = await aPost(t);
    const root = await aComment(t, { post, author: people[0] });
    const answers = await Promise.all(
      people.slice(0, 30).map(async (one, i) => {
        if (i === 0) return one.delete(`/comments/${root.id}`);
        const body = { content: '답글', ...(i % 3 === 0 ? {} : { parentId: root.id }) };
        const written = await one.post(`/posts/${post.id}/comments`, body);
        return i % 2 === 0 && written.status === 201 ? one.delete(`/comments/${written.body.id}`) : written;
      }),
    );
    // Replies to a root that was deleted in the meantime are refused.
    for (const { status } of answers) expect([201, 204, 410]).toContain(status);
  });

  it('posts of a board that is being closed get its new access', async () => {
    const owner = await aStudent(t);
    const board = await aBoard(t, { owner });
    const write = (one: Client, i: number) =>
      one.post(`/boards/${board.id}/posts`, { title: `글 ${i}`, content: '내용', tags: ['닫힘', `닫힘${i}`] });
    const [closed, ...answers] = await Promise.all([
      owner.patch(`/boards/${board.id}`, { readAccess: 'verified' }),
      ...people.slice(0, 20).map(write),
    ]);
    expect(closed.status).toBe(200);
    for (const { status } of answers) expect([201, 403]).toContain(status);
  });
});

describe('many random requests', () => {
  it.each([11, 12])('leave every counter right and cause no 5xx (seed %i)', async (seed) => {
    const pick = random(seed);
    const crowd = await Promise.all(Array.from({ length: 16 }, () => anAccount(t)));
    const owner = await aStudent(t);
    const boards = await Promise.all([1, 2, 3].map(() => aBoard(t, { owner })));
    const words = Array.from({ length: 12 }, (_, i) => `폭풍${seed}-${i}`);
    const posts: number[] = [];
    const comments: number[] = [];
    const one = <T>(list: T[]): T => list[pick(list.length)];
    for (const author of crowd) posts.push((await aPost(t, { author, board: one(boards), tags: [one(words)] })).id);
    for (let i = 0; i < 16; i++) comments.push((await aComment(t, { post: { id: posts[i] }, author: one(crowd) })).id);
    const noted = (list: number[], answer: Promise<Answer>) =>
      answer.then((done) => {
        if (done.status === 201) list.push(done.body.id);
        return done;
      });
    const tags = () => shuffled(words, pick).slice(0, pick(6));
    const body = () => ({ title: `글 ${next()}`, content: '내용', tags: tags(), anonymous: pick(2) === 0 });
    const reply = () => ({
      content: '답글',
      anonymous: pick(2) === 0,
      parentId: pick(2) === 0 ? one(comments) : null,
    });
    const acts: ((by: Client) => Promise<Answer>)[] = [
      (by) => by.put(`/posts/${one(posts)}/like`),
      (by) => by.put(`/posts/${one(posts)}/like`),
      (by) => by.delete(`/posts/${one(posts)}/like`),
      (by) => by.put(`/posts/${one(posts)}/scrap`),
      (by) => by.get(`/posts/${one(posts)}?comments=20`),
      (by) => by.get(`/posts/${one(posts)}`),
      (by) => by.put(`/comments/${one(comments)}/like`),
      (by) => by.delete(`/comments/${one(comments)}/like`),
      (by) => noted(posts, by.post(`/boards/${one(boards).id}/posts`, body())),
      (by) => by.patch(`/posts/${one(posts)}`, { tags: tags() }),
      (by) => by.delete(`/posts/${one(posts)}`),
      (by) => noted(comments, by.post(`/posts/${one(posts)}/comments`, reply())),
      (by) => noted(comments, by.post(`/posts/${one(posts)}/comments`, reply())),
      (by) => by.patch(`/comments/${one(comments)}`, { content: `고침 ${next()}` }),
      (by) => by.delete(`/comments/${one(comments)}`),
      (by) => by.get(`/posts?tag=${one(words)}`),
    ];
    const once = [
      () => owner.patch(`/boards/${boards[0].id}`, { readAccess: 'members' }),
      () => owner.patch(`/boards/${boards[1].id}`, { readAccess: 'verified' }),
      () => crowd[0].delete('/accounts/me', { password: PASSWORD, content: 'keep' }),
      () => crowd[1].delete('/accounts/me', { password: PASSWORD, content: 'remove' }),
      () => crowd[2].delete('/accounts/me', { password: PASSWORD, content: 'remove' }),
    ];
    const answers: Answer[] = [];
    // Two workers for each account, twenty requests each; between them single events.
    const hands = crowd.flatMap((by) => [by, by]);
    const storm = hands.map(async (by) => {
      for (let i = 0; i < 20; i++) answers.push(await one(acts)(by));
    });
    const rare = once.map(async (act, i) => {
      await new Promise((resolve) => setTimeout(resolve, 300 * (i + 1)));
      answers.push(await act());
    });
    await Promise.all([...storm, ...rare]);
    expect(answers.filter(({ status }) => status >= 500).map(({ body }) => body)).toEqual([]);
    expect(answers.filter(({ status }) => status < 300).length).toBeGreaterThan(200);
  });
});
