import { expect, it } from '@jest/globals';
import type { Limit } from './limit.js';
import { LocalWindow } from './local-window.js';

const THREE: Limit = { name: 'test', points: 3, seconds: 60, by: ['network'] };

it('counts each key by itself, until the window of the clock ends', () => {
  let now = 1_000_000_020_000;
  const window = new LocalWindow(THREE, () => now);
  const remaining = (key: string | number) => window.take(key).remaining;
  expect([1, 2, 3, 4].map(() => remaining('a'))).toEqual([2, 1, 0, -1]);
  expect([remaining('b'), remaining(7)]).toEqual([2, 2]);
  expect(window.take('a').milliseconds).toBe(60_000 - (now % 60_000));
  now += 60_000;
  expect([remaining('a'), window.size]).toEqual([2, 1]);
  // A clock that was set back begins a window as well.
  now -= 3_600_000;
  expect(remaining('a')).toBe(2);
});

it('remembers so many keys and no more: the oldest goes', () => {
  const window = new LocalWindow(THREE, () => 0, 100);
  for (let i = 0; i < 10_000; i++) window.take(i);
  expect(window.size).toBe(100);
  expect([window.take(9_999).remaining, window.take(0).remaining]).toEqual([1, 2]);
});
