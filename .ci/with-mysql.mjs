import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended } from '../scripts/lib/processes.mjs';
import { startMysql } from '../scripts/mysql/local.mjs';

// node .ci/with-mysql.mjs COMMAND… — runs a command with its own MySQL server, which is deleted afterwards.

const dataDir = mkdtempSync(join(tmpdir(), 'madang-ci-mysql-'));
try {
  const mysql = await startMysql({ dataDir, durable: false, log: (line) => console.log(line) });
  try {
    const address = `mysql://${mysql.user}:${encodeURIComponent(mysql.password)}@${mysql.host}:${mysql.port}/madang`;
    const [command, ...args] = process.argv.slice(2);
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, DATABASE_URL: address } });
    process.exitCode = await ended(child);
  } finally {
    await mysql.stop();
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
