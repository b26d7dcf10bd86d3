import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Does some work while no other process works under the same lock file.
 *
 * The lock is the kernel's own (flock), so it ends with its process: no stale lock is left after a kill -9 or a power
 * cut. Node has no function for it, so a helper process keeps it while our pipe to it is open. The file stays; its
 * content means nothing.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @param {{signal?: AbortSignal, onWait?: () => void}} [options] `onWait` is called if another process has the lock
 * @returns {Promise<T>}
 */
export async function withLock(file, work, { signal, onWait = () => {} } = {}) {
  mkdirSync(dirname(file), { recursive: true });
  const release = await take(file, signal, onWait);
  try {
    return await work();
  } finally {
    release();
  }
}

// Debian, Fedora and Alpine have flock, macOS has Perl. Both take the same lock of the kernel.
const HELPERS = [
  (file) => ['flock', '-x', file, 'sh', '-c', 'echo locked; exec cat >/dev/null'],
  (file) => ['perl', '-e', 'open F, ">>", shift; flock F, 2; $| = 1; print "locked\\n"; 1 while <STDIN>', file],
];

async function take(file, signal, onWait) {
  const patience = new AbortController();
  sleep(300, undefined, { signal: patience.signal, ref: false }).then(onWait, () => {});
  try {
    for (const helper of HELPERS) {
      signal?.throwIfAborted();
      const release = await takeBy(helper(file), signal);
      signal?.throwIfAborted();
      if (release) return release;
    }
    // The machine has neither. InnoDB also locks its own files, so two servers cannot use the same data.
    return () => {};
  } finally {
    patience.abort();
  }
}

/** @returns {Promise<(() => void) | undefined>} undefined if this helper is not available */
function takeBy([command, ...args], signal) {
  return new Promise((resolve) => {
    const holder = spawn(command, args, { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
    const release = () => holder.stdin.end();
    const giveUp = () => holder.pid && process.kill(-holder.pid, 'SIGTERM');
    signal?.addEventListener('abort', giveUp, { once: true });
    const settle = (outcome) => {
      signal?.removeEventListener('abort', giveUp);
      // Waiting for the lock keeps our process alive; holding it does not.
      for (const handle of [holder, holder.stdin, holder.stdout]) handle?.unref();
      resolve(outcome);
    };
    holder.stdin.on('error', () => {}); // its exit reports a dead helper
    holder.once('error', () => settle(undefined));
    holder.once('exit', () => settle(undefined));
    holder.stdout.once('data', () => settle(release));
  });
}
