import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Passwords } from '../src/accounts/passwords/passwords.js';
import { plantDemo } from '../src/cli/demo/plant.js';
import { migrationOptions } from '../src/database/data-source-options.js';
import { startApp, type TestApp } from './support/app.js';
import { freshDatabase, testDatabase } from './support/database.js';
import { compiled, databaseEnv, run } from './support/program.js';

/** Every command in a page's blocks of shell, in their order; a comment behind it is none of it. */
function commandsIn(page: string): string[] {
  const blocks = Array.from(readFileSync(page, 'utf8').matchAll(/```sh\n([^]*?)```/g), ([, block]) => block);
  return blocks.flatMap((block) => block.split('\n').map((line) => line.replace(/\s+#.*$/, '').trim())).filter(Boolean);
}

describe('docs/catalogue.md', () => {
  let t: TestApp;
  const commands = commandsIn('docs/catalogue.md');
  beforeAll(async () => {
    await compiled();
    t = await startApp();
    await freshDatabase();
    const dataSource = await new DataSource(migrationOptions(testDatabase())).initialize();
    await plantDemo(dataSource, { passwords: new Passwords(t.config), hotThreshold: 10 });
    await dataSource.destroy();
  }, 120_000);

  it('has commands, of the catalogue only', () => {
    expect(commands.length).toBeGreaterThan(2);
    expect(commands.filter((command) => !command.startsWith('npm run catalogue -- '))).toEqual([]);
  });

  it('has commands that all do what it says, one after the other, on fresh demo data', async () => {
    const env = { ...databaseEnv(testDatabase()), DB_TLS: 'off' };
    for (const command of commands) {
      const args = command.replace('npm run catalogue -- ', '').split(' ');
      const { code, output } = await run('dist/cli/catalogue.js', args, env);
      expect({ command, code, output }).toEqual({ command, code: 0, output: expect.any(String) });
    }
    const row = await t.database.row<{ n: number }>(
      'SELECT COUNT(*) AS n FROM catalogue_imports WHERE state = ? AND dry_run = 0',
      ['done'],
    );
    expect(row).toEqual({ n: commands.filter((one) => / import /.test(one) && !one.includes('--dry-run')).length });
  }, 120_000);
});
