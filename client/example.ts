import { everyItem, Madang, MadangError, ok, type Schemas, type Tokens } from './madang.js';

// node client/dist/example.js [http://localhost:3000] — registers, writes, reads a whole board, continues with the
// refresh token alone, and builds a timetable. It checks its results: CI runs it.

const baseUrl = process.argv[2] ?? 'http://localhost:3000';
const unique = Date.now().toString(36);

let kept: Tokens | null = null;
const keep = (tokens: Tokens | null) => (kept = tokens);

const minsu = new Madang({ baseUrl, onTokens: keep });
const account = await minsu.register({
  username: `minsu_${unique}`,
  password: 'maeil-achim-9si',
  nickname: '민수',
});
console.log(`${account.nickname} is account ${account.id}.`);

const boardId = await writeOnBoard(minsu);
await readBoard(minsu, boardId);

// The app is closed and opened again with the refresh token only. Two simultaneous calls need a new access token.
const back = await comeBack(kept);
await buildTimetable(back);
await back.logOut();
expect(kept === null, 'nothing is kept after logging out');

async function writeOnBoard({ api }: Madang): Promise<number> {
  const body = { name: `컴공 자유게시판 ${unique}`, slug: `cs-${unique}` };
  const { id } = await ok(api.POST('/api/v1/boards', { body }));
  for (let number = 1; number <= 12; number++) {
    await ok(
      api.POST('/api/v1/boards/{id}/posts', {
        // A retry with the same key does not write twice.
        params: { path: { id }, header: { 'Idempotency-Key': crypto.randomUUID() } },
        body: { title: `${number}주차 스터디`, content: '같이 공부해요!', tags: ['스터디'] },
      }),
    );
  }
  return id;
}

async function readBoard({ api }: Madang, id: number): Promise<void> {
  const posts = everyItem((cursor) =>
    ok(api.GET('/api/v1/boards/{id}/posts', { params: { path: { id }, query: { limit: 5, cursor } } })),
  );
  const titles: string[] = [];
  for await (const post of posts) titles.push(`${post.title} (${nameOf(post.author)})`);
  expect(new Set(titles).size === 12, `12 posts on three pages, not ${titles.length}`);
  console.log(`The board has ${titles.length} posts; the newest is ${titles[0]}.`);
}

/** The compiler knows the three shapes of an author. */
function nameOf(author: Schemas['PostItem']['author']): string {
  return author.kind === 'account' ? author.nickname : author.label;
}

async function comeBack(tokens: Tokens | null): Promise<Madang> {
  if (!tokens) throw new Error('Nothing was kept.');
  let refreshes = 0;
  const madang = new Madang({
    baseUrl,
    tokens: { accessToken: null, refreshToken: tokens.refreshToken },
    onTokens: keep,
    fetch: (request) => {
      if (request.url.endsWith('/auth/refresh')) refreshes++;
      return fetch(request);
    },
  });
  const [me, mine] = await Promise.all([
    ok(madang.api.GET('/api/v1/accounts/me')),
    ok(madang.api.GET('/api/v1/accounts/me/posts')),
  ]);
  expect(refreshes === 1, `one refresh for two calls at once, not ${refreshes}`);
  console.log(`${me.nickname} is back after ${refreshes} refresh and has written ${mine.items.length} posts.`);
  return madang;
}

async function buildTimetable({ api }: Madang): Promise<void> {
  const semester = await ok(api.GET('/api/v1/semesters/current'));
  const table = await ok(api.POST('/api/v1/timetables', { body: { semesterId: semester.id } }));

  // By the initial consonants of 자료구조.
  const query = { semester: semester.id, q: 'ㅈㄹㄱㅈ' };
  const { items } = await ok(api.GET('/api/v1/lectures', { params: { query } }));
  const lecture = items.find(({ meetings }) => meetings.length > 0);
  if (!lecture) throw new Error('The catalogue has no 자료구조 with times.');
  await addEntry(api, table.id, { lectureId: lecture.id });

  // An entry at the same time conflicts. The answer lists the conflicting entries, which are then replaced.
  const [{ day, start, end } = { day: 0, start: 0, end: 60 }] = lecture.meetings;
  const work = { custom: { title: '아르바이트', meetings: [{ day, start, end }] } };
  const clashes = await addEntry(api, table.id, work);
  expect(clashes.length === 1 && clashes[0] === lecture.title, `it clashes with ${lecture.title}`);
  const added = await ok(
    api.POST('/api/v1/timetables/{id}/entries', {
      params: { path: { id: table.id }, query: { onConflict: 'replace' } },
      body: work,
    }),
  );
  expect(added.removed.length === 1, 'the lecture was taken out');
  const { entries } = await ok(api.GET('/api/v1/timetables/{id}', { params: { path: { id: table.id } } }));
  console.log(`${table.name} has ${entries.map(({ title }) => title).join(', ')}.`);
}

/** Adds an entry. Returns the titles of conflicting ones if there are any. */
async function addEntry(api: Madang['api'], id: number, body: Schemas['EntryBody']): Promise<string[]> {
  const { error } = await api.POST('/api/v1/timetables/{id}/entries', { params: { path: { id } }, body });
  if (!error) return [];
  // After this check the compiler knows the other members of the problem.
  if (error.code === 'TIMETABLE_CONFLICT') return error.conflicts.map(({ title }) => title);
  throw new MadangError(error);
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Not as expected: ${what}.`);
}
