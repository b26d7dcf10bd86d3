import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Parameter } from '../src/database/connection.js';
import { startApp, stopApps, type TestApp } from './support/app.js';
import { readRow, readRows } from './support/rows.js';

/** More than the connections of the pool (32). */
const TIMES = 100;

let t: TestApp;
beforeAll(async () => (t = await startApp()));
afterAll(stopApps);

const circular: Record<string, unknown> = {};
circular.self = circular;

/** Values by type of the parameter that mysql2 cannot write into a packet. */
const unencodable: [string, unknown][] = [
  ['a date before the year 0', new Date(-70_000_000_000_000)],
  ['a date after the year 65535', new Date(8_000_000_000_000_000)],
  ['undefined', undefined],
  ['a function', () => 1],
  ['an object with a circle', circular],
  ['an object that refuses to become JSON', { toJSON: () => { throw new Error('refused'); } }], // prettier-ignore
];

/** Values that mysql2 can write and MySQL may refuse. */
const odd: [string, unknown][] = [
  ['an invalid date', new Date(NaN)],
  ['a symbol', Symbol('a')],
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['a lone surrogate', '\ud800'],
  ['a NUL', '\0'],
  ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0])],
  ['a date before 1000', new Date('0001-01-01T00:00:00Z')],
];

describe('a statement with a parameter that cannot be sent', () => {
  it.each([...unencodable, ...odd])('returns its connection to the pool: %s', async (_, value) => {
    const parameters = ['a', value as Parameter];
    const asks: (() => Promise<unknown>)[] = [
      () => readRows(t.database, 'SELECT ? AS a, ? AS b', parameters),
      () => t.database.transaction((tx) => tx.run('UPDATE boards SET name = ? WHERE slug = ?', parameters)),
    ];
    for (const ask of asks) {
      await Promise.allSettled(Array.from({ length: TIMES }, ask));
      expect(t.database.usage.inUseCount).toBe(0);
      expect(await readRow(t.database, 'SELECT 1 AS one')).toEqual({ one: 1 });
    }
  });

  it.each(unencodable)('is an error, and the next statement on that connection succeeds: %s', async (_, value) => {
    const parameters = [value as Parameter];
    await expect(readRows(t.database, 'SELECT ? AS a', parameters)).rejects.toHaveProperty('message');
    await expect(
      t.database.transaction(async (tx) => {
        await readRows(tx, 'SELECT ? AS a', [1]);
        return readRows(tx, 'SELECT ? AS a', parameters);
      }),
    ).rejects.toHaveProperty('message');
    expect(await readRow(t.database, 'SELECT ? AS a', [1])).toEqual({ a: 1 });
  });
});

describe('GET /posts by days', () => {
  const outside = ['0000-01-01', '0001-01-01', '0099-12-31', '1969-12-31', '10000-01-01'];

  it.each(outside)('refuses %s, repeatedly', async (day) => {
    for (const name of ['from', 'to']) {
      const answers = await Promise.all(Array.from({ length: 40 }, () => t.anyone.get(`/posts?${name}=${day}`)));
      for (const { status, body } of answers) {
        expect(status).toBe(400);
        expect(body.errors).toMatchObject([{ pointer: `?${name}`, code: 'NOT_A_DAY' }]);
      }
    }
    expect(t.database.usage.inUseCount).toBe(0);
    expect((await t.anyone.get('/posts')).status).toBe(200);
  });

  it('accepts the first and the last possible day', async () => {
    const { status, body } = await t.anyone.get('/posts?from=1970-01-01&to=9999-12-31');
    expect({ status, items: body.items }).toEqual({ status: 200, items: [] });
  });
});
