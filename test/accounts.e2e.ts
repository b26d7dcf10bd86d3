import { beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from './support/app.js';
import { anAccount, PASSWORD } from './support/factories.js';
import { statementsOf } from './support/statements.js';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});

describe('POST /auth/register', () => {
  it('answers with the account and a pair of tokens that work', async () => {
    const { status, body, headers } = await t.anyone.post('/auth/register', {
      username: 'Minsu',
      password: PASSWORD,
      nickname: '민수',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ account: { username: 'Minsu', nickname: '민수', email: null }, tokenType: 'Bearer' });
    expect(headers.location).toBe(`/api/v1/accounts/${body.account.id}`);
    const me = await t.anyone.get('/accounts/me', { authorization: `Bearer ${body.accessToken}` });
    expect(me.body).toMatchObject({ username: 'Minsu' });
  });

  it('lets one of twenty at once have a name', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        t.anyone.post('/auth/register', { username: 'onlyone', password: PASSWORD, nickname: '하나' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'USERNAME_TAKEN')).toHaveLength(19);
  });
});

describe('the session check', () => {
  it('costs one statement', async () => {
    const minsu = await anAccount(t);
    await minsu.get('/accounts/me');
    const { statements } = await statementsOf(() => minsu.get(`/accounts/${minsu.id}`));
    expect(statements).toHaveLength(2);
  });
});
