import { expect, it } from '@jest/globals';
import { bearerOf } from './bearer.js';

it.each([
  ['Bearer a.b.c', 'a.b.c'],
  ['bearer   a.b-_.c', 'a.b-_.c'],
  ['Bearer a.b', null],
  ['Bearer a.b.c.d', null],
  ['Bearer a.b.c ', null],
  ['Bearer a.b.c\n', null],
  [' Bearer a.b.c', null],
  ['Basic a.b.c', null],
  ['', null],
  [undefined, null],
])('%j holds %j', (header, token) => {
  expect(bearerOf(header)).toBe(token);
});
