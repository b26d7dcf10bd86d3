import { expect, it } from '@jest/globals';
import {
  checkSelections,
  date,
  day,
  decimal,
  flag,
  int,
  json,
  nullable,
  selection,
  text,
  type RowOf,
} from './selection.js';

checkSelections();

const POST = selection({
  id: int('p.id'),
  state: text<'visible' | 'deleted'>('p.state'),
  hotAt: date('p.hot_at', 'nullable'),
  mine: flag('p.author_id = ?'),
  credits: decimal('SUM(l.credits)', 'nullable'),
  bornOn: day('p.born_on'),
  names: json<string[]>('p.names'),
});
const ROW = { id: 1, state: 'visible', hotAt: null, mine: 0, credits: '3.5', bornOn: new Date(0), names: ['가'] };

it('is the SELECT list with the names of its row', () => {
  expect(selection({ id: int('p.id'), boardId: int('p.board_id') }).list).toBe('p.id AS `id`, p.board_id AS `boardId`');
});

it('decodes the values of the driver', () => {
  const [row]: RowOf<typeof POST>[] = POST.decode([{ ...ROW }]);
  expect(row).toEqual({ ...ROW, mine: false, credits: 3.5, bornOn: '1970-01-01' });
  expect(POST.decode([{ ...ROW, credits: null }])[0].credits).toBeNull();
});

it.each([
  ['id', '1'],
  ['id', null],
  ['state', 1],
  ['hotAt', '2026-01-01'],
  ['mine', 2],
  ['credits', 3.5],
])('refuses a value of another kind in tests: %s = %j', (name, value) => {
  expect(() => POST.decode([{ ...ROW, [name]: value }])).toThrow(name);
});

it('has its columns for a wider selection', () => {
  expect(selection({ ...selection({ id: int('p.id') }).columns, n: int('2') }).list).toBe('p.id AS `id`, 2 AS `n`');
});

it('has nullable columns for a LEFT JOIN', () => {
  const joined = selection(nullable(selection({ title: text('l.title'), cancelled: flag('l.cancelled') }).columns));
  const [row]: { title: string | null; cancelled: boolean | null }[] = joined.decode([
    { title: null, cancelled: null },
  ]);
  expect([joined.list, row]).toEqual([
    'l.title AS `title`, l.cancelled AS `cancelled`',
    { title: null, cancelled: null },
  ]);
});

it('does not compile with a wrong name or type', () => {
  const [row] = POST.decode([{ ...ROW }]);
  const known: [number, 'visible' | 'deleted', Date | null, boolean, number | null, string, string[]] = [
    ...([row.id, row.state, row.hotAt, row.mine] as const),
    ...([row.credits, row.bornOn, row.names] as const),
  ];
  // @ts-expect-error: no such column
  const missing: unknown = row.ident;
  // @ts-expect-error: it may be null
  const hotAt: Date = row.hotAt;
  expect([known.length, missing, hotAt]).toEqual([7, undefined, null]);
});
