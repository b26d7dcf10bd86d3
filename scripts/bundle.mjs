import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build } from './build.mjs';

// Makes bundle/ for production: dist/ and its packages in few files, and beside it the packages that cannot be bundled.
// Reading 2,500 small files takes most of a cold start, and 100 MB of an image. Does nothing if bundle/ is already made
// from these sources.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUT = join(ROOT, 'bundle');
/** In dist/, which each new build deletes. So the stamp is never older than the sources. */
const STAMP = join(ROOT, 'dist/.bundled');
/**
 * Native code, served files, and packages that Nest loads through its own `createRequire`, which no bundler follows.
 * Without class-validator and class-transformer, PartialType and OmitType would silently drop every validation.
 */
const AS_THEY_ARE = ['bcrypt', 'swagger-ui-dist', 'class-validator', 'class-transformer'];
/** Of these, the one that becomes a single file: its 250 small files took a tenth of a start. */
const AS_ONE_FILE = 'class-validator';
/** Loaded in the same way but not needed: TypeORM's former names, and the plugin of a compiler that we do not use. */
const NOT_MISSED = ['typeorm', 'typescript'];
const ONLY_AT_INSTALL = ['node-addon-api', '@scarf/scarf'];
/** The operators' commands; `schema` and `openapi` read sources and are for development. */
const COMMANDS = ['admin', 'catalogue', 'demo', 'health', 'migrate', 'repair'];
/** Names that CommonJS packages need and an ES module does not have. */
const COMMON_JS = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url));`;

/** @returns {Promise<string | null>} a summary; null if it did nothing */
export async function bundle() {
  await build();
  const hash = createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex');
  if (existsSync(join(OUT, 'package.json')) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return null;

  rmSync(OUT, { recursive: true, force: true });
  const { metafile } = await esbuild({
    absWorkingDir: ROOT,
    entryPoints: ['dist/main.js', ...COMMANDS.map((name) => `dist/cli/${name}.js`)],
    outdir: 'bundle/dist',
    outbase: 'dist',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // Entities, migrations and providers are identified by the names of their classes.
    keepNames: true,
    banner: { js: COMMON_JS },
    legalComments: 'eof',
    // Nest's decorators need it in each chunk.
    inject: ['reflect-metadata'],
    external: AS_THEY_ARE,
    plugins: [{ name: 'leave out what is not installed', setup: leaveOutAbsent }],
    metafile: true,
    logLevel: 'warning',
  });
  checkRequires(Object.keys(metafile.inputs));
  for (const name of AS_THEY_ARE.filter((name) => name !== AS_ONE_FILE))
    copyPackage(name, createRequire(join(ROOT, 'package.json')));
  await drawIntoOneFile(AS_ONE_FILE);
  writeManifest();
  writeFileSync(STAMP, hash);
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  return `bundle/: ${Object.keys(metafile.outputs).length} files, ${(bytes / 1e6).toFixed(1)} MB, and ${AS_THEY_ARE}`;
}

/**
 * Nest and TypeORM try to load optional packages (`@nestjs/microservices`, drivers of other databases). Absent ones
 * stay imports, which fail as without a bundle.
 */
function leaveOutAbsent({ onResolve, resolve }) {
  onResolve({ filter: /^[^./]/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
    if (pluginData === 'asked' || kind === 'entry-point') return undefined;
    const found = await resolve(path, { importer, resolveDir, kind, pluginData: 'asked' });
    return found.errors.length === 0 ? found : { path, external: true };
  });
}

/** Fails if a bundled package loads, without the bundler's knowledge, a package that would be missing. */
function checkRequires(files) {
  for (const file of files) {
    const source = readFileSync(join(ROOT, file), 'utf8');
    // The bundler follows `require` in CommonJS. ES modules must create one.
    if (!/createRequire\(/.test(source) || !/^(import|export) /m.test(source)) continue;
    for (const [, name] of source.matchAll(/[rR]equire(?:\.resolve)?\(\s*['"]([^.'"][^'"]*)['"]/g)) {
      const known = isBuiltin(name) || [...AS_THEY_ARE, ...NOT_MISSED].some((one) => `${name}/`.startsWith(`${one}/`));
      if (!known) throw new Error(`${file} requires ${name}, which the bundle would not find.`);
    }
  }
}

/** Copies a package with all its dependencies. */
function copyPackage(name, require) {
  const from = folderOf(name, require);
  const to = join(OUT, 'node_modules', name);
  if (existsSync(to)) return;
  mkdirSync(to, { recursive: true });
  cpSync(from, to, { recursive: true, filter: (path) => isWanted(path.slice(from.length)) });
  const { dependencies = {} } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
  for (const needed of Object.keys(dependencies)) {
    if (!ONLY_AT_INSTALL.includes(needed)) copyPackage(needed, createRequire(join(from, 'package.json')));
  }
}

/** With its dependencies, as the CommonJS module that `require` and `import` find. */
async function drawIntoOneFile(name) {
  const { version, license } = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'));
  const folder = join(OUT, 'node_modules', name);
  await esbuild({
    absWorkingDir: ROOT,
    entryPoints: [name],
    outfile: join(folder, 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // esbuild reads the names of the exports, which `import` needs, from the ES modules.
    mainFields: ['module', 'main'],
    target: 'node20.19',
    keepNames: true,
    legalComments: 'eof',
    logLevel: 'warning',
  });
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ name, version, license, main: 'index.js' }, null, 2)}\n`,
  );
}

function folderOf(name, require) {
  const folder = require.resolve.paths(name).find((path) => existsSync(join(path, name, 'package.json')));
  return join(folder, name);
}

/** Skips sources of native code, maps, and builds for other systems. */
function isWanted(path) {
  if (
    /\.map$|\.d\.ts$|^\/(src|deps|test|node_modules|esm5|esm2015|bundles|types)(\/|$)|\/swagger-ui-es-bundle/.test(path)
  )
    return false;
  const [, platform] = /^\/prebuilds\/([^/]+)/.exec(path) ?? [];
  return platform === undefined || platform === `${process.platform}-${process.arch}`;
}

function writeManifest() {
  const { name, version, license, type } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  writeFileSync(join(OUT, 'package.json'), `${JSON.stringify({ name, version, license, type }, null, 2)}\n`);
  if (readdirSync(join(OUT, 'dist')).length === 0) throw new Error('The bundle is empty.');
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log((await bundle()) ?? 'bundle/ is up to date');
}
