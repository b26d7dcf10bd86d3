import { afterAll } from '@jest/globals';
import { checkSelections } from '../../src/database/selection.js';
import { REFUSAL } from '../../src/accounts/refusal-delay.js';
import { VIEWS } from '../../src/posts/reactions/views.service.js';
import { stopApps } from './app.js';
import { lengthenTimeLimits } from './time-limits.js';

checkSelections();
lengthenTimeLimits();
// Milliseconds: `settled` waits for views.
VIEWS.every = 10;
REFUSAL.milliseconds = 10;
afterAll(stopApps);
