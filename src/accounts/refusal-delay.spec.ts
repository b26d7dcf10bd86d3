import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RefusalDelay } from './refusal-delay.js';

describe('RefusalDelay', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('waits half a second without a place', async () => {
    const events: string[] = [];
    const withoutPlace = async <T>(wait: () => Promise<T>): Promise<T> => {
      events.push('gives its place away');
      const result = await wait();
      events.push('takes it back');
      return result;
    };
    void new RefusalDelay().wait({ withoutPlace });
    await jest.advanceTimersByTimeAsync(499);
    expect(events).toEqual(['gives its place away']);
    await jest.advanceTimersByTimeAsync(1);
    expect(events).toEqual(['gives its place away', 'takes it back']);
  });

  it('delays 500 at once, and the next ones after them', async () => {
    const delay = new RefusalDelay();
    const caller = { withoutPlace: <T>(wait: () => Promise<T>) => wait() };
    let answered = 0;
    const refuse = () => void delay.wait(caller).then(() => (answered += 1));
    for (let i = 0; i < 502; i++) refuse();
    await jest.advanceTimersByTimeAsync(0);
    expect(answered).toBe(2);
    await jest.advanceTimersByTimeAsync(500);
    expect(answered).toBe(502);
    refuse();
    await jest.advanceTimersByTimeAsync(499);
    expect(answered).toBe(502);
    await jest.advanceTimersByTimeAsync(1);
    expect(answered).toBe(503);
  });
});
