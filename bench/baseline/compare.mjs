import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { statements } from './database.mjs';
import { ask, request } from './requests.mjs';
import { LECTURE_WORDS, lectureRequest, timetableRequest } from './workloads.mjs';

/** Further searches: some find nothing or little. */
const MORE_WORDS = [
  '뷁뷁',
  '컴공',
  '번역',
  '물실',
  '컴공 이',
  '개론2',
  '공학 실습',
  'ㅋㅍㅌ',
  'ㄱ',
  'advanced',
  '전공',
  '301',
];

/** Both servers must give the same answers; otherwise nothing is measured. */
export async function compareAnswers([madang, baseline], parts) {
  const get = (path, account) => request('GET', path, account);
  const texts = [
    ...[1, 2, 3, 4].flatMap((board) => [get(`/boards/${board}/posts`, 1), get(`/boards/${board}/posts?limit=100`, 7)]),
    ...[get('/boards/2/posts'), get('/boards/3/posts?limit=50')],
    ...parts.threads.slice(0, 50).map((id) => get(`/posts/${id}?comments=50`, 1)),
    ...parts.visible.slice(0, 50).map(({ id }) => get(`/posts/${id}?comments=50`, 3)),
    ...Array.from({ length: 50 }, (_, i) => timetableRequest(1 + 199 * i, parts.accounts)),
    ...[...LECTURE_WORDS, ...MORE_WORDS].map((words, i) => lectureRequest(1 + 271 * i, words, parts.accounts)),
  ];
  // A first view is counted after its answer.
  for (const text of texts) await ask(madang, text);
  await sleep(1_000);
  for (const text of texts) {
    const [our, its] = [await ask(madang, text), await ask(baseline, text)];
    assert.equal(our.status, 200, text);
    assert.deepEqual(withoutCursors(its), withoutCursors(our), text);
  }
  await compareWrites([madang, baseline], parts.visible[3].id);
  console.log(`${texts.length + 1} answers of the two are the same, key by key`);
}

async function compareWrites([madang, baseline], post) {
  const write = (account) => request('POST', `/posts/${post}/comments`, account, { content: '같은 답인지 봅니다' });
  const [our, its] = [await ask(madang, write(11)), await ask(baseline, write(12))];
  const anonymised = ({ status, body }) => ({
    status,
    body: { ...body, id: 0, createdAt: '', author: Object.keys(body.author) },
  });
  assert.deepEqual(anonymised(its), anonymised(our));
}

/** Cursors differ between the servers. */
function withoutCursors(value) {
  return JSON.parse(JSON.stringify(value, (key, one) => (key === 'nextCursor' ? one !== null : one)));
}

/** Statements of a request of each program. The baseline must need as many as its workload says. */
export async function countStatements(programs, connection, name, workload) {
  const counts = [];
  for (const program of programs) {
    const next = await nextOf(program, workload);
    // The first requests also make connections.
    for (let i = 0; i < 40; i++) await ask(program, next());
    await sleep(300);
    const before = await statements(connection);
    for (let i = 0; i < 20; i++) {
      const { status } = await ask(program, next());
      assert(status < 300, `${name}: ${program.name} answers ${status}`);
    }
    await sleep(300);
    counts.push(((await statements(connection)) - before - 1) / 20);
  }
  const [our, its] = counts;
  console.log(`${name}: ${our.toFixed(1)} statements a request, baseline ${its.toFixed(1)}`);
  assert.equal(its, workload.statements, `statements of the baseline: ${name}`);
  return { Madang: our, baseline: its };
}

/** A function that makes requests for one program. */
export async function nextOf(program, workload) {
  for (const text of workload.warmUp?.() ?? []) await ask(program, text);
  const prepared = await workload.prepare?.((path, items) => cursorAfter(program, path, items));
  return () => workload.next(prepared);
}

/** By program: the position of the deep page. */
const cursors = new Map();

async function cursorAfter(program, path, items) {
  const known = cursors.get(program);
  if (known) return known;
  let cursor = '';
  for (let seen = 0; seen < items; seen += 20) {
    // Each account stays below its limit.
    const account = 2 + (seen % 200);
    cursor = (await ask(program, request('GET', path + (cursor && `?cursor=${cursor}`), account))).body.nextCursor;
    if (cursor === null) throw new Error(`${path} has fewer than ${items} items`);
  }
  cursors.set(program, cursor);
  return cursor;
}
