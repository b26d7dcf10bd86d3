import { beforeAll, describe, expect, it } from '@jest/globals';
import { marks } from '../src/database/batched-read.js';
import { int, selection } from '../src/database/selection.js';
import { startApp, type TestApp } from './support/app.js';
import { Client } from './support/client.js';
import { checkCounters } from './support/counters.js';
import { plainly } from './support/database.js';
import { aBoard, aComment, anAccount, aPost, aStudent } from './support/factories.js';
import { lockedOut } from './support/locked-out.js';
import { settled } from './support/settled.js';
import { statementsOf } from './support/statements.js';
import { readRows } from './support/rows.js';

let t: TestApp;
/** Without batches, on the same database. */
let single: TestApp;
let people: Client[];
let board: { id: number };

beforeAll(async () => {
  t = await startApp();
  single = await startApp({ keepData: true, env: { BATCHING: 'off' } });
  people = await Promise.all(Array.from({ length: 50 }, () => anAccount(t)));
  board = await aBoard(t, { owner: people[0] });
});

const withoutBatches = ({ accessToken }: Client) => new Client(single.fastify, t.contract, accessToken);
const countOf = (name: string) => t.database.groups.find(([group]) => group === name)![1];

describe('simultaneous reads of posts and sessions', () => {
  it('need few statements, and each viewer gets the right flags', async () => {
    const post = await aPost(t, { author: people[0], board });
    const likers = people.slice(1).filter((_, i) => i % 3 === 0);
    for (const liker of likers) await liker.put(`/posts/${post.id}/like`);
    await Promise.all(people.map((one) => one.get(`/posts/${post.id}`)));
    await settled(t);
    const { statements, result } = await statementsOf(() =>
      Promise.all([...people, t.anyone].map((one) => one.get(`/posts/${post.id}`))),
    );
    for (const [i, { status, body }] of result.entries()) {
      const viewer = people[i];
      const flags = { mine: body.mine, liked: body.liked };
      expect({ status, ...flags }).toEqual({
        status: 200,
        mine: i === 0,
        liked: viewer ? likers.includes(viewer) : false,
      });
    }
    // 51 viewers. On a busy machine they arrive one by one.
    expect(statements.filter((sql) => sql.includes('FROM sessions')).length).toBeLessThanOrEqual(12);
    expect(statements.filter((sql) => sql.includes('posts p')).length).toBeLessThanOrEqual(12);
  });

  it('are the same without batches, with a statement for each', async () => {
    const post = await aPost(t, { author: people[1], board });
    const readers = people.slice(0, 10);
    await Promise.all(readers.map((one) => one.get(`/posts/${post.id}`)));
    await settled(t);
    const together = await Promise.all(readers.map((one) => one.get(`/posts/${post.id}`)));
    const { statements, result } = await statementsOf(() =>
      Promise.all(readers.map((one) => withoutBatches(one).get(`/posts/${post.id}`))),
    );
    expect(result.map(({ body }) => body)).toEqual(together.map(({ body }) => body));
    expect(statements).toHaveLength(20);
  });

  it('see changes that were committed before the request arrived', async () => {
    const author = people[2];
    const post = await aPost(t, { author, board });
    const end = new AbortController();
    // Others keep statements in progress all the time.
    const others = people.slice(10, 30).map(async (one) => {
      while (!end.signal.aborted) await one.get(`/posts/${post.id}`);
    });
    for (let i = 0; i < 30; i++) {
      await author.patch(`/posts/${post.id}`, { title: `제목 ${i}` });
      const read = await Promise.all([author, people[3]].map((one) => one.get(`/posts/${post.id}`)));
      expect(read.map(({ body }) => body.title)).toEqual([`제목 ${i}`, `제목 ${i}`]);
    }
    const leaver = await anAccount(t);
    expect((await leaver.post('/auth/logout')).status).toBe(204);
    expect((await leaver.get(`/posts/${post.id}`)).status).toBe(401);
    end.abort();
    await Promise.all(others);
  });

  it('fail together if the statement fails, and only then', async () => {
    const answers = await Promise.all([
      ...people.slice(0, 20).map((one) => one.get('/posts/4000000000')),
      people[0].get('/accounts/me'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 20 }, () => 404), 200]);
  });
});

describe('a list with simultaneous readers', () => {
  it('is read at most twice, and each viewer gets the right flags', async () => {
    const own = await aBoard(t, { owner: people[0] });
    const posts = [];
    for (let i = 0; i < 5; i++) posts.push(await aPost(t, { author: people[i], board: own }));
    // Viewer n likes and keeps some of the posts, each viewer different ones.
    for (const [i, viewer] of people.slice(5, 21).entries()) {
      for (const [bit, post] of posts.entries()) {
        if (i & (1 << bit)) await viewer.put(`/posts/${post.id}/like`);
        else await viewer.put(`/posts/${post.id}/scrap`);
      }
    }
    const { statements, result } = await statementsOf(() =>
      Promise.all([...people, t.anyone].map((one) => one.get(`/boards/${own.id}/posts`))),
    );
    for (const [i, { status, body }] of result.entries()) {
      expect(status).toBe(200);
      const wanted = posts.map((post, bit) => {
        const reacts = i >= 5 && i < 21;
        const liked = reacts && ((i - 5) & (1 << bit)) > 0;
        return { id: post.id, mine: i === bit, liked, scrapped: reacts && !liked };
      });
      const shown = body.items.map(({ id, mine, liked, scrapped }: any) => ({ id, mine, liked, scrapped }));
      expect(shown).toEqual(wanted.reverse());
    }
    expect(statements.filter((sql) => sql.includes('posts_board_latest')).length).toBeLessThanOrEqual(12);
    const alone = await Promise.all(people.map((one) => withoutBatches(one).get(`/boards/${own.id}/posts`)));
    expect(alone.map(({ body }) => body)).toEqual(result.slice(0, -1).map(({ body }) => body));
    expect(alone.map(({ headers }) => headers.etag)).toEqual(result.slice(0, -1).map(({ headers }) => headers.etag));
  });

  it('shows changes that were committed before the request arrived', async () => {
    const own = await aBoard(t, { owner: people[0] });
    const end = new AbortController();
    const others = people.slice(10, 30).map(async (one) => {
      while (!end.signal.aborted) await one.get(`/boards/${own.id}/posts`);
    });
    for (let i = 0; i < 20; i++) {
      const { id } = await aPost(t, { author: people[0], board: own });
      const [first, second] = await Promise.all([people[0], t.anyone].map((one) => one.get(`/boards/${own.id}/posts`)));
      expect([first.body.items[0].id, second.body.items[0].id]).toEqual([id, id]);
    }
    end.abort();
    await Promise.all(others);
  });

  it('is refused to viewers who may not read the board, beside others who may', async () => {
    const student = await aStudent(t);
    const closed = await aBoard(t, { owner: student, readAccess: 'verified' });
    const { id } = await aPost(t, { author: student, board: closed });
    const answers = await Promise.all(
      [student, people[0], t.anyone, student, people[1]].map((one) => one.get(`/boards/${closed.id}/posts`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 200, 403]);
    expect(answers[0].body.items.map((item: any) => item.id)).toEqual([id]);
  });

  it('fails for all requests that share it, and is read again afterwards', async () => {
    const own = await aBoard(t, { owner: people[0] });
    await plainly('RENAME TABLE posts TO posts_away');
    const failed = await Promise.all(people.slice(0, 5).map((one) => one.get(`/boards/${own.id}/posts`)));
    await plainly('RENAME TABLE posts_away TO posts');
    expect(failed.map(({ status }) => status)).toEqual([500, 500, 500, 500, 500]);
    expect((await people[0].get(`/boards/${own.id}/posts`)).status).toBe(200);
  });
});

describe('simultaneous comments', () => {
  it('get their own id, text and number', async () => {
    const post = await aPost(t, { author: people[0], board, anonymous: true });
    const before = { ...countOf('comment') };
    const answers = await Promise.all(
      people.map((one, i) => one.post(`/posts/${post.id}/comments`, { content: `말 ${i}`, anonymous: i % 2 === 0 })),
    );
    for (const [i, { status, body }] of answers.entries()) {
      expect({ status, content: body.content, mine: body.mine }).toEqual({
        status: 201,
        content: `말 ${i}`,
        mine: true,
      });
      expect((await people[i].get(`/comments/${body.id}`)).body).toMatchObject({ content: `말 ${i}`, mine: true });
    }
    const numbers = answers.flatMap(({ body }) => (body.author.kind === 'anonymous' ? [body.author.number] : []));
    // The author of the post is 글쓴이, and has no number.
    expect(numbers.filter((number) => number !== null).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 24 }, (_, i) => i + 1),
    );
    expect((await t.anyone.get(`/posts/${post.id}`)).body.commentCount).toBe(50);
    const { writes, splits } = countOf('comment');
    expect([writes - before.writes, splits - before.splits]).toEqual([50, 0]);
  });

  it('do not fail together with a refused one', async () => {
    const [post, gone] = [await aPost(t, { author: people[0], board }), await aPost(t, { author: people[0], board })];
    await people[0].delete(`/posts/${gone.id}`);
    const root = (await people[1].post(`/posts/${post.id}/comments`, { content: '처음' })).body;
    const bodies = [
      [post.id, { content: '하나' }, 201],
      [gone.id, { content: '둘' }, 410],
      [4_000_000_000, { content: '셋' }, 404],
      [post.id, { content: '넷', parentId: root.id }, 201],
      [post.id, { content: '다섯', parentId: 4_000_000_000 }, 404],
      [post.id, { content: '여섯' }, 201],
    ] as const;
    const answers = await Promise.all(bodies.map(([id, body], i) => people[i + 2].post(`/posts/${id}/comments`, body)));
    expect(answers.map(({ status }) => status)).toEqual(bodies.map(([, , status]) => status));
    const { body } = await t.anyone.get(`/posts/${post.id}?comments=10`);
    expect(body.commentCount).toBe(4);
    const contents = body.comments.items.map(({ content }: { content: string }) => content);
    // The order of the two simultaneous ones is undefined.
    expect([contents[0], contents.slice(1).sort()]).toEqual(['처음', ['여섯', '하나']]);
    expect(body.comments.items[0].replyCount).toBe(1);
  });

  it('are written one by one after a group fails, and only the faulty one gets an error', async () => {
    const post = await aPost(t, { author: people[0], board });
    await plainly(`CREATE TRIGGER comments_fault BEFORE INSERT ON comments FOR EACH ROW
      IF NEW.content = 'fault' THEN SIGNAL SQLSTATE '45000'; END IF`);
    try {
      const answers = await Promise.all(
        people
          .slice(0, 16)
          .map((one, i) => one.post(`/posts/${post.id}/comments`, { content: i === 7 ? 'fault' : `말 ${i}` })),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, (_, i) => (i === 7 ? 500 : 201)));
    } finally {
      await plainly('DROP TRIGGER comments_fault');
    }
    expect((await t.anyone.get(`/posts/${post.id}`)).body.commentCount).toBe(15);
  });

  it('are retried together after a deadlock, and stored once', async () => {
    const post = await aPost(t, { author: people[0], board });
    // A rolled-back insert uses up an id: the next attempt gets others.
    await plainly(`CREATE TRIGGER comments_deadlock AFTER INSERT ON comments FOR EACH ROW
      IF NEW.id % 32 = 0 THEN SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213; END IF`);
    const before = t.database.deadlockRetries;
    try {
      const answers = await Promise.all(
        people.map((one, i) => one.post(`/posts/${post.id}/comments`, { content: `말 ${i}` })),
      );
      expect(answers.map(({ status }) => status)).toEqual(people.map(() => 201));
    } finally {
      await plainly('DROP TRIGGER comments_deadlock');
    }
    expect(t.database.deadlockRetries).toBeGreaterThan(before);
    expect((await t.anyone.get(`/posts/${post.id}`)).body.commentCount).toBe(50);
  });

  it('are exact with two instances', async () => {
    const post = await aPost(t, { author: people[0], board });
    const other = await startApp({ keepData: true });
    const answers = await Promise.all(
      people.map((one, i) => {
        const client = i % 2 === 0 ? one : new Client(other.fastify, t.contract, one.accessToken);
        return client.post(`/posts/${post.id}/comments`, { content: `말 ${i}`, anonymous: true });
      }),
    );
    expect(new Set(answers.map(({ body }) => body.author.number)).size).toBe(50);
    for (const [i, { body }] of answers.entries()) {
      expect((await people[i].get(`/comments/${body.id}`)).body).toMatchObject({ content: `말 ${i}`, mine: true });
    }
    expect((await t.anyone.get(`/posts/${post.id}`)).body.commentCount).toBe(50);
  });

  it('return their limits if they are refused', async () => {
    const limited = await startApp({ keepData: true, env: { RATE_LIMITS: 'on' } });
    const one = new Client(limited.fastify, t.contract, people[4].accessToken);
    const post = await aPost(t, { author: people[0], board });
    expect((await one.post('/posts/4000000000/comments', { content: '없는 글' })).status).toBe(404);
    expect((await one.post(`/posts/${post.id}/comments`, { content: '있는 글' })).status).toBe(201);
    expect((await one.post(`/posts/${post.id}/comments`, { content: '또 하나' })).status).toBe(429);
  });
});

describe('simultaneous likes', () => {
  it('are counted exactly, also with simultaneous unlikes', async () => {
    const post = await aPost(t, { author: people[0], board });
    const likers = people.slice(1, 41);
    for (let round = 0; round < 3; round++) {
      const work = likers.flatMap((one, i) => [
        one.put(`/posts/${post.id}/like`),
        ...(i % 2 ? [one.delete(`/posts/${post.id}/like`)] : []),
      ]);
      const answers = await Promise.all([...work, people[0].put(`/posts/${post.id}/like`)]);
      expect(answers.map(({ status }) => status)).toEqual([...work.map(() => 204), 403]);
    }
    await checkCounters(t);
    for (const one of likers) await one.put(`/posts/${post.id}/like`);
    expect((await t.anyone.get(`/posts/${post.id}`)).body.likeCount).toBe(40);
  });

  it('see likes that were committed while the group waited for a lock', async () => {
    const [first, second] = [
      await aPost(t, { author: people[0], board }),
      await aPost(t, { author: people[0], board }),
    ];
    const before = { ...countOf('like') };
    const { id } = (await people[3].get('/accounts/me')).body;
    let answers: Promise<{ status: number }[]> | undefined;
    await t.database.transaction(async (tx) => {
      await tx.run('UPDATE posts SET like_count = 1 WHERE id = ?', [second.id]);
      await tx.run('INSERT INTO post_likes (post_id, account_id, created_at) VALUES (?, ?, NOW())', [second.id, id]);
      // It has locked the first post and read its likes, and waits for the second one.
      const liked = [people[2].put(`/posts/${first.id}/like`), people[3].put(`/posts/${second.id}/like`)];
      answers = Promise.all(liked);
      await lockedOut(t, 1);
    });
    expect((await answers!).map(({ status }) => status)).toEqual([204, 204]);
    const { splits, transactions } = countOf('like');
    expect([transactions - before.transactions, splits - before.splits]).toEqual([1, 0]);
    expect((await t.anyone.get(`/posts/${second.id}`)).body.likeCount).toBe(1);
    await checkCounters(t);
  });

  it('make a post hot once, also if the like at the threshold is taken back', async () => {
    const post = await aPost(t, { author: people[0], board });
    for (const one of people.slice(1, 10)) await one.put(`/posts/${post.id}/like`);
    expect((await t.anyone.get(`/posts/${post.id}`)).body).toMatchObject({ likeCount: 9, hotAt: null });
    const answers = await Promise.all([
      people[11].put(`/posts/${post.id}/like`),
      people[11].delete(`/posts/${post.id}/like`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    const { body } = await t.anyone.get(`/posts/${post.id}`);
    expect(body).toMatchObject({ likeCount: 9, hotAt: expect.any(String) });
    await people[12].put(`/posts/${post.id}/like`);
    expect((await t.anyone.get(`/posts/${post.id}`)).body).toMatchObject({ likeCount: 10, hotAt: body.hotAt });
  });
});

describe('simultaneous likes of comments', () => {
  it('are counted exactly, and do not fail together with refused ones', async () => {
    const post = await aPost(t, { author: people[0], board });
    const gone = await aPost(t, { author: people[0], board });
    const liked = await aComment(t, { post, author: people[0] });
    const reply = await aComment(t, { post, author: people[1], parentId: liked.id });
    const [deleted, hidden] = [await aComment(t, { post, author: people[2] }), await aComment(t, { post })];
    const below = await aComment(t, { post: gone });
    await t.database.transaction((tx) => tx.run("UPDATE comments SET state = 'hidden' WHERE id = ?", [hidden.id]));
    await aComment(t, { post, parentId: deleted.id });
    await people[2].delete(`/comments/${deleted.id}`);
    await people[0].delete(`/posts/${gone.id}`);
    const refused: [number, number][] = [
      [4_000_000_000, 404],
      [deleted.id, 410],
      [hidden.id, 409],
      [below.id, 410],
    ];
    const before = { ...countOf('comment-like') };
    const answers = await Promise.all(
      people.map((one, i) => one.put(`/comments/${i % 5 === 4 ? refused[i % 4][0] : liked.id}/like`)),
    );
    // The author of the comment is the first one.
    expect(answers.map(({ status }) => status)).toEqual(
      people.map((_, i) => (i === 0 ? 403 : i % 5 === 4 ? refused[i % 4][1] : 204)),
    );
    const { writes, splits, transactions } = countOf('comment-like');
    expect([writes - before.writes, splits - before.splits]).toEqual([50, 0]);
    expect(transactions - before.transactions).toBeLessThan(50);
    expect((await t.anyone.get(`/comments/${liked.id}`)).body.likeCount).toBe(39);
    expect((await people[1].get(`/comments/${liked.id}`)).body.liked).toBe(true);

    // Two comments are liked and unliked at once; the last write of each pair counts.
    const work = people
      .slice(2, 22)
      .flatMap((one, i) => [
        one.put(`/comments/${reply.id}/like`),
        ...(i % 2 ? [one.delete(`/comments/${reply.id}/like`)] : []),
        one.delete(`/comments/${liked.id}/like`),
      ]);
    expect((await Promise.all(work)).map(({ status }) => status)).toEqual(work.map(() => 204));
    await checkCounters(t);
    const likes = await readRows(t.database, 'SELECT 1 FROM comment_likes WHERE comment_id IN (?, ?)', [
      liked.id,
      reply.id,
    ]);
    const counts = (await t.anyone.get(`/comments/${liked.id}`)).body;
    expect(counts.likeCount + counts.replies.items[0].likeCount).toBe(likes.length);
  });

  it('do not deadlock with new and deleted replies', async () => {
    const post = await aPost(t, { author: people[0], board });
    const root = await aComment(t, { post, author: people[0] });
    const before = t.database.deadlockRetries;
    for (let round = 0; round < 5; round++) {
      const replies = await Promise.all(
        people.slice(0, 10).map((author) => aComment(t, { post, author, parentId: root.id })),
      );
      const answers = await Promise.all(
        replies.flatMap(({ id }, i) => [
          people[20 + i].put(`/comments/${id}/like`),
          people[30 + i].put(`/comments/${root.id}/like`),
          people[i].delete(`/comments/${id}`),
        ]),
      );
      for (const { status } of answers) expect([204, 410]).toContain(status);
    }
    expect(t.database.deadlockRetries).toBe(before);
    await checkCounters(t);
  });
});

describe('simultaneous scraps', () => {
  it('are stored once each, and do not fail together with refused ones', async () => {
    const [post, gone] = [await aPost(t, { author: people[0], board }), await aPost(t, { author: people[0], board })];
    await people[0].delete(`/posts/${gone.id}`);
    const before = { ...countOf('scrap') };
    const put = people.map((one, i) => one.put(`/posts/${i % 10 === 9 ? gone.id : post.id}/scrap`));
    const twice = people.slice(0, 5).map((one) => one.put(`/posts/${post.id}/scrap`));
    const answers = await Promise.all([...put, ...twice]);
    expect(answers.map(({ status }) => status)).toEqual([
      ...people.map((_, i) => (i % 10 === 9 ? 410 : 204)),
      ...twice.map(() => 204),
    ]);
    const { writes, splits, transactions } = countOf('scrap');
    expect([writes - before.writes, splits - before.splits]).toEqual([55, 0]);
    expect(transactions - before.transactions).toBeLessThan(55);
    const stored = () => readRows(t.database, 'SELECT 1 FROM post_scraps WHERE post_id IN (?, ?)', [post.id, gone.id]);
    expect(await stored()).toHaveLength(45);
    const removed = await Promise.all(people.slice(0, 20).map((one) => one.delete(`/posts/${post.id}/scrap`)));
    expect(removed.map(({ status }) => status)).toEqual(removed.map(() => 204));
    expect(await stored()).toHaveLength(27);
  });
});

describe('a single write', () => {
  /** Without the session's statement. */
  const written = async (work: () => Promise<{ status: number }>) => {
    const { statements, result } = await statementsOf(work);
    expect(result.status).toBeLessThan(300);
    expect(statements.shift()).toContain('FROM sessions');
    return statements.map((sql) => sql.trim().split(/\s+/, 1)[0]);
  };

  it('has a fixed number of statements', async () => {
    const one = people[1];
    const post = await aPost(t, { author: people[0], board });
    const hidden = await aPost(t, { author: one, board, anonymous: true });
    const root = await aComment(t, { post, author: people[0] });
    const comment = (id: number, body: object) => written(() => one.post(`/posts/${id}/comments`, body));
    const [begin, end] = [
      ['START', 'SELECT', 'SELECT'],
      ['INSERT', 'UPDATE', 'COMMIT'],
    ];
    // Accounts, posts; the comment, the post's counter.
    expect(await comment(post.id, { content: '이름' })).toEqual([...begin, ...end]);
    // The parent; its counter.
    expect(await comment(post.id, { content: '답글', parentId: root.id })).toEqual([
      ...[...begin, 'SELECT'],
      ...['INSERT', 'UPDATE', 'UPDATE', 'COMMIT'],
    ]);
    // The number in the thread, which is new only the first time.
    expect(await comment(post.id, { content: '익명', anonymous: true })).toEqual([
      ...[...begin, 'SELECT', 'INSERT'],
      ...end,
    ]);
    expect(await comment(post.id, { content: '익명 또', anonymous: true })).toEqual([...begin, 'SELECT', ...end]);
    expect(await comment(hidden.id, { content: '글쓴이', anonymous: true })).toEqual([...begin, ...end]);
    for (const path of [`/posts/${post.id}/like`, `/comments/${root.id}/like`]) {
      expect(await written(() => one.put(path))).toEqual([...begin, ...end]);
      expect(await written(() => one.put(path))).toEqual([...begin, 'COMMIT']);
      expect(await written(() => one.delete(path))).toEqual(['START', 'SELECT', 'DELETE', 'UPDATE', 'COMMIT']);
    }
    expect(await written(() => one.put(`/posts/${post.id}/scrap`))).toEqual([...begin, 'INSERT', 'COMMIT']);
    const unscrap = await written(() => one.delete(`/posts/${post.id}/scrap`));
    expect(unscrap).toEqual(['START', 'SELECT', 'DELETE', 'COMMIT']);
  });
});

it('waits for a limited time', async () => {
  const read = t.database.pointRead<number, { id: number }>({
    name: 'test',
    selection: selection({ id: int('id') }),
    from: (keys) => `FROM boards WHERE id IN (${marks(keys)})`,
    parameters: (id) => [id],
    idOfKey: (id) => id,
    idOfRow: ({ id }) => id,
  });
  const asked = await Promise.allSettled(Array.from({ length: 3_000 }, (_, i) => read.load(i + 1)));
  const refused = asked.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(1_000);
  expect(await read.load(board.id)).toEqual({ id: board.id });
});

it('leaves every stored counter equal to its rows', async () => {
  await settled(t);
  await expect(checkCounters(t)).resolves.toBeUndefined();
});
