import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { BatchedRead } from './batched-read.js';
import { OF_BATCH } from './budget.js';
import { int, selection } from './selection.js';

const { wait, slow } = OF_BATCH;
afterEach(() => {
  Object.assign(OF_BATCH, { wait, slow });
});

/** A read whose statements are answered by `answer`. */
function readOf(answer: (nth: number, keys: number[]) => Promise<unknown>) {
  let count = 0;
  const select = async (_selection: unknown, _sql: string, keys: unknown) => {
    await answer(++count, keys as number[]);
    return [...new Set(keys as number[])].map((id) => ({ id }));
  };
  return new BatchedRead<number, { id: number }>(
    { select: select as never },
    {
      name: 'test',
      selection: selection({ id: int('id') }),
      from: String,
      parameters: (id) => [id],
      idOfKey: (id) => id,
      idOfRow: ({ id }) => id,
    },
    true,
  );
}

describe('a statement that is not answered', () => {
  it('does not stop the reads after it', async () => {
    const read = readOf((nth) => (nth === 1 ? new Promise(() => undefined) : Promise.resolve()));
    void read.load(1);
    await sleep(5);
    // Nobody comes after this one.
    expect(await read.load(2)).toEqual({ id: 2 });
    expect(await read.load(3)).toEqual({ id: 3 });
  });

  it('leaves at most four under way', async () => {
    let underWay = 0;
    const read = readOf(() => {
      underWay += 1;
      return new Promise(() => undefined);
    });
    for (let i = 0; i < 12; i++) {
      void read.load(i);
      await sleep(110);
    }
    expect(underWay).toBe(4);
  });
});

it('asks no key whose request is over', async () => {
  Object.assign(OF_BATCH, { wait: 500, slow: 60_000 });
  const asked: number[] = [];
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const read = readOf(async (_nth, keys) => {
    asked.push(...keys);
    await ended;
  });
  const loads = [read.load(1)];
  await sleep(5);
  loads.push(read.load(2));
  await sleep(2 * OF_BATCH.wait);
  loads.push(read.load(3));
  end();
  const [first, second, third] = await Promise.allSettled(loads);
  expect([first.status, third.status, asked]).toEqual(['fulfilled', 'fulfilled', [1, 3]]);
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'POOL_EXHAUSTED' } });
});
