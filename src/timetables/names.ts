import { codePoints } from '../common/text.js';

/** Names are compared without case. */
export function nameKeyOf(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** The first free `시간표 N`. @param taken the keys of the names there are */
export function firstFreeName(taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const name = `시간표 ${n}`;
    if (!taken.has(nameKeyOf(name))) return name;
  }
}

const NUMBERED = /^(.*) \((\d{1,6})\)$/s;

/**
 * The name of a copy: `name (n)` with the highest number plus one, as a number: 10 comes after 9. A copy of `name (3)`
 * is a copy of `name`.
 *
 * @param taken the keys of the names there are
 * @param max code points of the longest name; a longer one is shortened for its number
 */
export function copyName(name: string, taken: ReadonlySet<string>, max: number): string {
  const base = NUMBERED.exec(name)?.[1] ?? name;
  const prefix = `${nameKeyOf(base)} (`;
  const numbers = [...taken]
    .filter((key) => key.startsWith(prefix))
    .map((key) => Number(/^(\d{1,6})\)$/.exec(key.slice(prefix.length))?.[1] ?? 0));
  for (let n = Math.max(0, ...numbers) + 1; ; n++) {
    const suffix = ` (${n})`;
    const copy = [...base].slice(0, max - codePoints(suffix)).join('') + suffix;
    if (!taken.has(nameKeyOf(copy))) return copy;
  }
}
