import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import { migrations } from '../../dist/database/migrations/index.js';
import { run } from '../../scripts/lib/processes.mjs';
import { startMysql } from '../../scripts/mysql/local.mjs';
import { SEED_VERSION } from '../seed.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SEED = join(ROOT, 'bench/seed.mjs');
/** A seeded database can be used only with these rows and this schema. */
const VERSION = `${SEED_VERSION} ${migrations.at(-1).name}`;

/**
 * A durable MySQL on a copy of the seeded database. The original stays in `.data/bench`, so the second run needs no
 * seeding. A new migration, or another SEED_VERSION, seeds it again.
 *
 * @param {number} posts
 * @returns {Promise<{options: object, pid: number, connection: import('mysql2/promise').Connection, stop: () => Promise<void>}>}
 */
export async function openCampus(posts) {
  const seeded = join(ROOT, '.data/bench', String(posts));
  if (!existsSync(seeded) || versionOf(seeded) !== VERSION) await makeSeed(posts, seeded);
  const dataDir = `${seeded}.run`;
  rmSync(dataDir, { recursive: true, force: true });
  cpSync(seeded, dataDir, { recursive: true });
  const mysql = await startMysql({ dataDir, durable: true });
  const { host, port, user, password } = mysql;
  const options = { host, port, user, password, database: `madang_bench_${posts}` };
  const connection = await createConnection({ ...options, timezone: 'Z' });
  const [[{ file }]] = await connection.query('SELECT @@pid_file AS file');
  return {
    ...{ options, connection, pid: Number(readFileSync(file, 'utf8')) },
    stop: async () => {
      await connection.end();
      await mysql.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const versionFile = (folder) => `${folder}.version`;

function versionOf(folder) {
  return existsSync(versionFile(folder)) ? readFileSync(versionFile(folder), 'utf8') : '';
}

async function makeSeed(posts, folder) {
  const unfinished = `${folder}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const { host, port, user, password, stop } = await startMysql({ dataDir: unfinished, durable: true });
  try {
    const BENCH_DATABASE_URL = `mysql://${user}:${encodeURIComponent(password)}@${host}:${port}`;
    console.log(await run(process.execPath, [SEED, String(posts)], { env: { ...process.env, BENCH_DATABASE_URL } }));
  } finally {
    await stop();
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
  writeFileSync(versionFile(folder), VERSION);
}

/** Statements that clients have sent so far, without PREPARE. */
export async function statements(connection) {
  const [[row]] = await connection.query("SHOW GLOBAL STATUS LIKE 'Questions'");
  return Number(row.Value);
}
