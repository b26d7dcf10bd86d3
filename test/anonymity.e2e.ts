import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { SecurityEvents } from '../src/common/security-events.js';
import { plainly } from './support/database.js';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { aBoard, aComment, anAccount, aPost, aStaffAccount, next, PASSWORD } from './support/factories.js';
import { readRows } from './support/rows.js';

/**
 * Calls every documented GET route, also new ones, with all values of its parameters: as a stranger, a member and a
 * moderator. No answer may reveal the author of an anonymous text, in body or headers.
 */
let t: TestApp;
const lines: string[] = [];
let stranger: Client;
let member: Client;
let moderator: Client;
/** Writes only anonymously, so that each trace of the name is a leak. */
let author: Client;
let document: any;
/** Two anonymous posts and comments by the author, and one by another member. */
let posts: { hers: number[]; another: number };
let comments: { hers: number[]; another: number };
/** Values for path parameters. */
let things: Record<string, (string | number)[]>;
let queries: Record<string, (string | number)[]>;

beforeAll(async () => {
  t = await startApp({ env: { LOG_LEVEL: 'info' }, log: { write: (line) => void lines.push(line) } });
  [stranger, member, moderator] = [t.anyone, await anAccount(t), await aStaffAccount(t, 'moderator')];
  // An id that differs from every other number in an answer.
  await plainly('ALTER TABLE accounts AUTO_INCREMENT = 777000333');
  author = await anAccount(t, { username: 'hidden_writer', nickname: '숨은이' });
  const another = await anAccount(t);
  const boards = [await aBoard(t), await aBoard(t)];
  const write = async (by: Client, i: number) =>
    (
      await aPost(t, {
        author: by,
        board: boards[i % 2],
        anonymous: true,
        tags: [`비밀${i}`],
        title: `비밀 이야기 ${i}`,
      })
    ).id;
  posts = { hers: [await write(author, 0), await write(author, 1)], another: await write(another, 2) };
  const threads = [];
  for (let i = 0; i < 3; i++) threads.push(await aPost(t, { board: boards[0], author: member }));
  const comment = async (by: Client, post: { id: number }, parentId: number | null = null) =>
    (await aComment(t, { post, author: by, anonymous: true, parentId, content: `비밀 댓글 ${next()}` })).id;
  comments = {
    hers: [await comment(author, threads[0]), await comment(author, threads[1])],
    another: await comment(another, threads[2]),
  };
  await comment(author, threads[2], await comment(member, threads[2]));
  for (const id of [...posts.hers, posts.another]) {
    await comment(author, { id });
    await comment(member, { id });
    await member.put(`/posts/${id}/like`);
    await member.put(`/posts/${id}/scrap`);
  }
  const stub = await comment(author, threads[0]);
  await comment(member, threads[0], stub);
  await author.delete(`/comments/${stub}`);
  const edited = comments.hers[0];
  await author.patch(`/comments/${edited}`, { content: '고친 비밀' });
  document = (await t.anyone.get('//openapi.json')).body;
  const ids = async (table: string) =>
    (await readRows<{ id: number }>(t.database, `SELECT id FROM ${table} WHERE id <> ?`, [author.id])).map(
      ({ id }) => id,
    );
  things = {
    posts: await ids('posts'),
    comments: await ids('comments'),
    boards: await ids('boards'),
    accounts: await ids('accounts'),
    tags: ['비밀0', '비밀1', '비밀2'],
  };
  queries = {
    author: [author.id, member.id],
    board: things.boards,
    tag: things.tags,
    q: ['비밀', author.nickname, author.username, String(author.id)],
    prefix: ['비밀', author.nickname],
    from: ['2020-01-01'],
    to: ['2099-12-31'],
    comments: [100],
    limit: [100],
  };
});

/** Every address of a documented GET route: each path parameter with all values, query parameters in pairs. */
function addresses(path: string, operation: any): string[] {
  const [resource] = path.replace('/api/v1/', '').split('/');
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  // A route that is unknown to this test gets every id.
  const values = things[resource] ?? [...new Set(Object.values(things).flat())];
  const paths = names.reduce<string[]>(
    (known, name) => known.flatMap((one) => values.map((value) => one.replace(`{${name}}`, encodeURIComponent(value)))),
    [path],
  );
  const parameters: string[][] = (operation.parameters ?? [])
    .filter((parameter: any) => parameter.in === 'query' && parameter.name !== 'cursor')
    .map(({ name, schema }: any) =>
      (queries[name] ?? schema.enum ?? []).map((value: any) => `${name}=${encodeURIComponent(value)}`),
    );
  // Two values of one parameter are 400, and `b&a` is the same as `a&b`.
  const pairs = parameters.flatMap((some, i) =>
    some.flatMap((a) => parameters.slice(i + 1).flatMap((others) => others.map((b) => `${a}&${b}`))),
  );
  const asked = names.length > 0 ? parameters.flat() : [...parameters.flat(), ...pairs];
  return paths.flatMap((address) => [address, ...asked.map((query) => `${address}?${query}`)]);
}

function* routes(): Generator<string[]> {
  for (const [path, { get }] of Object.entries<any>(document.paths)) {
    if (get) yield addresses(path, get);
  }
}

/** Traces of the author in an answer. */
function traces({ raw }: Answer): string[] {
  const text = JSON.stringify(raw.headers) + raw.payload;
  return [String(author.id), author.username, author.nickname, '숨은'].filter((word) => text.includes(word));
}

async function crawl(viewer: Client): Promise<{ found: string[]; read: number }> {
  const found: string[] = [];
  let read = 0;
  for (const list of routes()) {
    for (const address of list) {
      const answer = await viewer.get(address.startsWith('/api/v1') ? address.slice('/api/v1'.length) : `/${address}`);
      if (answer.status === 200) read++;
      if (traces(answer).length > 0) found.push(`${address} tells ${traces(answer).join()}`);
    }
  }
  return { found, read };
}

/** `path=value` of every leaf of an answer. */
function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path}=${JSON.stringify(value)}`];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

const viewers = (): [string, Client][] => [
  ['a stranger', stranger],
  ['a member', member],
  ['a moderator', moderator],
];

describe('The author of anonymous texts', () => {
  it.each([0, 1, 2])('appears on no route (viewer %i)', async (i) => {
    const { found, read } = await crawl(viewers()[i][1]);
    expect(found).toEqual([]);
    expect(read).toBeGreaterThan(100);
  });

  it('is found by the crawl in her own answers', async () => {
    const { found } = await crawl(author);
    expect(found).toContainEqual(expect.stringMatching(/\/accounts\/me tells 777000\d+,hidden_writer,숨은이/));
  });

  it('has a profile with name and day, without numbers that grow with anonymous texts', async () => {
    const { body } = await member.get(`/accounts/${author.id}`);
    expect(Object.keys(body).sort()).toEqual(['createdAt', 'id', 'nickname']);
  });

  it('has no public list of anonymous texts, not even her own by author', async () => {
    for (const [, viewer] of [...viewers(), ['herself', author] as const]) {
      for (const query of ['', '&q=비밀', `&board=${things.boards[0]}`, '&from=2020-01-01']) {
        expect((await viewer.get(`/posts?author=${author.id}${query}`)).body.items).toEqual([]);
      }
    }
    const own = (await author.all('/accounts/me/posts')).map(({ id }) => id);
    expect(own.sort()).toEqual([...posts.hers].sort());
  });

  it('alone sees which texts are hers', async () => {
    for (const id of posts.hers) {
      for (const [, viewer] of viewers()) expect((await viewer.get(`/posts/${id}`)).body.mine).toBe(false);
      expect((await author.get(`/posts/${id}`)).body.mine).toBe(true);
    }
    for (const id of comments.hers) {
      for (const [, viewer] of viewers()) expect((await viewer.get(`/comments/${id}`)).body.mine).toBe(false);
      expect((await author.get(`/comments/${id}`)).body.mine).toBe(true);
    }
  });

  it.each([
    ['posts', () => posts],
    ['comments', () => comments],
  ])('has two %s with nothing in common that one by another member does not have', async (kind, given) => {
    const { hers, another } = given();
    for (const [, viewer] of viewers()) {
      const [one, two, control] = await Promise.all([...hers, another].map((id) => viewer.get(`/${kind}/${id}`)));
      const known = new Set(leaves(control.body));
      // Its place is no secret.
      const telling = leaves(one.body)
        .filter((leaf) => leaves(two.body).includes(leaf) && !known.has(leaf))
        .filter((leaf) => !/^\.(boardId|editedAt)=/.test(leaf));
      expect(telling).toEqual([]);
      expect(one.headers.etag).not.toBe(two.headers.etag);
    }
  });

  it('appears in no line of the log and in no metric, by name, number or hash', async () => {
    const { id, username, nickname } = author;
    const hashes = [String(id), username, nickname].flatMap((word) =>
      ['md5', 'sha1', 'sha256'].flatMap((kind) =>
        (['hex', 'base64url'] as const).map((form) => createHash(kind).update(word).digest(form).slice(0, 12)),
      ),
    );
    const words = [String(id), username, nickname, ...hashes, t.app.get(SecurityEvents).hashOfAccount(id)];
    // A request for a profile has the id in its path.
    const others = lines.filter((line) => JSON.parse(line).path !== `/api/v1/accounts/${id}`);
    expect(others.length).toBeGreaterThan(500);
    const { payload } = await t.fastify.inject('/metrics');
    for (const word of words) {
      expect(others.filter((line) => line.includes(word))).toEqual([]);
      expect(payload).not.toContain(word);
    }
  });

  it('leaves no trace after leaving: anonymous texts stay unchanged', async () => {
    // Her own views count like others, and are deleted with her.
    await plainly('DELETE FROM post_views', 'UPDATE posts SET view_count = 0');
    const addresses = [
      ...things.posts.map((id) => `/posts/${id}?comments=100`),
      ...comments.hers.map((id) => `/comments/${id}`),
      '/posts?limit=100',
      '/posts?q=비밀',
    ];
    const read = () => Promise.all(addresses.map(async (path) => (await stranger.get(path)).raw.payload));
    const before = await read();
    expect((await author.delete('/accounts/me', { password: PASSWORD, content: 'keep' })).status).toBe(204);
    expect(await read()).toEqual(before);
  });

  it.each([0, 1, 2])('appears on no route after she left (viewer %i)', async (i) => {
    expect((await crawl(viewers()[i][1])).found).toEqual([]);
  });
});
