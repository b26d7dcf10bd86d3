import { afterAll } from '@jest/globals';
import { stopApps } from './app.js';
import { lengthenTimeLimits } from './time-limits.js';

lengthenTimeLimits();
afterAll(stopApps);
