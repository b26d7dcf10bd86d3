import { PassThrough } from 'node:stream';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AccountsService } from '../src/accounts/accounts.service.js';
import { Refused, runAdmin } from '../src/cli/admin/commands.js';
import { readPassword } from '../src/cli/admin/read-password.js';
import { SecurityEvents } from '../src/common/security-events.js';
import { startApp, type TestApp } from './support/app.js';
import { freshDatabase } from './support/database.js';
import { anAccount, PASSWORD } from './support/factories.js';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
beforeEach(freshDatabase);

/** The command's output. */
async function admin(args: string, password = PASSWORD): Promise<string> {
  const lines: string[] = [];
  const console = { print: (line: string) => void lines.push(line), readPassword: async () => password };
  const words = args.split(' ').filter(Boolean);
  await runAdmin(words, t.database, t.app.get(AccountsService), console, t.app.get(SecurityEvents));
  return lines.join('\n');
}

const refusal = async (args: string, password?: string) => {
  const error = await admin(args, password).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Refused);
  return error as Refused;
};
const login = (username: string) => t.anyone.post('/auth/login', { username, password: PASSWORD });

describe('admin create', () => {
  it('creates an admin who can log in', async () => {
    expect(await admin('create Campus.Boss --nickname 학생처')).toBe(
      'Campus.Boss (학생처) is an admin now and can log in.',
    );
    expect((await login('campus.boss')).body.account).toMatchObject({ role: 'admin', nickname: '학생처' });
  });

  it('uses the username as the nickname if there is none', async () => {
    await admin('create boss');
    expect((await login('boss')).body.account).toMatchObject({ nickname: 'boss' });
  });

  it('may give an operator a reserved nickname', async () => {
    await admin('create campusadmin');
    await admin('create boss --nickname 운영자');
    const list = await admin('list');
    expect(list).toMatch(/campusadmin.*campusadmin/);
    expect(list).toMatch(/boss.*운영자/);
  });

  it.each([
    ['create admin', PASSWORD, /username is reserved/],
    ['create 한글', PASSWORD, /username must/],
    ['create boss --nickname 익명1', PASSWORD, /nickname is reserved/],
    ['create boss', 'short', /password must have 8 to 128 characters/],
    ['create boss', 'password1234', /password is one of the most common/],
    ['create boss', 'the-boss-has-come', /password contains the username/],
  ])('refuses by the rules of registration: %s', async (args, password, reason) => {
    const { message, exitCode } = await refusal(args, password);
    expect([exitCode, message]).toEqual([1, expect.stringMatching(reason)]);
    expect(await admin('list')).toMatch(/no admin yet/);
  });

  it('refuses a name that is taken', async () => {
    await anAccount(t, { username: 'boss' });
    expect((await refusal('create BOSS')).message).toBe('This username is taken.');
  });
});

describe('admin grant', () => {
  it('changes the rights of an account at once', async () => {
    const minsu = await anAccount(t, { username: 'Minsu' });
    await admin('create boss');
    expect(await admin('grant minsu moderator')).toBe('The role of minsu is moderator now.');
    expect((await minsu.get('/accounts/me')).body.role).toBe('moderator');
    await admin('grant minsu member');
    expect((await minsu.get('/accounts/me')).body.role).toBe('member');
  });

  it('never removes the last admin, also of two simultaneous requests', async () => {
    await admin('create boss');
    expect((await refusal('grant boss member')).message).toMatch(/last admin/);
    await admin('create second');
    const both = await Promise.allSettled([admin('grant boss member'), admin('grant second member')]);
    expect(both.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect((await admin('list')).split('\n')).toEqual([expect.stringMatching(/^admin +(boss|second)/)]);
  });

  it('refuses accounts and roles that do not exist', async () => {
    expect(await refusal('grant nobody admin')).toMatchObject({
      message: 'There is no account "nobody".',
      exitCode: 1,
    });
    expect(await refusal('grant nobody king')).toMatchObject({ exitCode: 2 });
  });
});

describe('admin list', () => {
  it('shows admins, then moderators, and no members', async () => {
    for (const username of ['member', 'modest']) await anAccount(t, { username: `${username}1` });
    await admin('create boss');
    await admin('grant modest1 moderator');
    expect((await admin('list')).split('\n').map((line) => line.split(/ +/)[1])).toEqual(['boss', 'modest1']);
  });
});

describe('admin hashes', () => {
  it('shows the number of old hashes, which falls with each log-in', async () => {
    const [old] = [await anAccount(t), await anAccount(t)];
    await t.database.transaction((tx) => tx.run('UPDATE accounts SET hash_version = 7 WHERE id <> ?', [old.id]));
    expect((await admin('hashes')).split('\n')).toEqual([
      'old      version 7  pepper 1  cost 4  accounts 1',
      'current  version 1  pepper 1  cost 4  accounts 1',
      '1 of 2 accounts have an old password hash. It is renewed at their next log-in.',
    ]);
    const costlier = await startApp({ keepData: true, env: { BCRYPT_COST: '5' } });
    const asked: string[] = [];
    const io = { print: (line: string) => void asked.push(line), readPassword: async () => '' };
    const ask = () =>
      runAdmin(['hashes'], t.database, costlier.app.get(AccountsService), io, t.app.get(SecurityEvents));
    await ask();
    expect(asked.pop()).toMatch(/^2 of 2 /);
    const body = { username: old.username, password: PASSWORD };
    expect((await costlier.anyone.post('/auth/login', body)).status).toBe(200);
    await ask();
    expect(asked).toContain('current  version 1  pepper 1  cost 5  accounts 1');
    expect(asked.pop()).toMatch(/^1 of 2 /);
  });

  it('reports that there is no account', async () => {
    expect(await admin('hashes')).toMatch(/^0 of 0 accounts/);
  });
});

describe('admin', () => {
  it.each(['', 'create', 'create a b', 'create --nickname 민수', 'create boss --nickname', 'grant boss', 'drop boss'])(
    'prints its usage after "%s"',
    async (args) => {
      const { message, exitCode } = await refusal(args);
      expect([exitCode, message]).toEqual([2, expect.stringContaining('admin create USERNAME')]);
    },
  );
});

describe('readPassword', () => {
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  let input: ReturnType<typeof terminal>;
  let shown: string;
  const read = (env = {}) => {
    const output = { write: (text: string) => (shown += text) };
    return readPassword(env, input as never, output as never);
  };
  beforeEach(() => {
    input = terminal();
    input.setRawMode = () => input;
    shown = '';
  });

  it('asks twice and shows no character of it', async () => {
    const password = read();
    input.write('spring\u007fg-42\r');
    await new Promise(setImmediate);
    input.write('spring-42\n');
    expect(await password).toBe('spring-42');
    expect(shown).toBe('Password: \nOnce more: \n');
  });

  it('refuses two different ones, and ends on Ctrl-C', async () => {
    const differing = read();
    input.write('one\r');
    await new Promise(setImmediate);
    input.write('two\r');
    await expect(differing).rejects.toThrow('not the same');
    const stopped = read();
    input.write('on\u0003');
    await expect(stopped).rejects.toMatchObject({ exitCode: 130 });
  });

  it('reads one line without a terminal; the environment comes first', async () => {
    input.isTTY = false;
    expect(await read({ MADANG_ADMIN_PASSWORD: 'from the environment' })).toBe('from the environment');
    input.end('from a pipe\nand more\n');
    expect(await read()).toBe('from a pipe');
    input = Object.assign(terminal(), { isTTY: false });
    input.end('');
    await expect(read()).rejects.toThrow('no password');
  });
});
