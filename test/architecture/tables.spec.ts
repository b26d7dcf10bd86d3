import { describe, expect, it } from '@jest/globals';
import { parseSource, readSources } from './sources.js';
import { tablesOf, tableUses, usesOf } from './written-tables.js';

/** Those that write or lock tables of other folders, by the beginning of their paths, with the reason. */
const EXCEPTIONS: Record<string, string> = {
  'database/': 'has the verbs themselves, the migrations and their history',
  'cli/demo/': 'fills an empty database in one transaction',
  'cli/repair/': 'corrects rows that the owners can no longer read or count, with the locks of the owners',
  'posts/reactions/toggles.ts': '`reactorsOf` gets the table from its caller, which the test reads',
};

/** An import fills them in its own session; they are gone with it. */
const TEMPORARY = ['import_rows', 'import_subjects', 'import_lectures', 'import_meetings'];

/** The folder that owns the tables of the entities below it. */
const roomOf = (file: string): string =>
  file
    .split('/')
    .slice(0, file.startsWith('common/') ? 2 : 1)
    .join('/');

const sources = readSources();

describe('a table', () => {
  const owners = new Map([...tablesOf(sources).values()].map(({ table, file }) => [table, roomOf(file)]));
  const uses = tableUses(sources).filter(({ table }) => !TEMPORARY.includes(table));
  const isForeign = ({ file, table }: { file: string; table: string }) => owners.get(table) !== roomOf(file);
  const exceptionOf = (file: string) => Object.keys(EXCEPTIONS).find((path) => file.startsWith(path));

  it('is written and locked in the folder of its entity only, but for the named exceptions', () => {
    expect(owners.size).toBeGreaterThan(25);
    expect(uses.length).toBeGreaterThan(100);
    const wrong = uses.filter((use) => isForeign(use) && !exceptionOf(use.file));
    expect(wrong.map(({ file, verb, table }) => `${file} ${verb} ${table} of ${owners.get(table)}`)).toEqual([]);
  });

  it('has exceptions that are needed', () => {
    const needed = new Set(uses.filter(isForeign).map(({ file }) => exceptionOf(file)));
    expect(Object.keys(EXCEPTIONS).filter((path) => !needed.has(path))).toEqual([]);
  });

  it('is written by its owner, so that the test reads each statement', () => {
    const written = new Set(uses.filter(({ verb }) => verb === 'writes').map(({ table }) => table));
    expect([...owners.keys()].filter((table) => !written.has(table))).toEqual([]);
  });
});

describe('usesOf', () => {
  it.each([
    ['INSERT INTO posts (id) VALUES (?)', ['writes posts']],
    ['INSERT IGNORE INTO tags (name) SELECT name FROM posts', ['writes tags']],
    ['INSERT INTO jobs (a) VALUES (?) AS new ON DUPLICATE KEY UPDATE a = new.a', ['writes jobs']],
    ['REPLACE INTO posts (id) VALUES (?)', ['writes posts']],
    ['DELETE FROM posts WHERE id = ?', ['writes posts']],
    ['DELETE p FROM boards b JOIN posts p ON p.board_id = b.id', ['writes posts']],
    ['UPDATE posts SET a = 1 WHERE b.id = 2', ['writes posts']],
    [
      "UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id INT PATH '$')) j JOIN tags t ON t.id = j.id SET t.n = 1",
      ['writes tags'],
    ],
    ['UPDATE posts p JOIN boards b ON b.id = p.board_id SET p.a = 1, b.c = 2', ['writes posts', 'writes boards']],
    ['FROM posts WHERE id IN (?) FOR UPDATE', ['locks posts']],
    ['FROM posts p JOIN boards b ON b.id = p.board_id FOR UPDATE OF b', ['locks boards']],
    ['FROM posts p JOIN boards b ON b.id = p.board_id FOR SHARE', ['locks posts', 'locks boards']],
    ['(SELECT 1 FROM post_likes l FOR SHARE OF l)', ['locks post_likes']],
    ['FROM posts p LEFT JOIN accounts a ON a.id = p.author_id', []],
  ])('reads %s', (sql, expected) => {
    expect(usesOf(sql).map(({ verb, table }) => `${verb} ${table}`)).toEqual(expected);
  });
});

describe('tableUses', () => {
  const entity = "@Entity('posts') class Post {}";
  it.each([
    ['an entity', 'tx.update(Post, { id }, {});', 'writes posts'],
    ['a lock by an entity', "tx.lock(Post, { id }, ['id']);", 'locks posts'],
    ['a counter', "addTo(tx, 'posts', 'n', changes);", 'writes posts'],
    ['a constant', "const TABLE = 'posts'; tx.run(`DELETE FROM ${TABLE}`);", 'writes posts'],
    ['a sum of texts', "tx.run('DELETE ' + 'FROM posts');", 'writes posts'],
    ['a name that is known at run time only', 'tx.run(`DELETE FROM ${table}`);', 'writes ?'],
  ])('finds %s', (_, body, expected) => {
    const uses = tableUses([parseSource('posts/post.entity.ts', entity), parseSource('a.ts', body)]);
    expect(uses).toEqual([{ file: 'a.ts', verb: expected.split(' ')[0], table: expected.split(' ')[1] }]);
  });
});
