import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * `npm run prove [-- NAME…]`: the proofs that take too long for every run of the checks, one after the other. Build
 * first. Goes on after a failure; ends with 1 when one has failed.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PROOFS = {
  crash: { says: 'kill -9 of the server under writers: nothing acknowledged is lost', run: ['bench/crash.mjs', '20'] },
  freeze: { says: 'MySQL frozen, then killed, under load: the same process serves again', run: ['bench/freeze.mjs'] },
  overload: { says: 'five times as many requests as can be answered', run: ['bench/overload.mjs'] },
  'hand-over': { says: 'two instances get SIGTERM under load, each with a successor', run: ['bench/hand-over.mjs'] },
  soak: { says: '10 minutes at 100 requests a second: memory, descriptors, connections flat', run: ['bench/soak.mjs'] },
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in PROOFS));
if (unknown.length > 0)
  throw new Error(`No such proof: ${unknown.join(', ')}. There are ${Object.keys(PROOFS).join(', ')}.`);

const failed = [];
for (const [name, { says, run }] of Object.entries(PROOFS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`\n--- ${name}: ${says}`);
  const began = performance.now();
  const [code] = await once(spawn(process.execPath, run, { cwd: ROOT, stdio: 'inherit' }), 'exit');
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${((performance.now() - began) / 1_000).toFixed(0)} s  ${name}`);
  if (code !== 0) failed.push(name);
}
console.log(failed.length > 0 ? `\nfailed: ${failed.join(', ')}` : '\nall proofs hold');
process.exitCode = failed.length > 0 ? 1 : 0;
