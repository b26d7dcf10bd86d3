import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProgramFailed, run } from './lib/processes.mjs';

// Compiles src/ into dist/, unless dist/ is already made from these sources.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.stamp');
const COMPILER = join(ROOT, 'node_modules/typescript/bin/tsc');

/** The sources do not compile. The message has the compiler's output. */
export class BuildFailed extends Error {}

/**
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<boolean>} whether it compiled
 */
export async function build({ signal } = {}) {
  const isBuilt = existsSync(join(DIST, 'main.js'));
  if (!existsSync(COMPILER)) {
    // A production image has dist/, but neither sources nor compiler.
    if (isBuilt) return false;
    throw new BuildFailed('The packages are not installed. Run npm ci first.');
  }
  const hash = hashOfSources();
  if (isBuilt && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return false;

  // Also deletes files whose source is gone: migrations are found by listing a folder.
  rmSync(DIST, { recursive: true, force: true });
  try {
    await run(process.execPath, [COMPILER, '-p', 'tsconfig.build.json'], { cwd: ROOT, signal });
  } catch (error) {
    if (error instanceof ProgramFailed) throw new BuildFailed(`The sources do not compile:\n${error.output.trim()}`);
    throw error;
  }
  // Last, so that an interrupted build runs again.
  writeFileSync(STAMP, hash);
  return true;
}

/** Of the names and contents of all inputs of the compiler. */
function hashOfSources() {
  const settings = readdirSync(ROOT).filter((name) => /^(tsconfig.*|package|package-lock)\.json$/.test(name));
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(ROOT.length));
  const hash = createHash('sha256');
  for (const file of [...settings, ...sources].sort()) {
    const content = readFileSync(join(ROOT, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log((await build()) ? 'built dist/' : 'dist/ is up to date');
  } catch (error) {
    console.error(error instanceof BuildFailed ? error.message : error);
    process.exitCode = 1;
  }
}
