import { DEADLINES } from '../../src/common/http/deadline.js';
import { OF_BATCH, OF_CONNECTION, OF_REQUEST } from '../../src/database/budget.js';

const REAL = {
  deadlines: { ...DEADLINES },
  request: { ...OF_REQUEST },
  batch: { ...OF_BATCH },
  connection: { ...OF_CONNECTION },
};

/** On a busy machine an answer may be late, and a 503 is then no error of the code. */
export function lengthenTimeLimits(): void {
  DEADLINES.request = 60_000;
  Object.assign(OF_REQUEST, { wait: 30_000, statement: 30_000, transaction: 60_000 });
  OF_BATCH.wait = 30_000;
  OF_CONNECTION.open = 20_000;
}

/** For tests of the limits themselves. Call it at the top of the file. */
export function keepTimeLimits(): void {
  Object.assign(DEADLINES, REAL.deadlines);
  Object.assign(OF_REQUEST, REAL.request);
  Object.assign(OF_BATCH, REAL.batch);
  Object.assign(OF_CONNECTION, REAL.connection);
}
