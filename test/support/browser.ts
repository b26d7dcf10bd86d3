import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';
import { chromium, type Browser } from 'playwright-core';

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executablePath = PLACES.find((path) => path && existsSync(path));

if (!executablePath && process.env.CI !== 'true') {
  console.warn('SKIPPED: the tests in a browser need a Chromium. Install it, or set CHROMIUM to its path.');
}
/** CI requires a browser. */
export const withBrowser = executablePath || process.env.CI === 'true' ? describe : describe.skip;

export function launchBrowser(...args: string[]): Promise<Browser> {
  if (!executablePath) throw new Error('No Chromium is installed (CHROMIUM may say where it is).');
  // As root, Chromium cannot use its sandbox. A container has little shared memory.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', ...args] });
}
