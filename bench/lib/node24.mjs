import { run } from '../../scripts/lib/processes.mjs';

/** The image's version of Node if npx finds it, else this one. @returns {Promise<string>} its path */
export async function node24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  try {
    return (await run('npx', ['-y', 'node@24', '-p', 'process.execPath'], { env: process.env })).trim();
  } catch {
    console.log(`npx does not find Node 24: starts are those of Node ${process.version}`);
    return process.execPath;
  }
}
