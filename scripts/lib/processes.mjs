import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program failed. The message has the end of its output, `output` has all of it. */
export class ProgramFailed extends Error {
  /** @param {string} program @param {number} code @param {string} output */
  constructor(program, code, output) {
    super(`${program} ended with code ${code}`);
    this.code = code;
    this.output = output;
  }
}

/**
 * Runs a program to its end and returns its stdout.
 *
 * It runs in its own session. So we decide when it gets a Ctrl-C, and it can be ended together with programs that it
 * has started. An aborted `signal` ends it. The promise rejects with the signal's reason, after the program has ended.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {AbortSignal} [options.signal]
 * @param {number} [options.grace] milliseconds from SIGTERM to SIGKILL
 * @param {(pid: number) => void} [options.onStart]
 * @param {(line: string) => void} [options.onProgress] gets every line of stderr
 * @returns {Promise<string>}
 */
export async function run(command, args, { cwd, env, signal, grace = 5_000, onStart, onProgress } = {}) {
  signal?.throwIfAborted();
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid) onStart?.(child.pid);
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => ((stdout += text), (output += text)));
  child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
  if (onProgress) createInterface({ input: child.stderr }).on('line', onProgress);

  const kill = () => void endGroup(child, grace);
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const code = await ended(child, 'close');
    signal?.throwIfAborted();
    if (code !== 0) throw new ProgramFailed(command, code, output);
    return stdout;
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

/**
 * The exit code of a child; 128 + n if signal n killed it, as in shells.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {'exit' | 'close'} [event] `close` also waits for the last output
 * @returns {Promise<number>}
 */
export function ended(child, event = 'exit') {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once(event, (code, signal) => resolve(code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 0)));
  });
}
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/**
 * Ends a detached child: SIGTERM, and SIGKILL after `grace`. SIGTERM goes only to the child, which may still need its
 * own child processes. Processes that it leaves in its group are killed.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} grace milliseconds
 * @returns {Promise<boolean>} whether it ended without SIGKILL
 */
export async function endGroup(child, grace) {
  if (!child.pid) return true;
  const running = () => child.exitCode === null && child.signalCode === null;
  if (running()) child.kill('SIGTERM');
  const deadline = Date.now() + grace;
  while (running() && Date.now() < deadline) await sleep(20);
  const obedient = !running();
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // the whole group has ended already
  }
  while (running()) await sleep(20);
  return obedient;
}

/**
 * A unique name for one process, made of boot, start time and id. A process id in a file is only valid with it, because
 * ids are reused.
 *
 * @param {number} pid
 * @returns {string | undefined} undefined if it is not running, or is a zombie
 */
export function identityOf(pid) {
  if (process.platform !== 'linux') {
    const startTime = ask('ps', ['-o', 'lstart=', '-p', String(pid)]).trim();
    return startTime ? `${startTime} ${pid}` : undefined;
  }
  // "pid (name) state ppid …": the name may contain blanks and brackets; the start time is field 22.
  const [state, ...rest] = readOrEmpty(`/proc/${pid}/stat`).split(') ').pop()?.split(' ') ?? [];
  const startTime = rest[18];
  if (!startTime || state === 'Z' || state === 'X') return undefined;
  return `${readOrEmpty('/proc/sys/kernel/random/boot_id').trim()} ${startTime} ${pid}`;
}

/** @param {string} file */
function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} command @param {string[]} args */
function ask(command, args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}
