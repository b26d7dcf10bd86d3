import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HashQueue, OPERATOR } from './hash-queue.js';

/** A queue whose first hash takes until `open` is called, so that what comes meanwhile waits. */
function closedQueue() {
  const queue = new HashQueue();
  const served: string[] = [];
  const refused: string[] = [];
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const runs: Promise<void>[] = [];
  const ask = (account: string, network: string, isOver = () => false) => {
    const run = queue.run({ ...OPERATOR, account, network, isOver }, async () => {
      await gate;
      served.push(account);
    });
    runs.push(run.catch((error: unknown) => void refused.push(`${account} ${(error as { status: number }).status}`)));
  };
  ask('first', 'first');
  const finish = async () => {
    open();
    await jest.advanceTimersByTimeAsync(500);
    await Promise.all(runs);
  };
  return { ask, finish, served, refused };
}

const times = (count: number, work: (i: number) => void) => Array.from({ length: count }, (_, i) => work(i));

describe('the queue of hashes', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('gives each account of a network one turn, then each another', async () => {
    const { ask, finish, served } = closedQueue();
    times(3, () => ask('hog', 'campus'));
    ask('minsu', 'campus');
    ask('sujin', 'campus');
    await finish();
    expect(served).toEqual(['first', 'hog', 'minsu', 'sujin', 'hog', 'hog']);
  });

  it('gives an account on fifty networks no more turns than one on a single network', async () => {
    const { ask, finish, served } = closedQueue();
    times(50, (i) => ask('hog', `network ${i}`));
    ask('minsu', 'home');
    await finish();
    expect(served.slice(0, 3)).toEqual(['first', 'hog', 'minsu']);
    expect(served).toHaveLength(52);
  });

  it('gives a network of fifty names no more turns than one of a single name', async () => {
    const { ask, finish, served } = closedQueue();
    times(50, (i) => ask(`guess ${i}`, 'crowd'));
    ask('minsu', 'home');
    ask('sujin', 'office');
    await finish();
    expect(served.slice(0, 4)).toEqual(['first', 'guess 0', 'minsu', 'sujin']);
    expect(served.slice(-2)).toEqual(['guess 48', 'guess 49']);
  });

  it('lets sixty wait, and refuses the newest of the account with the most after half a second', async () => {
    const { ask, finish, served, refused } = closedQueue();
    times(70, () => ask('hog', 'office'));
    times(8, (i) => ask(`member ${i}`, `home ${i}`));
    await jest.advanceTimersByTimeAsync(499);
    expect(refused).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(refused).toEqual(Array(18).fill('hog 503'));
    await finish();
    expect(served.filter((account) => account.startsWith('member'))).toHaveLength(8);
    expect(served).toHaveLength(61);
  });

  it('refuses the newest of the network with the most accounts where each account waits once', async () => {
    const { ask, finish, refused } = closedQueue();
    times(60, (i) => ask(`guess ${i}`, 'crowd'));
    times(3, (i) => ask(`member ${i}`, `home ${i}`));
    await finish();
    expect(refused).toEqual(['guess 59 503', 'guess 58 503', 'guess 57 503']);
  });

  it('hashes for nobody whose request is over when the turn comes', async () => {
    const { ask, finish, served, refused } = closedQueue();
    let isOver = false;
    ask('late', 'home', () => isOver);
    ask('minsu', 'home');
    isOver = true;
    await finish();
    expect([served, refused]).toEqual([['first', 'minsu'], ['late 503']]);
  });

  it('goes on after a hash that failed, and is empty at last', async () => {
    const queue = new HashQueue();
    const asker = { ...OPERATOR, account: 'minsu', network: 'home' };
    const broken = () => {
      throw new Error('broken');
    };
    await expect(queue.run(asker, broken)).rejects.toThrow('broken');
    await expect(queue.run(asker, async () => broken())).rejects.toThrow('broken');
    expect(await queue.run(asker, async () => 'hash')).toBe('hash');
  });
});
