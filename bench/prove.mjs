import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * `npm run prove [-- NAME…]`: tests that take too long for every run of the checks, one after the other. Build first.
 * Continues after a failure; ends with 1 if one has failed.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROOFS = {
  crash: { says: 'kill -9 of the server under writers: nothing acknowledged is lost', run: ['bench/crash.mjs', '20'] },
  freeze: { says: 'MySQL frozen, then killed, under load: the same process serves again', run: ['bench/freeze.mjs'] },
  overload: { says: 'five times as many requests as can be answered', run: ['bench/overload.mjs'] },
  deadlocks: {
    says: 'each transaction of the API fails once with a deadlock: the same tests pass',
    run: ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', ...transactional()],
    env: { DEADLOCKS: 'on' },
  },
  'hand-over': { says: 'two instances get SIGTERM under load, each with a successor', run: ['bench/hand-over.mjs'] },
  soak: { says: '10 minutes at 100 requests a second: memory, descriptors, connections flat', run: ['bench/soak.mjs'] },
};

/** Tests of routes that write. */
function transactional() {
  const names = 'accounts boards calendar catalogue catalogue-import-api comments friends idempotency jobs posts';
  const others = 'posts-states sessions sharing timetable-entries timetables';
  return `${names} ${others}`.split(' ').map((name) => `test/${name}\\.e2e`);
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in PROOFS));
if (unknown.length > 0)
  throw new Error(`No such proof: ${unknown.join(', ')}. There are ${Object.keys(PROOFS).join(', ')}.`);

const failed = [];
for (const [name, { says, run, env = {} }] of Object.entries(PROOFS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n--- ${name}: ${says}`);
  const began = performance.now();
  const [code] = await once(
    spawn(process.execPath, run, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } }),
    'exit',
  );
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${((performance.now() - began) / 1_000).toFixed(0)} s  ${name}`);
  if (code !== 0) failed.push(name);
}
console.log(failed.length > 0 ? `\nfailed: ${failed.join(', ')}` : '\nall proofs hold');
process.exitCode = failed.length > 0 ? 1 : 0;
