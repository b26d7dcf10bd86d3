import { describe, expect, it } from '@jest/globals';
import { Choice, Flag } from './choices.js';
import { Day } from './days.js';
import { IdField, IdQuery, Integer, IntegerQuery } from './numbers.js';
import { Nested, NestedList } from './objects.js';
import { EmailField, Text, TextList } from './texts.js';
import { cpuOf } from '../../../test/support/cpu.js';
import { InputPipe } from '../http/validation.js';
import type { Problem } from '../problems/problem.js';

class Inner {
  @Integer({ min: 0, max: 6 })
  day: number;
}

class Body {
  @Text({ min: 2, max: 5, optional: true })
  text?: string;
  @Text({ max: 5, optional: true, nullable: true })
  clearable?: string | null;
  @Text({ max: 5, optional: true, normalise: false })
  exact?: string;
  @TextList({ max: 3, maxItems: 2, optional: true })
  list?: string[];
  @Integer({ min: -5, max: 5, optional: true })
  number?: number;
  @IdField({ optional: true })
  id?: number;
  @Flag({ optional: true })
  flag?: boolean;
  @Choice({ of: ['a', 'b'], optional: true })
  choice?: 'a' | 'b';
  @Day({ optional: true })
  day?: string;
  @EmailField({ optional: true })
  email?: string;
  @Nested(() => Inner, { optional: true })
  inner?: Inner;
  @NestedList(() => Inner, { optional: true, maxItems: 2 })
  inners?: Inner[];
}

class Query {
  @IntegerQuery({ min: 1, max: 100 })
  limit: number = 20;
  @IdQuery()
  board?: number;
}

const pipe = new InputPipe();
const body = async (value: unknown) => pipe.transform(value, { type: 'body', metatype: Body });
const query = async (value: unknown) => pipe.transform(value, { type: 'query', metatype: Query });

const complaints = async (work: Promise<unknown>): Promise<string[]> => {
  const problem = await work.then(
    () => null,
    (error: Problem) => error,
  );
  return problem === null ? [] : problem.options.errors!.map(({ pointer, code }) => `${pointer} ${code}`);
};

describe('a body', () => {
  it.each([
    [{ text: ' 가나 ' }, { text: '가나' }],
    [{ text: '각각'.normalize('NFD') }, { text: '각각' }],
    [{ text: '😀😀😀😀😀' }, { text: '😀😀😀😀😀' }],
    [{ clearable: null }, { clearable: null }],
    [{ exact: ' a ' }, { exact: ' a ' }],
    [{ list: [' a ', 'b'] }, { list: ['a', 'b'] }],
    [{ list: [] }, { list: [] }],
    [
      { number: -5, id: 2 ** 53 - 1, flag: false, choice: 'b' },
      { number: -5, id: 2 ** 53 - 1, flag: false, choice: 'b' },
    ],
    [{ day: '2028-02-29' }, { day: '2028-02-29' }],
    [{ email: ' a.b+c@mail.EXAMPLE.co.kr' }, { email: 'a.b+c@mail.EXAMPLE.co.kr' }],
    [{ inner: { day: 3 } }, { inner: { day: 3 } }],
    [{ inners: [] }, { inners: [] }],
    [{ inners: [{ day: 3 }, { day: 4 }] }, { inners: [{ day: 3 }, { day: 4 }] }],
    [undefined, {}],
    [null, {}],
  ])('%j is read as %j', async (given, read) => {
    expect({ ...((await body(given)) as object) }).toMatchObject(read);
  });

  it.each([
    [{ text: 'a' }, '#/text WRONG_LENGTH'],
    [{ text: ' a ' }, '#/text WRONG_LENGTH'],
    [{ text: 'aaaaaa' }, '#/text WRONG_LENGTH'],
    [{ text: null }, '#/text NOT_A_STRING'],
    [{ text: 12 }, '#/text NOT_A_STRING'],
    [{ text: ['ab'] }, '#/text NOT_A_STRING'],
    [{ text: '\u3164\u200b\u2800' }, '#/text WRONG_LENGTH'],
    [{ clearable: '' }, '#/clearable WRONG_LENGTH'],
    [{ list: 'ab' }, '#/list NOT_A_LIST'],
    [{ list: ['a', 'b', 'c'] }, '#/list TOO_MANY'],
    [{ list: ['a', 1] }, '#/list NOT_A_STRING'],
    [{ list: ['a', null] }, '#/list NOT_A_STRING'],
    [{ list: [' '] }, '#/list WRONG_LENGTH'],
    [{ number: 1.5 }, '#/number NOT_AN_INTEGER'],
    [{ number: '1' }, '#/number NOT_AN_INTEGER'],
    [{ number: 6 }, '#/number OUT_OF_RANGE'],
    [{ id: 0 }, '#/id OUT_OF_RANGE'],
    [{ id: 2 ** 53 }, '#/id OUT_OF_RANGE'],
    [{ flag: 'true' }, '#/flag NOT_A_FLAG'],
    [{ flag: 1 }, '#/flag NOT_A_FLAG'],
    [{ choice: 'c' }, '#/choice NOT_A_CHOICE'],
    [{ choice: ['a'] }, '#/choice NOT_A_CHOICE'],
    [{ day: '2026-02-29' }, '#/day NOT_A_DAY'],
    [{ day: '2026-3-2' }, '#/day NOT_A_DAY'],
    [{ day: 20260302 }, '#/day NOT_A_DAY'],
    [{ email: 'a@b' }, '#/email WRONG_FORMAT'],
    [{ email: 'a@b.c' }, '#/email WRONG_FORMAT'],
    [{ email: 'ſ@example.com' }, '#/email WRONG_FORMAT'],
    [{ email: `${'a'.repeat(65)}@example.com` }, '#/email WRONG_FORMAT'],
    [{ email: `a@${'b.'.repeat(130)}com` }, '#/email WRONG_LENGTH'],
    [{ inner: 3 }, '#/inner NOT_AN_OBJECT'],
    [{ inner: [] }, '#/inner NOT_AN_OBJECT'],
    [{ inner: [{ day: 3 }] }, '#/inner NOT_AN_OBJECT'],
    [{ inners: {} }, '#/inners NOT_A_LIST'],
    [{ inners: [{ day: 7 }] }, '#/inners/0/day OUT_OF_RANGE'],
    [{ inners: [{ day: 3 }, []] }, '#/inners/1 NOT_AN_OBJECT'],
    [{ inners: [[{ day: 3 }]] }, '#/inners/0 NOT_AN_OBJECT'],
    [{ inners: [[[{ day: 3 }]]] }, '#/inners/0 NOT_AN_OBJECT'],
    [{ inners: [null] }, '#/inners/0 NOT_AN_OBJECT'],
    [{ inners: ['x'] }, '#/inners/0 NOT_AN_OBJECT'],
    [{ inners: [{ day: 3 }, { day: 3 }, []] }, '#/inners TOO_MANY'],
    [{ inner: { day: 7 } }, '#/inner/day OUT_OF_RANGE'],
    [{ inner: { day: 1, more: 1 } }, '#/inner/more UNKNOWN_KEY'],
    [{ other: 1 }, '#/other UNKNOWN_KEY'],
    [JSON.parse('{"__proto__":1}'), '#/__proto__ UNKNOWN_KEY'],
    [{ constructor: 1 }, '#/constructor UNKNOWN_KEY'],
    ['text', '# NOT_AN_OBJECT'],
    [[], '# NOT_AN_OBJECT'],
  ])('%j is refused: %s', async (given, complaint) => {
    expect(await complaints(body(given))).toEqual([complaint]);
  });

  it('lists fifty complaints at most', async () => {
    const given = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, 1]));
    expect(await complaints(body(given))).toHaveLength(50);
  });

  it('takes no time over a long text that is too long anyway', async () => {
    const text = `a${'\u0301'.repeat(60_000)}${'\u0316'.repeat(60_000)}`;
    const cpu = await cpuOf(async () => {
      expect(await complaints(body({ text }))).toEqual(['#/text WRONG_LENGTH']);
    });
    expect(cpu).toBeLessThan(1_000);
  });
});

describe('a query', () => {
  it('is read strictly', async () => {
    expect(await query({})).toMatchObject({ limit: 20 });
    const [one, other] = [await query({}), await query({})];
    expect(one).toBeInstanceOf(Query);
    expect(one).toEqual(other);
    expect(one).not.toBe(other);
    expect(await query({ limit: '100', board: '9007199254740991' })).toMatchObject({ limit: 100, board: 2 ** 53 - 1 });
  });

  it.each([
    [{ limit: '0' }, '?limit OUT_OF_RANGE'],
    [{ limit: '1e1' }, '?limit NOT_AN_INTEGER'],
    [{ limit: ' 1' }, '?limit NOT_AN_INTEGER'],
    [{ limit: ['1', '2'] }, '?limit NOT_AN_INTEGER'],
    [{ board: '9007199254740993' }, '?board NOT_AN_INTEGER'],
    [{ board: '0x1' }, '?board NOT_AN_INTEGER'],
    [{ board: '01' }, '?board NOT_AN_INTEGER'],
    [{ toString: '1' }, '?toString UNKNOWN_KEY'],
  ])('%j is refused: %s', async (given, complaint) => {
    expect(await complaints(query(given))).toEqual([complaint]);
  });
});
