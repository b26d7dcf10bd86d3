import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../../scripts/bundle.mjs';
import { withLock } from '../../scripts/lib/lock.mjs';
import type { DatabaseConfig } from '../../src/config/database-config.js';

type Env = Record<string, string>;

export interface Ended {
  code: number | null;
  /** stdout and stderr. */
  output: string;
  /** Milliseconds. */
  took: number;
}

export interface Running {
  child: ChildProcess;
  output(): string;
  ended: Promise<Ended>;
}

/** Call it before the first `start`: compiles and bundles src/ if necessary, one worker at a time. */
export async function compiled(): Promise<void> {
  await withLock('.data/build.lock', () => bundle());
}

/**
 * Starts a compiled program, such as `dist/cli/migrate.js`, with only this environment. It runs from the bundle, as in
 * the image, which takes half the time. Programs for development only run from dist/.
 * @param stdout a file descriptor, or `unread`: a pipe without a reader
 */
export function start(file: string, args: string[], env: Env, stdout: number | 'read' | 'unread' = 'read'): Running {
  const began = performance.now();
  let text = '';
  const { PATH = '' } = process.env;
  const bundled = join(process.cwd(), 'bundle', file);
  const program = existsSync(bundled) ? bundled : join(process.cwd(), file);
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH, ...env },
    stdio: ['pipe', typeof stdout === 'number' ? stdout : 'pipe', 'pipe'],
  });
  const streams = stdout === 'read' ? [child.stdout, child.stderr] : [child.stderr];
  for (const stream of streams) stream?.on('data', (chunk) => (text += String(chunk)));
  const ended = new Promise<Ended>((resolve) =>
    // `close` would wait for a pipe without a reader.
    child.on(stdout === 'unread' ? 'exit' : 'close', (code) =>
      resolve({ code, output: text, took: performance.now() - began }),
    ),
  );
  return { child, output: () => text, ended };
}

export async function run(file: string, args: string[], env: Env): Promise<Ended> {
  return start(file, args, env).ended;
}

/** Runs lines of bash in a folder, up to the first failing command. */
export async function runShell(lines: string, folder: string): Promise<Pick<Ended, 'code' | 'output'>> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', lines], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

/** The variables that name a database. */
export function databaseEnv({ host, port, user, password, name }: DatabaseConfig): Env {
  return { DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASSWORD: password, DB_NAME: name };
}
