import { DEADLINES } from '../../src/common/http/deadline.js';
import { BUDGET } from '../../src/database/server-options.js';

const REAL = { deadlines: { ...DEADLINES }, budget: { ...BUDGET } };

/** On a busy machine an answer may take longer than people should wait for it: a 503 is then no fault of the code. */
export function lengthenTimeLimits(): void {
  DEADLINES.request = 60_000;
  Object.assign(BUDGET, { connect: 20_000, poolWait: 30_000, statement: 30_000 });
}

/** For tests of the limits themselves: at the top of their file. */
export function keepTimeLimits(): void {
  Object.assign(DEADLINES, REAL.deadlines);
  Object.assign(BUDGET, REAL.budget);
}
