import { expect } from '@jest/globals';
import type { TestApp } from './app.js';
import { Client } from './client.js';

let sequence = 0;

/** A number that this test run has not used yet. */
export const next = (): number => ++sequence;

export const PASSWORD = 'correct-horse-42';

/** A new account, logged in. */
export async function anAccount(t: TestApp, given: { username?: string; nickname?: string } = {}): Promise<Client> {
  const username = given.username ?? `user${next()}_${Date.now() % 100_000}`;
  const nickname = given.nickname ?? `학생${next()}`;
  const { status, body } = await t.anyone.post('/auth/register', { username, nickname, password: PASSWORD });
  expect({ status, body }).toMatchObject({ status: 201 });
  return new Client(t.fastify, t.contract, body.accessToken, body.refreshToken, body.account.id, username, nickname);
}

/** An account with a role, as the admin command gives it. */
export async function aStaffAccount(t: TestApp, role: 'moderator' | 'admin' = 'admin'): Promise<Client> {
  const account = await anAccount(t);
  await t.database.transaction((tx) => tx.run('UPDATE accounts SET role = ? WHERE id = ?', [role, account.id]));
  return account;
}

/** A verified student. */
export async function aStudent(t: TestApp): Promise<Client> {
  const account = await anAccount(t);
  await t.database.transaction((tx) =>
    tx.run('UPDATE accounts SET verified_until = ? WHERE id = ?', [t.clock.in(86_400), account.id]),
  );
  return account;
}

/** A board, opened by `owner` or by a new account. */
export async function aBoard(t: TestApp, given: Record<string, unknown> & { owner?: Client } = {}): Promise<any> {
  const { owner = await anAccount(t), ...body } = given;
  const answer = await owner.post('/boards', { name: `게시판 ${next()}`, ...body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}

/** A post, by `author` or by a new account, in `board` or in a new one. */
export async function aPost(
  t: TestApp,
  given: Record<string, unknown> & { author?: Client; board?: { id: number } } = {},
): Promise<any> {
  const { author = await anAccount(t), board = await aBoard(t), ...body } = given;
  const answer = await author.post(`/boards/${board.id}/posts`, {
    title: `글 ${next()}`,
    content: '내용입니다.',
    ...body,
  });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}

/** A comment on `post`, by `author` or by a new account. */
export async function aComment(
  t: TestApp,
  given: Record<string, unknown> & { author?: Client; post: { id: number } },
): Promise<any> {
  const { author = await anAccount(t), post, ...body } = given;
  const answer = await author.post(`/posts/${post.id}/comments`, { content: `댓글 ${next()}`, ...body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}

let semesters = 0;

/** A semester that includes the test's present, changed by `given`. */
export async function aSemester(t: TestApp, given: Record<string, unknown> & { admin?: Client } = {}): Promise<any> {
  const { admin = await aStaffAccount(t), ...body } = given;
  const nth = semesters++;
  const answer = await admin.post('/semesters', {
    year: 1900 + Math.floor(nth / 4),
    term: ['spring', 'summer', 'autumn', 'winter'][nth % 4],
    startsOn: '2026-09-01',
    endsOn: '2026-12-21',
    holidays: [],
    ...body,
  });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}

/** A subject registered by `owner` or by a new account. */
export async function aSubject(t: TestApp, given: Record<string, unknown> & { owner?: Client } = {}): Promise<any> {
  const { owner = await anAccount(t), ...body } = given;
  const n = next();
  const answer = await owner.post('/subjects', { code: `USR${n}`, name: `과목 ${n}`, credits: 3, ...body });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}

/** A lecture registered by `owner` or by a new account, of `subject` or of a new one. No times by default. */
export async function aLecture(
  t: TestApp,
  given: Record<string, unknown> & { owner?: Client; subject?: { id: number }; semester: { id: number } },
): Promise<any> {
  const { owner = await anAccount(t), semester, subject = await aSubject(t, { owner }), ...body } = given;
  const answer = await owner.post('/lectures', {
    subjectId: subject.id,
    semesterId: semester.id,
    section: `${next()}`,
    meetings: [],
    ...body,
  });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}

/** A timetable of `owner`. */
export async function aTimetable(
  owner: Client,
  semester: { id: number },
  given: Record<string, unknown> = {},
): Promise<any> {
  const answer = await owner.post('/timetables', { semesterId: semester.id, ...given });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
}

/** A meeting from minute to minute: `at(0, 540, 630)` is Monday 9:00 to 10:30. */
export const at = (day: number, start: number, end: number, more: object = {}) => ({ day, start, end, ...more });
