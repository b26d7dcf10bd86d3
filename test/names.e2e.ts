import { beforeAll, describe, expect, it } from '@jest/globals';
import { OPERATOR } from '../src/accounts/passwords/hash-queue.js';
import { Passwords } from '../src/accounts/passwords/passwords.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aBoard, aLecture, anAccount, aPost, aSemester, aSubject, aTimetable, next } from './support/factories.js';

let t: TestApp;
let me: Client;
beforeAll(async () => {
  t = await startApp({ env: { SCHOOL_EMAIL_DOMAINS: 'snu.ac.kr', CAMPUS_NAMES: '한국대학교,hankuk' } });
  me = await anAccount(t);
});

const invalid = (pointer: string, code: string) => ({
  status: 400,
  body: { code: 'INVALID_INPUT', errors: [expect.objectContaining({ pointer, code })] },
});
const register = (given: object) =>
  t.anyone.post('/auth/register', {
    username: `person${next()}x`,
    nickname: '하늘',
    password: 'battery-horse-42',
    ...given,
  });

describe('a name or password that new rules refuse', () => {
  it.each([
    [{ nickname: '익명l' }, '#/nickname', 'RESERVED'],
    [{ nickname: '글쓰니' }, '#/nickname', 'RESERVED'],
    [{ nickname: '관리자님' }, '#/nickname', 'RESERVED'],
    [{ username: 'adm1n' }, '#/username', 'RESERVED'],
    [{ password: 'dkssudgktpdy' }, '#/password', 'PASSWORD_COMMON'],
    [{ password: 'tkfkdgo1' }, '#/password', 'PASSWORD_COMMON'],
    [{ password: 'qwer1234!' }, '#/password', 'PASSWORD_COMMON'],
    [{ password: '우리하늘은 푸르다', nickname: '하늘' }, '#/password', 'PASSWORD_CONTAINS_NAME'],
    [{ password: 'kim.jiwoo-2026', email: 'Kimjiwoo@example.com' }, '#/password', 'PASSWORD_CONTAINS_NAME'],
    [{ password: 'go-hankuk-go' }, '#/password', 'PASSWORD_CONTAINS_NAME'],
    [{ password: 'snu-2026-1!' }, '#/password', 'PASSWORD_CONTAINS_NAME'],
  ])('is refused at registration: %j', async (given, pointer, code) => {
    expect(await register(given)).toMatchObject(invalid(pointer, code));
  });

  it('is refused in a change, also if it contains the nickname or the confirmed address', async () => {
    const account = await anAccount(t, { nickname: '푸른 바다' });
    await t.database.transaction((tx) =>
      tx.run('UPDATE accounts SET email = ?, email_key = ? WHERE id = ?', [
        'ocean@example.com',
        'ocean@example.com',
        account.id,
      ]),
    );
    const change = (newPassword: string) =>
      account.put('/accounts/me/password', { currentPassword: 'correct-horse-42', newPassword });
    for (const password of ['vnfmsqkek-17', 'deep-ocean-17']) {
      expect(await change(password)).toMatchObject(invalid('#/newPassword', 'PASSWORD_CONTAINS_NAME'));
    }
    expect((await change('deep-forest-17')).status).toBe(200);
  });

  it('stays valid until it is changed: its owner can log in, and send the same nickname again', async () => {
    const account = await anAccount(t);
    const { hash, pepperVersion } = await t.app.get(Passwords).hash('tkfkdgo1', OPERATOR);
    await t.database.transaction((tx) =>
      tx.run("UPDATE accounts SET nickname = '글쓰니', password_hash = ?, pepper_version = ? WHERE id = ?", [
        hash,
        pepperVersion,
        account.id,
      ]),
    );
    const { status, body } = await t.anyone.post('/auth/login', { username: account.username, password: 'tkfkdgo1' });
    expect([status, body.account?.nickname]).toEqual([200, '글쓰니']);
    expect((await account.patch('/accounts/me', { nickname: '글쓰니' })).status).toBe(200);
    expect(await account.patch('/accounts/me', { nickname: '글쓰니2' })).toMatchObject(
      invalid('#/nickname', 'RESERVED'),
    );
  });
});

describe('titles and names', () => {
  const BAD = [
    ...['가\u202e나', '가\u2066나\u2069', '가\u200f나', '가\n나', '가\u0007나', '가\u200b나', '가\u2028나'],
    ...['가\u034f나', '가\ufe0f나', '가\u00ad나', '가\u3164나', '가\u2063나'],
  ];

  it('are one line without control, bidi or invisible characters, in every route', async () => {
    const [board, semester, subject] = [
      await aBoard(t, { owner: me }),
      await aSemester(t),
      await aSubject(t, { owner: me }),
    ];
    const [post, lecture] = [
      await aPost(t, { author: me, board }),
      await aLecture(t, { owner: me, semester, subject }),
    ];
    const timetable = await aTimetable(me, semester);
    const writes: [method: 'POST' | 'PATCH', path: string, body: (bad: string) => object, pointer: string][] = [
      ['POST', '/boards', (name) => ({ name }), '#/name'],
      ['PATCH', `/boards/${board.id}`, (name) => ({ name }), '#/name'],
      ['POST', `/boards/${board.id}/posts`, (title) => ({ title, content: '내용' }), '#/title'],
      ['PATCH', `/posts/${post.id}`, (title) => ({ title }), '#/title'],
      ['POST', '/timetables', (name) => ({ semesterId: semester.id, name }), '#/name'],
      ['PATCH', `/timetables/${timetable.id}`, (name) => ({ name }), '#/name'],
      [
        'POST',
        `/timetables/${timetable.id}/entries`,
        (title) => ({ custom: { title, meetings: [] } }),
        '#/custom/title',
      ],
      ['POST', '/subjects', (name) => ({ code: `X${next()}`, name, credits: 3 }), '#/name'],
      ['PATCH', `/subjects/${subject.id}`, (department) => ({ department }), '#/department'],
      ['PATCH', `/lectures/${lecture.id}`, (title) => ({ title }), '#/title'],
      ['PATCH', `/lectures/${lecture.id}`, (name) => ({ professors: [name] }), '#/professors'],
    ];
    for (const [i, [method, path, body, pointer]] of writes.entries()) {
      const answer = await me.call(method, path, body(BAD[i % BAD.length]));
      expect({ path, answer }).toMatchObject({ path, answer: invalid(pointer, 'CONTROL_CHARACTER') });
    }
    for (const bad of BAD) {
      expect(await me.patch(`/posts/${post.id}`, { title: bad })).toMatchObject(
        invalid('#/title', 'CONTROL_CHARACTER'),
      );
    }
    // Text of several lines and joined emoji are unchanged.
    const free = await me.patch(`/posts/${post.id}`, {
      title: '가족 👨\u200d👩\u200d👧 모임 ❤\ufe0f',
      content: '첫 줄\n둘\u034f째\u00ad 줄',
    });
    expect(free.status).toBe(200);
  });
});
