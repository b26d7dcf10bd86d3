import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { startMysql } from '../../scripts/mysql/local.mjs';

/**
 * One MySQL server for the whole run, a database for each worker (see database.ts). TEST_DATABASE_URL, without a
 * database's name, says where another server is: CI runs the same tests on several versions.
 */
export default async function globalSetup() {
  process.env.MADANG_TEST_RUN = mkdtempSync(join(tmpdir(), 'madang-test-run-'));
  process.env.MADANG_ROUTES_CALLED = join(process.env.MADANG_TEST_RUN, 'routes');
  mkdirSync(process.env.MADANG_ROUTES_CALLED);
  if (process.env.TEST_DATABASE_URL) return;
  const checkout = createHash('sha256')
    .update(import.meta.url)
    .digest('hex')
    .slice(0, 8);
  const dataDir = join(tmpdir(), `madang-test-${userInfo().uid}-${checkout}`);
  const mysql = await startMysql({ dataDir, durable: false });
  const credentials = `${encodeURIComponent(mysql.user)}:${encodeURIComponent(mysql.password)}`;
  process.env.TEST_DATABASE_URL = `mysql://${credentials}@${mysql.host}:${mysql.port}`;
  globalThis.madangTestMysql = mysql;
}
