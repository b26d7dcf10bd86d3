import type { DataSource } from 'typeorm';
import { loadConfig, type Config } from '../config/config.js';
import { openDataSource } from '../database/connect.js';
import { migrationOptions } from '../database/data-source-options.js';
import { explain } from './explain.js';
import { demoLogIns, isEmpty } from './demo/look.js';

/**
 * `demo` fills an unused database with a small campus: boards, posts, comments and two accounts for log-in. Never in
 * production. Its last line is JSON with the log-ins.
 */
async function main(config: Config): Promise<void> {
  const dataSource = await openDataSource(migrationOptions(config.database), config.database);
  try {
    const began = performance.now();
    const planted = (await isEmpty(dataSource)) && (await plant(dataSource, config));
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(planted ? `Planted the demo campus in ${seconds} s.` : 'The database has content already.');
    console.log(JSON.stringify({ demo: { accounts: await demoLogIns(dataSource) } }));
  } finally {
    await dataSource.destroy();
  }
}

/** Loads modules of the first start only: later starts are quicker without them. */
async function plant(dataSource: DataSource, config: Config): Promise<boolean> {
  const [{ plantDemo }, { Passwords }] = await Promise.all([
    import('./demo/plant.js'),
    import('../accounts/passwords/passwords.js'),
  ]);
  return plantDemo(dataSource, { passwords: new Passwords(config), hotThreshold: config.hotThreshold });
}

if (process.env.NODE_ENV?.trim() === 'production') {
  console.error('Demo data is for development: its passwords are public. Nothing was written (NODE_ENV=production).');
  process.exitCode = 1;
} else {
  try {
    await main(loadConfig(process.env));
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
