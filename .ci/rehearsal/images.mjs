import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker } from './host.mjs';

// Good and broken releases, made from the built image.

const BASE = 'madang:development';
const run = (script) => `CMD ${JSON.stringify(['node', '--eval', script])}`;

const KINDS = {
  a: [],
  b: [],
  'ends-at-once': [run("console.error('the new release has a bug'); process.exit(1)")],
  'no-migration': ['COPY fails.mjs /app/dist/cli/migrate.js'],
};
/** For the scenes of `all`. */
const FURTHER_KINDS = {
  c: [],
  d: [],
  // It also ignores SIGTERM.
  'never-ready': [run("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)")],
  'dies-young': [
    run("setTimeout(() => { console.error('out of something'); process.exit(7) }, 3500); import('/app/dist/main.js')"),
  ],
};

/**
 * @param {string} folder for builds
 * @param {boolean} all
 * @returns {Promise<Record<string, string>>}
 */
export async function makeImages(folder, all) {
  const context = join(folder, 'images');
  mkdirSync(context);
  writeFileSync(join(context, 'fails.mjs'), "console.error('ALTER TABLE failed'); process.exit(1);\n");
  const images = {};
  for (const [kind, lines] of Object.entries({ ...KINDS, ...(all && FURTHER_KINDS) })) {
    // The label makes each a different image.
    writeFileSync(join(context, 'Dockerfile'), [`FROM ${BASE}`, `LABEL rehearsal=${kind}`, ...lines, ''].join('\n'));
    images[kind] = `madang-rehearsal:${kind}`;
    await docker(['build', '--quiet', '--tag', images[kind], context]);
  }
  return images;
}
