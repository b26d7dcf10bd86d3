import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import mysql, { type Pool } from 'mysql2';
import { problemOf } from './translate.js';

describe('what the driver fails with', () => {
  // Takes connections and never says a word, as a frozen MySQL does.
  const frozen = createServer((socket) => socket.on('error', () => undefined));
  let pool: Pool;

  beforeAll(async () => {
    frozen.listen(0, '127.0.0.1');
    await once(frozen, 'listening');
    const { port } = frozen.address() as AddressInfo;
    pool = mysql.createPool({ host: '127.0.0.1', port, connectTimeout: 300, connectionLimit: 1, queueLimit: 1 });
  });
  afterAll(() => {
    pool.end(() => undefined);
    frozen.close();
  });

  const failure = () => new Promise<Error>((resolve) => pool.query('SELECT 1', (error) => resolve(error as Error)));

  it('is 503 with Retry-After: no connection in time, and more waiting for one than may', async () => {
    const errors = await Promise.all([failure(), failure(), failure(), failure()]);
    expect(errors.map(({ message }) => message)).toContain('Queue limit reached.');
    for (const error of errors) {
      const problem = problemOf(error, { writes: false });
      expect(problem.status).toBe(503);
      expect(problem.options.headers).toHaveProperty('Retry-After');
    }
  });

  it('is 503 after the pool was closed', async () => {
    const closed = mysql.createPool({ host: '127.0.0.1' });
    closed.end(() => undefined);
    const error = await new Promise((resolve) => closed.query('SELECT 1', resolve));
    expect(problemOf(error, { writes: true }).status).toBe(503);
  });

  it('is 500 where it is a mistake of ours', () => {
    expect(problemOf(new TypeError('x is not a function'), { writes: false }).status).toBe(500);
    expect(problemOf(null, { writes: false }).status).toBe(500);
  });
});
