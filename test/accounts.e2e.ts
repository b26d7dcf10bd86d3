import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmailConfirmationService } from '../src/accounts/addresses/email-confirmation.service.js';
import { PersonalData } from '../src/accounts/leaving/personal-data.js';
import { LeavingService } from '../src/accounts/leaving/leaving.service.js';
import { Passwords } from '../src/accounts/passwords/passwords.js';
import { Background } from '../src/common/background.js';
import { startApp, type TestApp } from './support/app.js';
import type { Answer, Client } from './support/client.js';
import { anAccount, aStaffAccount, next, PASSWORD } from './support/factories.js';
import { readRow, readRows } from './support/rows.js';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});

const NEW_PASSWORD = 'quite-another-43';

const login = (username: string, password: string, app = t): Promise<Answer> =>
  app.anyone.post('/auth/login', { username, password });

const anAddress = (domain = 'example.com') => `person${next()}@${domain}`;

/** The newest mail to an address. Waits, because some are sent after the answer. */
async function mailTo(address: string, app = t): Promise<string> {
  for (let i = 0; i < 200; i++) {
    const mail = app.mails.findLast(({ to }) => to === address);
    if (mail) return mail.text;
    await sleep(10);
  }
  throw new Error(`No mail to ${address}.`);
}

const codeIn = (text: string): string => /\b\d{6}\b/.exec(text)![0];
const tokenIn = (text: string): string => /^[\w-]{43}$/m.exec(text)![0];

/** A code of the right form, but not the one in the mail. */
const anotherThan = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

async function confirmEmail(account: Client, address = anAddress()): Promise<string> {
  await account.put('/accounts/me/email', { password: PASSWORD, email: address });
  const confirmed = await account.post('/accounts/me/email/confirm', { code: codeIn(await mailTo(address)) });
  expect(confirmed).toMatchObject({ status: 200, body: { email: address } });
  return address;
}

async function resetToken(address: string): Promise<string> {
  t.mails.splice(0);
  await t.anyone.post('/auth/password-reset', { email: address });
  return tokenIn(await mailTo(address));
}

const problem = (status: number, code: string) => ({ status, body: { status, code } });
const invalid = (pointer: string, code: string) => ({
  status: 400,
  body: { code: 'INVALID_INPUT', errors: expect.arrayContaining([expect.objectContaining({ pointer, code })]) },
});

describe('POST /auth/register', () => {
  const good = () => ({ username: `newcomer${next()}`, password: PASSWORD, nickname: '민수' });

  it('ignores a token', async () => {
    const answer = await t.anyone.post('/auth/register', good(), { authorization: 'Bearer nonsense' });
    expect(answer.status).toBe(201);
  });

  it.each([
    ['no body', undefined, '#/username', 'REQUIRED'],
    ['a number for a name', { ...good(), username: 0 }, '#/username', 'NOT_A_STRING'],
    ['a short name', { ...good(), username: 'ab' }, '#/username', 'WRONG_LENGTH'],
    ['a long name', { ...good(), username: 'a'.repeat(21) }, '#/username', 'WRONG_LENGTH'],
    ['a name that starts with a digit', { ...good(), username: '1minsu' }, '#/username', 'WRONG_FORMAT'],
    ['Hangul in the name', { ...good(), username: '민수민수' }, '#/username', 'WRONG_FORMAT'],
    ['a Cyrillic look-alike', { ...good(), username: 'minsu\u0430' }, '#/username', 'WRONG_FORMAT'],
    ['a full-width look-alike', { ...good(), username: 'ｍinsu' }, '#/username', 'WRONG_FORMAT'],
    ['a space inside the name', { ...good(), username: 'min su' }, '#/username', 'WRONG_FORMAT'],
    ['a reserved name', { ...good(), username: 'Admin' }, '#/username', 'RESERVED'],
    ['a reserved name in disguise', { ...good(), username: 'ad_min.' }, '#/username', 'RESERVED'],
    ['7 characters of password', { ...good(), password: 'seven-7' }, '#/password', 'WRONG_LENGTH'],
    ['129 characters of password', { ...good(), password: 'é'.repeat(129) }, '#/password', 'WRONG_LENGTH'],
    [
      '8 characters that are 4 in NFC',
      { ...good(), password: 'é'.normalize('NFD').repeat(4) },
      '#/password',
      'WRONG_LENGTH',
    ],
    ['a common password', { ...good(), password: 'Password123' }, '#/password', 'PASSWORD_COMMON'],
    ['one repeated character', { ...good(), password: 'ㅋ'.repeat(20) }, '#/password', 'PASSWORD_COMMON'],
    [
      'a password with the name in it',
      { ...good(), username: 'minho', password: 'xx-MinHo-42' },
      '#/password',
      'PASSWORD_CONTAINS_USERNAME',
    ],
    ['a nickname of the API', { ...good(), nickname: '익명' }, '#/nickname', 'RESERVED'],
    ['a numbered one', { ...good(), nickname: '익명_ 12' }, '#/nickname', 'RESERVED'],
    ['the operator', { ...good(), nickname: 'ＡＤＭＩＮ' }, '#/nickname', 'RESERVED'],
    ['an invisible nickname', { ...good(), nickname: '\u3164\u3164\u3164' }, '#/nickname', 'WRONG_LENGTH'],
    ['a nickname that runs backwards', { ...good(), nickname: '민\u202e수' }, '#/nickname', 'WRONG_FORMAT'],
    ['an invalid mail address', { ...good(), email: 'minsu' }, '#/email', 'WRONG_FORMAT'],
    ['a mail address that folds to another', { ...good(), email: 'm\u0131nsu@example.com' }, '#/email', 'WRONG_FORMAT'],
    ['an unknown key', { ...good(), role: 'admin' }, '#/role', 'UNKNOWN_KEY'],
    ['an unknown place', { ...good(), refreshTokenIn: 'url' }, '#/refreshTokenIn', 'NOT_A_CHOICE'],
  ])('refuses %s', async (_, body, pointer, code) => {
    const [before] = await readRows<{ n: number }>(t.database, 'SELECT COUNT(*) AS n FROM accounts');
    expect(await t.anyone.post('/auth/register', body)).toMatchObject(invalid(pointer, code));
    expect(await readRows(t.database, 'SELECT COUNT(*) AS n FROM accounts')).toEqual([before]);
  });

  it('lists every bad key', async () => {
    const { body } = await t.anyone.post('/auth/register', { username: 1, password: 2, nickname: 3, wrong: 4 });
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '#/nickname',
      '#/password',
      '#/username',
      '#/wrong',
    ]);
  });

  it('answers with the account and a working pair of tokens', async () => {
    const { status, body, headers } = await t.anyone.post('/auth/register', {
      username: 'Minsu',
      password: PASSWORD,
      nickname: '  민수 ',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      account: { username: 'Minsu', nickname: '민수', email: null, role: 'member', verified: false },
      tokenType: 'Bearer',
      expiresIn: 900,
    });
    expect(headers).toMatchObject({ location: `/api/v1/accounts/${body.account.id}`, 'cache-control': 'no-store' });
    const me = await t.anyone.get('/accounts/me', { authorization: `Bearer ${body.accessToken}` });
    expect(me.body).toMatchObject({ username: 'Minsu' });
  });

  it('accepts a name once, in upper or lower case', async () => {
    await anAccount(t, { username: 'Taken.Name' });
    const answer = await t.anyone.post('/auth/register', { ...good(), username: 'tAKEN.nAME' });
    expect(answer).toMatchObject(problem(409, 'USERNAME_TAKEN'));
  });

  it('accepts one of twenty simultaneous requests for a name', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        t.anyone.post('/auth/register', {
          username: i % 2 ? 'onlyone' : 'ONLYONE',
          password: PASSWORD,
          nickname: '하나',
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'USERNAME_TAKEN')).toHaveLength(19);
  });

  it('compares every byte of a password, also after the 72 of bcrypt', async () => {
    const username = `long${next()}`;
    const start = `나비${'가'.repeat(125)}`;
    const password = `${start}나`;
    expect((await t.anyone.post('/auth/register', { ...good(), username, password })).status).toBe(201);
    expect((await login(username, password)).status).toBe(200);
    expect(await login(username, `${start}다`)).toMatchObject(problem(401, 'WRONG_CREDENTIALS'));
    expect(await login(username, start)).toMatchObject(problem(401, 'WRONG_CREDENTIALS'));
  });

  it('accepts a password composed and decomposed, also at full length', async () => {
    const username = `forms${next()}`;
    const password = `나비${'각'.repeat(124)}밖힣`;
    expect(
      (await t.anyone.post('/auth/register', { ...good(), username, password: password.normalize('NFD') })).status,
    ).toBe(201);
    expect((await login(username, password)).status).toBe(200);
    expect((await login(username, password.normalize('NFD'))).status).toBe(200);
    expect((await login(username, `${password.slice(0, -1)} `)).status).toBe(401);
  });

  it('does not trim a password', async () => {
    const username = `space${next()}`;
    await t.anyone.post('/auth/register', { ...good(), username, password: ` ${PASSWORD} ` });
    expect((await login(username, PASSWORD)).status).toBe(401);
    expect((await login(username, ` ${PASSWORD} `)).status).toBe(200);
  });

  it('mails a code to the address, which counts only after it is confirmed', async () => {
    const email = anAddress();
    const { body } = await t.anyone.post('/auth/register', { ...good(), email });
    expect(body.account.email).toBeNull();
    const code = codeIn(await mailTo(email));
    const confirmed = await t.anyone.post(
      '/accounts/me/email/confirm',
      { code },
      { authorization: `Bearer ${body.accessToken}` },
    );
    expect(confirmed).toMatchObject({ status: 200, body: { email } });
  });

  it('does not reveal that an address is taken', async () => {
    const email = await confirmEmail(await anAccount(t));
    t.mails.splice(0);
    const { status, body } = await t.anyone.post('/auth/register', { ...good(), email });
    expect(status).toBe(201);
    expect(body.account.email).toBeNull();
    expect(await mailTo(email)).toContain('already in use');
  });

  it('creates the account also if the mailbox has had enough mails', async () => {
    const limited = await startApp({ env: { RATE_LIMITS: 'on' }, keepData: true });
    const email = anAddress();
    for (let i = 0; i < 21; i++) {
      expect((await limited.anyone.post('/auth/register', { ...good(), email })).status).toBe(201);
    }
    expect(limited.mails).toHaveLength(20);
  });
});

describe('GET /accounts/me', () => {
  it('requires a token', async () => {
    expect(await t.anyone.get('/accounts/me')).toMatchObject(problem(401, 'TOKEN_MISSING'));
  });

  it('answers with documented fields only', async () => {
    const me = await anAccount(t, { nickname: '민수' });
    const { body } = await me.get('/accounts/me');
    expect(body).toEqual({
      id: me.id,
      username: me.username,
      nickname: '민수',
      email: null,
      role: 'member',
      verified: false,
      verifiedUntil: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });
});

describe('PATCH /accounts/me', () => {
  it('requires a token', async () => {
    expect(await t.anyone.patch('/accounts/me', { nickname: '민수' })).toMatchObject(problem(401, 'TOKEN_MISSING'));
  });

  it.each([
    [{ nickname: null }, '#/nickname', 'NOT_A_STRING'],
    [{ nickname: '글쓴이' }, '#/nickname', 'RESERVED'],
    [{ nickname: 'a' }, '#/nickname', 'WRONG_LENGTH'],
    [{ username: 'other' }, '#/username', 'UNKNOWN_KEY'],
    [{ role: 'admin' }, '#/role', 'UNKNOWN_KEY'],
    [{ id: 1 }, '#/id', 'UNKNOWN_KEY'],
  ])('refuses %j', async (changes, pointer, code) => {
    const me = await anAccount(t);
    expect(await me.patch('/accounts/me', changes)).toMatchObject(invalid(pointer, code));
    expect((await me.get('/accounts/me')).body.nickname).toBe(me.nickname);
  });

  it('changes the nickname, in NFC, and keeps absent fields', async () => {
    const me = await anAccount(t);
    expect((await me.patch('/accounts/me', {})).body.nickname).toBe(me.nickname);
    const { status, body } = await me.patch('/accounts/me', { nickname: '새 이름'.normalize('NFD') });
    expect([status, body.nickname]).toEqual([200, '새 이름']);
    expect((await me.get(`/accounts/${me.id}`)).body.nickname).toBe('새 이름');
  });

  it('edits only the version in If-Match', async () => {
    const me = await anAccount(t);
    const { headers } = await me.get('/accounts/me');
    const first = await me.patch('/accounts/me', { nickname: '첫째' }, { 'if-match': headers.etag });
    expect(first.status).toBe(200);
    const second = await me.patch('/accounts/me', { nickname: '둘째' }, { 'if-match': headers.etag });
    expect(second).toMatchObject(problem(412, 'EDIT_CONFLICT'));
    const third = await me.patch('/accounts/me', { nickname: '셋째' }, { 'if-match': first.headers.etag });
    expect(third.body.nickname).toBe('셋째');
  });

  it('accepts one of ten simultaneous edits of a version', async () => {
    const me = await anAccount(t);
    const { headers } = await me.get('/accounts/me');
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        me.patch('/accounts/me', { nickname: `이름${i}` }, { 'if-match': headers.etag }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(412)]);
  });
});

describe('GET /accounts/:id', () => {
  it('requires a token', async () => {
    expect(await t.anyone.get('/accounts/1')).toMatchObject(problem(401, 'TOKEN_MISSING'));
  });

  it('is 404 for an unknown id', async () => {
    const me = await anAccount(t);
    expect(await me.get('/accounts/999999')).toMatchObject(problem(404, 'ACCOUNT_NOT_FOUND'));
    expect(await me.get('/accounts/9007199254740991')).toMatchObject(problem(404, 'ACCOUNT_NOT_FOUND'));
  });

  it('shows only the public profile', async () => {
    const [me, other] = [await anAccount(t), await anAccount(t, { nickname: '수진' })];
    await confirmEmail(other);
    const { body } = await me.get(`/accounts/${other.id}`);
    expect(body).toEqual({ id: other.id, nickname: '수진', createdAt: expect.any(String) });
  });
});

describe('PUT /accounts/me/email', () => {
  it('requires a token', async () => {
    const answer = await t.anyone.put('/accounts/me/email', { password: PASSWORD, email: anAddress() });
    expect(answer).toMatchObject(problem(401, 'TOKEN_MISSING'));
  });

  it('requires the password', async () => {
    const me = await anAccount(t);
    const answer = await me.put('/accounts/me/email', { password: NEW_PASSWORD, email: anAddress() });
    expect(answer).toMatchObject(problem(403, 'WRONG_PASSWORD'));
  });

  it.each([
    'minsu',
    'minsu@',
    '@example.com',
    'a@b',
    'a b@example.com',
    'a@-b.com',
    'a@b..com',
    'a@exa\u0301mple.com',
    'a@b.com\r\nBcc: x@y.zz',
    `a@${'b'.repeat(250)}.com`,
    7,
  ])('refuses %j', async (email) => {
    const me = await anAccount(t);
    const { status, body } = await me.put('/accounts/me/email', { password: PASSWORD, email });
    expect([status, body.errors[0].pointer]).toEqual([400, '#/email']);
  });

  it('changes nothing before the code is confirmed', async () => {
    const me = await anAccount(t);
    const old = await confirmEmail(me);
    const address = anAddress();
    expect((await me.put('/accounts/me/email', { password: PASSWORD, email: address })).status).toBe(202);
    expect((await me.get('/accounts/me')).body.email).toBe(old);
    const confirmed = await me.post('/accounts/me/email/confirm', { code: codeIn(await mailTo(address)) });
    expect(confirmed.body.email).toBe(address);
  });

  it('mails the previous address, in both languages, with advice; a first address mails nobody', async () => {
    const me = await anAccount(t);
    t.mails.splice(0);
    const former = await confirmEmail(me);
    expect(t.mails.map(({ to, subject }) => [to, subject])).toEqual([[former, expect.stringContaining('code')]]);
    // The same address in another case is no change.
    await confirmEmail(me, former.toUpperCase());
    t.mails.splice(0);
    const address = await confirmEmail(me);
    const [, { to, subject, text }, ...more] = t.mails;
    expect([to, subject, more]).toEqual([former.toUpperCase(), expect.stringContaining('Mail address changed'), []]);
    expect(text).toMatch(/본인이 변경하지 않았다면.*비밀번호/s);
    expect(text).toMatch(/If it was not you, log in now, change your password/);
    expect(text).not.toContain(address);
  });

  it('invalidates every other open code after it is confirmed', async () => {
    const me = await anAccount(t);
    await resetToken(await confirmEmail(me));
    await me.post('/accounts/me/school-email', { email: anAddress('madang.ac.kr') });
    await confirmEmail(me);
    expect(await readRows(t.database, 'SELECT purpose FROM mail_codes WHERE account_id = ?', [me.id])).toEqual([]);
  });

  it('answers the same for a taken and a free address, writes the same, and informs the owner', async () => {
    const address = await confirmEmail(await anAccount(t));
    const me = await anAccount(t);
    t.mails.splice(0);
    const taken = await me.put('/accounts/me/email', { password: PASSWORD, email: address.toUpperCase() });
    const free = await me.put('/accounts/me/email', { password: PASSWORD, email: anAddress() });
    expect([taken.status, taken.body]).toEqual([free.status, free.body]);
    expect(t.mails[0].text).toContain('already in use');
    expect(t.mails[0].text).not.toMatch(/\d{6}/);
  });
});

describe('POST /accounts/me/email/confirm', () => {
  it('requires a token', async () => {
    expect(await t.anyone.post('/accounts/me/email/confirm', { code: '123456' })).toMatchObject(
      problem(401, 'TOKEN_MISSING'),
    );
  });

  it('refuses a code that was never sent, and a code of another account', async () => {
    const [me, other, address] = [await anAccount(t), await anAccount(t), anAddress()];
    await other.put('/accounts/me/email', { password: PASSWORD, email: address });
    const code = codeIn(await mailTo(address));
    expect(await me.post('/accounts/me/email/confirm', { code })).toMatchObject(problem(400, 'WRONG_CODE'));
    await me.put('/accounts/me/email', { password: PASSWORD, email: anAddress() });
    expect(await me.post('/accounts/me/email/confirm', { code })).toMatchObject(problem(400, 'WRONG_CODE'));
  });

  it('accepts a code once, also of twenty simultaneous requests', async () => {
    const [me, address] = [await anAccount(t), anAddress()];
    await me.put('/accounts/me/email', { password: PASSWORD, email: address });
    const code = codeIn(await mailTo(address));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => me.post('/accounts/me/email/confirm', { code })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'WRONG_CODE')).toHaveLength(19);
  });

  it('ends after five wrong tries, also simultaneous ones', async () => {
    const [me, address] = [await anAccount(t), anAddress()];
    await me.put('/accounts/me/email', { password: PASSWORD, email: address });
    const code = codeIn(await mailTo(address));
    await Promise.all(
      Array.from({ length: 5 }, () => me.post('/accounts/me/email/confirm', { code: anotherThan(code) })),
    );
    expect(await me.post('/accounts/me/email/confirm', { code })).toMatchObject(problem(400, 'WRONG_CODE'));
  });

  it('expires after half an hour', async () => {
    const later = await startApp({ keepData: true });
    const [me, address] = [await anAccount(later), anAddress()];
    await me.put('/accounts/me/email', { password: PASSWORD, email: address });
    later.clock.advance(30 * 60 + 1);
    const answer = await me.post('/accounts/me/email/confirm', { code: codeIn(await mailTo(address, later)) });
    expect(answer).toMatchObject(problem(400, 'WRONG_CODE'));
  });

  it('accepts only the newest code', async () => {
    const me = await anAccount(t);
    const [first, second] = [anAddress(), anAddress()];
    await me.put('/accounts/me/email', { password: PASSWORD, email: first });
    await me.put('/accounts/me/email', { password: PASSWORD, email: second });
    const [old, current] = [codeIn(await mailTo(first)), codeIn(await mailTo(second))];
    if (old !== current) {
      expect(await me.post('/accounts/me/email/confirm', { code: old })).toMatchObject(problem(400, 'WRONG_CODE'));
    }
    expect((await me.post('/accounts/me/email/confirm', { code: current })).body.email).toBe(second);
  });

  it('gives an address to one of two simultaneous requests', async () => {
    const [one, two, address] = [await anAccount(t), await anAccount(t), anAddress()];
    const codes: string[] = [];
    for (const account of [one, two]) {
      await account.put('/accounts/me/email', { password: PASSWORD, email: address });
      codes.push(codeIn(await mailTo(address)));
    }
    const answers = await Promise.all(
      [one, two].map((account, i) => account.post('/accounts/me/email/confirm', { code: codes[i] })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  });
});

describe('POST /accounts/me/school-email', () => {
  it('requires a token', async () => {
    const answer = await t.anyone.post('/accounts/me/school-email', { email: 'a@madang.ac.kr' });
    expect(answer).toMatchObject(problem(401, 'TOKEN_MISSING'));
  });

  it.each(['a@example.com', 'a@evilmadang.ac.kr', 'a@madang.ac.kr.example.com', 'a@mail.madang.ac.kr', 'a@ac.kr'])(
    'refuses %s',
    async (email) => {
      const me = await anAccount(t);
      expect(await me.post('/accounts/me/school-email', { email })).toMatchObject(
        problem(400, 'SCHOOL_DOMAIN_NOT_ALLOWED'),
      );
    },
  );

  it('verifies the reader of the mail as a student, until the verification expires', async () => {
    const later = await startApp({ keepData: true, env: { SCHOOL_VERIFICATION_DAYS: '10' } });
    const [me, email] = [await anAccount(later), anAddress('MADANG.ac.kr')];
    expect((await me.post('/accounts/me/school-email', { email })).status).toBe(202);
    expect((await me.get('/accounts/me')).body.verified).toBe(false);
    const code = codeIn(await mailTo(email, later));
    expect(await me.post('/accounts/me/school-email/confirm', { code: anotherThan(code) })).toMatchObject(
      problem(400, 'WRONG_CODE'),
    );
    const { body } = await me.post('/accounts/me/school-email/confirm', { code });
    expect(body).toMatchObject({ verified: true, email: null });
    later.clock.advance(10 * 86_400 + 1);
    expect((await me.get('/accounts/me')).body.verified).toBe(false);
  });

  it('refuses the code of the contact address', async () => {
    const [me, address] = [await anAccount(t), anAddress('madang.ac.kr')];
    await me.put('/accounts/me/email', { password: PASSWORD, email: address });
    const code = codeIn(await mailTo(address));
    await me.post('/accounts/me/school-email', { email: anAddress('madang.ac.kr') });
    expect(await me.post('/accounts/me/school-email/confirm', { code })).toMatchObject(problem(400, 'WRONG_CODE'));
  });

  it('verifies one account per address, until that account leaves; a ban lasts longer', async () => {
    const email = anAddress('madang.ac.kr');
    const verify = async (account: Client, typed = email): Promise<Answer> => {
      t.mails.splice(0);
      expect((await account.post('/accounts/me/school-email', { email: typed })).status).toBe(202);
      const code = /\b\d{6}\b/.exec(t.mails[0].text)?.[0] ?? '000000';
      return account.post('/accounts/me/school-email/confirm', { code });
    };
    const [first, second, third] = [await anAccount(t), await anAccount(t), await anAccount(t)];
    expect((await verify(first)).status).toBe(200);
    expect(await verify(second, email.toUpperCase())).toMatchObject(problem(400, 'WRONG_CODE'));
    expect(await verify(second, email.replace('@', '+2@'))).toMatchObject(problem(400, 'WRONG_CODE'));
    await first.delete('/accounts/me', { password: PASSWORD, content: 'keep' });
    expect((await verify(second)).status).toBe(200);
    await t.database.transaction((tx) =>
      tx.run('UPDATE school_addresses SET banned_at = ? WHERE account_id = ?', [t.clock.now(), second.id]),
    );
    await second.delete('/accounts/me', { password: PASSWORD, content: 'keep' });
    expect(await verify(third)).toMatchObject(problem(400, 'WRONG_CODE'));
  });

  it('refuses a code if the address was banned after the mail', async () => {
    const [former, me, email] = [await anAccount(t), await anAccount(t), anAddress('madang.ac.kr')];
    await former.post('/accounts/me/school-email', { email });
    await former.post('/accounts/me/school-email/confirm', { code: codeIn(await mailTo(email)) });
    const row = await readRow<{ hash: Buffer }>(t.database, 'SELECT hash FROM school_addresses WHERE account_id = ?', [
      former.id,
    ]);
    await former.delete('/accounts/me', { password: PASSWORD, content: 'keep' });
    await t.app.get(Background).settled();
    t.mails.splice(0);
    await me.post('/accounts/me/school-email', { email });
    const code = codeIn(await mailTo(email));
    await t.database.transaction((tx) =>
      tx.run('INSERT INTO school_addresses (hash, verified_at, banned_at) VALUES (?, NOW(3), NOW(3))', [row!.hash]),
    );
    expect(await me.post('/accounts/me/school-email/confirm', { code })).toMatchObject(problem(400, 'WRONG_CODE'));
    expect((await me.get('/accounts/me')).body.verified).toBe(false);
  });

  it('stores no school address', async () => {
    const [me, email] = [await anAccount(t), anAddress('madang.ac.kr')];
    await me.post('/accounts/me/school-email', { email });
    await me.post('/accounts/me/school-email/confirm', { code: codeIn(await mailTo(email)) });
    const rows = await readRows<{ text: string }>(
      t.database,
      'SELECT CONCAT_WS(" ", CONVERT(hash USING latin1), account_id) AS text FROM school_addresses',
    );
    expect(JSON.stringify(rows)).not.toContain('person');
    expect(await readRows(t.database, 'SELECT 1 FROM mail_codes WHERE account_id = ?', [me.id])).toEqual([]);
  });
});

describe('POST /accounts/me/school-email/confirm', () => {
  it('requires a token', async () => {
    const answer = await t.anyone.post('/accounts/me/school-email/confirm', { code: '123456' });
    expect(answer).toMatchObject(problem(401, 'TOKEN_MISSING'));
  });
});

describe('PUT /accounts/me/password', () => {
  const change = (account: Client, currentPassword = PASSWORD, newPassword = NEW_PASSWORD, more = {}) =>
    account.put('/accounts/me/password', { currentPassword, newPassword, ...more });

  it('requires a token', async () => {
    expect(await change(t.anyone)).toMatchObject(problem(401, 'TOKEN_MISSING'));
  });

  it('requires the current password, with a limit of tries', async () => {
    const limited = await startApp({ env: { RATE_LIMITS: 'on' }, keepData: true });
    const me = await anAccount(limited);
    for (let i = 0; i < 10; i++) {
      expect(await change(me, 'wrong-password')).toMatchObject(problem(403, 'WRONG_PASSWORD'));
    }
    const refused = await change(me);
    expect(refused).toMatchObject(problem(429, 'TOO_MANY_REQUESTS'));
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('counts right ones too, because each costs a hash, also if the new password is refused', async () => {
    const limited = await startApp({ env: { RATE_LIMITS: 'on' }, keepData: true });
    const me = await anAccount(limited);
    const statuses = [];
    for (let i = 0; i < 11; i++) statuses.push((await change(me, PASSWORD, 'password123')).status);
    expect(statuses).toEqual([...Array<number>(10).fill(400), 429]);
  });

  it('refuses a bad new one by the rules of registration', async () => {
    const me = await anAccount(t);
    expect(await change(me, PASSWORD, 'short')).toMatchObject(invalid('#/newPassword', 'WRONG_LENGTH'));
    expect(await change(me, PASSWORD, 'password123')).toMatchObject(invalid('#/newPassword', 'PASSWORD_COMMON'));
    expect(await change(me, PASSWORD, `x${me.username}x`)).toMatchObject(
      invalid('#/newPassword', 'PASSWORD_CONTAINS_USERNAME'),
    );
    expect((await login(me.username, PASSWORD)).status).toBe(200);
  });

  it('ends all other sessions and gives this device a new pair', async () => {
    const me = await anAccount(t);
    const other = await login(me.username, PASSWORD);
    const { status, body, headers } = await change(me);
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    for (const token of [me.accessToken, other.body.accessToken]) {
      const answer = await t.anyone.get('/accounts/me', { authorization: `Bearer ${token}` });
      expect(answer).toMatchObject(problem(401, 'SESSION_ENDED'));
    }
    for (const refreshToken of [me.refreshToken, other.body.refreshToken]) {
      expect((await t.anyone.post('/auth/refresh', { refreshToken })).status).toBe(401);
    }
    expect((await t.anyone.get('/accounts/me', { authorization: `Bearer ${body.accessToken}` })).status).toBe(200);
    expect((await t.anyone.post('/auth/refresh', { refreshToken: body.refreshToken })).status).toBe(200);
    expect((await login(me.username, PASSWORD)).status).toBe(401);
    expect((await login(me.username, NEW_PASSWORD)).status).toBe(200);
  });

  it('puts the new refresh token into the cookie if the browser uses cookies', async () => {
    const { body, raw } = await change(await anAccount(t), PASSWORD, NEW_PASSWORD, { refreshTokenIn: 'cookie' });
    expect(body.refreshToken).toBeNull();
    expect(raw.cookies).toMatchObject([{ name: 'madang_refresh', httpOnly: true, path: '/api/v1/auth' }]);
  });

  it('mails the confirmed address, in both languages, with advice; not after a failure', async () => {
    const [me, without] = [await anAccount(t), await anAccount(t)];
    const address = await confirmEmail(me);
    t.mails.splice(0);
    await change(without);
    expect((await change(me, 'wrong-password')).status).toBe(403);
    expect(t.mails).toEqual([]);
    expect((await change(me)).status).toBe(200);
    expect(t.mails).toMatchObject([{ to: address, subject: expect.stringContaining('Password changed') }]);
    expect(t.mails[0].text).toMatch(/본인이 변경하지 않았다면.*재설정/s);
    expect(t.mails[0].text).toMatch(/If it was not you, ask for a password reset/);
  });

  it('leaves no session to a simultaneous log-in with the old password', async () => {
    const me = await anAccount(t);
    const passwords = t.app.get(Passwords);
    const matches = passwords.matches.bind(passwords);
    const spy = jest.spyOn(passwords, 'matches').mockImplementationOnce(async (...given) => {
      const right = await matches(...given);
      expect((await change(me)).status).toBe(200);
      return right;
    });
    expect(await login(me.username, PASSWORD)).toMatchObject(problem(401, 'WRONG_CREDENTIALS'));
    spy.mockRestore();
    expect(await readRows(t.database, 'SELECT id FROM sessions WHERE account_id = ?', [me.id])).toHaveLength(1);
  });

  it('accepts one of two simultaneous requests', async () => {
    const me = await anAccount(t);
    const answers = await Promise.all([
      change(me, PASSWORD, 'the-first-of-two'),
      change(me, PASSWORD, 'the-second-of-two'),
    ]);
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    expect(await readRows(t.database, 'SELECT id FROM sessions WHERE account_id = ?', [me.id])).toHaveLength(1);
  });

  it('invalidates every open code: of a reset, of another address, of the school', async () => {
    const [me, address] = [await anAccount(t), anAddress()];
    const token = await resetToken(await confirmEmail(me));
    await me.put('/accounts/me/email', { password: PASSWORD, email: address });
    const school = anAddress('madang.ac.kr');
    await me.post('/accounts/me/school-email', { email: school });
    const { body } = await change(me);
    const headers = { authorization: `Bearer ${body.accessToken}` };
    const answers = [
      await t.anyone.post('/auth/password-reset/confirm', { token, newPassword: 'attackers-password' }),
      await t.anyone.post('/accounts/me/email/confirm', { code: codeIn(await mailTo(address)) }, headers),
      await t.anyone.post('/accounts/me/school-email/confirm', { code: codeIn(await mailTo(school)) }, headers),
    ];
    for (const answer of answers) expect(answer).toMatchObject(problem(400, 'WRONG_CODE'));
  });

  it('invalidates a code during its confirmation, because the session of that request has ended', async () => {
    const [me, address] = [await anAccount(t), anAddress()];
    await me.put('/accounts/me/email', { password: PASSWORD, email: address });
    const code = codeIn(await mailTo(address));
    const service = t.app.get(EmailConfirmationService);
    const confirm = service.confirm.bind(service);
    const spy = jest.spyOn(service, 'confirm').mockImplementationOnce(async (...given) => {
      expect((await change(me)).status).toBe(200);
      return confirm(...given);
    });
    expect(await me.post('/accounts/me/email/confirm', { code })).toMatchObject(problem(400, 'WRONG_CODE'));
    spy.mockRestore();
  });
});

describe('POST /auth/password-reset', () => {
  it.each([[{}], [{ email: 'no address' }], [{ email: 'm\u0131nsu@example.com' }]])('refuses %j', async (body) => {
    expect((await t.anyone.post('/auth/password-reset', body)).status).toBe(400);
  });

  it('answers the same for any address and mails only a confirmed one', async () => {
    const [me, unconfirmed] = [await anAccount(t), anAddress()];
    const address = await confirmEmail(me);
    await me.put('/accounts/me/email', { password: PASSWORD, email: unconfirmed });
    t.mails.splice(0);
    const answers = [];
    for (const email of [anAddress(), unconfirmed, address.toUpperCase()]) {
      answers.push(await t.anyone.post('/auth/password-reset', { email }));
    }
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(3).fill([202, '']));
    // To the address as confirmed, not as typed here.
    await mailTo(address);
    expect(t.mails).toHaveLength(1);
  });

  it('mails an address at most five times an hour and still answers the same', async () => {
    const limited = await startApp({ env: { RATE_LIMITS: 'on' }, keepData: true });
    const email = await confirmEmail(await anAccount(t));
    for (let i = 0; i < 7; i++) {
      expect((await limited.anyone.post('/auth/password-reset', { email })).status).toBe(202);
    }
    await limited.app.close();
    expect(limited.mails).toHaveLength(5);
  });
});

describe('POST /auth/password-reset/confirm', () => {
  const confirm = (token: unknown, newPassword: unknown = NEW_PASSWORD, app = t) =>
    app.anyone.post('/auth/password-reset/confirm', { token, newPassword });

  it.each(['', 'x', 'A'.repeat(43), '../../etc/passwd'])('refuses the token %j', async (token) => {
    expect((await confirm(token)).status).toBe(400);
  });

  it('refuses a bad password and keeps the token valid', async () => {
    const me = await anAccount(t);
    const token = await resetToken(await confirmEmail(me));
    expect(await confirm(token, `x-${me.username}-x`)).toMatchObject(
      invalid('#/newPassword', 'PASSWORD_CONTAINS_USERNAME'),
    );
    expect((await confirm(token)).status).toBe(204);
  });

  it('sets the password, ends every session and accepts the token once', async () => {
    const me = await anAccount(t);
    const token = await resetToken(await confirmEmail(me));
    expect((await confirm(token)).status).toBe(204);
    expect(await me.get('/accounts/me')).toMatchObject(problem(401, 'SESSION_ENDED'));
    expect((await login(me.username, PASSWORD)).status).toBe(401);
    expect((await login(me.username, NEW_PASSWORD)).status).toBe(200);
    expect(await confirm(token, 'one-more-time-44')).toMatchObject(problem(400, 'WRONG_CODE'));
  });

  it('accepts the token once of ten simultaneous requests', async () => {
    const token = await resetToken(await confirmEmail(await anAccount(t)));
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => confirm(token, `new-password-${i}`)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'WRONG_CODE')).toHaveLength(9);
  });

  it('expires after an hour', async () => {
    const later = await startApp({ keepData: true });
    const token = await resetToken(await confirmEmail(await anAccount(t)));
    later.clock.advance(3601);
    expect(await confirm(token, NEW_PASSWORD, later)).toMatchObject(problem(400, 'WRONG_CODE'));
  });

  it('ends after the address has changed, so that the reader of the old one has no access', async () => {
    const me = await anAccount(t);
    const token = await resetToken(await confirmEmail(me));
    await confirmEmail(me);
    expect(await confirm(token)).toMatchObject(problem(400, 'WRONG_CODE'));
  });

  it('ends also if it was requested while the address changed', async () => {
    const me = await anAccount(t);
    let former = await confirmEmail(me);
    for (let round = 0; round < 20; round++) {
      const address = anAddress();
      await me.put('/accounts/me/email', { password: PASSWORD, email: address });
      const code = codeIn(await mailTo(address));
      t.mails.splice(0);
      await Promise.all([
        me.post('/accounts/me/email/confirm', { code }),
        t.anyone.post('/auth/password-reset', { email: former }),
      ]);
      await t.app.get(Background).settled();
      const mail = t.mails.find(({ to, text }) => to === former && /^[\w-]{43}$/m.test(text));
      if (mail) expect(await confirm(tokenIn(mail.text))).toMatchObject(problem(400, 'WRONG_CODE'));
      former = address;
    }
    expect((await me.get('/accounts/me')).body.email).toBe(former);
  });

  it('mails the address once after the password was set', async () => {
    const me = await anAccount(t);
    const address = await confirmEmail(me);
    const token = await resetToken(address);
    t.mails.splice(0);
    await Promise.all(Array.from({ length: 5 }, (_, i) => confirm(token, `new-password-${i}`)));
    expect(t.mails).toMatchObject([{ to: address, subject: expect.stringContaining('Password changed') }]);
  });

  it('invalidates every other open code of the account', async () => {
    const [me, address] = [await anAccount(t), anAddress()];
    const token = await resetToken(await confirmEmail(me));
    await me.put('/accounts/me/email', { password: PASSWORD, email: address });
    expect((await confirm(token)).status).toBe(204);
    expect(await readRows(t.database, 'SELECT purpose FROM mail_codes WHERE account_id = ?', [me.id])).toEqual([]);
  });
});

describe('DELETE /accounts/me', () => {
  const leave = (account: Client, content = 'keep', password = PASSWORD) =>
    account.delete('/accounts/me', { password, content });

  it('requires a token', async () => {
    expect(await leave(t.anyone)).toMatchObject(problem(401, 'TOKEN_MISSING'));
  });

  it('requires the password', async () => {
    const me = await anAccount(t);
    expect(await leave(me, 'keep', NEW_PASSWORD)).toMatchObject(problem(403, 'WRONG_PASSWORD'));
    expect((await me.get('/accounts/me')).status).toBe(200);
  });

  it.each([[undefined], [{ password: PASSWORD }], [{ password: PASSWORD, content: 'burn' }]])(
    'refuses %j',
    async (body) => {
      expect((await (await anAccount(t)).delete('/accounts/me', body)).status).toBe(400);
    },
  );

  it('is refused for the last admin', async () => {
    await t.database.transaction((tx) => tx.run("UPDATE accounts SET role = 'member' WHERE role = 'admin'"));
    const [one, two] = [await aStaffAccount(t), await aStaffAccount(t)];
    const answers = await Promise.all([leave(one), leave(two)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect(answers.find(({ status }) => status === 409)!.body.code).toBe('LAST_ADMIN_CANNOT_LEAVE');
  });

  it.each(['keep', 'remove'])('ends the account at once and permanently (%s)', async (content) => {
    const [me, other] = [await anAccount(t), await anAccount(t)];
    const email = await confirmEmail(me);
    const answer = await leave(me, content);
    expect(answer.status).toBe(204);
    expect(answer.raw.cookies).toMatchObject([{ name: 'madang_refresh', value: '' }]);
    expect(await me.get('/accounts/me')).toMatchObject(problem(401, 'SESSION_ENDED'));
    expect((await t.anyone.post('/auth/refresh', { refreshToken: me.refreshToken })).status).toBe(401);
    expect(await login(me.username, PASSWORD)).toMatchObject(problem(401, 'WRONG_CREDENTIALS'));
    expect(await other.get(`/accounts/${me.id}`)).toMatchObject(problem(404, 'ACCOUNT_NOT_FOUND'));
    for (const table of [
      'accounts WHERE id',
      'sessions WHERE account_id',
      'mail_codes WHERE account_id',
      'idempotency_keys WHERE account_id',
    ]) {
      expect(await readRows(t.database, `SELECT 1 FROM ${table} = ?`, [me.id])).toEqual([]);
    }
    // The address and the name can be used again.
    expect(await confirmEmail(other, email)).toBe(email);
    expect(
      (await t.anyone.post('/auth/register', { username: me.username, nickname: '다른 사람', password: PASSWORD }))
        .status,
    ).toBe(201);
  });

  it('answers one of two simultaneous requests with 204 and the other with 401 or 403', async () => {
    const me = await anAccount(t);
    const statuses = (await Promise.all([leave(me), leave(me)])).map(({ status }) => status).sort();
    expect(statuses[0]).toBe(204);
    expect([204, 401, 403]).toContain(statuses[1]);
  });

  it('refuses log-ins while the texts are being deleted, and waits at most 3 s', async () => {
    const slow = await startApp({ keepData: true });
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    slow.app.get(PersonalData).add({ name: 'slow', export: async () => [], release: () => held });
    const me = await anAccount(slow);
    const leaving = leave(me);
    await sleep(300);
    expect(await t.anyone.get('/accounts/me', { authorization: `Bearer ${me.accessToken}` })).toMatchObject(
      problem(401, 'SESSION_ENDED'),
    );
    expect(await login(me.username, PASSWORD)).toMatchObject(problem(401, 'WRONG_CREDENTIALS'));
    expect(await (await anAccount(t)).get(`/accounts/${me.id}`)).toMatchObject(problem(404, 'ACCOUNT_NOT_FOUND'));
    expect((await leaving).status).toBe(204);
    expect(await readRows(t.database, 'SELECT 1 FROM accounts WHERE id = ?', [me.id])).toHaveLength(1);
    release();
    await slow.app.close();
    expect(await readRows(t.database, 'SELECT 1 FROM accounts WHERE id = ?', [me.id])).toHaveLength(0);
  });

  it('is finished by another process after a crash', async () => {
    const me = await anAccount(t);
    await t.database.transaction((tx) =>
      tx.run("UPDATE accounts SET leaving_at = ?, leaving_content = 'remove' WHERE id = ?", [t.clock.in(-61), me.id]),
    );
    // Its remaining session does not work any more.
    expect(await me.get('/accounts/me')).toMatchObject(problem(401, 'SESSION_ENDED'));
    expect((await t.anyone.post('/auth/refresh', { refreshToken: me.refreshToken })).status).toBe(401);
    const leaving = t.app.get(LeavingService);
    for (const account of await leaving.forgotten()) await leaving.finish(account);
    expect(await readRows(t.database, 'SELECT 1 FROM accounts WHERE id = ?', [me.id])).toEqual([]);
  });
});

describe('GET /accounts/me/export', () => {
  it('requires a token', async () => {
    expect(await t.anyone.get('/accounts/me/export')).toMatchObject(problem(401, 'TOKEN_MISSING'));
  });

  it('contains the stored data about me, without secrets and other members', async () => {
    const [me, other] = [await anAccount(t), await anAccount(t)];
    const [email, pending, school] = [await confirmEmail(me), anAddress(), anAddress('madang.ac.kr')];
    await me.post('/accounts/me/school-email', { email: school });
    await me.post('/accounts/me/school-email/confirm', { code: codeIn(await mailTo(school)) });
    await me.put('/accounts/me/email', { password: PASSWORD, email: pending });
    const { status, body, headers } = await me.get('/accounts/me/export');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatchObject({
      account: { id: me.id, username: me.username, email, verified: true },
      sessions: [{ current: true, address: '127.0.0.1' }],
      pendingAddresses: [{ purpose: 'email', address: pending }],
      schoolAddressesConfirmedAt: [expect.any(String)],
    });
    const text = JSON.stringify(body);
    expect(text).not.toContain(other.username);
    expect(text).not.toMatch(/hash|password|pepper|\$2b\$/i);
  });
});
