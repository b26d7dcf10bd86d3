#!/usr/bin/env node
// A tour of the API over HTTP: `node docs/tour.mjs [http://localhost:3000]`, on the server of `npm start`. Prints every
// call as a curl command with its answer, and fails at the first unexpected status.

const origin = process.argv[2] ?? `http://localhost:${process.env.PORT ?? 3000}`;
const suffix = Date.now().toString(36);
const tokens = {};
let calls = 0;

/**
 * @param {string} title one line for the reader
 * @param {string} call `POST /boards`
 * @param {{as?: string, body?: unknown, headers?: Record<string, string>, expect: number}} options
 */
async function step(title, call, { as, body, headers = {}, expect }) {
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
  print(title, curl(method, url, all, body, as), response.status, text);
  if (response.status !== expect) {
    console.error(`\nExpected ${expect}.`);
    process.exit(1);
  }
  calls++;
  const isJson = response.headers.get('content-type')?.includes('json');
  return { body: isJson ? JSON.parse(text) : text, headers: response.headers };
}

function curl(method, url, headers, body, as) {
  // The answer does not end with a newline.
  const parts = [`curl -w '\\n' -X ${method} '${decodeURI(url)}'`];
  for (const [name, value] of Object.entries(headers)) {
    parts.push(`-H '${name}: ${name === 'Authorization' ? `Bearer $${as.toUpperCase()}` : value}'`);
  }
  if (body !== undefined) parts.push(`-d '${JSON.stringify(body)}'`);
  return parts.join(' \\\n    ');
}

function print(title, command, status, text) {
  const shown = text.length > 600 ? `${text.slice(0, 600)}…` : text;
  console.log(`\n# ${title}\n$ ${command}\n${status} ${shown}`);
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
const written = await step('민수 writes a post with tags', `POST /boards/${board.id}/posts`, {
  as: 'minsu',
  body: writing,
  headers: key,
  expect: 201,
});
const post = written.body;
const again = await step('A retry with the same key gets the same answer', `POST /boards/${board.id}/posts`, {
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
await step('지우 keeps the post', `PUT /posts/${post.id}/scrap`, { as: 'jiwoo', expect: 204 });
await step('민수 likes the anonymous question', `PUT /comments/${question.id}/like`, { as: 'minsu', expect: 204 });
await step('Anybody reads the post with its comments', `GET /posts/${post.id}?comments=10`, { expect: 200 });
await step("The board's posts, newest first", `GET /boards/${board.id}/posts?limit=5`, { expect: 200 });
await step('Search for two syllables in the middle of a word', `GET /posts?q=영체&board=${board.id}`, {
  expect: 200,
});
await step('Tags by their first letters', 'GET /tags?prefix=중간&sort=popular', { expect: 200 });
await step('The posts with a tag', 'GET /tags/운영체제/posts?limit=3', { expect: 200 });
await step('Posts that 지우 keeps', 'GET /accounts/me/scraps', { as: 'jiwoo', expect: 200 });

await step('민수 edits the version that he has read', `PATCH /posts/${post.id}`, {
  as: 'minsu',
  body: { title: '운영체제 중간고사 같이 공부해요', tags: ['중간고사', '스터디'] },
  headers: { 'If-Match': written.headers.get('etag') },
  expect: 200,
});
await step('A second edit of the old version is refused', `PATCH /posts/${post.id}`, {
  as: 'minsu',
  body: { title: '다른 제목' },
  headers: { 'If-Match': written.headers.get('etag'), 'Accept-Language': 'ko' },
  expect: 412,
});
await step('지우 may not edit it', `PATCH /posts/${post.id}`, { as: 'jiwoo', body: { title: '내 글' }, expect: 403 });
await step('Bad input: each wrong field is listed', `POST /boards/${board.id}/posts`, {
  as: 'jiwoo',
  body: { titel: '오타', content: 5 },
  headers: { 'Accept-Language': 'ko' },
  expect: 400,
});

const semester = (await step('The current semester', 'GET /semesters/current', { expect: 200 })).body;
const find = async (title, query) =>
  (await step(title, `GET /lectures?${query}`, { as: 'minsu', expect: 200 })).body.items;
const [structures, otherSection] = await find('A lecture by some of its syllables', 'q=자구');
const [algebra] = await find('A lecture by its initial consonants', 'q=ㅅㅎㄷㅅ');
const [online] = await find('A lecture without a time', 'q=인공지능');
await find('Lectures on Mondays and Wednesdays after noon, for three credits', 'day=0,2&from=720&credits=3&limit=2');

const begin = async (as, visibility) => {
  const table = (
    await step('A new timetable', 'POST /timetables', { as, body: { semesterId: semester.id }, expect: 201 })
  ).body;
  await step('Its visibility for friends', `PATCH /timetables/${table.id}`, { as, body: { visibility }, expect: 200 });
  return table;
};
const plan = await begin('minsu', 'friends');
const add = (title, as, table, body, expect = 201, query = '') =>
  step(title, `POST /timetables/${table.id}/entries${query}`, { as, body, expect });
await add('민수 adds a lecture', 'minsu', plan, { lectureId: structures.id });
await add('민수 adds a lecture without a time', 'minsu', plan, { lectureId: online.id });
const work = { custom: { title: '아르바이트', meetings: [{ day: 0, start: 840, end: 1080 }] } };
await add('Work at the same time conflicts', 'minsu', plan, work, 409);
await add('Work replaces the conflicting lecture', 'minsu', plan, work, 201, '?onConflict=replace');
await find('Lectures that fit into the timetable', `fits=${plan.id}&q=자료구조`);
const added = await add('민수 adds the other section', 'minsu', plan, { lectureId: otherSection.id });
await step('민수 changes its title, colour and memo', `PATCH /timetables/${plan.id}/entries/${added.body.entry.id}`, {
  as: 'minsu',
  body: { title: '자구(2분반)', color: 4, memo: '노트북 챙기기' },
  expect: 200,
});
await step('A copy of the timetable', `POST /timetables/${plan.id}/copies`, { as: 'minsu', expect: 201 });
await step('Suggestions by the wizard', `POST /timetables/${plan.id}/suggestions`, {
  as: 'minsu',
  body: { groups: [[structures.id, otherSection.id], [algebra.id]], limit: 3 },
  expect: 200,
});
await step('A picture of the timetable', `GET /timetables/${plan.id}/image.svg`, { as: 'minsu', expect: 200 });
await step('A calendar file', `GET /timetables/${plan.id}/calendar.ics`, { as: 'minsu', expect: 200 });
const feed = (
  await step('An address for calendar apps', `POST /timetables/${plan.id}/feed`, { as: 'minsu', expect: 201 })
).body;
await step('The address needs no log-in', `GET /calendars/${feed.url.split('/calendars/')[1]}`, { expect: 200 });
await step('민수 revokes the address', `DELETE /timetables/${plan.id}/feed`, { as: 'minsu', expect: 204 });
await step('The address does not work any more', `GET /calendars/${feed.url.split('/calendars/')[1]}`, { expect: 404 });

const { id: jiwooId } = tokens.jiwoo.account;
await step('지우 is not a friend yet', `GET /friends/${tokens.minsu.account.id}/timetables`, {
  as: 'jiwoo',
  expect: 404,
});
const request = (
  await step('민수 sends a friend request', 'POST /friend-requests', {
    as: 'minsu',
    body: { username: tokens.jiwoo.account.username },
    expect: 201,
  })
).body;
await step('지우 accepts it', `POST /friend-requests/${request.id}/accept`, { as: 'jiwoo', expect: 200 });
await step("민수's timetable as 지우 sees it", `GET /friends/${tokens.minsu.account.id}/timetables`, {
  as: 'jiwoo',
  expect: 200,
});
await begin('jiwoo', 'busyOnly');
await step('Times when both are free', `GET /free-time?with=${jiwooId}&from=540&to=1080&minMinutes=60`, {
  as: 'minsu',
  expect: 200,
});
await step('민수 ends the friendship', `DELETE /friends/${jiwooId}`, { as: 'minsu', expect: 204 });
await step('지우 does not see the timetable any more', `GET /friends/${tokens.minsu.account.id}/timetables`, {
  as: 'jiwoo',
  expect: 404,
});

const { refreshToken } = tokens.jiwoo;
const fresh = await step('지우 refreshes the tokens', 'POST /auth/refresh', { body: { refreshToken }, expect: 200 });
tokens.jiwoo = fresh.body;
await step('지우 lists the sessions', 'GET /auth/sessions', { as: 'jiwoo', expect: 200 });
await step('지우 logs out', 'POST /auth/logout', { as: 'jiwoo', expect: 204 });
await step('The access token does not work any more', 'GET /accounts/me', { as: 'jiwoo', expect: 401 });

await step('민수 deletes the post', `DELETE /posts/${post.id}`, { as: 'minsu', expect: 204 });
await step('The deleted post is 410', `GET /posts/${post.id}`, { expect: 410 });
await step('민수 deletes the account and all content', 'DELETE /accounts/me', {
  as: 'minsu',
  body: { password: 'maeil-achim-9si', content: 'remove' },
  expect: 204,
});
console.log(`\n${calls} calls, all as expected.`);
