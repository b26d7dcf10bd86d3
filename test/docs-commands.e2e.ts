import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Passwords } from '../src/accounts/passwords/passwords.js';
import { plantDemo } from '../src/cli/demo/plant.js';
import { migrationOptions } from '../src/database/data-source-options.js';
import { startApp, type TestApp } from './support/app.js';
import { testDatabase } from './support/database.js';
import { compiled, databaseEnv, run, runShell } from './support/program.js';
import { readRow } from './support/rows.js';

/** Pages with commands that no test here can run, and the place that runs them. */
const RUN_ELSEWHERE: Record<string, string> = {
  'CONTRIBUTING.md': 'the commands of .ci/run itself',
  'client/README.md': '.ci/clients',
  'docs/deploy-aws.md': 'needs AWS; .ci/deploy runs the release',
  'docs/observing.md': 'needs a collector; by hand',
  'docs/operate.md': 'needs a host: .ci/deploy and .ci/restore',
  'docs/security.md': 'asks npm, which takes long; by hand',
  'postman/README.md': '.ci/clients',
};

const hasTools = ['bash', 'curl', 'jq'].every((name) => spawnSync(name, ['--version']).status === 0);
if (!hasTools && process.env.CI !== 'true') console.warn('SKIPPED: the tour of the README needs bash, curl and jq.');
/** CI requires them. */
const withTools = hasTools || process.env.CI === 'true' ? it : it.skip;

let t: TestApp;
let env: Record<string, string>;

beforeAll(async () => {
  await compiled();
  t = await startApp();
  env = { ...databaseEnv(testDatabase()), DB_TLS: 'off', NODE_ENV: 'development' };
  const dataSource = await new DataSource(migrationOptions(testDatabase())).initialize();
  await plantDemo(dataSource, { passwords: new Passwords(t.config), hotThreshold: 10 });
  await dataSource.destroy();
});

function blocksIn(page: string): string[] {
  return Array.from(readFileSync(page, 'utf8').matchAll(/```sh\n([^]*?)```/g), ([, block]) => block);
}

/** The commands in a page's shell blocks in order, without comments. */
function commandsIn(page: string): string[] {
  const blocks = blocksIn(page);
  return blocks.flatMap((block) => block.split('\n').map((line) => line.replace(/\s+#.*$/, '').trim())).filter(Boolean);
}

/** Runs the program of `npm run NAME -- ARGUMENTS`. */
async function runs(command: string): Promise<void> {
  const [, name, words = ''] = /^npm run (\w+)(?: -- (.*))?$/.exec(command)!;
  const { code, output } = await run(`dist/cli/${name}.js`, words.split(' ').filter(Boolean), env);
  expect({ command, code, output }).toEqual({ command, code: 0, output: expect.any(String) });
}

it('every page with commands is run by a test, here or elsewhere', () => {
  const folders = ['.', 'docs', 'client', 'postman'];
  const pages = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  );
  const here = ['README.md', 'README.ko.md', 'docs/catalogue.md', 'docs/migrations.md'];
  expect(pages.filter((page) => blocksIn(page).length > 0).sort()).toEqual(
    [...here, ...Object.keys(RUN_ELSEWHERE)].sort(),
  );
});

describe('docs/catalogue.md', () => {
  const commands = commandsIn('docs/catalogue.md');

  it('has commands that all succeed, one after the other, on fresh demo data', async () => {
    expect(commands.length).toBeGreaterThan(2);
    for (const command of commands) await runs(command);
    const row = await readRow<{ n: number }>(
      t.database,
      'SELECT COUNT(*) AS n FROM catalogue_imports WHERE state = ? AND dry_run = 0',
      ['done'],
    );
    expect(row).toEqual({ n: commands.filter((one) => / import /.test(one) && !one.includes('--dry-run')).length });
  });
});

describe.each(['README.md', 'README.ko.md'])('%s', (page) => {
  it('has commands for operators that work on fresh demo data', async () => {
    const rows = Array.from(readFileSync(page, 'utf8').matchAll(/^\| `(npm run (?!catalogue)[^`]+)` +\| (.*) \|$/gm));
    const named = rows.flatMap(([, command, text]) => [
      command.replace(/ create NAME$/, ' list'),
      ...Array.from(text.matchAll(/`(-- --fix|hashes|jobs)`/g), ([, words]) =>
        words.startsWith('--') ? `${command} ${words}` : command.replace('create NAME', words),
      ),
    ]);
    expect(named.sort()).toEqual(
      ['hashes', 'jobs', 'list']
        .map((word) => `npm run admin -- ${word}`)
        .concat(['npm run migrate', 'npm run repair', 'npm run repair -- --fix', 'npm run schema']),
    );
    // Both pages have the same commands.
    if (page === 'README.md') for (const command of named) await runs(command);
  });

  withTools('has a tour that can be pasted whole, and every call succeeds', async () => {
    if (!t.app.getHttpServer().listening) await t.app.listen(0, '127.0.0.1');
    const { port } = t.app.getHttpServer().address() as AddressInfo;
    const tour = blocksIn(page).find((block) => block.startsWith('api='))!;
    expect(tour).toContain("curl -sS -w '\\n'");
    const text = tour
      .replace('http://localhost:3000', `http://127.0.0.1:${port}`)
      // Both tours may run in the same second, and each needs a new name.
      .replace('$(date +%s)', page.toLowerCase().replace(/\W/g, '_'))
      // Ends the tour at the first failed call.
      .replace("curl -sS -w '\\n'", "curl -sS --fail-with-body -w '\\n'");
    const folder = mkdtempSync(join(tmpdir(), 'madang-tour-'));
    const { code, output } = await runShell(
      `${text}\n! call $api/accounts/me -H "Authorization: Bearer $TOKEN"`,
      folder,
    );
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('저도요!') });
    expect(output).toContain('SESSION_ENDED');
    expect(statSync(join(folder, 'timetable.svg')).size).toBeGreaterThan(1_000);
  });
});

it('docs/migrations.md has commands that succeed', async () => {
  const commands = commandsIn('docs/migrations.md');
  expect(commands).toEqual(['npm run migrate', 'npm run migrate -- revert', 'npm run schema']);
  await runs('npm run migrate');
  await runs('npm run schema');
  await runs('npm run migrate -- revert');
  await runs('npm run migrate');
});
