import { describe, expect, it } from '@jest/globals';
import { copyName, firstFreeName, nameKeyOf } from './names.js';

const taken = (...names: string[]) => new Set(names.map(nameKeyOf));

describe('firstFreeName', () => {
  it.each([
    [[], '시간표 1'],
    [['시간표 1', '시간표 2'], '시간표 3'],
    [['시간표 2', '시간표 10'], '시간표 1'],
    [['시간표1', '나의 시간표'], '시간표 1'],
  ])('among %j is %s', (names, expected) => expect(firstFreeName(taken(...names))).toBe(expected));
});

describe('copyName', () => {
  it.each([
    ['A', ['A'], 'A (1)'],
    ['A', ['A', 'A (1)', 'A (9)', 'A (10)'], 'A (11)'],
    ['A (10)', ['A (10)'], 'A (11)'],
    ['a', ['a', 'A (4)'], 'a (5)'],
    ['A', ['A', 'A (x)', 'A (1) (2)', 'AB (7)'], 'A (1)'],
    ['시간표 1', ['시간표 1'], '시간표 1 (1)'],
  ])('of %s among %j is %s', (name, names, expected) => {
    expect(copyName(name, taken(...names), 50)).toBe(expected);
  });

  it('shortens what would be too long, and still finds a free one', () => {
    const long = '가'.repeat(50);
    const first = copyName(long, taken(long), 50);
    expect(first).toBe(`${'가'.repeat(46)} (1)`);
    expect(copyName(long, taken(long, first), 50)).toBe(`${'가'.repeat(46)} (2)`);
    expect(copyName('😀'.repeat(50), taken(), 50)).toBe(`${'😀'.repeat(46)} (1)`);
  });
});
