import { afterAll } from '@jest/globals';
import { stopApps } from './app.js';

afterAll(stopApps);
