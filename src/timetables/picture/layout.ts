import { DAY_MINUTES } from '../../catalogue/meetings.js';

/** Minutes of the shortest box: a shorter one would be unreadable. */
const SHORTEST = 20;

/** The span of the picture: whole hours, and Monday to Friday, Saturday or Sunday. */
export interface ShownTimes {
  days: 5 | 6 | 7;
  /** Hours since midnight; `from < to ≤ 24`. */
  from: number;
  to: number;
}

interface Timed {
  day: number;
  /** Minutes since midnight, as drawn. */
  start: number;
  end: number;
}

/** The position of a box beside others of the same time: from column `column` of `columns`, `width` columns wide. */
export interface BoxColumns {
  column: number;
  columns: number;
  width: number;
}

/** A meeting's time as it is drawn. */
export function drawnTime({ day, start, end }: Timed): Timed {
  const top = Math.min(start, DAY_MINUTES - SHORTEST);
  return { day, start: top, end: Math.max(end, top + SHORTEST) };
}

/** From the first hour used to the last, 9 to 18 when nothing has a time. */
export function spanOf(boxes: readonly Timed[]): ShownTimes {
  const lastDay = Math.max(4, ...boxes.map(({ day }) => day));
  const days = (lastDay + 1) as ShownTimes['days'];
  if (boxes.length === 0) return { days, from: 9, to: 18 };
  const from = Math.floor(Math.min(...boxes.map(({ start }) => start)) / 60);
  const to = Math.ceil(Math.max(...boxes.map(({ end }) => end)) / 60);
  return { days, from, to };
}

/** Puts boxes with a common time side by side, each as wide as its neighbours allow. */
export function sideBySide<T extends Timed>(boxes: readonly T[]): (T & BoxColumns)[] {
  const sorted = [...boxes].sort((a, b) => a.day - b.day || a.start - b.start || b.end - a.end);
  const placed: (T & BoxColumns)[] = [];
  let group: T[] = [];
  let groupEnd = 0;
  for (const box of sorted) {
    if (group.length > 0 && (group[0].day !== box.day || box.start >= groupEnd)) {
      placed.push(...inColumns(group));
      group = [];
    }
    groupEnd = group.length === 0 ? box.end : Math.max(groupEnd, box.end);
    group.push(box);
  }
  return [...placed, ...inColumns(group)];
}

/** @param group by start, each sharing a time with another, of one day */
function inColumns<T extends Timed>(group: T[]): (T & BoxColumns)[] {
  const columns: T[][] = [];
  for (const box of group) {
    const free = columns.find((column) => column[column.length - 1].end <= box.start);
    if (free) free.push(box);
    else columns.push([box]);
  }
  return columns.flatMap((column, index) =>
    column.map((box) => {
      const isTaken = (other: T[]) => other.some(({ start, end }) => start < box.end && end > box.start);
      const taken = columns.slice(index + 1).findIndex(isTaken);
      const width = taken === -1 ? columns.length - index : taken + 1;
      return { ...box, column: index, columns: columns.length, width };
    }),
  );
}
