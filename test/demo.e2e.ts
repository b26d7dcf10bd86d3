import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Passwords } from '../src/accounts/passwords/passwords.js';
import { demoLogIns, isEmpty } from '../src/cli/demo/look.js';
import { DEMO_ACCOUNTS } from '../src/cli/demo/people.js';
import { plantDemo } from '../src/cli/demo/plant.js';
import { recount } from '../src/cli/repair/recount.js';
import { migrationOptions } from '../src/database/data-source-options.js';
import { startApp, type TestApp } from './support/app.js';
import { freshDatabase, testDatabase } from './support/database.js';
import { readRow, readRows } from './support/rows.js';

let t: TestApp;
let dataSource: DataSource;
let passwords: Passwords;

beforeAll(async () => {
  t = await startApp();
  passwords = new Passwords(t.config);
  dataSource = await new DataSource(migrationOptions(testDatabase())).initialize();
});
afterAll(() => dataSource?.destroy());
beforeEach(freshDatabase);

const plant = () => plantDemo(dataSource, { passwords, hotThreshold: 10 });
const countOf = async (table: string) =>
  (await readRow<{ n: number }>(t.database, `SELECT COUNT(*) AS n FROM ${table}`))!.n;

describe('plantDemo', () => {
  it('fills an empty database with correct counters', async () => {
    expect(await plant()).toBe(true);
    expect(await countOf('posts')).toBeGreaterThanOrEqual(300);
    expect(await recount(t.database)).toEqual([]);
    const wrongViews = await readRows(
      t.database,
      'SELECT id FROM posts p WHERE view_count <> (SELECT COUNT(*) FROM post_views v WHERE v.post_id = p.id)',
    );
    expect(wrongViews).toEqual([]);
  });

  it('creates log-ins for minsu, a verified student, and for jiwoo, who is not verified', async () => {
    await plant();
    const logIns = await demoLogIns(dataSource);
    expect(logIns.map(({ username }) => username)).toEqual(['minsu', 'jiwoo']);
    for (const [i, { username, password, nickname }] of logIns.entries()) {
      const { status, body } = await t.anyone.post('/auth/login', { username, password });
      expect(status).toBe(200);
      expect(body.account).toMatchObject({ nickname, verified: DEMO_ACCOUNTS[i].verified });
    }
  });

  it('gives both of them timetables, and makes them friends', async () => {
    await plant();
    const logIn = async ({ username, password }: { username: string; password: string }) => {
      const { body } = await t.anyone.post('/auth/login', { username, password });
      return { authorization: `Bearer ${body.accessToken}` };
    };
    const minsu = await logIn(DEMO_ACCOUNTS[0]);
    const { body } = await t.anyone.get('/timetables', minsu);
    expect(body.items).toMatchObject([
      { name: '시간표 1', primary: true, totalCredits: 17, notice: { changed: 1 } },
      { name: '플랜 B', primary: false, totalCredits: 10, notice: null },
    ]);
    expect(body.items[0].entries).toHaveLength(8);
    const { items: friends } = (await t.anyone.get('/friends', minsu)).body;
    expect(friends).toMatchObject([{ account: { nickname: '지우' } }]);
  });

  it('does not change a database in use', async () => {
    await plant();
    const before = await countOf('comments');
    expect(await plant()).toBe(false);
    expect(await countOf('comments')).toBe(before);
    await freshDatabase();
    await t.anyone.post('/auth/register', { username: 'first', password: 'correct-horse-42', nickname: '첫째' });
    expect(await plant()).toBe(false);
    expect(await countOf('boards')).toBe(0);
    expect(await demoLogIns(dataSource)).toEqual([]);
  });

  it('leaves nothing behind after a failure, and succeeds the next time', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.query("INSERT INTO tags (id, name) VALUES (1, 'in-the-way')");
    await expect(plant()).rejects.toThrow(/Duplicate entry/);
    expect([await countOf('accounts'), await countOf('boards'), await isEmpty(dataSource)]).toEqual([0, 0, true]);
    await runner.query('DELETE FROM tags');
    await runner.release();
    expect(await plant()).toBe(true);
  });

  it('runs in one of two simultaneous processes', async () => {
    expect((await Promise.all([plant(), plant()])).sort()).toEqual([false, true]);
    expect(await countOf('boards')).toBe(8);
  });
});
