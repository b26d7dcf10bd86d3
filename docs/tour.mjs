#!/usr/bin/env node
// A tour of the API with nothing but HTTP: `node docs/tour.mjs [http://localhost:3000]`, on a server that `npm start`
// brought up. Prints every call as a curl command with its answer, and fails when one is not as expected.

const origin = process.argv[2] ?? `http://localhost:${process.env.PORT ?? 3000}`;
const suffix = Date.now().toString(36);
const tokens = {};
let calls = 0;

/**
 * @param {string} what one line for the reader
 * @param {string} call `POST /boards`
 * @param {{as?: string, body?: unknown, headers?: Record<string, string>, expect: number}} options
 */
async function step(what, call, { as, body, headers = {}, expect }) {
  const [method, path] = call.split(' ');
  const url = `${origin}${path.startsWith('/health') ? '' : '/api/v1'}${encodeURI(path)}`;
  const all = {
    ...(as ? { Authorization: `Bearer ${tokens[as].accessToken}` } : {}),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...headers,
  };
  const response = await fetch(url, {
    method,
    headers: all,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  print(what, curl(method, url, all, body, as), response.status, text);
  if (response.status !== expect) {
    console.error(`\nExpected ${expect}.`);
    process.exit(1);
  }
  calls++;
  return { body: text ? JSON.parse(text) : null, headers: response.headers };
}

function curl(method, url, headers, body, as) {
  const parts = [`curl -X ${method} '${decodeURI(url)}'`];
  for (const [name, value] of Object.entries(headers)) {
    parts.push(`-H '${name}: ${name === 'Authorization' ? `Bearer $${as.toUpperCase()}` : value}'`);
  }
  if (body !== undefined) parts.push(`-d '${JSON.stringify(body)}'`);
  return parts.join(' \\\n    ');
}

function print(what, command, status, text) {
  const shown = text.length > 600 ? `${text.slice(0, 600)}…` : text;
  console.log(`\n# ${what}\n$ ${command}\n${status} ${shown}`);
}

async function register(name, nickname) {
  const body = { username: `${name}_${suffix}`, password: 'maeil-achim-9si', nickname };
  const { body: answer } = await step(`${nickname} registers`, 'POST /auth/register', { body, expect: 201 });
  tokens[name] = answer;
}

await fetch(`${origin}/health/live`).catch(() => {
  console.error(`Nothing answers at ${origin}. Start the server first: npm start`);
  process.exit(1);
});
await step('The server is ready', 'GET /health/ready', { expect: 200 });
await register('minsu', '민수');
await register('jiwoo', '지우');

const board = (
  await step('민수 opens a board', 'POST /boards', {
    as: 'minsu',
    body: { name: '컴공 자유게시판', slug: `cs-${suffix}`, description: '컴퓨터공학과 사람들' },
    expect: 201,
  })
).body;

const writing = {
  title: '운영체제 중간고사 족보 구해요',
  content: '김교수님 수업 들으시는 분 계신가요? 같이 공부해요!',
  tags: ['#중간고사', '운영체제', 'OS'],
};
const key = { 'Idempotency-Key': `tour-${suffix}` };
const written = await step('… and writes, with tags', `POST /boards/${board.id}/posts`, {
  as: 'minsu',
  body: writing,
  headers: key,
  expect: 201,
});
const post = written.body;
const again = await step('The answer got lost: the same key gets the same answer', `POST /boards/${board.id}/posts`, {
  as: 'minsu',
  body: writing,
  headers: key,
  expect: 201,
});
if (again.body.id !== post.id || again.headers.get('idempotency-replayed') !== 'true')
  throw new Error('Written twice.');

const question = (
  await step('지우 asks, anonymously', `POST /posts/${post.id}/comments`, {
    as: 'jiwoo',
    body: { content: '저도 궁금해요. 범위가 어디까지인가요?', anonymous: true },
    expect: 201,
  })
).body;
await step('민수 replies', `POST /posts/${post.id}/comments`, {
  as: 'minsu',
  body: { content: '3장부터 7장까지래요', parentId: question.id },
  expect: 201,
});
await step('지우 likes the post', `PUT /posts/${post.id}/like`, { as: 'jiwoo', expect: 204 });
await step('… keeps it', `PUT /posts/${post.id}/scrap`, { as: 'jiwoo', expect: 204 });
await step('민수 likes the anonymous question', `PUT /comments/${question.id}/like`, { as: 'minsu', expect: 204 });
await step('Anybody reads it with its comments', `GET /posts/${post.id}?comments=10`, { expect: 200 });
await step('The board, newest first', `GET /boards/${board.id}/posts?limit=5`, { expect: 200 });
await step('Search finds two syllables in the middle of a word', `GET /posts?q=영체&board=${board.id}`, {
  expect: 200,
});
await step('Tags, while one types', 'GET /tags?prefix=중간&sort=popular', { expect: 200 });
await step('The posts with a tag', 'GET /tags/운영체제/posts?limit=3', { expect: 200 });
await step('What 지우 keeps', 'GET /accounts/me/scraps', { as: 'jiwoo', expect: 200 });

await step('민수 edits what he saw', `PATCH /posts/${post.id}`, {
  as: 'minsu',
  body: { title: '운영체제 중간고사 같이 공부해요', tags: ['중간고사', '스터디'] },
  headers: { 'If-Match': written.headers.get('etag') },
  expect: 200,
});
await step('… but not what was changed meanwhile', `PATCH /posts/${post.id}`, {
  as: 'minsu',
  body: { title: '다른 제목' },
  headers: { 'If-Match': written.headers.get('etag'), 'Accept-Language': 'ko' },
  expect: 412,
});
await step('지우 may not', `PATCH /posts/${post.id}`, { as: 'jiwoo', body: { title: '내 글' }, expect: 403 });
await step('Bad input is named', `POST /boards/${board.id}/posts`, {
  as: 'jiwoo',
  body: { titel: '오타', content: 5 },
  headers: { 'Accept-Language': 'ko' },
  expect: 400,
});

const { refreshToken } = tokens.jiwoo;
const fresh = await step('지우 refreshes', 'POST /auth/refresh', { body: { refreshToken }, expect: 200 });
tokens.jiwoo = fresh.body;
await step('… sees where she is logged in', 'GET /auth/sessions', { as: 'jiwoo', expect: 200 });
await step('… and logs out', 'POST /auth/logout', { as: 'jiwoo', expect: 204 });
await step('Her token is dead at once', 'GET /accounts/me', { as: 'jiwoo', expect: 401 });

await step('민수 deletes the post', `DELETE /posts/${post.id}`, { as: 'minsu', expect: 204 });
await step('It is gone', `GET /posts/${post.id}`, { expect: 410 });
await step('민수 leaves and takes everything along', 'DELETE /accounts/me', {
  as: 'minsu',
  body: { password: 'maeil-achim-9si', content: 'remove' },
  expect: 204,
});
console.log(`\n${calls} calls, all as expected.`);
