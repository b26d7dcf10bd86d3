import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { DataSource, QueryRunner } from 'typeorm';
import { openDataSource } from '../src/database/connect.js';
import { migrationOptions } from '../src/database/data-source-options.js';
import type { MigrationClass } from '../src/database/migrating/history.js';
import { MigrationFailed, Migrator, type MigratorOptions } from '../src/database/migrating/migrator.js';
import { migrations } from '../src/database/migrations/index.js';
import { startApp, type TestApp } from './support/app.js';
import { testDatabase } from './support/database.js';
import { aBoard, anAccount, aPost } from './support/factories.js';
import { compiled, databaseEnv, run, start } from './support/program.js';

/** Its own database, because these tests change the schema. */
const database = { ...testDatabase(), name: `${testDatabase().name}_migrations` };
const env = databaseEnv(database);
const NEWEST = migrations.at(-1)!.name;

let t: TestApp;
let dataSource: DataSource;
/** Another connection to the same database. */
let other: Connection;

beforeAll(async () => {
  await compiled();
  const { host, port, user, password, name } = database;
  other = await createConnection({ host, port, user, password });
  await other.query('DROP DATABASE IF EXISTS ??', [name]);
  await other.query('CREATE DATABASE ?? CHARACTER SET utf8mb4', [name]);
  await other.query('USE ??', [name]);
  t = await startApp({ database });
  dataSource = await openDataSource(migrationOptions(database), database);
});

afterAll(async () => {
  await dataSource?.destroy();
  await other?.query('DROP DATABASE IF EXISTS ??', [database.name]);
  await other?.end();
});

const migrate = async (options: MigratorOptions = {}): Promise<{ done: string[]; said: string }> => {
  const said: string[] = [];
  const done = await Migrator.alone(dataSource, { say: (line) => said.push(line), ...options }, (one) => one.run());
  return { done, said: said.join('\n') };
};
/** As set for the whole server: the pool has two connections. */
const onEveryConnection = (sql: string) => Promise.all([dataSource.query(sql), dataSource.query(sql)]);
const has = async (table: string): Promise<boolean> =>
  ((await other.query('SHOW TABLES LIKE ?', [table]))[0] as unknown[]).length > 0;
const ready = () => t.anyone.get('//health/ready');
const QUICK = { seconds: 1, attempts: 2, pause: 100 };

/** All migrations and one more. */
const with1 = (up: (runner: QueryRunner) => Promise<unknown>, name = 'Extra1999999999999'): MigrationClass[] => {
  const one = {
    [name]: class {
      up = (runner: QueryRunner) => up(runner) as Promise<void>;
      down = () => Promise.resolve();
    },
  };
  return [...migrations, one[name]];
};

const forget = async (...tables: string[]): Promise<void> => {
  for (const table of tables) await other.query('DROP TABLE IF EXISTS ??', [table]);
  await other.query("DELETE FROM migrations WHERE name LIKE '%1999999999999'");
  await other.query("DELETE FROM migration_runs WHERE name LIKE '%1999999999999'");
};

describe('migrate', () => {
  it('prints each migration and its duration, and the second time that nothing is to do', async () => {
    const fresh = { ...env, DB_NAME: `${database.name}_fresh` };
    const first = await run('dist/cli/migrate.js', [], fresh);
    const second = await run('dist/cli/migrate.js', [], fresh);
    const back = await run('dist/cli/migrate.js', ['revert-all'], fresh);
    await other.query('DROP DATABASE ??', [fresh.DB_NAME]);
    for (const { name } of migrations)
      expect(first.output).toMatch(new RegExp(`^${name} done in \\d+\\.\\d\\d s$`, 'm'));
    expect([first.code, second.code, back.code]).toEqual([0, 0, 0]);
    expect(second.output).toBe('The schema is up to date.\n');
    expect(back.output).toMatch(/^Took \d+ migrations back\.$/m);
  });

  it('waits for its turn also if the server gives a SELECT 100 ms', async () => {
    const lock = `madang-migrate-${database.name}`;
    await onEveryConnection('SET SESSION max_execution_time = 100');
    await other.query('DO GET_LOCK(?, 0)', [lock]);
    const migrated = migrate();
    const first = await Promise.race([migrated, sleep(1_000, 'waits')]);
    await other.query('DO RELEASE_LOCK(?)', [lock]);
    expect(first).toBe('waits');
    expect((await migrated).done).toEqual([]);
  });

  it('runs in one of two simultaneous processes: the other waits and finds nothing to do', async () => {
    const fresh = { ...env, DB_NAME: `${database.name}_twice` };
    const both = await Promise.all([run('dist/cli/migrate.js', [], fresh), run('dist/cli/migrate.js', [], fresh)]);
    await other.query('DROP DATABASE ??', [fresh.DB_NAME]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const last = both.map(({ output }) => output.trim().split('\n').at(-1)).sort();
    expect(last).toEqual([`Applied ${migrations.length}.`, 'The schema is up to date.']);
    const waited = both.find(({ output }) => output.includes('up to date'))!;
    expect(waited.output).toMatch(/^Another process \(connection \d+\) is migrating this database: waiting/);
  });

  it('accepts a database that TypeORM itself has migrated', async () => {
    await other.query('DROP TABLE migration_runs');
    expect((await migrate()).done).toEqual([]);
    expect((await ready()).status).toBe(200);
  });

  it('refuses an unknown argument', async () => {
    const ended = await run('dist/cli/migrate.js', ['up'], env);
    expect(ended).toMatchObject({ code: 2, output: expect.stringContaining('migrate revert') });
  });
});

describe('a table that exists already', () => {
  const extra = (sql: string) => with1((runner) => runner.query(sql));
  const WANTED = `
    CREATE TABLE IF NOT EXISTS extras (
      id int UNSIGNED NOT NULL AUTO_INCREMENT,
      name varchar(50) NOT NULL,
      post_id int UNSIGNED NOT NULL,
      INDEX extras_first ((LEFT(name, 1)), id),
      FULLTEXT INDEX extras_text (name) WITH PARSER ngram,
      UNIQUE INDEX extras_name (name),
      PRIMARY KEY (id),
      CONSTRAINT extras_positive CHECK (post_id > 0),
      CONSTRAINT extras_post_fk FOREIGN KEY (post_id) REFERENCES posts(id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci`;

  afterEach(async () => {
    await other.query('DROP TABLE IF EXISTS extras');
    await other.query("DELETE FROM migrations WHERE name LIKE 'Extra%'");
    await other.query("DELETE FROM migration_runs WHERE name LIKE 'Extra%'");
  });

  it('is accepted if it is the same: a half-done migration continues', async () => {
    await other.query(WANTED);
    expect((await migrate({ list: extra(WANTED) })).done).toEqual(['Extra1999999999999']);
  });

  it.each([
    ['a column of another type', WANTED.replace('varchar(50)', 'varchar(40)'), 'its column name is varchar(40)'],
    ['a column that may be NULL', WANTED.replace('varchar(50) NOT', 'varchar(50)'), 'its column name is varchar(50)'],
    ['a missing column', 'CREATE TABLE extras (id int UNSIGNED PRIMARY KEY)', 'it has no column name'],
    [
      'a further column',
      WANTED.replace('name varchar', 'more int NOT NULL,\nname varchar'),
      'it has another column more',
    ],
    ['another primary key', WANTED.replace('PRIMARY KEY (id)', 'INDEX (id), PRIMARY KEY (name, id)'), 'PRIMARY KEY 2'],
    ['an index that is not unique', WANTED.replace('UNIQUE INDEX', 'INDEX'), 'it has no unique index extras_name'],
    ['no foreign key', WANTED.replace(/,\s*CONSTRAINT extras_post_fk.*/, ''), 'it has no constraint extras_post_fk'],
  ])('with %s is refused, and stays unchanged', async (_, there, difference) => {
    await other.query(there);
    const failure = migrate({ list: extra(WANTED) });
    await expect(failure).rejects.toThrow(MigrationFailed);
    await expect(failure).rejects.toThrow(difference);
    await expect(failure).rejects.toThrow('RENAME TABLE extras TO extras_before; then run migrate again');
    expect(await has('extras')).toBe(true);
  });

  it('with the name of our record, made by another program, is refused too', async () => {
    await other.query('RENAME TABLE migrations TO ours');
    await other.query('CREATE TABLE migrations (id int PRIMARY KEY, migration varchar(255), batch int)');
    const failure = await migrate().catch((error: Error) => error);
    await other.query('DROP TABLE migrations');
    await other.query('RENAME TABLE ours TO migrations');
    expect(failure).toBeInstanceOf(MigrationFailed);
    expect(String(failure)).toContain('The table migrations exists and is not the one of this migration');
  });
});

describe('a table in use', () => {
  beforeEach(() => forget());
  const addColumn = with1((runner) => runner.query('ALTER TABLE posts ADD COLUMN extra int NULL'));
  const cleanUp = async () => {
    await other.query('ROLLBACK');
    await forget();
    const [columns] = await other.query<RowDataPacket[]>("SHOW COLUMNS FROM posts LIKE 'extra'");
    if (columns.length > 0) await other.query('ALTER TABLE posts DROP COLUMN extra');
  };

  it('is waited for in short tries, and other statements run between them; then the migration succeeds', async () => {
    await other.query('START TRANSACTION');
    await other.query('SELECT * FROM posts LIMIT 1');
    const migrated = migrate({ list: addColumn, patience: { seconds: 2, attempts: 10, pause: 1_000 } });
    const until = performance.now() + 7_000;
    let answers = 0;
    while (performance.now() < until) {
      expect((await t.anyone.get('/posts')).status).toBe(200);
      answers += 1;
      await sleep(20);
    }
    await other.query('COMMIT');
    const { done, said } = await migrated;
    await cleanUp();
    expect(done).toEqual(['Extra1999999999999']);
    expect(said).toMatch(/waits for a lock \(try 2 of 10\): connection \d+ \(.+\) is in a transaction for \d+ s/);
    // One long wait for the lock would block the others until the commit.
    expect(answers).toBeGreaterThanOrEqual(2);
  });

  it('is waited for a limited time: then it gives up with a message, and the table is unchanged', async () => {
    await other.query('START TRANSACTION');
    await other.query('SELECT * FROM posts LIMIT 1');
    const failed = await migrate({ list: addColumn, patience: QUICK }).catch((error: Error) => error);
    const [columns] = await other.query("SHOW COLUMNS FROM posts LIKE 'extra'");
    await cleanUp();
    expect(failed).toBeInstanceOf(MigrationFailed);
    expect((failed as Error).message).toMatch(/^Extra1999999999999 failed after .* Lock wait timeout exceeded/);
    expect((failed as Error).message).toContain('run migrate again');
    expect(columns).toEqual([]);
  });
});

describe('a migration that fails half-way', () => {
  it('is half done: its release is not ready, an older one is; the next run finishes it', async () => {
    let broken = true;
    const list = with1(async (runner) => {
      await runner.query('CREATE TABLE IF NOT EXISTS half_first (id int PRIMARY KEY)');
      await runner.query(broken ? 'SELECT nonsense' : 'CREATE TABLE IF NOT EXISTS half_second (id int PRIMARY KEY)');
    });
    await expect(migrate({ list })).rejects.toThrow(/failed after [\d.]+ s: Unknown column 'nonsense'/);
    expect([await has('half_first'), await has('half_second')]).toEqual([true, false]);
    // This release does not know the migration: it only adds, so the release still works.
    expect((await ready()).status).toBe(200);

    broken = false;
    const { done, said } = await migrate({ list });
    expect(done).toEqual(['Extra1999999999999']);
    expect(said).toContain('Extra1999999999999 was left half done, running it again');
    expect(await has('half_second')).toBe(true);
    expect((await migrate({ list })).done).toEqual([]);
    await forget('half_first', 'half_second');
  });

  it('of this release prevents readiness and start until migrate has run again', async () => {
    // As after a crash after its first step.
    await other.query('DELETE FROM migrations WHERE name = ?', [NEWEST]);
    await other.query('UPDATE migration_runs SET finished_at = NULL WHERE name = ?', [NEWEST]);
    await other.query('INSERT IGNORE INTO migration_runs (name, direction, began_at) VALUES (?, ?, NOW(3))', [
      NEWEST,
      'up',
    ]);
    const answer = await ready();
    const started = await run('dist/main.js', [], { ...env, PORT: '0' });
    const again = await run('dist/cli/migrate.js', [], env);
    expect(answer).toMatchObject({ status: 503, body: { code: 'NOT_READY', detail: 'A migration is half done.' } });
    expect(started).toMatchObject({ code: 1, output: expect.stringContaining(`half done: ${NEWEST}`) });
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining(`${NEWEST} was left half done`) });
    expect((await ready()).status).toBe(200);
  });

  it('is half done after a failed revert too, although it still counts as applied', async () => {
    await other.query('REPLACE INTO migration_runs (name, direction, began_at) VALUES (?, ?, NOW(3))', [
      NEWEST,
      'down',
    ]);
    const answer = await ready();
    await migrate();
    expect(answer.body.detail).toBe('A migration is half done.');
    expect((await ready()).status).toBe(200);
  });
});

describe('a migration that rebuilds a table with a full-text index', () => {
  it('keeps every word searchable, also those with a stop word in them', async () => {
    await other.query('SET SESSION innodb_ft_enable_stopword = OFF');
    await other.query(
      'CREATE TABLE searched (id int PRIMARY KEY, text varchar(50), FULLTEXT INDEX words (text) WITH PARSER ngram)',
    );
    await other.query("INSERT INTO searched VALUES (1, 'mail')");
    const found = async () =>
      (await other.query(`SELECT id FROM searched WHERE MATCH(text) AGAINST('"mail"' IN BOOLEAN MODE)`))[0];
    expect(await found()).toEqual([{ id: 1 }]);
    await onEveryConnection('SET SESSION innodb_ft_enable_stopword = ON');
    await migrate({ list: with1((runner) => runner.query('ALTER TABLE searched ADD COLUMN extra int NULL')) });
    const afterwards = await found();
    await forget('searched');
    expect(afterwards).toEqual([{ id: 1 }]);
  });
});

describe('the migration of the names of tags', () => {
  it('stores the tags of every post, in order', async () => {
    const author = await anAccount(t);
    const board = await aBoard(t, { owner: author });
    const posts = [];
    for (const tags of [['둘', '하나'], [], ['하나']]) posts.push(await aPost(t, { author, board, tags }));
    await other.query('DROP TABLE post_tag_names');
    await other.query("DELETE FROM migrations WHERE name LIKE 'PostTagNames%'");
    expect((await migrate()).done).toEqual(['PostTagNames1770000000026']);
    const [rows] = await other.query<RowDataPacket[]>('SELECT version, names FROM post_tag_names ORDER BY post_id');
    expect(rows).toEqual([
      { version: 1, names: '둘\n하나' },
      { version: 1, names: '하나' },
    ]);
    await other.query('TRUNCATE TABLE post_tag_names');
  });
});

describe('kill -9 in the middle of a migration', () => {
  it('leaves a mark and no lock; the next run continues there', async () => {
    const killed = start('test/fixtures/migrate-slowly.mjs', [], { ...env, SLEEP: '20' });
    while (!killed.output().includes('the first step is done')) await sleep(20);
    await sleep(100);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect([await has('slow_first'), await has('slow_second')]).toEqual([true, false]);
    const [marks] = await other.query<RowDataPacket[]>(
      "SELECT direction FROM migration_runs WHERE name = 'Slow1999999999999' AND finished_at IS NULL",
    );
    expect(marks).toEqual([{ direction: 'up' }]);

    const next = await run('test/fixtures/migrate-slowly.mjs', [], { ...env, SLEEP: '0' });
    expect(next).toMatchObject({ code: 0, output: expect.stringContaining('Slow1999999999999 was left half done') });
    expect(await has('slow_second')).toBe(true);
    await forget('slow_first', 'slow_second');
  });
});

describe('a schema that is ahead', () => {
  it('is accepted by the previous release, which makes a rollback possible', async () => {
    await migrate({ list: with1((runner) => runner.query('CREATE TABLE ahead (id int PRIMARY KEY)')) });
    const answer = await ready();
    const { done, said } = await migrate();
    const reverted = await run('dist/cli/migrate.js', ['revert'], env);
    await forget('ahead');
    expect(answer.status).toBe(200);
    expect(done).toEqual([]);
    expect(said).toContain('ahead of this release, which does not know Extra1999999999999');
    expect(reverted).toMatchObject({ code: 1, output: expect.stringContaining('take it back with that one') });
  });
});

describe('a schema that is behind', () => {
  it('prevents the start, quickly and with a message', async () => {
    await other.query('DELETE FROM migrations WHERE name = ?', [NEWEST]);
    const started = await run('dist/main.js', [], { ...env, PORT: '0' });
    await migrate();
    expect(started).toMatchObject({
      code: 1,
      output: expect.stringContaining(`${NEWEST} not applied. Run \`migrate\``),
    });
    expect(started.output).not.toMatch(/^ {4}at /m);
    expect(started.took).toBeLessThan(25_000);
  });
});
