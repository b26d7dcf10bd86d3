import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const chromiumPath = PLACES.find((path) => path && existsSync(path));

if (!chromiumPath && process.env.CI !== 'true') {
  console.warn('SKIPPED: no Chromium is installed, so nobody looks at pages. Install it, or set CHROMIUM to its path.');
}
/** In CI a browser has to be there. */
export const withBrowser = chromiumPath || process.env.CI === 'true' ? describe : describe.skip;
