import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Passwords } from '../src/accounts/passwords/passwords.js';
import { plantDemo } from '../src/cli/demo/plant.js';
import { recount } from '../src/cli/repair/recount.js';
import { loadConfig } from '../src/config/config.js';
import { dataSourceOptions, migrationOptions } from '../src/database/data-source-options.js';
import { Database } from '../src/database/database.js';
import { freshDatabase, testDatabase } from './support/database.js';

let writers: DataSource;
let dataSource: DataSource;
let database: Database;

beforeAll(async () => {
  await freshDatabase();
  writers = await new DataSource(dataSourceOptions(testDatabase())).initialize();
  dataSource = await new DataSource(migrationOptions(testDatabase())).initialize();
  database = new Database(dataSource);
  const config = loadConfig({ NODE_ENV: 'test', DB_HOST: 'unused', BCRYPT_COST: '4' });
  await plantDemo(dataSource, { passwords: new Passwords(config), hotThreshold: 10 });
});
afterAll(async () => {
  await writers?.destroy();
  await dataSource?.destroy();
});

const write = (sql: string) => database.transaction((tx) => tx.run(sql));

describe('recount', () => {
  beforeEach(() => recount(database, { fix: true }));

  it('finds nothing where nothing is wrong', async () => {
    expect(await recount(database)).toEqual([]);
  });

  it.each([
    ['boards', 'post_count'],
    ['tags', 'post_count'],
    ['posts', 'tag_count'],
    ['posts', 'like_count'],
    ['posts', 'comment_count'],
    ['comments', 'reply_count'],
    ['comments', 'like_count'],
  ])('finds and corrects a wrong %s.%s', async (table, column) => {
    const before = (await database.row<{ n: number }>(`SELECT ${column} AS n FROM ${table} WHERE id = 3`))!.n;
    await write(`UPDATE ${table} SET ${column} = ${column} + 7 WHERE id = 3`);
    const drift = { table, column, id: 3, stored: before + 7, counted: before };
    expect(await recount(database)).toEqual([drift]);
    expect(await recount(database, { fix: true })).toEqual([drift]);
    expect(await recount(database)).toEqual([]);
  });

  it('knows a board that was written in', async () => {
    await write('UPDATE boards SET used = 0 WHERE id = 2');
    expect(await recount(database, { fix: true })).toEqual([
      { table: 'boards', column: 'used', id: 2, stored: 0, counted: 1 },
    ]);
    expect(await recount(database)).toEqual([]);
  });

  it('corrects every row, whatever gaps the ids have', async () => {
    await write('UPDATE comments SET like_count = like_count + 1');
    const [{ n }] = await database.rows<{ n: number }>('SELECT COUNT(*) AS n FROM comments');
    expect(n).toBeGreaterThan(1000);
    expect(await recount(database, { fix: true })).toHaveLength(n);
    expect(await recount(database)).toEqual([]);
  });

  it('does not report what a transaction under way is about to count', async () => {
    const runner = writers.createQueryRunner();
    await runner.startTransaction();
    await runner.query('UPDATE posts SET like_count = 0 WHERE id = 5');
    await runner.query('DELETE FROM post_likes WHERE post_id = 5');
    expect(await recount(database)).toEqual([]);
    await runner.commitTransaction();
    await runner.release();
    expect(await recount(database)).toEqual([]);
  });

  it('is exact while others like and unlike', async () => {
    const app = new Database(writers);
    const likers = Array.from({ length: 12 }, (_, i) => i + 20);
    const enough = new AbortController();
    const work = likers.map(async (account, i) => {
      for (let post = 10 + i; !enough.signal.aborted; post = 10 + ((post + 1) % 20)) {
        await app.transaction(async (tx) => {
          await tx.row('SELECT id FROM posts WHERE id = ? FOR UPDATE', [post]);
          const gone = await tx.run('DELETE FROM post_likes WHERE post_id = ? AND account_id = ?', [post, account]);
          if (gone.affectedRows === 0) {
            await tx.run('INSERT INTO post_likes (post_id, account_id, created_at) VALUES (?, ?, NOW(3))', [
              post,
              account,
            ]);
          }
          const change = gone.affectedRows === 0 ? 1 : -1;
          await tx.run('UPDATE posts SET like_count = like_count + ? WHERE id = ?', [change, post]);
        });
      }
    });
    for (let round = 0; round < 5; round++) {
      await write('UPDATE posts SET like_count = like_count + 100 WHERE id BETWEEN 10 AND 30');
      expect((await recount(database, { fix: true })).map(({ column }) => column)).toContain('like_count');
    }
    enough.abort();
    await Promise.all(work);
    expect(await recount(database)).toEqual([]);
  });
});
