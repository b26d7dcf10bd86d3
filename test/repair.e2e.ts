import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Passwords } from '../src/accounts/passwords/passwords.js';
import { plantDemo } from '../src/cli/demo/plant.js';
import { findBrokenMeetings } from '../src/cli/repair/broken-meetings.js';
import { recount } from '../src/cli/repair/recount.js';
import { OF_COMMAND } from '../src/database/budget.js';
import { migrationOptions } from '../src/database/data-source-options.js';
import { Database } from '../src/database/database.js';
import { startApp, type TestApp } from './support/app.js';
import { testDatabase } from './support/database.js';
import { anAccount, aSemester, aTimetable, at } from './support/factories.js';
import { insertRows, Reads } from './support/reads.js';
import { readRow, readRows } from './support/rows.js';

let t: TestApp;
let dataSource: DataSource;
let database: Database;

beforeAll(async () => {
  t = await startApp();
  dataSource = await new DataSource(migrationOptions(testDatabase())).initialize();
  database = await Database.open(testDatabase(), OF_COMMAND);
  await plantDemo(dataSource, { passwords: t.app.get(Passwords), hotThreshold: 10 });
});
afterAll(async () => {
  await database?.close();
  await dataSource?.destroy();
});

const write = (sql: string) => database.transaction((tx) => tx.run(sql));

describe('recount', () => {
  beforeEach(() => recount(database, { fix: true }));

  it('finds nothing if everything is right', async () => {
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
    const before = (await readRow<{ n: number }>(database, `SELECT ${column} AS n FROM ${table} WHERE id = 3`))!.n;
    await write(`UPDATE ${table} SET ${column} = ${column} + 7 WHERE id = 3`);
    const drift = { table, column, id: 3, stored: before + 7, counted: before };
    expect(await recount(database)).toEqual([drift]);
    expect(await recount(database, { fix: true })).toEqual([drift]);
    expect(await recount(database)).toEqual([]);
  });

  it('also checks a board with posts', async () => {
    await write('UPDATE boards SET used = 0 WHERE id = 2');
    expect(await recount(database, { fix: true })).toEqual([
      { table: 'boards', column: 'used', id: 2, stored: 0, counted: 1 },
    ]);
    expect(await recount(database)).toEqual([]);
  });

  it('corrects every row, with any gaps between ids', async () => {
    await write('UPDATE comments SET like_count = like_count + 1');
    const [{ n }] = await readRows<{ n: number }>(database, 'SELECT COUNT(*) AS n FROM comments');
    expect(n).toBeGreaterThan(1000);
    expect(await recount(database, { fix: true })).toHaveLength(n);
    expect(await recount(database)).toEqual([]);
  });

  it('scans no table for each comment, also if none has a reply', async () => {
    const fromId = 100_000;
    const rows = Array.from({ length: 2_000 }, (_, i) => ({
      ...{ id: fromId + i, post_id: 1, content: '댓글', state: 'deleted', created_at: '2026-03-02 00:00:00' },
    }));
    await write('UPDATE comments SET root_id = 0');
    await recount(database, { fix: true });
    const reads = await Reads.open();
    const scanned = () => reads.scannedBy(() => recount(reads as unknown as Database));
    const before = await scanned();
    await insertRows(database, 'comments', rows);
    await readRows(database, 'ANALYZE TABLE comments');
    const after = await scanned();
    await reads.close();
    await write(`DELETE FROM comments WHERE id >= ${fromId}`);
    expect(after - before).toBeLessThan(10 * rows.length);
  });

  it('does not report counts of an open transaction', async () => {
    const runner = dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('UPDATE posts SET like_count = 0 WHERE id = 5');
    await runner.query('DELETE FROM post_likes WHERE post_id = 5');
    expect(await recount(database)).toEqual([]);
    await runner.commitTransaction();
    await runner.release();
    expect(await recount(database)).toEqual([]);
  });

  it('is exact during likes and unlikes', async () => {
    const likers = Array.from({ length: 12 }, (_, i) => i + 20);
    const enough = new AbortController();
    const work = likers.map(async (account, i) => {
      for (let post = 10 + i; !enough.signal.aborted; post = 10 + ((post + 1) % 20)) {
        await t.database.transaction(async (tx) => {
          await readRow(tx, 'SELECT id FROM posts WHERE id = ? FOR UPDATE', [post]);
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

describe('findBrokenMeetings', () => {
  /** As `meetings: [[]]` was once stored. */
  const BROKEN = { room: null, weeks: null };
  const brokenIn = (meetings: unknown, id: number) =>
    database.transaction((tx) =>
      tx.run('UPDATE timetable_entries SET meetings = ? WHERE id = ?', [JSON.stringify(meetings), id]),
    );

  it('finds nothing if everything is right', async () => {
    expect(await findBrokenMeetings(database)).toEqual([]);
  });

  it('removes broken meetings and keeps the others, and the picture works again', async () => {
    const minsu = await anAccount(t);
    const own = await aTimetable(minsu, await aSemester(t));
    const url = `/timetables/${own.id}`;
    const entry = async (title: string, ...meetings: object[]) =>
      (await minsu.post(`${url}/entries`, { custom: { title, meetings } })).body.entry;
    const [whole, half, none, nothing] = [
      await entry('온전', at(0, 540, 600, { room: '공학관', weeks: [1, 30] }), at(1, 0, 1440)),
      await entry('절반', at(2, 540, 600)),
      await entry('없음', at(3, 540, 600)),
      await entry('무', at(4, 540, 600)),
    ];
    const kept = { day: 2, start: 540, end: 600, room: null, weeks: null };
    await brokenIn([BROKEN, kept, [kept], { ...kept, end: 540 }, { ...kept, day: 7 }, { ...kept, weeks: 0 }], half.id);
    await brokenIn([BROKEN], none.id);
    await brokenIn(null, nothing.id);
    const found = [
      { id: half.id, timetableId: own.id, broken: 5, kept: [kept] },
      { id: none.id, timetableId: own.id, broken: 1, kept: [] },
      { id: nothing.id, timetableId: own.id, broken: 1, kept: [] },
    ];
    expect(await findBrokenMeetings(database)).toEqual(found);
    const before = await minsu.get(url);
    expect(await findBrokenMeetings(database, { fix: true })).toEqual(found);
    expect(await findBrokenMeetings(database)).toEqual([]);
    const { body, headers } = await minsu.get(url);
    expect(body.entries.map(({ meetings }: any) => meetings)).toEqual([whole.meetings, half.meetings, [], []]);
    expect(headers.etag).not.toBe(before.headers.etag);
    expect((await minsu.get(`${url}/image.svg`)).status).toBe(200);
    expect((await minsu.get(`/lectures?fits=${own.id}`)).status).toBe(200);
  });
});
