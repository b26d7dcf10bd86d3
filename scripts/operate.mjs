import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { localEnvironment } from './lib/local-environment.mjs';
import { startMysql } from './mysql/local.mjs';

// `npm run migrate`, `admin`, `repair`, …: an operator's command on the database of `npm start`. In a deployment use
// `node dist/cli/NAME.js`: the environment names the database, and nothing must be built.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const [name, ...args] = process.argv.slice(2);

/** The command's environment: the given database, or the private one, shared with a running server. */
async function provideDatabase() {
  const file = join(ROOT, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
  if (process.env.DATABASE_URL || process.env.DB_HOST) return { env: process.env, leave: async () => {} };
  const mysql = await startMysql({ dataDir: join(ROOT, '.data/mysql'), durable: true });
  const { host, port, user, password } = mysql;
  const server = { DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASSWORD: password };
  // The secrets of `npm start -- --lan`, if there are any: `admin` hashes a password with them.
  const secrets = localEnvironment(process.env, { file: join(ROOT, '.data/secrets.env') });
  const env = { ...secrets, ...server, DB_NAME: process.env.DB_NAME || 'madang', DB_TLS: 'off' };
  return { env: { ...process.env, ...env }, leave: mysql.stop };
}

async function main() {
  await build();
  const { env, leave } = await provideDatabase();
  try {
    const child = spawn(process.execPath, [join(ROOT, 'dist/cli', `${name}.js`), ...args], { env, stdio: 'inherit' });
    // The terminal sends Ctrl-C to the child too. We stay to release the database.
    process.on('SIGINT', () => {});
    return await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
  } finally {
    await leave();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
