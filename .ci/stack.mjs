import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

// node .ci/stack.mjs URL ADMIN PASSWORD — uses a whole stack over HTTP only: logs in, writes, reads, imports a
// catalogue, logs out. Without ADMIN it only reads, twenty times.

const [origin, username, password] = process.argv.slice(2);
let token;

if (!username) {
  for (let turn = 0; turn < 20; turn++) await call('GET /posts', { expect: 200 });
  process.exit();
}
const health = await fetch(`${origin}/health/ready`);
if (!health.ok) throw new Error(`not ready: ${health.status}`);
if ((await fetch(`${origin}/metrics`)).status !== 404) throw new Error('/metrics can be had from outside');

const session = await call('POST /auth/login', { body: { username, password }, expect: 200 });
token = session.accessToken;

const slug = `stack-${Date.now()}`;
const board = await call('POST /boards', { body: { name: '배포 확인', slug }, expect: 201 });
const words = { title: '컨테이너에서 쓴 글 🐳', content: '띄어쓰기와\n줄바꿈도 그대로', tags: ['배포'] };
const post = await call(`POST /boards/${board.id}/posts`, { body: words, expect: 201 });
await call(`POST /posts/${post.id}/comments`, { body: { content: '잘 보여요', anonymous: true }, expect: 201 });

const read = await call(`GET /posts/${post.id}?comments=20`, { expect: 200 });
expectSame([read.title, read.content, read.tags], [words.title, words.content, words.tags]);
expectSame(
  read.comments.items.map(({ content }) => content),
  ['잘 보여요'],
);
// The two instances share everything, so both find it.
for (let turn = 0; turn < 4; turn++) await call(`GET /posts/${post.id}`, { expect: 200 });

const { year, term } = await call('GET /semesters/current', { expect: 200 });
const form = new FormData();
form.set('semester', `${year}-${term}`);
form.set('force', 'true'); // compared with the demo's lectures this file is small
form.set('file', new Blob([readFileSync(new URL('../docs/examples/catalogue.csv', import.meta.url))]), 'catalogue.csv');
const { id } = await call('POST /catalogue/imports', { body: form, expect: 202 });
const done = await ended(id);
if (done.state !== 'done') throw new Error(`the import ended with ${JSON.stringify(done)}`);
const found = await call('GET /lectures?q=ㅈㄹㄱㅈ', { expect: 200 });
if (found.items.length === 0) throw new Error('the imported lecture is not found');

await call('POST /auth/logout', { expect: 204 });
await call('GET /accounts/me', { expect: 401 });
console.log(`${origin}: logged in, wrote, read, imported ${found.items.length} lectures of that name, logged out`);

async function ended(id) {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(200)) {
    const job = await call(`GET /catalogue/imports/${id}`, { expect: 200 });
    if (job.state !== 'queued' && job.state !== 'running') return job;
  }
  throw new Error('the import does not end');
}

async function call(what, { body, expect }) {
  const [method, path] = what.split(' ');
  const isForm = body instanceof FormData;
  const answer = await fetch(`${origin}/api/v1${encodeURI(path)}`, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && !isForm && { 'content-type': 'application/json' }),
    },
    body: isForm ? body : body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.status !== expect) throw new Error(`${what} answered ${answer.status}: ${text}`);
  return text && JSON.parse(text);
}

function expectSame(actual, expected) {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`got ${a} instead of ${b}`);
}
