import { Problem } from '../../common/problems/problem.js';
import type { Me } from '../../common/viewer.js';
import type { Result } from '../../database/grouped-write.js';
import { json } from '../../database/selection.js';

/** A like or scrap that is set, or taken back. */
export interface Toggle {
  me: Me;
  /** Id of the post or comment. */
  targetId: number;
  isSet: boolean;
}

/** A post or comment that is reacted to. */
interface Target {
  /** See `reactorsOf`. */
  reactors: number[] | null;
}

/** A like or scrap by its key. */
interface Reaction {
  targetId: number;
  accountId: number;
}

/** The changes of a group of toggles. */
export interface Toggled {
  /** In the order of the toggles. */
  results: Result<undefined>[];
  added: Reaction[];
  removed: Reaction[];
  /** By how many reactions each target has more. */
  changes: Map<number, number>;
  /** The highest such number after a reaction was set. */
  peaks: Map<number, number>;
}

/**
 * A column with the accounts that have a reaction, out of those in its parameter. Use it in the statement that locks the
 * target. FOR SHARE reads the latest committed rows, after the wait for the target's lock. A plain read may be older.
 *
 * @param table of the reactions; goes into SQL as it is
 * @param key of the target in it: `l.post_id = p.id`
 */
export const reactorsOf = (table: string, key: string) =>
  json<number[]>(
    `(SELECT JSON_ARRAYAGG(l.account_id)
        FROM JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) j
        STRAIGHT_JOIN ${table} l ON ${key} AND l.account_id = j.id FOR SHARE OF l)`,
    'nullable',
  );

/** The parameter of `reactorsOf`. */
export function accountsOf(toggles: readonly Toggle[]): string {
  return JSON.stringify([...new Set(toggles.map(({ me }) => me.id))]);
}

/** The accounts to lock: none for toggles that store nothing under an account's id. */
export function accountsToLock(toggles: readonly Toggle[]): number[] {
  return toggles.some(({ isSet }) => isSet) ? toggles.map(({ me }) => me.id) : [];
}

/**
 * Decides on toggles one after the other, as if each had a transaction of its own.
 *
 * @param targets by id, with their rows locked
 * @param check throws the Problem of a toggle that is refused, also when there is no target
 */
export function toggle<T extends Target>(
  toggles: readonly Toggle[],
  targets: ReadonlyMap<number, T>,
  check: (toggle: Toggle, target: T | undefined) => void,
): Toggled {
  const before = new Set<string>();
  for (const [id, { reactors }] of targets) for (const account of reactors ?? []) before.add(keyOf(id, account));
  const after = new Set(before);
  const [changes, peaks] = [new Map<number, number>(), new Map<number, number>()];
  const results = toggles.map((one) =>
    resultOf(() => {
      const { me, targetId, isSet } = one;
      check(one, targets.get(targetId));
      const key = keyOf(targetId, me.id);
      if (after.has(key) === isSet) return;
      const change = (changes.get(targetId) ?? 0) + (isSet ? 1 : -1);
      changes.set(targetId, change);
      if (isSet) {
        after.add(key);
        peaks.set(targetId, Math.max(change, peaks.get(targetId) ?? change));
      } else after.delete(key);
    }),
  );
  const added = [...after].filter((key) => !before.has(key)).map(reactionOf);
  const removed = [...before].filter((key) => !after.has(key)).map(reactionOf);
  return { results, added, removed, changes, peaks };
}

/** The result of one write of a group: a Problem is its own, any other error is the group's. */
export function resultOf(work: () => void): Result<undefined> {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return { error };
    throw error;
  }
  return { value: undefined };
}

function keyOf(targetId: number, accountId: number): string {
  return `${targetId} ${accountId}`;
}

function reactionOf(key: string): Reaction {
  const [targetId, accountId] = key.split(' ').map(Number);
  return { targetId, accountId };
}
