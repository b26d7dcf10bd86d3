import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { createLogger, NestLogger } from './logger.js';
import { cpuOf } from '../../../test/support/cpu.js';

/** What stands in the log after `write`. */
function logged(write: (logger: ReturnType<typeof createLogger>) => void): string {
  let text = '';
  write(createLogger({ logLevel: 'trace' }, { write: (line) => (text += line) }));
  return text;
}

/** The lines of whatever was thrown, by each way on which an error comes into the log. */
function everyWay(error: unknown): string[] {
  return [
    logged((logger) => logger.error(error)),
    logged((logger) => logger.error({ err: error, reqId: 'request-1' })),
    logged((logger) => logger.error({ err: error }, 'it failed')),
    logged((logger) => logger.error({ deep: { er: { error } } })),
    logged((logger) => logger.error({ all: [error] })),
    logged((logger) => new NestLogger(logger).error(error, 'Context')),
    logged((logger) => new NestLogger(logger).error({ err: error }, 'Context')),
  ];
}

function mysqlError(sqlMessage: string, code: string, errno: number): Error {
  return Object.assign(new Error(sqlMessage), { sqlMessage, code, errno, sql: `SELECT '${sqlMessage}'` });
}

const token =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiI0MiIsImV4cCI6MTc2Mzgx.hunter2_hunter2_hunter2_hunter2_hunter2';

describe('a secret in an error', () => {
  const thrown: [string, unknown, RegExp][] = [
    ['its message', new Error('connect failed: mysql://madang:hunter2@db.internal:3306/madang'), /db\.internal/],
    ['a password with signs', new Error('bad: smtps://u:hunt/er2@hunter2@mail.internal'), /mail\.internal/],
    ['a password with no user', new Error('redis://:hunter2@cache:6379 refused'), /cache:6379/],
    ['a bearer token', new Error(`refused: Authorization: Bearer hunter2`), /refused/],
    ['a JWT', new Error(`jwt malformed: ${token}`), /jwt malformed/],
    ['the address of a calendar', new Error('GET /api/v1/calendars/hunter2.ics failed'), /calendars/],
    ['a mail address', new Error('550 mailbox hunter2@school.ac.kr is full'), /550 mailbox/],
    ['several lines of message', new Error('one\n    at Bearer hunter2\nhunter2@a.kr'), /one/],
    [
      'its members',
      Object.assign(new Error('it failed'), { password: 'hunter2', config: { url: 'hunter2' } }),
      /it failed/,
    ],
    [
      'its cause',
      new Error('it failed', { cause: new Error('x', { cause: new Error('Bearer hunter2') }) }),
      /it failed/,
    ],
    ['its own code', Object.assign(new Error('it failed'), { code: 'Bearer hunter2' }), /it failed/],
    ['JSON that is none', jsonError('{"a": hunter2}'), /is not valid JSON/],
  ];

  it.each(thrown)('%s', (_, error, kept) => {
    const lines = everyWay(error);
    for (const line of lines) expect(line).not.toContain('hunter2');
    expect(lines[0]).toMatch(kept);
    // Where it happened is what one looks for.
    expect(lines[0]).toContain('logger.spec.ts');
  });
});

function jsonError(text: string): Error {
  try {
    JSON.parse(text);
  } catch (error) {
    return new SyntaxError((error as Error).message);
  }
  throw new Error('It is valid.');
}

it('a secret in a plain text is hidden as well', () => {
  const lines = [
    logged((logger) => logger.info('Bearer hunter2')),
    logged((logger) => logger.info({ url: 'mysql://x:hunter2@h/n' })),
    logged((logger) => logger.info('%s and %s', 'Bearer hunter2', 'hunter2@a.kr')),
    logged((logger) => new NestLogger(logger).error(new Error('Bearer hunter2').stack, 'TypeOrmModule')),
    logged((logger) => logger.child({ reqId: 'request-1' }).info('hunter2@a.kr')),
  ];
  for (const line of lines) expect(line).not.toContain('hunter2');
});

describe('what MySQL complains about', () => {
  it.each([
    ["Duplicate entry 'hunter2@school.ac.kr' for key 'accounts.accounts_email'", " for key 'accounts.accounts_email'"],
    ["Duplicate entry 'x' for key 'hunter2' y' for key 'accounts.name'", " for key 'accounts.name'"],
    ["Incorrect string value: '\\xEA hunter2' for column 'title' at row 1", " for column 'title' at row 1"],
    ["Data too long for column 'hunter2' for column 'title' at row 1", " for column 'title' at row 1"],
    ["You have an error in your SQL syntax near 'hunter2\nhunter2' at line 1", 'SQL syntax'],
  ])('%s', (message, kept) => {
    const raw = mysqlError(message, 'ER_DUP_ENTRY', 1062);
    const wrapped = new QueryFailedError('INSERT INTO accounts VALUES (?)', ['hunter2'], raw);
    for (const error of [raw, wrapped, new Error('it failed', { cause: wrapped })]) {
      for (const line of everyWay(error)) {
        expect(line).not.toContain('hunter2');
        expect(line).toContain(kept);
        expect(line).toContain('"errno":1062');
      }
    }
  });
});

it('MySQL may say whom it refuses, and what it does not have', () => {
  for (const [errno, words] of [
    [1045, "Access denied for user 'madang'@'10.0.1.5' (using password: YES)"],
    [1049, "Unknown database 'madang'"],
  ] as const) {
    expect(JSON.parse(everyWay(mysqlError(words, 'ER', errno))[0]).err.message).toBe(words);
  }
});

describe('a member of a line', () => {
  it.each([
    'password',
    'newPassword',
    'Authorization',
    'cookie',
    'set-cookie',
    'refresh_token',
    'ACCESS-TOKEN',
    'apiKey',
  ])('named %s is hidden at any depth', (name) => {
    const deep = { a: [{ b: { c: { [name]: ['hunter2', { x: 'hunter2' }] } } }], [name]: 'hunter2' };
    const line = logged((logger) => logger.info(deep, 'all is well'));
    expect(line).not.toContain('hunter2');
    expect(line).toContain('all is well');
  });

  it('that is a whole world is named and not looked into', () => {
    class Connection {
      secrets = 'hunter2';
    }
    const line = logged((logger) => logger.info({ req: new Connection(), bytes: Buffer.from('hunter2') }));
    expect(JSON.parse(line)).toMatchObject({ req: '[Connection]', bytes: '[Buffer]' });
  });

  it('that has itself in it, or is deeper than any, ends', () => {
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    expect(logged((logger) => logger.info(loop))).toContain('[…]');
  });

  it('by which lines are found again stays as it is', () => {
    const id = '0123456789abcdef0123456789abcdef';
    expect(JSON.parse(logged((logger) => logger.info({ reqId: id })))).toMatchObject({ reqId: id });
  });
});

it('a secret that the cut of a long text goes through is not half told', () => {
  for (const secret of [
    'mysql://madang:hunter2@db',
    'hunter2@school.ac.kr',
    'Bearer hunter2',
    `hunter2${'_a'.repeat(16)}`,
  ]) {
    for (let room = 0; room < 40; room++) {
      const line = logged((logger) => logger.info(`${'x '.repeat(980)}${' '.repeat(room)}${secret} and more`));
      expect(line).toContain('x x');
      expect(line).not.toContain('hunt');
    }
  }
});

it('a long text without a secret costs nothing worth speaking of', async () => {
  for (const piece of ['a', 'a.', 'a-', '@', 'a@', '://', 'x ']) {
    expect(await cpuOf(() => logged((logger) => logger.info(piece.repeat(100_000))))).toBeLessThan(500);
  }
});

it.each(['', ' is not valid JSON', ' is not valid JSON.'])(
  'nor does that of an error that quotes a lot%s',
  async (end) => {
    for (const piece of ['"', "'", '" ', "' for key '", '\n    at x ("', ' is not valid JSON"']) {
      const long = piece.repeat(2_000 / piece.length) + end;
      const cpu = await cpuOf(() => {
        logged((logger) => logger.error(new Error(long)));
        logged((logger) => logger.error(mysqlError(long, 'ER_DUP_ENTRY', 1062)));
      });
      expect(cpu).toBeLessThan(500);
    }
  },
);
