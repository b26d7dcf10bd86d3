import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { OF_BATCH } from './budget.js';
import { GroupedWrite } from './grouped-write.js';
import { noteOutcome, outcomeOf, type Outcome } from './mysql-errors.js';

const { wait } = OF_BATCH;
afterEach(() => {
  OF_BATCH.wait = wait;
});

/** A write whose transactions are done by `act`. */
function writeOf(act: (inputs: number[]) => Promise<void>) {
  const writeAll = async (_tx: unknown, inputs: readonly number[]) => {
    await act([...inputs]);
    return inputs.map((value) => ({ value }));
  };
  return new GroupedWrite<number, number>({ transaction: (work) => work(undefined as never) }, 'test', writeAll, true);
}

function failure(members: object, outcome: Outcome): Error {
  const error = Object.assign(new Error('test'), members);
  noteOutcome(error, outcome);
  return error;
}

const FOUR = [0, 1, 2, 3];

describe('a group that fails', () => {
  it.each([
    ['STATEMENT_TIMEOUT', failure({ code: 'STATEMENT_TIMEOUT' }, 'rolled back')],
    ['POOL_EXHAUSTED', failure({ code: 'POOL_EXHAUSTED' }, 'not started')],
    ['read-only', failure({ errno: 1290 }, 'rolled back')],
    ['a lost COMMIT', failure({}, 'unknown')],
  ])('is not tried again one by one after %s', async (_name, error) => {
    const groups: number[][] = [];
    const write = writeOf(async (inputs) => {
      groups.push(inputs);
      throw error;
    });
    const results = await Promise.allSettled(FOUR.map((i) => write.run(i)));
    expect(results).toEqual(FOUR.map(() => ({ status: 'rejected', reason: error })));
    expect([groups, write.counts.splits]).toEqual([[FOUR], 0]);
  });

  it('is done one by one when it waited for a lock, and the others do not wait for that one', async () => {
    const done: number[] = [];
    const write = writeOf(async (inputs) => {
      if (inputs.length > 1) throw failure({ errno: 1205 }, 'rolled back');
      if (inputs[0] === 0) await sleep(50);
      done.push(inputs[0]);
    });
    expect(await Promise.all(FOUR.map((i) => write.run(i)))).toEqual(FOUR);
    expect(done).toEqual([1, 2, 3, 0]);
    expect(write.counts).toMatchObject({ writes: 4, splits: 1 });
  });
});

it('refuses what has waited for too long, or behind too many, before it begins', async () => {
  OF_BATCH.wait = 500;
  const done: number[] = [];
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const write = writeOf(async (inputs) => {
    await ended;
    done.push(...inputs);
  });
  const runs = [write.run(1)];
  await sleep(5);
  runs.push(write.run(2));
  await sleep(5);
  runs.push(...Array.from({ length: 2_001 }, () => write.run(3)));
  setTimeout(end, 2 * OF_BATCH.wait);
  const results = await Promise.allSettled(runs);
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  expect([done, refused.length]).toEqual([[1, 2], 2_001]);
  expect(new Set(refused.map(outcomeOf))).toEqual(new Set(['not started']));
});
