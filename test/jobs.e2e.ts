import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PersonalData, type PersonalDataHolder } from '../src/accounts/leaving/personal-data.js';
import { AccountsService } from '../src/accounts/accounts.service.js';
import { runAdmin } from '../src/cli/admin/commands.js';
import { Housekeeping } from '../src/jobs/housekeeping.js';
import { JobItems } from '../src/jobs/job-items.js';
import { Jobs } from '../src/jobs/jobs.js';
import { AudienceService } from '../src/posts/audience.service.js';
import { SecurityEvents } from '../src/common/security-events.js';
import { startApp, type TestApp } from './support/app.js';
import type { Client } from './support/client.js';
import { aBoard, anAccount } from './support/factories.js';
import { readRows } from './support/rows.js';

let t: TestApp;
let holder: PersonalDataHolder;
beforeAll(async () => {
  t = await startApp();
  holder = t.app.get(PersonalData).all[0];
});
beforeEach(() => write('DELETE FROM job_failures'));
afterEach(() => {
  jest.restoreAllMocks();
});

const write = (sql: string, parameters: number[] = []) => t.database.transaction((tx) => tx.run(sql, parameters));
const run = (name: string) => t.app.get(Jobs).run(t.app.get(Housekeeping).jobs.find((job) => job.name === name)!);
const failures = () =>
  readRows<{ item: number; attempts: number; seconds: number }>(
    t.database,
    `SELECT item, attempts, reason, TIMESTAMPDIFF(SECOND, failed_at, retry_at) AS seconds
       FROM job_failures ORDER BY item`,
  );
const makeDue = () => write('UPDATE job_failures SET retry_at = NOW(3)');
const counted = () => {
  const { done, failed } = t.app.get(JobItems);
  const of = (tally: Iterable<[string, number]>) => new Map(tally).get('finish-leaving')!;
  return { done: of(done), failed: of(failed) };
};

describe('a job with a failing item', () => {
  let leaving: Client[];
  let broken: number;
  beforeEach(async () => {
    leaving = await Promise.all([anAccount(t), anAccount(t), anAccount(t)]);
    leaving.sort((a, b) => a.id - b.id);
    broken = leaving[0].id;
    for (const { id } of leaving) {
      await write("UPDATE accounts SET leaving_at = NOW() - INTERVAL 1 DAY, leaving_content = 'keep' WHERE id = ?", [
        id,
      ]);
    }
  });
  afterEach(() => write('DELETE FROM accounts WHERE leaving_at IS NOT NULL'));

  const breakOne = () => {
    const { release } = holder;
    return jest.spyOn(holder, 'release').mockImplementation(async (id, content) => {
      if (id === broken) throw Object.assign(new Error('It failed.'), { code: 'ER_BROKEN' });
      return release.call(holder, id, content);
    });
  };
  const left = async () =>
    (await readRows<{ id: number }>(t.database, 'SELECT id FROM accounts WHERE leaving_at IS NOT NULL')).map(
      ({ id }) => id,
    );

  it('finishes all other items, and counts and stores the failure', async () => {
    breakOne();
    const before = counted();
    await run('finish-leaving');
    expect(await left()).toEqual([broken]);
    expect(await failures()).toEqual([{ item: broken, attempts: 1, reason: 'ER_BROKEN', seconds: 60 }]);
    expect(counted()).toEqual({ done: before.done + 2, failed: before.failed + 1 });
    expect(t.app.get(Jobs).records.get('finish-leaving')!.failed).toBe(0);
  });

  it('retries the item with back-off, at most an hour apart, until it succeeds', async () => {
    const spy = breakOne();
    await run('finish-leaving');
    spy.mockClear();
    await run('finish-leaving');
    expect(spy).not.toHaveBeenCalled();
    const waits: number[] = [];
    for (let attempt = 2; attempt <= 8; attempt++) {
      await makeDue();
      await run('finish-leaving');
      const [failure] = await failures();
      expect(failure.attempts).toBe(attempt);
      waits.push(Number(failure.seconds));
    }
    expect(waits).toEqual([120, 240, 480, 960, 1920, 3600, 3600]);
    spy.mockRestore();
    await makeDue();
    await run('finish-leaving');
    expect([await left(), await failures()]).toEqual([[], []]);
  });

  it('deletes the failure of an item that no longer exists', async () => {
    breakOne();
    await run('finish-leaving');
    await write('DELETE FROM accounts WHERE id = ?', [broken]);
    await run('finish-leaving');
    expect(await failures()).toEqual([]);
  });

  it('shows the failure to the operator', async () => {
    breakOne();
    await write('DELETE FROM jobs');
    await t.app.get(Jobs).runDue();
    await run('finish-leaving');
    const lines: string[] = [];
    const terminal = {
      print: (line: string) => void lines.push(line),
      readPassword: () => Promise.reject(new Error('None is due.')),
    };
    await runAdmin(['jobs'], t.database, t.app.get(AccountsService), terminal, t.app.get(SecurityEvents));
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
    expect(lines.join('\n')).toMatch(new RegExp(`^finish-leaving +last ended ${time}  next ${time}$`, 'm'));
    expect(lines.join('\n')).toMatch(new RegExp(`^  item ${broken} failed: attempts 1, ER_BROKEN, next ${time}$`, 'm'));
  });
});

describe('the job for closed boards', () => {
  it('continues after a board that fails', async () => {
    const boards = [await aBoard(t), await aBoard(t)];
    await write('UPDATE boards SET audience_stale = 1');
    const audience = t.app.get(AudienceService);
    const { follow } = audience;
    jest.spyOn(audience, 'follow').mockImplementation(async (id) => {
      if (id === boards[0].id) throw new Error('It failed.');
      return follow.call(audience, id);
    });
    await run('follow-boards');
    expect((await audience.stale()).map(({ id }) => id)).toEqual([boards[0].id]);
    expect(await failures()).toEqual([{ item: boards[0].id, attempts: 1, reason: 'Error', seconds: 60 }]);
  });
});

describe('the job that removes posts', () => {
  it('goes on after more posts that fail than one would read at once', async () => {
    const due = `INSERT INTO delayed_removals (holder, item_id, due_at)
      WITH RECURSIVE n AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM n WHERE id < 1000)
      SELECT 'posts', 900000 + id, NOW(3) - INTERVAL 1 DAY FROM n`;
    await write(due);
    await write("INSERT INTO delayed_removals (holder, item_id, due_at) VALUES ('posts', 800000, NOW(3))");
    const posts = t.app.get(PersonalData).named('posts');
    jest.spyOn(posts, 'removeItem').mockImplementation((id) => {
      return id > 900_000 ? Promise.reject(new Error('It failed.')) : Promise.resolve();
    });
    t.clock.advance(1);
    await run('remove-posts');
    const left = await readRows<{ n: number }>(
      t.database,
      'SELECT COUNT(*) AS n FROM delayed_removals WHERE item_id = 800000',
    );
    await write('DELETE FROM delayed_removals');
    expect(left).toEqual([{ n: 0 }]);
  });
});
