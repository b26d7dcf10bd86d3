import { ACCOUNTS } from './accounts.js';
import { CATALOGUE } from './catalogue.js';
import { COMMUNITY } from './community.js';
import { SHARED } from './shared.js';
import { TIMETABLES } from './timetables.js';

/**
 * The Korean of the OpenAPI document by its English, without the texts of errors, which have their own. A text without
 * a translation stays English; test/docs.e2e.ts lists missing and unused ones.
 */
export const KOREAN: Record<string, string> = { ...SHARED, ...ACCOUNTS, ...COMMUNITY, ...CATALOGUE, ...TIMETABLES };
