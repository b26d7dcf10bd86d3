import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** After a whole run: every documented route was called with success at least once, or the run fails. */
export default class RouteCoverage {
  constructor(globalConfig) {
    const leavesOut = process.argv.includes('--testPathIgnorePatterns');
    this.partial = globalConfig.nonFlagArgs.length > 0 || Boolean(globalConfig.testNamePattern) || leavesOut;
  }

  onRunComplete(_contexts, results) {
    // Without a directory no test that calls routes has run.
    const noted = process.env.MADANG_ROUTES_CALLED;
    if (!noted || this.partial || results.numFailedTestSuites > 0 || !existsSync('openapi.json')) return;
    const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8'));
    const called = new Set(readdirSync(noted).flatMap((file) => readFileSync(join(noted, file), 'utf8').split('\n')));
    const missing = Object.entries(paths)
      .flatMap(([path, item]) => METHODS.filter((m) => item[m]).map((m) => `${m.toUpperCase()} ${path}`))
      .filter((route) => !called.has(route));
    if (missing.length > 0) this.error = new Error(`No test calls:\n  ${missing.join('\n  ')}`);
    if (this.error) console.error(this.error.message);
  }

  getLastError() {
    return this.error;
  }
}
